import { MutatingAdmissionPolicies, MutatingAdmissionPolicyBindings } from '../../../shared/api/resources.ts'
import type { MutatingAdmissionPolicy, MutatingAdmissionPolicyBinding } from '../../../shared/api/types.ts'
import { count, related, text } from '../../kinds/view.ts'
import type { KindView } from '../../kinds/view.ts'
import { Mutations } from './parts.tsx'

export const view: KindView<MutatingAdmissionPolicy> = {
  type: MutatingAdmissionPolicies, title: 'nav.mutatingadmissionpolicies', empty: 'extensions.mutatingPoliciesEmpty',
  cells: [count('extensions.mutations', (p) => p.spec.mutations?.length, '92px'), text('extensions.params', (p) => p.spec.paramKind?.kind, 'minmax(100px, 1fr)'), text('extensions.failure', (p) => p.spec.failurePolicy ?? 'Fail', '100px')],
  sections: [Mutations],
  related: [related<MutatingAdmissionPolicy, MutatingAdmissionPolicyBinding>({ title: 'nav.mutatingadmissionpolicybindings', type: MutatingAdmissionPolicyBindings, pick: (all, p) => all.filter((b) => b.spec.policyName === p.metadata.name) })],
}
