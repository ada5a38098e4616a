/** ClusterRoleBinding: gives a ClusterRole to subjects, everywhere. */
import type { ClusterRoleBinding } from '../../../shared/api/types.ts'
import { bindingColumns } from './binding-columns.ts'
import { bindingDefaults } from './defaults/rbac.ts'
import { defineKind } from './kind.ts'
import { validateClusterRoleBinding, validateBindingUpdate } from './validation/rbac.ts'

export const clusterRoleBinding = defineKind<ClusterRoleBinding>({
  group: 'rbac.authorization.k8s.io', version: 'v1', kind: 'ClusterRoleBinding', resource: 'clusterrolebindings', singular: 'clusterrolebinding',
  scope: 'Cluster', schema: 'V1ClusterRoleBinding', nameRule: 'path', generation: false,
  strategy: { allowCreateOnUpdate: true, defaults: bindingDefaults, validate: validateClusterRoleBinding, validateUpdate: validateBindingUpdate },
  columns: bindingColumns,
})
