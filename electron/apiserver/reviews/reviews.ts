/**
 * Questions that are asked by creating an object, which is answered and forgotten: may I, may they, who am I, whose
 * token is this. Source: Kubernetes documentation, "Authorization: checking API access", and the authentication API.
 */
import type { KubeObject } from '../../../shared/api/meta.ts'
import type { PolicyRule } from '../../../shared/api/types.ts'
import { badRequest, field, invalid } from '../../../shared/errors.ts'
import { defineKind, type KindDefinition } from '../resources/kind.ts'
import { fieldSelectorText, selectorFaults, selectorNotes, type SelectorAttributes } from './selectors.ts'
import type { Attributes, Authenticator, Authorizer, UserInfo } from '../types.ts'

export interface ReviewWorld {
  readonly user: UserInfo
  readonly authorizer: Authorizer | undefined
  readonly authenticator: Authenticator | undefined
  /** All rules that hold for a user in a namespace. */
  readonly rulesFor: ((user: UserInfo, namespace: string) => { rules: readonly PolicyRule[]; incomplete: boolean; fault?: string }) | undefined
}
type Body = KubeObject & { spec?: Record<string, unknown>; status?: unknown }
/** @returns what `status` is to be */
export type ReviewHandler = (body: Body, namespace: string, world: ReviewWorld) => Promise<object> | object

const review = (group: string, kind: string, resource: string, schema: string, scope: 'Namespaced' | 'Cluster' = 'Cluster'): KindDefinition =>
  defineKind({ group, version: 'v1', kind, resource, singular: kind.toLowerCase(), scope, schema, strategy: {}, columns: [], verbs: ['create'], generation: false })

const AUTHZ = 'authorization.k8s.io'
const AUTHN = 'authentication.k8s.io'

interface ResourceAttributes { namespace?: string; verb?: string; group?: string; version?: string; resource?: string; subresource?: string; name?: string; fieldSelector?: SelectorAttributes; labelSelector?: SelectorAttributes }
interface AccessSpec {
  resourceAttributes?: ResourceAttributes
  nonResourceAttributes?: { path?: string; verb?: string }
  user?: string
  groups?: string[]
  uid?: string
  extra?: Record<string, string[]>
}

function attributesOf(spec: AccessSpec, user: UserInfo): Attributes {
  const r = spec.resourceAttributes
  const n = spec.nonResourceAttributes
  const fieldSelector = fieldSelectorText(r?.fieldSelector)
  return {
    ...(fieldSelector ? { fieldSelector } : {}),
    user, verb: r?.verb ?? n?.verb ?? '', group: r?.group ?? '', version: r?.version ?? '', resource: r?.resource ?? '', subresource: r?.subresource ?? '',
    name: r?.name ?? '', namespace: r?.namespace ?? '', path: n?.path ?? '',
  }
}

function decide(kind: string, spec: AccessSpec, user: UserInfo, world: ReviewWorld): object {
  const which = (spec.resourceAttributes ? 1 : 0) + (spec.nonResourceAttributes ? 1 : 0)
  if (which !== 1) {
    throw invalid({ group: AUTHZ, kind }, '', [which === 0
      ? field.invalid('spec.resourceAttributes', null, 'exactly one of nonResourceAttributes or resourceAttributes must be specified')
      : field.invalid('spec.nonResourceAttributes', spec.nonResourceAttributes, 'cannot be specified in combination with resourceAttributes')])
  }
  const faults = (['fieldSelector', 'labelSelector'] as const).flatMap((name) => selectorFaults(spec.resourceAttributes?.[name], `spec.resourceAttributes.${name}`))
  if (faults.length) throw invalid({ group: AUTHZ, kind }, '', faults)
  const { allowed, reason } = world.authorizer?.authorize(attributesOf(spec, user)) ?? { allowed: true, reason: '' }
  const evaluationError = selectorNotes(spec.resourceAttributes ?? {})
  return { allowed, ...(reason ? { reason } : {}), ...(evaluationError ? { evaluationError } : {}) }
}

