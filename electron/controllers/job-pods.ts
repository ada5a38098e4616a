/** The pods of a Job: how they are made, told apart and timed. Pure. */
import type { Draft } from '../../shared/api/meta.ts'
import type { Container, Job, Pod } from '../../shared/api/types.ts'
import { controllerReference } from '../client/index.ts'
import { isTerminated, podCondition } from './pods.ts'

/** Held on each pod until its end has been counted, so that none is lost to a deletion. */
export const TRACKING_FINALIZER = 'batch.kubernetes.io/job-tracking'
/** Annotation and label of the pods of indexed Jobs. */
export const COMPLETION_INDEX = 'batch.kubernetes.io/job-completion-index'
/** Annotation, under a limit for each index: how often the index has failed before this pod. */
export const INDEX_FAILURES = 'batch.kubernetes.io/job-index-failure-count'
const INDEX_VARIABLE = 'JOB_COMPLETION_INDEX'
const FIRST_BACKOFF_MS = 10_000
const MAX_BACKOFF_MS = 600_000

export const isIndexed = (job: Job): boolean => job.spec.completionMode === 'Indexed'
export const hasIndexLimit = (job: Job): boolean => isIndexed(job) && job.spec.backoffLimitPerIndex !== undefined
const onlyReplacesFailed = (job: Job): boolean => job.spec.podReplacementPolicy === 'Failed'

export function indexOf(pod: Pod): number | undefined {
  const text = pod.metadata.annotations?.[COMPLETION_INDEX]
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined
}
export const indexFailures = (pod: Pod): number => Number(pod.metadata.annotations?.[INDEX_FAILURES] ?? 0) || 0
export const isTracked = (pod: Pod): boolean => pod.metadata.finalizers?.includes(TRACKING_FINALIZER) ?? false
export const isTerminating = (pod: Pod): boolean => pod.metadata.deletionTimestamp !== undefined && !isTerminated(pod)
/** A pod that is being deleted may never say that it failed; unless the Job waits for that, it counts as failed. One whose kubelet is through with it does so in any case. */
export function hasFailed(job: Job, pod: Pod): boolean {
  if (pod.status?.phase === 'Failed') return true
  if (!isTerminating(pod)) return false
  return !onlyReplacesFailed(job) || pod.metadata.deletionGracePeriodSeconds === 0
}

/** When it ended, in ms since 1970. */
export function endOf(pod: Pod, now: number): number {
  const ends = [...(pod.status?.containerStatuses ?? []), ...(pod.status?.initContainerStatuses ?? [])].flatMap((c) => (c.state?.terminated?.finishedAt ? [Date.parse(c.state.terminated.finishedAt)] : []))
  if (ends.length) return Math.max(...ends)
  const told = podCondition(pod, 'Ready')?.lastTransitionTime ?? pod.metadata.deletionTimestamp
  return told ? Date.parse(told) : now
}
/** The wait after so many failures in a row: 10 s, doubling to 10 min. */
export const backoffMs = (failures: number): number => (failures <= 0 ? 0 : Math.min(FIRST_BACKOFF_MS * 2 ** Math.min(failures - 1, 20), MAX_BACKOFF_MS))

const withIndexVariable = (container: Container): Container =>
  container.env?.some((e) => e.name === INDEX_VARIABLE) ? container
    : { ...container, env: [...(container.env ?? []), { name: INDEX_VARIABLE, valueFrom: { fieldRef: { fieldPath: `metadata.annotations['${COMPLETION_INDEX}']` } } }] }

/** The pod for an index, or any pod of a Job without them. */
export function jobPod(job: Job, index?: number, failures = 0): Draft<Pod> {
  const { metadata, spec = { containers: [] } } = job.spec.template
  const { name, namespace } = job.metadata
  const common = {
    ...(namespace ? { namespace } : {}),
    finalizers: [...(metadata?.finalizers ?? []), TRACKING_FINALIZER],
    ownerReferences: [controllerReference(job)],
  }
  if (index === undefined) return { metadata: { ...common, generateName: `${name}-`, labels: { ...metadata?.labels }, annotations: { ...metadata?.annotations } }, spec }
  return {
    metadata: {
      ...common, generateName: `${name}-${index}-`,
      labels: { ...metadata?.labels, [COMPLETION_INDEX]: String(index) },
      annotations: { ...metadata?.annotations, [COMPLETION_INDEX]: String(index), ...(hasIndexLimit(job) ? { [INDEX_FAILURES]: String(failures) } : {}) },
    },
    spec: {
      ...spec, hostname: `${name}-${index}`.slice(0, 63).replace(/[-.]+$/, ''), containers: spec.containers.map(withIndexVariable),
      ...(spec.initContainers ? { initContainers: spec.initContainers.map(withIndexVariable) } : {}),
    },
  }
}
