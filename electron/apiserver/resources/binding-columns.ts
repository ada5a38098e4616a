/** Columns of RoleBinding and ClusterRoleBinding. */
import type { RoleBinding, Subject } from '../../../shared/api/types.ts'
import { ageColumn, nameColumn, text, wide } from './columns.ts'
import type { Column } from './kind.ts'

const subjects = (kind: string, show: (s: Subject) => string) => (o: RoleBinding): string =>
  (o.subjects ?? []).filter((s) => s.kind === kind).map(show).join(', ')

export const bindingColumns: readonly Column<RoleBinding>[] = [
  nameColumn,
  text('Role', 'The role that is given.', (o) => `${o.roleRef.kind}/${o.roleRef.name}`),
  ageColumn,
  wide(text('Users', 'Users who get it.', subjects('User', (s) => s.name))),
  wide(text('Groups', 'Groups that get it.', subjects('Group', (s) => s.name))),
  wide(text('ServiceAccounts', 'Service accounts that get it.', subjects('ServiceAccount', (s) => (s.namespace ? `${s.namespace}/${s.name}` : s.name)))),
]
