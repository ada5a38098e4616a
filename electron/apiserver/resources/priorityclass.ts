/** PriorityClass: a name for how important pods are. */
import type { V1PriorityClass } from '@kubernetes/client-node'
import type { KubeObject } from '../../../shared/api/meta.ts'
import type { Wire } from '../../../shared/api/wire.ts'
import { ageColumn, integer, nameColumn, text } from './columns.ts'
import { defineKind } from './kind.ts'
import { validatePriorityClass, validatePriorityClassUpdate } from './validation/priorityclass.ts'

export type PriorityClass = KubeObject & Wire<Omit<V1PriorityClass, 'apiVersion' | 'kind' | 'metadata'>>

export const priorityClass = defineKind<PriorityClass>({
  group: 'scheduling.k8s.io', version: 'v1', kind: 'PriorityClass', resource: 'priorityclasses', singular: 'priorityclass', shortNames: ['pc'],
  scope: 'Cluster', schema: 'V1PriorityClass', generation: false,
  strategy: {
    defaults(draft) {
      draft.preemptionPolicy ||= 'PreemptLowerPriority'
      // Go's zero value: a class without a value is a class of value 0.
      draft.value ??= 0
    },
    validate: validatePriorityClass,
    validateUpdate: validatePriorityClassUpdate,
  },
  columns: [
    nameColumn,
    integer<PriorityClass>('Value', 'Greater is more important.', (o) => o.value ?? 0),
    { name: 'Global-Default', type: 'boolean', description: 'Whether pods without a class get this one.', priority: 0, value: (o) => (o as PriorityClass).globalDefault ?? false },
    ageColumn,
    text<PriorityClass>('PreemptionPolicy', 'Whether its pods may push out others.', (o) => o.preemptionPolicy ?? ''),
  ],
})
