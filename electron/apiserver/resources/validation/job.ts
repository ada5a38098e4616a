/** Jobs. */
import type { Job, JobSpec } from '../../../../shared/api/types.ts'
import type { FieldError } from '../../../../shared/errors.ts'
import { field } from '../../../../shared/errors.ts'
import { dns1123Label } from '../../../../shared/labels.ts'
import { labelSelectorMatches } from '../../../../shared/selectors.ts'
import { CONTROLLER_UID } from '../defaults/job.ts'
import type { Errors } from './common.ts'
import { domainPath, equal, nonNegative, optionalOneOf } from './common.ts'
import { podFailurePolicy, successPolicy } from './job-policy.ts'
import { labelSelector } from './metadata.ts'
import { podTemplate } from './pod-template.ts'

const MAX_PARALLEL_INDEXED = 100_000
const MAX_FAILED_INDEXES = 100_000
/** Above so many completions fewer may run, and fail, at a time. */
const MANY_COMPLETIONS = 100_000
const MAX_PARALLEL_OF_MANY = 10_000
const MAX_FAILED_OF_MANY = 10_000
const MAX_MANAGED_BY = 63
const REPLACEMENT = ['Failed', 'TerminatingOrFailed']

/** The spec of a Job or of a CronJob's template, all but its selector. */
export function jobSpec(errors: Errors, path: string, spec: JobSpec): void {
  for (const name of ['parallelism', 'completions', 'activeDeadlineSeconds', 'backoffLimit', 'ttlSecondsAfterFinished', 'backoffLimitPerIndex', 'maxFailedIndexes'] as const) nonNegative(errors, `${path}.${name}`, spec[name])
  if (spec.maxFailedIndexes !== undefined && spec.backoffLimitPerIndex === undefined) errors.push(field.required(`${path}.backoffLimitPerIndex`, 'when maxFailedIndexes is specified'))
  if (spec.managedBy !== undefined) {
    domainPath(errors, `${path}.managedBy`, spec.managedBy)
    if (spec.managedBy.length > MAX_MANAGED_BY) errors.push(field.tooLong(`${path}.managedBy`, MAX_MANAGED_BY))
  }
  optionalOneOf(errors, `${path}.completionMode`, spec.completionMode, ['NonIndexed', 'Indexed'], true)
  if (spec.completionMode === 'Indexed') indexed(errors, path, spec)
  else for (const name of ['backoffLimitPerIndex', 'maxFailedIndexes'] as const) if (spec[name] !== undefined) errors.push(field.invalid(`${path}.${name}`, spec[name], 'requires indexed completion mode'))
  podFailurePolicy(errors, `${path}.podFailurePolicy`, spec)
  successPolicy(errors, `${path}.successPolicy`, spec)
  optionalOneOf(errors, `${path}.podReplacementPolicy`, spec.podReplacementPolicy, spec.podFailurePolicy ? ['Failed'] : REPLACEMENT)
  podTemplate(errors, `${path}.template`, spec.template)
  const restart = spec.template?.spec?.restartPolicy
  const at = `${path}.template.spec.restartPolicy`
  if (restart === undefined) return
  if (restart === 'Always') errors.push(field.required(at, 'valid values: "OnFailure", "Never"'))
  else if (restart !== 'OnFailure' && restart !== 'Never') errors.push(field.notSupported(at, restart, ['OnFailure', 'Never'], true))
  else if (spec.podFailurePolicy && restart !== 'Never') errors.push(field.invalid(at, restart, 'only "Never" is supported when podFailurePolicy is specified'))
}

function indexed(errors: Errors, path: string, spec: JobSpec): void {
  const { completions, parallelism = 0, maxFailedIndexes: failed, backoffLimitPerIndex } = spec
  const atMost = (name: string, value: number, most: number, when = ''): void => {
    if (value > most) errors.push(field.invalid(`${path}.${name}`, value, `must be less than or equal to ${most}${when}`))
  }
  if (completions === undefined) errors.push(field.required(`${path}.completions`, 'when completion mode is Indexed'))
  atMost('parallelism', parallelism, MAX_PARALLEL_INDEXED, ' when completion mode is Indexed')
  if (failed !== undefined && completions !== undefined && failed > completions) errors.push(field.invalid(`${path}.maxFailedIndexes`, failed, 'must be less than or equal to completions'))
  atMost('maxFailedIndexes', failed ?? 0, MAX_FAILED_INDEXES)
  if ((completions ?? 0) <= MANY_COMPLETIONS || backoffLimitPerIndex === undefined) return
  const when = ` when completions are above ${MANY_COMPLETIONS} and used with backoff limit per index`
  if (failed === undefined) errors.push(field.required(`${path}.maxFailedIndexes`, `must be specified when completions is above ${MANY_COMPLETIONS}`))
  atMost('parallelism', parallelism, MAX_PARALLEL_OF_MANY, when)
  atMost('maxFailedIndexes', failed ?? 0, MAX_FAILED_OF_MANY, when)
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
  // Its pods' names and hosts are made of it.
  if (spec.completionMode === 'Indexed' && (spec.completions ?? 0) > 0) {
    const last = `${object.metadata.name}-${(spec.completions ?? 0) - 1}`
    if (dns1123Label(last).length) errors.push(field.invalid('metadata.name', object.metadata.name, `will not able to create pod with invalid DNS label: ${last}`))
  }
  return errors
}

