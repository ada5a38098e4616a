/** PodDisruptionBudget: how many of some pods may be missing because somebody wants it so. */
import type { PodDisruptionBudget } from '../../../shared/api/types.ts'
import type { FieldError } from '../../../shared/errors.ts'
import { field } from '../../../shared/errors.ts'
import { percentOf } from '../../../shared/int-or-string.ts'
import { ageColumn, integer, nameColumn, text } from './columns.ts'
import { defineKind } from './kind.ts'
import { countOrPercent, nonNegative, optionalOneOf, type Errors } from './validation/common.ts'
import { labelSelector } from './validation/metadata.ts'

function validate(object: PodDisruptionBudget): FieldError[] {
  const errors: Errors = []
  const spec = object.spec
  if (!spec) return errors
  if (spec.minAvailable !== undefined && spec.maxUnavailable !== undefined) errors.push(field.invalid('spec', spec, 'minAvailable and maxUnavailable cannot be both set'))
  for (const name of ['minAvailable', 'maxUnavailable'] as const) {
    countOrPercent(errors, `spec.${name}`, spec[name])
    if ((percentOf(spec[name]) ?? 0) > 100) errors.push(field.invalid(`spec.${name}`, spec[name], 'must not be greater than 100%'))
  }
  labelSelector(errors, 'spec.selector', spec.selector)
  optionalOneOf(errors, 'spec.unhealthyPodEvictionPolicy', spec.unhealthyPodEvictionPolicy, ['AlwaysAllow', 'IfHealthyBudget'])
  return errors
}

export const podDisruptionBudget = defineKind<PodDisruptionBudget>({
  group: 'policy', version: 'v1', kind: 'PodDisruptionBudget', resource: 'poddisruptionbudgets', singular: 'poddisruptionbudget', shortNames: ['pdb'],
  scope: 'Namespaced', schema: 'V1PodDisruptionBudget', status: true, generation: true,
  strategy: {
    conditionalUpdate: true,
    prepareForCreate(draft) {
      draft.status = { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 }
    },
    validate,
    validateStatusUpdate(object) {
      const errors: Errors = []
      for (const name of ['disruptionsAllowed', 'currentHealthy', 'desiredHealthy', 'expectedPods'] as const) nonNegative(errors, `status.${name}`, object.status?.[name])
      return errors
    },
  },
  columns: [
    nameColumn,
    text<PodDisruptionBudget>('Min Available', 'Pods that must stay.', (o) => String(o.spec?.minAvailable ?? 'N/A')),
    text<PodDisruptionBudget>('Max Unavailable', 'Pods that may be missing.', (o) => String(o.spec?.maxUnavailable ?? 'N/A')),
    integer<PodDisruptionBudget>('Allowed Disruptions', 'Pods that may be evicted now.', (o) => o.status?.disruptionsAllowed ?? 0),
    ageColumn,
  ],
})
