import { ClusterRoleBindings, Pods, RoleBindings, ServiceAccounts } from '../../../shared/api/resources.ts'
import type { ClusterRoleBinding, Pod, RoleBinding, ServiceAccount } from '../../../shared/api/types.ts'
import { related, text } from '../../kinds/view.ts'
import type { KindView } from '../../kinds/view.ts'
import { podRow } from '../pods/model.ts'
import { RoleLink } from './parts.tsx'

const names = (b: RoleBinding | ClusterRoleBinding, a: ServiceAccount): boolean => b.subjects?.some((s) => s.kind === 'ServiceAccount' && s.name === a.metadata.name && s.namespace === a.metadata.namespace) ?? false

export const view: KindView<ServiceAccount> = {
  type: ServiceAccounts, title: 'nav.serviceaccounts', empty: 'access.accountsEmpty',
  cells: [text('access.pullSecrets', (a) => a.imagePullSecrets?.map((s) => s.name).join(', '), 'minmax(120px, 1fr)'), text('access.tokens', (a) => (a.automountServiceAccountToken === false ? '✗' : '✓'), '110px')],
  related: [
    related<ServiceAccount, RoleBinding>({ title: 'nav.rolebindings', type: RoleBindings, pick: (all, a) => all.filter((b) => names(b, a)), note: (b) => <RoleLink role={b.roleRef} namespace={b.metadata.namespace} /> }),
    related<ServiceAccount, ClusterRoleBinding>({ title: 'nav.clusterrolebindings', type: ClusterRoleBindings, pick: (all, a) => all.filter((b) => names(b, a)), note: (b) => <RoleLink role={b.roleRef} namespace={undefined} /> }),
    related<ServiceAccount, Pod>({ title: 'nav.pods', type: Pods, pick: (all, a) => all.filter((p) => (p.spec.serviceAccountName ?? 'default') === a.metadata.name), state: podRow }),
  ],
  template: `apiVersion: v1
kind: ServiceAccount
metadata:
  name: robot
`,
}
