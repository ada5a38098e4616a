/** ValidatingAdmissionPolicy and its binding: rules in CEL that the server itself checks before it writes. */
import type { ValidatingAdmissionPolicy, ValidatingAdmissionPolicyBinding } from '../../../shared/api/types.ts'
import { ageColumn, integer, nameColumn, NONE, text } from './columns.ts'
import { defineKind } from './kind.ts'
import { validateBinding, validatePolicy } from './validation/admissionpolicy.ts'
import { createExpressionsCheck } from './validation/expressions.ts'

const expressions = createExpressionsCheck()
type Match = NonNullable<ValidatingAdmissionPolicy['spec']['matchConstraints']>

export function matchDefaults(match: Match | undefined): void {
  if (!match) return
  match.matchPolicy ??= 'Equivalent'
  match.namespaceSelector ??= {}
  match.objectSelector ??= {}
  for (const rule of [...(match.resourceRules ?? []), ...(match.excludeResourceRules ?? [])]) rule.scope ??= '*'
}

export const paramRefText = (ref: ValidatingAdmissionPolicyBinding['spec']['paramRef']): string =>
  ref ? (ref.namespace ? `${ref.namespace}/${ref.name ?? '*'}` : (ref.name ?? '*')) : '<unset>'

export const validatingAdmissionPolicy = defineKind<ValidatingAdmissionPolicy>({
  group: 'admissionregistration.k8s.io', version: 'v1', kind: 'ValidatingAdmissionPolicy', resource: 'validatingadmissionpolicies', singular: 'validatingadmissionpolicy', categories: ['api-extensions'],
  scope: 'Cluster', schema: 'V1ValidatingAdmissionPolicy', status: true, generation: true, ready: () => expressions.load(),
  strategy: {
    conditionalUpdate: true,
    defaults(draft) {
      if (!draft.spec) return
      draft.spec.failurePolicy ??= 'Fail'
      matchDefaults(draft.spec.matchConstraints)
    },
    validate: (object) => [...validatePolicy(object), ...expressions.policy(object)],
  },
  columns: [
    nameColumn,
    integer<ValidatingAdmissionPolicy>('Validations', 'How many expressions it checks.', (o) => o.spec?.validations?.length ?? 0),
    text<ValidatingAdmissionPolicy>('ParamKind', 'The kind of its parameters.', (o) => (o.spec?.paramKind ? `${o.spec.paramKind.apiVersion}/${o.spec.paramKind.kind}` : '<unset>')),
    ageColumn,
  ],
})

export const validatingAdmissionPolicyBinding = defineKind<ValidatingAdmissionPolicyBinding>({
  group: 'admissionregistration.k8s.io', version: 'v1', kind: 'ValidatingAdmissionPolicyBinding', resource: 'validatingadmissionpolicybindings', singular: 'validatingadmissionpolicybinding', categories: ['api-extensions'],
  scope: 'Cluster', schema: 'V1ValidatingAdmissionPolicyBinding', generation: true,
  strategy: { conditionalUpdate: true, defaults: (draft) => matchDefaults(draft.spec?.matchResources), validate: validateBinding },
  columns: [
    nameColumn,
    text<ValidatingAdmissionPolicyBinding>('PolicyName', 'The policy that it puts in force.', (o) => o.spec?.policyName ?? NONE),
    text<ValidatingAdmissionPolicyBinding>('ParamRef', 'The parameters that it gives.', (o) => paramRefText(o.spec?.paramRef)),
    ageColumn,
  ],
})