type Finished = { readonly complete: boolean; readonly failed: boolean }
const holds = (o: Job, type: string): boolean => o.status?.conditions?.some((c) => c.type === type && c.status === 'True') ?? false

/** Conditions that belong together, and those that exclude each other. */
function conditions(errors: Errors, object: Job, { complete, failed }: Finished): void {
  const say = (detail: string): void => void errors.push(field.invalidWhole('status.conditions', detail))
  const [met, target] = [holds(object, 'SuccessCriteriaMet'), holds(object, 'FailureTarget')]
  if (complete && failed) say('cannot set Complete=True and Failed=true conditions')
  if (complete && target) say('cannot set Complete=True and FailureTarget=true conditions')
  if (failed && !target) say('cannot set Failed=True condition without the FailureTarget=true condition')
  if (complete && !met) say('cannot set Complete=True condition without the SuccessCriteriaMet=true condition')
  if (met && failed) say('cannot set SuccessCriteriaMet=True and Failed=true conditions')
  if (met && target) say('cannot set SuccessCriteriaMet=True and FailureTarget=true conditions')
}

/** Upstream checks each of these where the update touches it; one that leaves the conditions as they are is not held against an older Job. */
export function validateJobStatus(object: Job, old: Job): FieldError[] {
  const errors: FieldError[] = []
  const status = object.status ?? {}
  const before = old.status ?? {}
  for (const name of ['active', 'succeeded', 'failed', 'ready', 'terminating'] as const) nonNegative(errors, `status.${name}`, status[name])
  const now = { complete: holds(object, 'Complete'), failed: holds(object, 'Failed') }
  const finished = now.complete || now.failed
  const newly = finished && !holds(old, 'Complete') && !holds(old, 'Failed')
  if (!equal(status.conditions ?? [], before.conditions ?? [])) conditions(errors, object, now)
  const { completionTime, startTime } = status
  if (completionTime !== before.completionTime || newly) {
    if (completionTime && !now.complete) errors.push(field.invalid('status.completionTime', completionTime, 'cannot set completionTime when there is no Complete=True condition'))
    if (!completionTime && now.complete) errors.push(field.required('status.completionTime', 'completionTime is required for Complete jobs'))
    if (completionTime && startTime && Date.parse(completionTime) < Date.parse(startTime)) errors.push(field.invalid('status.completionTime', completionTime, 'completionTime cannot be set before startTime'))
  }
  if (newly) {
    if ((status.active ?? 0) > 0) errors.push(field.invalid('status.active', status.active, 'active>0 is invalid for finished job'))
    if (!startTime) errors.push(field.required('status.startTime', 'startTime is required for finished job'))
    if ((status.terminating ?? 0) > 0) errors.push(field.invalid('status.terminating', status.terminating, 'terminating>0 is invalid for finished job'))
  }
  if ((status.ready ?? 0) > (status.active ?? 0) && status.ready !== before.ready) errors.push(field.invalid('status.ready', status.ready, 'cannot set more ready pods than active'))
  for (const type of ['Failed', 'Complete', 'FailureTarget', 'SuccessCriteriaMet']) {
    if (holds(old, type) && !holds(object, type)) errors.push(field.invalidWhole('status.conditions', `cannot disable the ${type === 'SuccessCriteriaMet' ? '' : 'terminal '}${type}=True condition`))
  }
  for (const name of ['failed', 'succeeded'] as const) if ((status[name] ?? 0) < (before[name] ?? 0)) errors.push(field.invalid(`status.${name}`, status[name] ?? 0, `cannot decrease the ${name} counter`))
  if (completionTime && before.completionTime && completionTime !== before.completionTime) errors.push(field.invalid('status.completionTime', completionTime, 'completionTime cannot be mutated'))
  if (before.startTime && before.startTime !== startTime && !object.spec?.suspend) errors.push(field.required('status.startTime', 'startTime cannot be removed for unsuspended job'))
  return errors
}
