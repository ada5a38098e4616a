import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import { lazy, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Pods, ReplicaSets } from '../../../shared/api/resources.ts'
import type { Deployment, ReplicaSet } from '../../../shared/api/types.ts'
import { useResource } from '../../cache/hooks.ts'
import { Age, absolute } from '../../lib/clock.tsx'
import { Detail } from '../../ui/Detail.tsx'
import { Conditions, Facts, Go, Labels, Mono, Section } from '../../ui/parts.tsx'
import { StatusWord } from '../../ui/status.tsx'
import { useKey } from '../../ui/useKey.ts'
import { EventList } from '../events/EventList.tsx'
import { PodList } from '../pods/PodTable.tsx'
import { DeploymentAction } from './actions.tsx'
import type { ActionName } from './actions.tsx'
import { deploymentStatus, ownedBy } from './model.ts'

const YamlView = lazy(() => import('../../ui/YamlView.tsx'))
const LogView = lazy(() => import('../logs/LogView.tsx'))
const revision = (o: Deployment | ReplicaSet): number => Number(o.metadata.annotations?.['deployment.kubernetes.io/revision'] ?? 0)

export function DeploymentDetail({ deployment: d, tab }: { deployment: Deployment; tab: string | undefined }) {
  const { t } = useTranslation()
  const { name, namespace = '' } = d.metadata
  const [action, setAction] = useState<ActionName>()
  const allSets = useResource(ReplicaSets, { namespace }).items
  const allPods = useResource(Pods, { namespace }).items
  const sets = useMemo(() => ownedBy(allSets, d).sort((a, b) => revision(b) - revision(a)), [allSets, d])
  const pods = useMemo(() => sets.flatMap((s) => ownedBy(allPods, s)), [allPods, sets])
  const objects = useMemo(() => [d, ...sets], [d, sets])
  const podNames = pods.map((p) => `${namespace}/${p.metadata.name}`).sort().join(' ')
  const query = useMemo(() => ({ pods: podNames.split(' ') }), [podNames])
  useKey('Delete', () => setAction('delete'))
  const { word, level } = deploymentStatus(d)
  const strategy = d.spec.strategy?.type ?? 'RollingUpdate'
  return (
    <>
      <Detail
        title={name} path={`/deployments/${namespace}/${name}`} back="/deployments" tab={tab} status={<StatusWord level={level}>{t(word)}</StatusWord>}
        actions={
          <>
            <Button variant="outlined" onClick={() => setAction('scale')}>{t('action.scale')}</Button>
            <Button variant="outlined" onClick={() => setAction('restart')}>{t('action.restart')}</Button>
            <Button variant="outlined" onClick={() => setAction('image')}>{t('action.editImage')}</Button>
            <Button variant="outlined" color="error" onClick={() => setAction('delete')}>{t('action.delete')}</Button>
          </>
        }
        tabs={[
          {
            id: 'details', label: t('common.details'), content: () => (
              <>
                <Section title={`${t('deployments.pods')} · ${pods.length}`}><PodList pods={pods} /></Section>
                <Section title={t('common.details')}>
                  <Facts facts={[
                    [t('common.namespace'), namespace], [t('deployments.replicas'), `${d.status?.readyReplicas ?? 0} / ${d.spec.replicas ?? 1}`],
                    [t('common.image'), d.spec.template.spec?.containers.map((c) => <Box key={c.name}><Mono>{c.image}</Mono></Box>)],
                    [t('deployments.strategy'), strategy], [t('common.created'), d.metadata.creationTimestamp ? absolute(d.metadata.creationTimestamp) : '–'], [t('common.labels'), <Labels key="l" values={d.metadata.labels} />],
                  ]} />
                </Section>
                <Section title={t('deployments.replicaSets')}>
                  {sets.length === 0 && <Box sx={{ color: 'text.secondary' }}>{t('common.none')}</Box>}
                  {sets.map((s) => (
                    <Box key={s.metadata.uid} sx={{ display: 'grid', gridTemplateColumns: '1fr auto auto 56px', gap: 3, py: 1, fontVariantNumeric: 'tabular-nums' }}>
                      <Go to={`/replicasets/${namespace}/${s.metadata.name}`}>{s.metadata.name}</Go>
                      <Box sx={{ color: 'text.secondary' }}>{t('deployments.revision')} {revision(s)}</Box>
                      <span>{s.status?.readyReplicas ?? 0}/{s.spec.replicas ?? 0}</span>
                      <Box sx={{ textAlign: 'right', color: 'text.secondary' }}><Age time={s.metadata.creationTimestamp} /></Box>
                    </Box>
                  ))}
                </Section>
                <Section title={t('common.conditions')}><Conditions conditions={d.status?.conditions} good={(type) => (type === 'ReplicaFailure' ? 'False' : 'True')} /></Section>
              </>
            ),
          },
          { id: 'events', label: t('common.events'), content: () => <EventList objects={objects} /> },
          ...(pods.length > 0 ? [{ id: 'logs', label: t('common.logs'), content: () => <LogView query={query} /> }] : []),
          { id: 'yaml', label: t('common.yaml'), content: () => <YamlView object={d} /> },
        ]}
      />
      {action && <DeploymentAction action={action} deployment={d} replicaSets={sets.length} pods={pods.length} onClose={() => setAction(undefined)} />}
    </>
  )
}
