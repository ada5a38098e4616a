/** MutatingAdmissionPolicy and its binding: changes in CEL that the server itself makes to what is written. */
import type { MutatingAdmissionPolicy, MutatingAdmissionPolicyBinding } from '../../../shared/api/types.ts'
import { ageColumn, integer, nameColumn, NONE, text } from './columns.ts'
import { defineKind } from './kind.ts'
import { validateMutatingBinding, validateMutatingPolicy } from './validation/admissionpolicy.ts'
import { createExpressionsCheck } from './validation/expressions.ts'
import { matchDefaults, paramRefText } from './validatingadmissionpolicy.ts'

const expressions = createExpressionsCheck()
const GROUP = { group: 'admissionregistration.k8s.io', version: 'v1', categories: ['api-extensions'], scope: 'Cluster', generation: true } as const

export const mutatingAdmissionPolicy = defineKind<MutatingAdmissionPolicy>({
  ...GROUP, kind: 'MutatingAdmissionPolicy', resource: 'mutatingadmissionpolicies', singular: 'mutatingadmissionpolicy', schema: 'V1MutatingAdmissionPolicy', ready: () => expressions.load(),
  strategy: {
    conditionalUpdate: true,
    defaults(draft) {
      if (!draft.spec) return
      draft.spec.failurePolicy ??= 'Fail'
      matchDefaults(draft.spec.matchConstraints)
    },
    validate: (object) => [...validateMutatingPolicy(object), ...expressions.mutation(object)],
  },
  columns: [
    nameColumn,
    integer<MutatingAdmissionPolicy>('Mutations', 'How many changes it makes.', (o) => o.spec?.mutations?.length ?? 0),
    text<MutatingAdmissionPolicy>('ParamKind', 'The kind of its parameters.', (o) => (o.spec?.paramKind ? `${o.spec.paramKind.apiVersion}/${o.spec.paramKind.kind}` : '<unset>')),
    ageColumn,
  ],
})

export const mutatingAdmissionPolicyBinding = defineKind<MutatingAdmissionPolicyBinding>({
  ...GROUP, kind: 'MutatingAdmissionPolicyBinding', resource: 'mutatingadmissionpolicybindings', singular: 'mutatingadmissionpolicybinding', schema: 'V1MutatingAdmissionPolicyBinding',
  strategy: { conditionalUpdate: true, defaults: (draft) => matchDefaults(draft.spec?.matchResources), validate: validateMutatingBinding },
  columns: [
    nameColumn,
    text<MutatingAdmissionPolicyBinding>('PolicyName', 'The policy that it puts in force.', (o) => o.spec?.policyName ?? NONE),
    text<MutatingAdmissionPolicyBinding>('ParamRef', 'The parameters that it gives.', (o) => paramRefText(o.spec?.paramRef)),
    ageColumn,
  ],
})
