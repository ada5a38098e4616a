import Button from '@mui/material/Button'
import Box from '@mui/material/Box'
import Typography from '@mui/material/Typography'
import { lazy, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Pods } from '../../../shared/api/resources.ts'
import type { Container, ContainerStatus, Pod } from '../../../shared/api/types.ts'
import { useApi } from '../../cache/hooks.ts'
import { Age, absolute } from '../../lib/clock.tsx'
import { ActionDialog } from '../../ui/ActionDialog.tsx'
import { Detail } from '../../ui/Detail.tsx'
import { Conditions, Facts, Go, Labels, Mono, Section } from '../../ui/parts.tsx'
import type { Fact } from '../../ui/parts.tsx'
import { say } from '../../ui/snack.tsx'
import { StatusWord } from '../../ui/status.tsx'
import { openInDock } from '../../shell/dock.ts'
import { useKey } from '../../ui/useKey.ts'
import type { Level } from '../../theme/theme.ts'
import { EventList } from '../events/EventList.tsx'
import { podRow, stateWord } from './model.ts'

const YamlView = lazy(() => import('../../ui/YamlView.tsx'))
const LogView = lazy(() => import('../logs/LogView.tsx'))

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
      {now.message !== '' && <Box role="note" sx={{ mb: 2, color: 'level.failed', overflowWrap: 'anywhere' }}>{now.message}</Box>}
      <Facts facts={facts} />
    </Box>
  )
}

function Overview({ pod }: { pod: Pod }) {
  const { t } = useTranslation()
  const { metadata, spec, status } = pod
  const owner = metadata.ownerReferences?.find((o) => o.controller)
  const facts: Fact[] = [
    [t('common.namespace'), metadata.namespace],
    [t('common.node'), spec.nodeName ? <Go key="n" to={`/nodes/${spec.nodeName}`}>{spec.nodeName}</Go> : t('pods.notScheduled')],
    [t('pods.ip'), status?.podIP ?? '–'],
    [t('common.created'), metadata.creationTimestamp ? absolute(metadata.creationTimestamp) : '–'],
    [t('pods.qos'), status?.qosClass ?? '–'],
    [t('common.labels'), <Labels key="l" values={metadata.labels} />],
  ]
  if (owner) facts.push([t('common.controlledBy'), owner.kind === 'ReplicaSet' ? <Go key="o" to={`/replicasets/${metadata.namespace ?? ''}/${owner.name}`}>{`${owner.kind}/${owner.name}`}</Go> : `${owner.kind}/${owner.name}`])
  const part = (list: Container[] | undefined, statuses: ContainerStatus[] | undefined) => list?.map((c) => <ContainerPart key={c.name} container={c} status={statuses?.find((s) => s.name === c.name)} />)
  return (
    <>
      {(status?.message ?? '') !== '' && <Section title={t('common.message')}><Typography>{status?.message}</Typography></Section>}
      <Section title={t('pods.containers')}>{part(spec.containers, status?.containerStatuses)}</Section>
      {(spec.initContainers?.length ?? 0) > 0 && <Section title={t('pods.initContainers')}>{part(spec.initContainers, status?.initContainerStatuses)}</Section>}
      <Section title={t('common.details')}><Facts facts={facts} /></Section>
      <Section title={t('common.conditions')}><Conditions conditions={status?.conditions} /></Section>
    </>
  )
}

export function PodDetail({ pod, tab }: { pod: Pod; tab: string | undefined }) {
  const { t } = useTranslation()
  const api = useApi()
  const [deleting, setDeleting] = useState(false)
  const { name, namespace = '' } = pod.metadata
  const path = `/pods/${namespace}/${name}`
  useKey('l', () => openInDock({ namespace, name }))
  useKey('Delete', () => setDeleting(true))
  const query = useMemo(() => ({ pods: [`${namespace}/${name}`] }), [namespace, name])
  const objects = useMemo(() => [pod], [pod])
  const row = podRow(pod)
  const owner = pod.metadata.ownerReferences?.find((o) => o.controller)
  return (
    <>
      <Detail
        title={name} path={path} back="/pods" tab={tab} status={<StatusWord level={row.level}>{row.word}</StatusWord>}
        actions={
          <>
            <Button variant="outlined" onClick={() => openInDock({ namespace, name })}>{t('dock.open')}</Button>
            <Button variant="outlined" color="error" onClick={() => setDeleting(true)}>{t('action.delete')}</Button>
          </>
        }
        tabs={[
          { id: 'details', label: t('common.details'), content: () => <Overview pod={pod} /> },
          { id: 'events', label: t('common.events'), content: () => <EventList objects={objects} /> },
          { id: 'logs', label: t('common.logs'), content: () => <LogView query={query} /> },
          { id: 'yaml', label: t('common.yaml'), content: () => <YamlView object={pod} /> },
        ]}
      />
      {deleting && (
        <ActionDialog
          title={`${t('action.delete')}: ${name}`} confirm={t('action.delete')} dangerous onClose={() => setDeleting(false)}
          run={async () => { await api.remove(Pods, { namespace, name }); say(t('done.deleted', { kind: 'Pod', name })) }}
        >
          <Typography>{t('pods.deleteBody', { name, namespace })}</Typography>
          {owner && <Typography color="textSecondary">{t('pods.deleteOwned', { owner: `${owner.kind} ${owner.name}` })}</Typography>}
        </ActionDialog>
      )}
    </>
  )
}
