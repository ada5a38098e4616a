/** ClusterRole: what may be done in every namespace, on cluster objects and on non-resource paths. */
import type { ClusterRole } from '../../../shared/api/types.ts'
import { createdAtColumn, nameColumn } from './columns.ts'
import { defineKind } from './kind.ts'
import { validateClusterRole } from './validation/rbac.ts'

export const clusterRole = defineKind<ClusterRole>({
  group: 'rbac.authorization.k8s.io', version: 'v1', kind: 'ClusterRole', resource: 'clusterroles', singular: 'clusterrole',
  scope: 'Cluster', schema: 'V1ClusterRole', nameRule: 'path', generation: false,
  strategy: { allowCreateOnUpdate: true, validate: validateClusterRole },
  columns: [nameColumn, createdAtColumn],
})
