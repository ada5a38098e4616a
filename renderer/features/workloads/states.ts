/** Each workload's state in a word, and what it runs. */
import type { CronJob, DaemonSet, Deployment, HorizontalPodAutoscaler, Job, PodDisruptionBudget, PodTemplateSpec, StatefulSet } from '../../../shared/api/types.ts'
import type { State } from '../../kinds/view.ts'

const rolling: State = { word: 'deployments.status.rolling', level: 'working' }
const complete: State = { word: 'deployments.status.complete', level: 'ok' }
const zero: State = { word: 'deployments.status.zero', level: 'waiting' }
type Conditions = { type: string; status: string; reason?: string }[] | undefined
const has = (conditions: Conditions, type: string, status = 'True'): boolean => conditions?.some((c) => c.type === type && c.status === status) ?? false
/** Its pods cannot be made, or not be removed: a quota, an admission webhook, a service account that is not there. */
function refusal(conditions: Conditions): State | undefined {
  const condition = conditions?.find((c) => c.type === 'ReplicaFailure' && c.status === 'True')
  return condition && { word: condition.reason || condition.type, level: 'failed' }
}
const behind = (o: { metadata: { generation?: number }; status?: { observedGeneration?: number } | undefined }): boolean => (o.status?.observedGeneration ?? 0) < (o.metadata.generation ?? 0)

export function deploymentState(d: Deployment): State {
  const want = d.spec.replicas ?? 1
  const s = d.status ?? {}
  const refused = refusal(s.conditions)
  if (refused) return refused
  if (has(s.conditions, 'Progressing', 'False')) return { word: 'deployments.status.stalled', level: 'failed' }
  if (d.spec.paused) return { word: 'deployments.status.paused', level: 'waiting' }
  if (behind(d)) return rolling
  if (want === 0 && !s.replicas) return zero
  const rolled = (s.updatedReplicas ?? 0) >= want && (s.replicas ?? 0) <= (s.updatedReplicas ?? 0) && (s.availableReplicas ?? 0) >= want
  return rolled ? complete : rolling
}
export function statefulSetState(x: StatefulSet): State {
  const want = x.spec.replicas ?? 1
  const s = x.status
  if (behind(x)) return rolling
  if (want === 0 && !s?.replicas) return zero
  const whole = x.spec.updateStrategy?.type !== 'OnDelete' && !x.spec.updateStrategy?.rollingUpdate?.partition
  return (s?.readyReplicas ?? 0) >= want && (!whole || s?.updateRevision === s?.currentRevision) ? complete : rolling
}
export function daemonSetState(x: DaemonSet): State {
  const s = x.status
  const want = s?.desiredNumberScheduled ?? 0
  if (behind(x)) return rolling
  const updated = x.spec.updateStrategy?.type === 'OnDelete' || (s?.updatedNumberScheduled ?? 0) >= want
  return (s?.numberAvailable ?? s?.numberReady ?? 0) >= want && updated ? complete : rolling
}
/** Kubernetes' own words, as kubectl prints them. */
export function jobState(j: Job): State {
  const c = j.status?.conditions
  if (has(c, 'Complete')) return { word: 'Complete', level: 'ok' }
  if (has(c, 'Failed')) return { word: 'Failed', level: 'failed' }
  if (has(c, 'Suspended') || j.spec.suspend) return { word: 'Suspended', level: 'waiting' }
  if (has(c, 'FailureTarget')) return { word: 'FailureTarget', level: 'warning' }
  return { word: 'Running', level: (j.status?.failed ?? 0) > 0 ? 'warning' : 'working' }
}
export const cronJobState = (c: CronJob): State =>
  c.spec.suspend ? { word: 'Suspended', level: 'waiting' } : (c.status?.active?.length ?? 0) > 0 ? { word: 'cronjobs.active', level: 'working' } : { word: 'cronjobs.scheduled', level: 'ok' }
/** Of a set that only keeps a number of pods alive. */
export function keeperState(o: { spec: { replicas?: number }; status?: { readyReplicas?: number; replicas?: number; conditions?: Conditions } }): State {
  const refused = refusal(o.status?.conditions)
  if (refused) return refused
  const want = o.spec.replicas ?? 1
  if (want === 0 && !o.status?.replicas) return zero
  return (o.status?.readyReplicas ?? 0) >= want ? { word: 'common.ready', level: 'ok' } : { word: 'replicasets.growing', level: 'working' }
}
export function autoscalerState(h: HorizontalPodAutoscaler): State {
  const off = h.status?.conditions?.find((c) => c.type !== 'ScalingLimited' && c.status === 'False')
  if (off) return { word: off.reason ?? off.type, level: off.reason === 'ScalingDisabled' ? 'waiting' : 'warning' }
  return h.status?.conditions?.length ? { word: 'autoscalers.active', level: 'ok' } : { word: 'autoscalers.waiting', level: 'waiting' }
}
export const budgetState = (b: PodDisruptionBudget): State =>
  (b.status?.currentHealthy ?? 0) < (b.status?.desiredHealthy ?? 0) ? { word: 'budgets.short', level: 'failed' } : (b.status?.disruptionsAllowed ?? 0) > 0 ? { word: 'budgets.room', level: 'ok' } : { word: 'budgets.full', level: 'warning' }

export const imagesOf = (o: { spec: { template?: PodTemplateSpec } }): string => o.spec.template?.spec?.containers.map((c) => c.image).join(', ') ?? ''
