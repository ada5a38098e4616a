import Button from '@mui/material/Button'
import Box from '@mui/material/Box'
import Typography from '@mui/material/Typography'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { Container, ContainerStatus, Pod } from '../../../shared/api/types.ts'
import { KindDetail, useCommonFacts } from '../../kinds/KindDetail.tsx'
import { ObjectLink } from '../../kinds/links.tsx'
import type { KindView } from '../../kinds/view.ts'
import { Age } from '../../lib/clock.tsx'
import { Conditions, Facts, Go, Mono, Section } from '../../ui/parts.tsx'
import { Said } from '../../ui/Said.tsx'
import type { Fact } from '../../ui/parts.tsx'
import { StatusWord } from '../../ui/status.tsx'
import { openLogs, openTerminal } from '../../shell/dock.ts'
import { useKey } from '../../ui/useKey.ts'
import type { Level } from '../../theme/theme.ts'
import { podsQuery } from '../logs/edit.ts'
import { PodUsage } from '../usage/Usage.tsx'
import { stateWord } from './model.ts'
import { view as podView } from './view.ts'
import { WhyTab } from './why/WhyTab.tsx'
import { part } from '../../lib/part.ts'

const LogView = part(() => import('../logs/LogView.tsx'))

const levelOf = (s: ContainerStatus | undefined): Level => {
  if (s?.state?.running) return s.ready ? 'ok' : 'working'
  if (s?.state?.terminated) return s.state.terminated.exitCode === 0 ? 'ok' : 'failed'
  const reason = s?.state?.waiting?.reason ?? ''
  if (reason.includes('Image')) return 'warning'
  return reason !== '' && !['ContainerCreating', 'PodInitializing'].includes(reason) ? 'failed' : 'waiting'
}
const amounts = (a: Record<string, string> | undefined): string => Object.entries(a ?? {}).map(([k, v]) => `${k} ${v}`).join(', ')

function ContainerPart({ container, status }: { container: Container; status: ContainerStatus | undefined }) {
  const { t } = useTranslation()
  const now = stateWord(status?.state)
  const last = status?.lastState?.terminated
  const facts: Fact[] = [
    [t('common.image'), <Mono key="i">{container.image}</Mono>],
    [t('pods.restarts'), String(status?.restartCount ?? 0)],
  ]
  if (last) facts.push([t('pods.lastState'), `${last.reason ?? 'Terminated'}, ${t('pods.exitCode', { code: last.exitCode })}`])
  if (container.ports?.length) facts.push([t('pods.ports'), container.ports.map((p) => `${p.containerPort}/${p.protocol ?? 'TCP'}`).join(', ')])
  if (container.resources?.requests) facts.push([t('pods.requests'), amounts(container.resources.requests)])
  if (container.resources?.limits) facts.push([t('pods.limits'), amounts(container.resources.limits)])
  return (
    <Box sx={{ mb: 4, '&:last-child': { mb: 0 } }}>
      <Box sx={{ display: 'flex', gap: 3, mb: 1.5 }}>
        <Box sx={{ fontWeight: 600, flex: 1, minWidth: 0, overflowWrap: 'anywhere' }}>{container.name}</Box>
        <StatusWord level={levelOf(status)}>{now.word}</StatusWord>
        {now.since && <Box sx={{ color: 'text.secondary' }}><Age time={now.since} /></Box>}
      </Box>
      {now.message !== '' && <Box role="note" sx={{ mb: 2, color: ['failed', 'warning'].includes(levelOf(status)) ? 'level.failed' : 'text.secondary', overflowWrap: 'anywhere' }}><Said text={now.message} /></Box>}
      <Facts facts={facts} />
    </Box>
  )
}

function Overview({ pod }: { pod: Pod }) {
  const { t } = useTranslation()
  const { spec, status } = pod
  const common = useCommonFacts(pod)
  const facts: Fact[] = [
    [t('common.node'), spec.nodeName ? <Go key="n" to={`/nodes/${spec.nodeName}`}>{spec.nodeName}</Go> : t('pods.notScheduled')],
    [t('pods.ip'), status?.podIP ?? '–'],
    [t('pods.qos'), status?.qosClass ?? '–'],
    ...(['requests', 'limits'] as const).flatMap((which): Fact[] => (Object.keys(spec.resources?.[which] ?? {}).length > 0 ? [[t(`pods.whole.${which}`), amounts(spec.resources?.[which])]] : [])),
    [t('pods.serviceAccount'), <ObjectLink key="a" apiVersion="v1" kind="ServiceAccount" namespace={pod.metadata.namespace} name={spec.serviceAccountName ?? 'default'}>{spec.serviceAccountName ?? 'default'}</ObjectLink>],
    ...common,
  ]
  const part = (list: Container[] | undefined, statuses: ContainerStatus[] | undefined) => list?.map((c) => <ContainerPart key={c.name} container={c} status={statuses?.find((s) => s.name === c.name)} />)
  return (
    <>
      {(status?.message ?? '') !== '' && <Section title={t('common.message')}><Typography><Said text={status?.message ?? ''} /></Typography></Section>}
      <Section title={t('pods.containers')}>{part(spec.containers, status?.containerStatuses)}</Section>
      {(spec.initContainers?.length ?? 0) > 0 && <Section title={t('pods.initContainers')}>{part(spec.initContainers, status?.initContainerStatuses)}</Section>}
      <PodUsage object={pod} />
      <Section title={t('common.details')}><Facts facts={facts} /></Section>
      <Section title={t('common.conditions')}><Conditions conditions={status?.conditions} /></Section>
    </>
  )
}

/** Those that run, in the pod's order; sidecars are among the init containers. */
const running = ({ spec, status }: Pod): string[] => {
  const up = new Set([...(status?.containerStatuses ?? []), ...(status?.initContainerStatuses ?? []), ...(status?.ephemeralContainerStatuses ?? [])].filter((s) => s.state?.running).map((s) => s.name))
  return [...spec.containers, ...(spec.initContainers ?? []), ...(spec.ephemeralContainers ?? [])].map((c) => c.name).filter((name) => up.has(name))
}

export function PodDetail({ pod, tab }: { pod: Pod; tab: string | undefined }) {
  const { t } = useTranslation()
  const { name, namespace = '' } = pod.metadata
  const containers = running(pod)
  const scope = podsQuery([{ namespace, pod: name }])
  const logs = (): void => openLogs(name, namespace, scope, true)
  const open = (attach: boolean): void => openTerminal({ namespace, pod: name, containers, container: containers[0] ?? '', attach })
  useKey('l', logs)
  useKey('s', () => { if (containers.length > 0) open(false) })
  const view = useMemo<KindView<Pod>>(() => ({ ...podView, tabs: () => [{ id: 'logs', label: t('common.logs'), content: () => <LogView scope={scope} single /> }, { id: 'why', label: t(pod.spec.nodeName ? 'why.tab' : 'why.tabPending'), content: () => <WhyTab pod={pod} /> }] }), [t, scope, pod])
  return (
    <KindDetail
      view={view} path="/pods" object={pod} tab={tab} overview={<Overview pod={pod} />}
      actions={
        <>
          <Button variant="outlined" onClick={logs}>{t('dock.open')}</Button>
          {containers.length > 0 && <Button variant="outlined" onClick={() => open(false)}>{t('action.shell')}</Button>}
          {containers.length > 0 && <Button variant="outlined" onClick={() => open(true)}>{t('action.attach')}</Button>}
        </>
      }
    />
  )
}