function subject(kind: string, spec: AccessSpec): UserInfo {
  if (!spec.user && !spec.groups?.length) throw invalid({ group: AUTHZ, kind }, '', [field.invalid('spec.user', spec.user ?? '', 'at least one of user or group must be specified')])
  return { name: spec.user ?? '', groups: spec.groups ?? [], ...(spec.uid ? { uid: spec.uid } : {}), ...(spec.extra ? { extra: spec.extra } : {}) }
}

const self: ReviewHandler = (body, _namespace, world) => decide('SelfSubjectAccessReview', (body.spec ?? {}) as AccessSpec, world.user, world)
const others: ReviewHandler = (body, _namespace, world) => {
  const spec = (body.spec ?? {}) as AccessSpec
  return decide('SubjectAccessReview', spec, subject('SubjectAccessReview', spec), world)
}
const local: ReviewHandler = (body, namespace, world) => {
  const spec = (body.spec ?? {}) as AccessSpec
  if (spec.resourceAttributes?.namespace !== namespace) throw badRequest('spec.resourceAttributes.namespace must match namespace')
  return decide('LocalSubjectAccessReview', spec, subject('LocalSubjectAccessReview', spec), world)
}

const rules: ReviewHandler = (body, _namespace, world) => {
  const namespace = (body.spec as { namespace?: string } | undefined)?.namespace
  if (!namespace) throw badRequest('no namespace on request')
  const found = world.rulesFor?.(world.user, namespace)
  const all = found?.rules ?? [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }, { verbs: ['*'], nonResourceURLs: ['*'] }]
  return {
    resourceRules: all.filter((r) => r.resources?.length).map((r) => ({ verbs: r.verbs, apiGroups: r.apiGroups ?? [], resources: r.resources, ...(r.resourceNames?.length ? { resourceNames: r.resourceNames } : {}) })),
    nonResourceRules: all.filter((r) => r.nonResourceURLs?.length).map((r) => ({ verbs: r.verbs, nonResourceURLs: r.nonResourceURLs })),
    incomplete: found?.incomplete ?? false, ...(found?.fault ? { evaluationError: found.fault } : {}),
  }
}

const userInfo = (user: UserInfo): object => ({
  username: user.name, ...(user.uid ? { uid: user.uid } : {}), groups: user.groups, ...(user.extra ? { extra: user.extra } : {}),
})

const token: ReviewHandler = async (body, _namespace, world) => {
  const { token: bearerToken, audiences } = (body.spec ?? {}) as { token?: string; audiences?: string[] }
  if (!bearerToken) throw badRequest('token is required for TokenReview in authentication')
  if (!world.authenticator) return { user: {}, error: 'this server authenticates no tokens' }
  try {
    const user = await world.authenticator.authenticate({ bearerToken, ...(audiences?.length ? { audiences } : {}) })
    if (!user) return { user: {}, error: 'invalid bearer token' }
    return { authenticated: true, user: userInfo(user), ...(user.audiences ? { audiences: user.audiences } : {}) }
  } catch (error) {
    // A token that is refused is an answer here, not a failure of the request.
    return { user: {}, error: error instanceof Error ? error.message : String(error) }
  }
}

/** Kind and handler of each review. */
export const reviews: readonly { readonly kind: KindDefinition; readonly handler: ReviewHandler }[] = [
  { kind: review(AUTHZ, 'SelfSubjectAccessReview', 'selfsubjectaccessreviews', 'V1SelfSubjectAccessReview'), handler: self },
  { kind: review(AUTHZ, 'SubjectAccessReview', 'subjectaccessreviews', 'V1SubjectAccessReview'), handler: others },
  { kind: review(AUTHZ, 'LocalSubjectAccessReview', 'localsubjectaccessreviews', 'V1LocalSubjectAccessReview', 'Namespaced'), handler: local },
  { kind: review(AUTHZ, 'SelfSubjectRulesReview', 'selfsubjectrulesreviews', 'V1SelfSubjectRulesReview'), handler: rules },
  { kind: review(AUTHN, 'SelfSubjectReview', 'selfsubjectreviews', 'V1SelfSubjectReview'), handler: (_body, _namespace, world) => ({ userInfo: userInfo(world.user) }) },
  { kind: review(AUTHN, 'TokenReview', 'tokenreviews', 'V1TokenReview'), handler: token },
]
