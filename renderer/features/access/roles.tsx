import { RoleBindings, Roles } from '../../../shared/api/resources.ts'
import type { Role, RoleBinding } from '../../../shared/api/types.ts'
import { count, related } from '../../kinds/view.ts'
import type { KindView } from '../../kinds/view.ts'
import { Rules, subjectsText } from './parts.tsx'

export const view: KindView<Role> = {
  type: Roles, title: 'nav.roles', empty: 'access.rolesEmpty',
  cells: [count('access.rules', (r) => r.rules?.length)],
  sections: [Rules],
  related: [related<Role, RoleBinding>({ title: 'nav.rolebindings', type: RoleBindings, pick: (all, r) => all.filter((b) => b.roleRef.kind === 'Role' && b.roleRef.name === r.metadata.name), note: (b) => subjectsText(b.subjects) })],
  template: `apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: pod-reader
rules:
  - apiGroups: [""]
    resources: ["pods"]
    verbs: ["get", "list", "watch"]
`,
}
