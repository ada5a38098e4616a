/** Kinds that need no more than a list and a plain detail: replica sets, services, config maps, secrets. */
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Typography from '@mui/material/Typography'
import { lazy, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { AnyObject, KubeObject } from '../../../shared/api/meta.ts'
import { ConfigMaps, ReplicaSets, Secrets, Services } from '../../../shared/api/resources.ts'
import type { ResourceType } from '../../../shared/api/resources.ts'
import type { ConfigMap, ReplicaSet, Secret, Service } from '../../../shared/api/types.ts'
import { useApi } from '../../cache/hooks.ts'
import type { Key } from '../../i18n/i18n.ts'
import { chosenOf } from '../../lib/address.ts'
import type { Address } from '../../lib/address.ts'
import { Age, absolute } from '../../lib/clock.tsx'
import { ActionDialog } from '../../ui/ActionDialog.tsx'
import type { Column } from '../../ui/DataTable.tsx'
import { Detail } from '../../ui/Detail.tsx'
import { Facts, Labels, Section } from '../../ui/parts.tsx'
import { ResourcePage } from '../../ui/ResourcePage.tsx'
import { say } from '../../ui/snack.tsx'
import { EventList } from '../events/EventList.tsx'

const YamlView = lazy(() => import('../../ui/YamlView.tsx'))
type Cell = [label: Key, width: string, right: boolean, value: (o: KubeObject) => string | number]
const ports = (s: Service): string => s.spec.ports?.map((p) => `${p.port}${p.targetPort !== undefined && p.targetPort !== p.port ? `→${p.targetPort}` : ''}/${p.protocol ?? 'TCP'}`).join(', ') ?? ''

const kinds: Record<string, { type: ResourceType; title: Key; empty: Key; cells: Cell[] }> = {
  replicasets: {
    type: ReplicaSets, title: 'replicasets.title', empty: 'replicasets.empty',
    cells: [
      ['replicasets.desired', '72px', true, (o) => (o as ReplicaSet).spec.replicas ?? 1], ['replicasets.current', '72px', true, (o) => (o as ReplicaSet).status?.replicas ?? 0], ['common.ready', '64px', true, (o) => (o as ReplicaSet).status?.readyReplicas ?? 0],
      ['common.controlledBy', 'minmax(140px, 2fr)', false, (o) => o.metadata.ownerReferences?.filter((r) => r.controller).map((r) => `${r.kind}/${r.name}`).join() ?? ''],
    ],
  },
  services: {
    type: Services, title: 'services.title', empty: 'services.empty',
    cells: [['common.type', '110px', false, (o) => (o as Service).spec.type ?? 'ClusterIP'], ['services.clusterIP', '130px', false, (o) => (o as Service).spec.clusterIP ?? '–'], ['services.ports', 'minmax(110px, 1fr)', false, (o) => ports(o as Service)], ['services.selector', 'minmax(120px, 1.5fr)', false, (o) => Object.entries((o as Service).spec.selector ?? {}).map(([k, v]) => `${k}=${v}`).join(', ')]],
  },
  configmaps: { type: ConfigMaps, title: 'configmaps.title', empty: 'configmaps.empty', cells: [['configmaps.keys', 'minmax(160px, 2fr)', false, (o) => Object.keys({ ...(o as ConfigMap).data, ...(o as ConfigMap).binaryData }).join(', ')]] },
  secrets: { type: Secrets, title: 'secrets.title', empty: 'secrets.empty', cells: [['common.type', 'minmax(160px, 1fr)', false, (o) => (o as Secret).type ?? ''], ['configmaps.keys', 'minmax(160px, 2fr)', false, (o) => Object.keys((o as Secret).data ?? {}).join(', ')]] },
}

/** Secrets are shown by their keys alone. */
const withoutValues = (o: KubeObject): KubeObject => {
  if (o.kind !== 'Secret') return o
  const { data, stringData: _, ...rest } = o as Secret
  const { 'kubectl.kubernetes.io/last-applied-configuration': __, ...annotations } = o.metadata.annotations ?? {}
  return { ...rest, metadata: { ...o.metadata, annotations }, data: Object.fromEntries(Object.keys(data ?? {}).map((k) => [k, '…'])) } as AnyObject
}

function LightDetail({ kind, object, tab, cells }: { kind: string; object: KubeObject; tab: string | undefined; cells: Cell[] }) {
  const { t } = useTranslation()
  const api = useApi()
  const [deleting, setDeleting] = useState(false)
  const { name, namespace = '' } = object.metadata
  const { type } = kinds[kind] ?? kinds['replicasets']!
  const objects = useMemo(() => [object], [object])
  return (
    <>
      <Detail
        title={name} path={`/${kind}/${namespace}/${name}`} back={`/${kind}`} tab={tab} status={null} actions={<Button variant="outlined" color="error" onClick={() => setDeleting(true)}>{t('action.delete')}</Button>}
        tabs={[
          {
            id: 'details', label: t('common.details'), content: () => (
              <Section title={t('common.details')}>
                <Facts facts={[[t('common.namespace'), namespace], ...cells.map(([label, , , value]): [string, string] => [t(label), String(value(object)) || '–']), [t('common.created'), object.metadata.creationTimestamp ? absolute(object.metadata.creationTimestamp) : '–'], [t('common.labels'), <Labels key="l" values={object.metadata.labels} />]]} />
                {kind === 'secrets' && <Box sx={{ mt: 3, color: 'text.secondary' }}>{t('secrets.hidden')}</Box>}
              </Section>
            ),
          },
          { id: 'events', label: t('common.events'), content: () => <EventList objects={objects} /> },
          { id: 'yaml', label: t('common.yaml'), content: () => <YamlView object={withoutValues(object)} /> },
        ]}
      />
      {deleting && (
        <ActionDialog title={`${t('action.delete')}: ${name}`} confirm={t('action.delete')} dangerous onClose={() => setDeleting(false)} run={async () => { await api.remove(type, { namespace, name }); say(t('done.deleted', { kind: type.kind, name })) }}>
          <Typography>{t('object.deleteBody', { kind: type.kind, name, namespace })}</Typography>
        </ActionDialog>
      )}
    </>
  )
}

export default function LightPage({ kind, ...address }: Address & { kind: string }) {
  const { t } = useTranslation()
  const { type, title, empty, cells } = kinds[kind] ?? kinds['replicasets']!
  const columns = useMemo<Column<KubeObject>[]>(() => [
    { id: 'name', label: t('common.name'), width: 'minmax(150px, 2fr)', value: (o) => o.metadata.name },
    { id: 'namespace', label: t('common.namespace'), width: 'minmax(90px, 1fr)', value: (o) => o.metadata.namespace ?? '' },
    ...cells.map(([label, width, right, value]) => ({ id: label, label: t(label), width, right, value })),
    { id: 'age', label: t('common.age'), width: '64px', right: true, value: (o) => -Date.parse(o.metadata.creationTimestamp ?? ''), render: (o) => <Age time={o.metadata.creationTimestamp} /> },
  ], [t, cells])
  return <ResourcePage type={type} title={t(title)} path={`/${kind}`} columns={columns} empty={t(empty)} chosen={chosenOf(address)} detail={(o) => <LightDetail key={o.metadata.uid} kind={kind} object={o} tab={address.tab} cells={cells} />} />
}
