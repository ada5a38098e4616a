/** Groups of the Kubernetes project want a review: who defines kinds in them says where it was. Pure. Source: apiextensions' API approval policy (KEP-1111). */
import type { CustomResourceDefinition } from '../../../shared/api/types.ts'
import type { Condition } from './crd-names.ts'

export const APPROVAL = 'api-approved.kubernetes.io'
const SEE = 'see https://github.com/kubernetes/enhancements/pull/1111'
const MUST = `protected groups must have approval annotation ${JSON.stringify(APPROVAL)}`

export interface Approval {
  readonly state: 'missing' | 'invalid' | 'approved' | 'bypassed'
  readonly message: string
}

const isUrl = (text: string): boolean => URL.canParse(text) && new URL(text).host !== ''

/** undefined: the group is nobody's but its author's. */
export function approvalOf({ metadata, spec }: CustomResourceDefinition): Approval | undefined {
  const { group = '' } = spec
  if (!/(^|\.)(k8s|kubernetes)\.io$/.test(group)) return undefined
  const given = metadata.annotations?.[APPROVAL] ?? ''
  if (given === '') return { state: 'missing', message: `${MUST}, ${SEE}` }
  if (given.startsWith('unapproved')) return { state: 'bypassed', message: `not approved: ${JSON.stringify(given)}` }
  if (isUrl(given)) return { state: 'approved', message: `approved in ${given}` }
  return { state: 'invalid', message: `${MUST} with either a URL or a reason starting with "unapproved", ${SEE}` }
}

const REASONS = { missing: 'MissingAnnotation', invalid: 'InvalidAnnotation', approved: 'ApprovedAnnotation', bypassed: 'UnapprovedAnnotation' } as const

/** What a definition's status says of it. */
export function approvalCondition(definition: CustomResourceDefinition): Omit<Condition, 'lastTransitionTime'> | undefined {
  const approval = approvalOf(definition)
  return approval && { type: 'KubernetesAPIApprovalPolicyConformant', status: approval.state === 'approved' ? 'True' : 'False', reason: REASONS[approval.state], message: approval.message }
}
