/** ReplicaSet: keeps a number of like pods. */
import type { ReplicaSet } from '../../../shared/api/types.ts'
import { ageColumn, integer, nameColumn, templateColumns } from './columns.ts'
import { replicaSetDefaults } from './defaults/workloads.ts'
import { defineKind } from './kind.ts'
import { replicasScale } from './replicas-scale.ts'
import { validateReplicaSet, validateReplicaSetStatus, validateReplicaSetUpdate } from './validation/workloads.ts'
import { namedSetWarnings } from './warnings/workloads.ts'

export const replicaSet = defineKind<ReplicaSet>({
  group: 'apps', version: 'v1', kind: 'ReplicaSet', resource: 'replicasets', singular: 'replicaset', shortNames: ['rs'], categories: ['all'],
  scope: 'Namespaced', schema: 'V1ReplicaSet', status: true, generation: true,
  scale: replicasScale<ReplicaSet>(),
  strategy: {
    defaults: replicaSetDefaults,
    prepareForCreate(draft) {
      draft.status = { replicas: 0 }
    },
    validate: validateReplicaSet,
    validateUpdate: validateReplicaSetUpdate,
    validateStatusUpdate: validateReplicaSetStatus,
    warnings: namedSetWarnings,
  },
  columns: [
    nameColumn,
    integer<ReplicaSet>('Desired', 'Pods wanted.', (o) => o.spec.replicas ?? 1),
    integer<ReplicaSet>('Current', 'Pods there.', (o) => o.status?.replicas ?? 0),
    integer<ReplicaSet>('Ready', 'Pods ready.', (o) => o.status?.readyReplicas ?? 0),
    ageColumn,
    ...templateColumns,
  ],
})
