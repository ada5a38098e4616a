import { ValidatingAdmissionPolicyBindings } from '../../../shared/api/resources.ts'
import type { ValidatingAdmissionPolicyBinding } from '../../../shared/api/types.ts'
import { ObjectLink } from '../../kinds/links.tsx'
import { text } from '../../kinds/view.ts'
import type { KindView } from '../../kinds/view.ts'

export const view: KindView<ValidatingAdmissionPolicyBinding> = {
  type: ValidatingAdmissionPolicyBindings, title: 'nav.validatingadmissionpolicybindings', empty: 'extensions.policiesEmpty',
  cells: [
    { label: 'extensions.policy', width: 'minmax(140px, 1.5fr)', value: (b) => b.spec.policyName ?? '', show: (b) => <ObjectLink apiVersion="admissionregistration.k8s.io/v1" kind="ValidatingAdmissionPolicy" name={b.spec.policyName ?? ''}>{b.spec.policyName}</ObjectLink> },
    text('extensions.actions', (b) => b.spec.validationActions?.join(', '), 'minmax(120px, 1fr)'), text('extensions.params', (b) => b.spec.paramRef?.name, 'minmax(100px, 1fr)'),
  ],
}
