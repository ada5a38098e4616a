/** Defaults of Jobs, and the labels by which a Job knows its pods. Source: batch/v1 defaulting of Kubernetes. */
import type { Job, JobSpec } from '../../../../shared/api/types.ts'
import { podSpecDefaults } from './pod.ts'

const BACKOFF_LIMIT = 6
const MAX_INT32 = 2_147_483_647

export function jobSpecDefaults(spec: JobSpec): void {
  // A Job that says neither runs one pod; one that says only how many at once is a work queue.
  if (spec.completions === undefined && spec.parallelism === undefined) spec.completions = 1
  spec.parallelism ??= 1
  // Indexes have limits of their own then.
  spec.backoffLimit ??= spec.backoffLimitPerIndex === undefined ? BACKOFF_LIMIT : MAX_INT32
  spec.completionMode ||= 'NonIndexed'
  spec.suspend ??= false
  spec.manualSelector ??= false
  spec.podReplacementPolicy ||= spec.podFailurePolicy ? 'Failed' : 'TerminatingOrFailed'
  for (const rule of spec.podFailurePolicy?.rules ?? []) for (const pattern of rule.onPodConditions ?? []) pattern.status ||= 'True'
  if (spec.template?.spec) podSpecDefaults(spec.template.spec)
}

export function jobDefaults(draft: Job): void {
  if (!draft.spec) return
  jobSpecDefaults(draft.spec)
  const labels = draft.spec.template?.metadata?.labels
  if (labels && Object.keys(draft.metadata.labels ?? {}).length === 0) draft.metadata.labels = { ...labels }
}

const MAX_LABEL = 63
export const CONTROLLER_UID = 'batch.kubernetes.io/controller-uid'
export const JOB_NAME = 'batch.kubernetes.io/job-name'

/**
 * Unless the user chose a selector: the Job's uid, on the selector and on the template, and, as what is read from the store has its
 * defaults, on a Job without labels of its own. The names without a domain are of old.
 */
export function generateSelector(draft: Job): void {
  const { spec, metadata } = draft
  if (!spec?.template || spec.manualSelector) return
  const { uid = '', name } = metadata
  spec.template.metadata = {
    ...spec.template.metadata,
    labels: { ...spec.template.metadata?.labels, 'controller-uid': uid, [CONTROLLER_UID]: uid, ...(name.length <= MAX_LABEL ? { 'job-name': name, [JOB_NAME]: name } : {}) },
  }
  if (Object.keys(metadata.labels ?? {}).length === 0) metadata.labels = { ...spec.template.metadata.labels }
  spec.selector = { ...spec.selector, matchLabels: { ...spec.selector?.matchLabels, [CONTROLLER_UID]: uid } }
}
