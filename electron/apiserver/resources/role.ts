/** Role: what may be done in one namespace. */
import type { Role } from '../../../shared/api/types.ts'
import { createdAtColumn, nameColumn } from './columns.ts'
import { defineKind } from './kind.ts'
import { validateRole } from './validation/rbac.ts'

export const role = defineKind<Role>({
  group: 'rbac.authorization.k8s.io', version: 'v1', kind: 'Role', resource: 'roles', singular: 'role',
  scope: 'Namespaced', schema: 'V1Role', nameRule: 'path', generation: false,
  strategy: { allowCreateOnUpdate: true, validate: validateRole },
  columns: [nameColumn, createdAtColumn],
})
