import { ValidatingAdmissionPolicies, ValidatingAdmissionPolicyBindings } from '../../../shared/api/resources.ts'
import type { ValidatingAdmissionPolicy, ValidatingAdmissionPolicyBinding } from '../../../shared/api/types.ts'
import { count, related, text } from '../../kinds/view.ts'
import type { KindView } from '../../kinds/view.ts'
import { Validations } from './parts.tsx'

export const view: KindView<ValidatingAdmissionPolicy> = {
  type: ValidatingAdmissionPolicies, title: 'nav.validatingadmissionpolicies', empty: 'extensions.policiesEmpty',
  cells: [count('extensions.validations', (p) => p.spec.validations?.length), text('extensions.params', (p) => p.spec.paramKind?.kind, 'minmax(100px, 1fr)'), text('extensions.failure', (p) => p.spec.failurePolicy ?? 'Fail', '100px')],
  sections: [Validations],
  related: [related<ValidatingAdmissionPolicy, ValidatingAdmissionPolicyBinding>({ title: 'nav.validatingadmissionpolicybindings', type: ValidatingAdmissionPolicyBindings, pick: (all, p) => all.filter((b) => b.spec.policyName === p.metadata.name), note: (b) => b.spec.validationActions?.join(', ') })],
}
