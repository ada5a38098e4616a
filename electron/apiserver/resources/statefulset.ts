/** StatefulSet: pods that keep their names and come and go in order. */
import type { StatefulSet } from '../../../shared/api/types.ts'
import { ageColumn, nameColumn, templateColumns, text } from './columns.ts'
import { statefulSetDefaults } from './defaults/sets.ts'
import { defineKind } from './kind.ts'
import { replicasScale } from './replicas-scale.ts'
import { validateStatefulSet, validateStatefulSetStatus, validateStatefulSetUpdate } from './validation/statefulset.ts'
import { statefulSetWarnings } from './warnings/workloads.ts'

export const statefulSet = defineKind<StatefulSet>({
  group: 'apps', version: 'v1', kind: 'StatefulSet', resource: 'statefulsets', singular: 'statefulset', shortNames: ['sts'], categories: ['all'],
  scope: 'Namespaced', schema: 'V1StatefulSet', nameRule: 'label', status: true, generation: true,
  scale: replicasScale<StatefulSet>(),
  strategy: {
    defaults: statefulSetDefaults,
    prepareForCreate(draft) {
      draft.status = { replicas: 0, availableReplicas: 0 }
    },
    validate: validateStatefulSet,
    validateUpdate: validateStatefulSetUpdate,
    validateStatusUpdate: validateStatefulSetStatus,
    warnings: statefulSetWarnings,
  },
  columns: [
    nameColumn,
    text<StatefulSet>('Ready', 'Ready pods of those wanted.', (o) => `${o.status?.readyReplicas ?? 0}/${o.spec.replicas ?? 1}`),
    ageColumn,
    ...templateColumns.filter((c) => c.name !== 'Selector'),
  ],
})
