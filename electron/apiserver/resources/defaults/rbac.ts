/** Defaults of role bindings: which API group subjects and roles belong to. */
import type { RoleBinding } from '../../../../shared/api/types.ts'

const RBAC = 'rbac.authorization.k8s.io'

export function bindingDefaults(draft: RoleBinding): void {
  if (draft.roleRef && !draft.roleRef.apiGroup) draft.roleRef.apiGroup = RBAC
  // A ServiceAccount is in the core group, whose name is empty: nothing to write.
  for (const subject of draft.subjects ?? []) if ((subject.kind === 'User' || subject.kind === 'Group') && !subject.apiGroup) subject.apiGroup = RBAC
}
