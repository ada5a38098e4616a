/** Jobs. */
import type { Job, JobSpec } from '../../../../shared/api/types.ts'
import type { FieldError } from '../../../../shared/errors.ts'
import { field } from '../../../../shared/errors.ts'
import { labelSelectorMatches } from '../../../../shared/selectors.ts'
import { CONTROLLER_UID } from '../defaults/job.ts'
import type { Errors } from './common.ts'
import { nonNegative, optionalOneOf } from './common.ts'
import { podFailurePolicy, successPolicy } from './job-policy.ts'
import { annotations, labels, labelSelector } from './metadata.ts'
import { podSpec } from './pod-spec.ts'

const MAX_PARALLEL_INDEXED = 100_000

/** The spec of a Job or of a CronJob's template, all but its selector. */
export function jobSpec(errors: Errors, path: string, spec: JobSpec): void {
  for (const name of ['parallelism', 'completions', 'activeDeadlineSeconds', 'backoffLimit', 'ttlSecondsAfterFinished', 'backoffLimitPerIndex', 'maxFailedIndexes'] as const) nonNegative(errors, `${path}.${name}`, spec[name])
  optionalOneOf(errors, `${path}.completionMode`, spec.completionMode, ['Indexed', 'NonIndexed'])
  optionalOneOf(errors, `${path}.podReplacementPolicy`, spec.podReplacementPolicy, ['Failed', 'TerminatingOrFailed'])
  if (spec.completionMode === 'Indexed') {
    if (spec.completions === undefined) errors.push(field.required(`${path}.completions`, 'when completion mode is Indexed'))
    if ((spec.parallelism ?? 0) > MAX_PARALLEL_INDEXED) errors.push(field.invalid(`${path}.parallelism`, spec.parallelism, `must be less than or equal to ${MAX_PARALLEL_INDEXED} when completion mode is Indexed`))
  } else if (spec.backoffLimitPerIndex !== undefined) errors.push(field.invalid(`${path}.backoffLimitPerIndex`, spec.backoffLimitPerIndex, 'requires indexed completion mode'))
  if (spec.maxFailedIndexes !== undefined) {
    if (spec.backoffLimitPerIndex === undefined) errors.push(field.required(`${path}.backoffLimitPerIndex`, 'when maxFailedIndexes is specified'))
    if (spec.maxFailedIndexes > (spec.completions ?? 0)) errors.push(field.invalid(`${path}.maxFailedIndexes`, spec.maxFailedIndexes, 'must be less than or equal to completions'))
  }
  podFailurePolicy(errors, `${path}.podFailurePolicy`, spec)
  successPolicy(errors, `${path}.successPolicy`, spec)
  template(errors, `${path}.template`, spec)
}

function template(errors: Errors, path: string, { template: given }: JobSpec): void {
  labels(errors, `${path}.metadata.labels`, given?.metadata?.labels)
  annotations(errors, `${path}.metadata.annotations`, given?.metadata?.annotations)
  if (!given?.spec) {
    errors.push(field.required(`${path}.spec`))
    return
  }
  podSpec(errors, `${path}.spec`, given.spec)
  if (given.spec.restartPolicy === 'Always') errors.push(field.required(`${path}.spec.restartPolicy`, 'valid values: "OnFailure", "Never"'))
  if (given.spec.ephemeralContainers?.length) errors.push(field.forbidden(`${path}.spec.ephemeralContainers`, 'ephemeral containers not allowed in pod template'))
}

export function validateJob(object: Job): FieldError[] {
  const errors: FieldError[] = []
  const spec = object.spec
  if (!spec) return [field.required('spec')]
  if (!spec.selector) errors.push(field.required('spec.selector'))
  else {
    labelSelector(errors, 'spec.selector', spec.selector)
    const own = spec.template?.metadata?.labels
    // One that is wrong matches nothing, and nobody has to be told of that too.
    if (!errors.length && !labelSelectorMatches(spec.selector, own)) errors.push(field.invalid('spec.template.metadata.labels', own ?? {}, '`selector` does not match template `labels`'))
    // A Job that took over the pods of another one would count them.
    if (!spec.manualSelector && spec.selector.matchLabels?.[CONTROLLER_UID] !== object.metadata.uid) errors.push(field.invalid('spec.selector', spec.selector, '`selector` not auto-generated'))
  }
  jobSpec(errors, 'spec', spec)
  return errors
}

export function validateJobStatus(object: Job, old: Job): FieldError[] {
  const errors: FieldError[] = []
  const status = object.status ?? {}
  for (const name of ['active', 'ready', 'terminating', 'succeeded', 'failed'] as const) nonNegative(errors, `status.${name}`, status[name])
  const holds = (o: Job, type: string): boolean => o.status?.conditions?.some((c) => c.type === type && c.status === 'True') ?? false
  for (const [one, other] of [['Complete', 'Failed'], ['Complete', 'FailureTarget'], ['SuccessCriteriaMet', 'FailureTarget'], ['SuccessCriteriaMet', 'Failed']] as const)
    if (holds(object, one) && holds(object, other)) errors.push(field.invalid('status.conditions', '', `cannot set ${one}=True and ${other}=true conditions`))
  for (const type of ['Complete', 'Failed', 'FailureTarget', 'SuccessCriteriaMet'])
    if (holds(old, type) && !holds(object, type)) errors.push(field.invalid('status.conditions', '', `cannot disable the terminal ${type}=True condition`))
  return errors
}
