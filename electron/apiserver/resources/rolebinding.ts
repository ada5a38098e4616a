/** RoleBinding: gives a Role, or a ClusterRole within one namespace, to subjects. */
import type { RoleBinding } from '../../../shared/api/types.ts'
import { bindingColumns } from './binding-columns.ts'
import { bindingDefaults } from './defaults/rbac.ts'
import { defineKind } from './kind.ts'
import { validateRoleBinding, validateBindingUpdate } from './validation/rbac.ts'

export const roleBinding = defineKind<RoleBinding>({
  group: 'rbac.authorization.k8s.io', version: 'v1', kind: 'RoleBinding', resource: 'rolebindings', singular: 'rolebinding',
  scope: 'Namespaced', schema: 'V1RoleBinding', nameRule: 'path', generation: false,
  strategy: { allowCreateOnUpdate: true, defaults: bindingDefaults, validate: validateRoleBinding, validateUpdate: validateBindingUpdate },
  columns: bindingColumns,
})
