import { ClusterRoleBindings, ClusterRoles, RoleBindings } from '../../../shared/api/resources.ts'
import type { ClusterRole, ClusterRoleBinding, RoleBinding } from '../../../shared/api/types.ts'
import { formatLabelSelector } from '../../../shared/selectors.ts'
import { count, related, text } from '../../kinds/view.ts'
import type { KindView } from '../../kinds/view.ts'
import { Rules, subjectsText } from './parts.tsx'

const given = <B extends ClusterRoleBinding | RoleBinding>(all: readonly B[], r: ClusterRole): B[] => all.filter((b) => b.roleRef.kind === 'ClusterRole' && b.roleRef.name === r.metadata.name)
export const view: KindView<ClusterRole> = {
  type: ClusterRoles, title: 'nav.clusterroles', empty: 'access.rolesEmpty',
  cells: [count('access.rules', (r) => r.rules?.length), text('access.aggregates', (r) => r.aggregationRule?.clusterRoleSelectors?.map((s) => formatLabelSelector(s)).join('; '), 'minmax(120px, 1fr)')],
  sections: [Rules],
  related: [
    related<ClusterRole, ClusterRoleBinding>({ title: 'nav.clusterrolebindings', type: ClusterRoleBindings, pick: given, note: (b) => subjectsText(b.subjects) }),
    related<ClusterRole, RoleBinding>({ title: 'nav.rolebindings', type: RoleBindings, pick: given, note: (b) => subjectsText(b.subjects) }),
  ],
}
