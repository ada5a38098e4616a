/** The detail of any object, made from its kind's view: what it is, what belongs to it, its events, its logs, its YAML. */
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import { useMemo } from 'react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { KubeObject } from '../../shared/api/meta.ts'
import type { Pod } from '../../shared/api/types.ts'
import { absolute } from '../lib/clock.tsx'
import { openLogs } from '../shell/dock.ts'
import { Detail } from '../ui/Detail.tsx'
import type { DetailTab } from '../ui/Detail.tsx'
import { Conditions, Facts, Labels, Section } from '../ui/parts.tsx'
import type { Fact } from '../ui/parts.tsx'
import { useKey } from '../ui/useKey.ts'
import { scopeOf } from '../features/logs/scope.ts'
import { EventList } from '../features/events/EventList.tsx'
import { WorkloadUsage } from '../features/usage/Usage.tsx'
import { PodList } from '../features/pods/PodTable.tsx'
import { Actions } from './Actions.tsx'
import { addressIn } from './catalog.ts'
import { Owners } from './links.tsx'
import { usePods } from './pods.ts'
import { RelatedList } from './related.tsx'
import { StateWord } from './state.tsx'
import type { ConditionLike, KindView } from './view.ts'
import { part } from '../lib/part.ts'

const YamlTab = part(() => import('./yaml/YamlTab.tsx'))
const HistoryTab = part(() => import('./history/HistoryTab.tsx'))
const LogView = part(() => import('../features/logs/LogView.tsx'))

/** Keys that say how an object was made, and drown what a person wrote. */
const isNoise = (key: string): boolean => key === 'kubectl.kubernetes.io/last-applied-configuration'

/** What every object has: where it is, whose it is, since when, and its labels. */
export function useCommonFacts(o: KubeObject): Fact[] {
  const { t } = useTranslation()
  const { namespace, ownerReferences, creationTimestamp, labels, annotations, finalizers } = o.metadata
  const shown = Object.fromEntries(Object.entries(annotations ?? {}).filter(([k]) => !isNoise(k)))
  return [
    ...(namespace ? [[t('common.namespace'), namespace] satisfies Fact] : []),
    ...(ownerReferences?.length ? [[t('common.controlledBy'), <Owners key="o" owners={ownerReferences} namespace={namespace} />] satisfies Fact] : []),
    [t('common.created'), creationTimestamp ? absolute(creationTimestamp) : '–'],
    [t('common.labels'), <Labels key="l" values={labels} />],
    ...(Object.keys(shown).length > 0 ? [[t('common.annotations'), <Labels key="a" values={shown} />] satisfies Fact] : []),
    ...(finalizers?.length ? [[t('common.finalizers'), finalizers.join(', ')] satisfies Fact] : []),
  ]
}

function Overview<T extends KubeObject>({ view, object, pods }: { view: KindView<T>; object: T; pods: readonly Pod[] }) {
  const { t } = useTranslation()
  const common = useCommonFacts(object)
  const facts = view.cells.filter((c) => c.only !== 'list').map((c): Fact => [t(c.label), c.show?.(object) ?? (String(c.value(object)) || '–')])
  const conditions = (object as { status?: { conditions?: ConditionLike[] } }).status?.conditions
  return (
    <>
      {view.sections?.map((Part) => <Part key={Part.name} object={object} />)}
      {view.pods && !('unlisted' in view.pods) && <Section title={`${t('nav.pods')} · ${pods.length}`}><PodList pods={pods} /></Section>}
      {view.measured?.(object) && <WorkloadUsage object={object} pods={pods} />}
      <Section title={t('common.details')}><Facts facts={[...facts, ...common]} /></Section>
      {view.related?.map((r) => <RelatedList key={r.title} related={r} object={object} />)}
      {Array.isArray(conditions) && conditions.length > 0 && <Section title={t('common.conditions')}><Conditions conditions={conditions} {...(view.good ? { good: view.good } : {})} /></Section>}
    </>
  )
}

/** The logs of all its pods, in the dock. */
function WorkloadLogs({ name, namespace, scope }: { name: string; namespace: string; scope: string }) {
  const { t } = useTranslation()
  const open = (): void => openLogs(name, namespace, scope, false)
  useKey('l', open)
  return <Button variant="outlined" onClick={open}>{t('dock.open')}</Button>
}

interface Props<T extends KubeObject> {
  view: KindView<T>
  path: string
  object: T
  tab: string | undefined
  /** In place of the usual first tab. */
  overview?: ReactNode
  /** Stand before the usual ones. */
  actions?: ReactNode
}
export function KindDetail<T extends KubeObject>({ view, path, object, tab, overview, actions }: Props<T>) {
  const { t } = useTranslation()
  const { pods, between } = usePods(view.pods, object)
  const objects = useMemo(() => [object, ...between, ...pods], [object, between, pods])
  const at = addressIn(path, object.metadata)
  const scope = scopeOf(view.type.kind, object, pods)
  const leaving = object.metadata.deletionTimestamp !== undefined
  const state = leaving ? { word: 'common.terminating', level: 'working' as const } : view.state?.(object)
  const tabs: DetailTab[] = [
    { id: 'details', label: t('common.details'), content: () => overview ?? <Overview view={view} object={object} pods={pods} /> },
    ...(view.tabs?.(object) ?? []),
    { id: 'events', label: t('common.events'), content: () => <EventList objects={objects} /> },
    ...(view.pods && pods.length > 0 ? [{ id: 'logs', label: t('common.logs'), content: () => <LogView scope={scope} /> }] : []),
    { id: 'history', label: t('history.title'), content: () => <HistoryTab subject={{ type: view.type, namespace: object.metadata.namespace, name: object.metadata.name }} object={object} redact={view.redact as never} /> },
    { id: 'yaml', label: t('common.yaml'), content: () => <YamlTab type={view.type} object={object} shown={view.redact?.(object) ?? object} /> },
  ]
  return (
    <Detail
      title={object.metadata.name} path={at} back={path} tab={tab} tabs={tabs}
      status={state ? <StateWord state={state} /> : <Box />}
      actions={<Actions view={view} object={object} path={at} before={<>{view.pods && pods.length > 0 && <WorkloadLogs name={object.metadata.name} namespace={object.metadata.namespace ?? ''} scope={scope} />}{actions}</>} />}
    />
  )
}
