/** What needs a look: workloads, claims and pods that are not as they were asked for, each with the cluster's reason. */
import Box from '@mui/material/Box'
import { useEffect, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { KubeObject } from '../../../shared/api/meta.ts'
import type { ResourceType } from '../../../shared/api/resources.ts'
import type { Event } from '../../../shared/api/types.ts'
import { DaemonSets, Deployments, Jobs, PersistentVolumeClaims, Pods, ReplicaSets, ReplicationControllers, StatefulSets } from '../../../shared/api/resources.ts'
import { useResource, useValue } from '../../cache/hooks.ts'
import { nameOf } from '../../kinds/catalog.ts'
import { ObjectLink } from '../../kinds/links.tsx'
import { StateWord } from '../../kinds/state.tsx'
import { counts } from '../../kinds/useServed.ts'
import type { State } from '../../kinds/view.ts'
import { Said } from '../../ui/Said.tsx'
import { podRow } from '../pods/model.ts'
import { claimState } from '../storage/states.ts'
import { daemonSetState, deploymentState, jobState, keeperState, statefulSetState } from '../workloads/states.ts'
import { byObject, nextJudgement, troublesOf } from './troubles.ts'
import type { Watched } from './troubles.ts'

const MOST = 12

/** The objects of a kind with their states; watched only where there are any. */
export function useStates<T extends KubeObject>(type: ResourceType<T>, namespace: string, state: (o: T) => State): Watched[] {
  const known = useValue(counts)
  const { items } = useResource(type, { namespace, active: (known[nameOf(type)] ?? 0) > 0 })
  return useMemo(() => items.map((object) => ({ object, state: state(object) })), [items, state])
}
export function useWorkloads(namespace: string): { type: ResourceType; all: Watched[] }[] {
  const deployments = useStates(Deployments, namespace, deploymentState)
  const statefulSets = useStates(StatefulSets, namespace, statefulSetState)
  const daemonSets = useStates(DaemonSets, namespace, daemonSetState)
  const jobs = useStates(Jobs, namespace, jobState)
  const claims = useStates(PersistentVolumeClaims, namespace, claimState)
  const pods = useStates(Pods, namespace, podRow)
  return useMemo(() => [{ type: Deployments, all: deployments }, { type: StatefulSets, all: statefulSets }, { type: DaemonSets, all: daemonSets }, { type: Jobs, all: jobs }, { type: PersistentVolumeClaims, all: claims }, { type: Pods, all: pods }], [deployments, statefulSets, daemonSets, jobs, claims, pods])
}

const standsAlone = ({ object }: Watched): boolean => !object.metadata.ownerReferences?.some((r) => r.controller)
/** Now, and again when the next of them is to be judged anew. */
function useNow(all: readonly Watched[]): number {
  const [now, setNow] = useState(() => Date.now())
  const next = useMemo(() => nextJudgement(all, now), [all, now])
  useEffect(() => {
    if (next === undefined) return undefined
    const timer = setTimeout(() => setNow(Date.now()), Math.max(0, next - Date.now()) + 1)
    return () => clearTimeout(timer)
  }, [next])
  return now
}

interface Props {
  workloads: readonly { type: ResourceType; all: readonly Watched[] }[]
  namespace: string
  events: readonly Event[]
}
export function Troubles({ workloads, namespace, events }: Props) {
  const { t } = useTranslation()
  // Those of a deployment say what is wrong by it.
  const replicaSets = useStates(ReplicaSets, namespace, keeperState)
  const replicationControllers = useStates(ReplicationControllers, namespace, keeperState)
  const all = useMemo(() => [...workloads.flatMap((w) => w.all), ...[...replicaSets, ...replicationControllers].filter(standsAlone)], [workloads, replicaSets, replicationControllers])
  const about = useMemo(() => byObject(events), [events])
  const now = useNow(all)
  const troubles = useMemo(() => troublesOf(all, about, now), [all, about, now])
  if (troubles.length === 0) return <Box sx={{ color: 'text.secondary' }}>{t('overview.noTroubles')}</Box>
  return (
    <Box component="ul" sx={{ m: 0, p: 0, listStyle: 'none', display: 'grid', gap: 2 }}>
      {troubles.slice(0, MOST).map(({ object: o, state, reason }) => (
        <Box component="li" key={o.metadata.uid} sx={{ display: 'grid', gridTemplateColumns: 'minmax(0, 1fr) minmax(0, 1.6fr)', columnGap: 3, '& > *': { minWidth: 0, overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }, '& > .reason': { gridColumn: '1 / -1', pl: 4.5, color: 'text.secondary', whiteSpace: 'normal', overflowWrap: 'anywhere', display: '-webkit-box', WebkitBoxOrient: 'vertical', WebkitLineClamp: '2' } }}>
          <StateWord state={state} />
          <Box><ObjectLink apiVersion={o.apiVersion} kind={o.kind} name={o.metadata.name} namespace={o.metadata.namespace}>{o.kind} {o.metadata.name}</ObjectLink></Box>
          {reason !== '' && <Box className="reason"><Said text={reason} /></Box>}
        </Box>
      ))}
      {troubles.length > MOST && <Box component="li" sx={{ color: 'text.secondary' }}>{t('common.shown', { shown: MOST, total: troubles.length })}</Box>}
    </Box>
  )
}
