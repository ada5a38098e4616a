/** What of a Job may change. */
import type { Job, PodTemplateSpec } from '../../../../shared/api/types.ts'
import type { FieldError } from '../../../../shared/errors.ts'
import { field } from '../../../../shared/errors.ts'
import { equal, IMMUTABLE } from './common.ts'

/** Without what says where its pods may run: that may be set as long as none has been started. */
function withoutPlacement(template: PodTemplateSpec | undefined): object {
  const { metadata, spec, ...rest } = template ?? {}
  const { annotations: _a, labels: _l, ...meta } = metadata ?? {}
  const { nodeSelector: _n, tolerations: _t, schedulingGates: _g, affinity, ...pod } = spec ?? { containers: [] }
  void [_a, _l, _n, _t, _g]
  const { nodeAffinity: _na, ...others } = affinity ?? {}
  void _na
  return { ...rest, metadata: meta, spec: { ...pod, affinity: Object.keys(others).length ? others : undefined } }
}

export function validateJobUpdate(object: Job, old: Job): FieldError[] {
  const errors: FieldError[] = []
  const spec = object.spec
  const before = old.spec
  if (!spec || !before) return errors
  // An indexed Job may grow and shrink as long as it runs all its indexes at once.
  const elastic = spec.completionMode === 'Indexed' && spec.completions === spec.parallelism && before.completions === before.parallelism
  if (spec.completions !== before.completions && !elastic) errors.push(field.invalid('spec.completions', spec.completions, IMMUTABLE))
  for (const name of ['selector', 'completionMode', 'podFailurePolicy', 'backoffLimitPerIndex', 'managedBy', 'successPolicy'] as const)
    if (!equal(spec[name], before[name])) errors.push(field.invalid(`spec.${name}`, spec[name], IMMUTABLE))
  const mayPlace = before.suspend === true && !old.status?.startTime
  if (!(mayPlace ? equal(withoutPlacement(spec.template), withoutPlacement(before.template)) : equal(spec.template, before.template))) errors.push(field.invalid('spec.template', spec.template, IMMUTABLE))
  return errors
}
