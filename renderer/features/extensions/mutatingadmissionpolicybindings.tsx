import { MutatingAdmissionPolicyBindings } from '../../../shared/api/resources.ts'
import type { MutatingAdmissionPolicyBinding } from '../../../shared/api/types.ts'
import { ObjectLink } from '../../kinds/links.tsx'
import { text } from '../../kinds/view.ts'
import type { KindView } from '../../kinds/view.ts'

export const view: KindView<MutatingAdmissionPolicyBinding> = {
  type: MutatingAdmissionPolicyBindings, title: 'nav.mutatingadmissionpolicybindings', empty: 'extensions.mutatingPoliciesEmpty',
  cells: [
    { label: 'extensions.policy', width: 'minmax(140px, 1.5fr)', value: (b) => b.spec.policyName ?? '', show: (b) => <ObjectLink apiVersion="admissionregistration.k8s.io/v1" kind="MutatingAdmissionPolicy" name={b.spec.policyName ?? ''}>{b.spec.policyName}</ObjectLink> },
    text('extensions.params', (b) => b.spec.paramRef?.name, 'minmax(100px, 1fr)'),
  ],
}
