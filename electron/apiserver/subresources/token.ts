/** serviceaccounts/NAME/token: a token of the account, for some audiences and a while, that may die with an object it is bound to. */
import type { KubeObject } from '../../../shared/api/meta.ts'
import type { Pod, ServiceAccount } from '../../../shared/api/types.ts'
import { rfc3339 } from '../../../shared/clock.ts'
import { badRequest, conflict, field, invalid, methodNotAllowed, notFound, serviceUnavailable } from '../../../shared/errors.ts'
import type { BoundTo, TokenClaims, TokenIssuer } from '../auth/service-account.ts'
import { ISSUER } from '../auth/issuer.ts'
import { admitPart } from '../admission/part.ts'
import { decodeObject } from '../body.ts'
import { isDryRun } from '../options.ts'
import { keyOf, type Env, type Stored } from '../registry/env.ts'
import type { ApiResponse } from '../types.ts'
import { plain, type Call } from '../verbs.ts'

const KIND = { group: 'authentication.k8s.io', version: 'v1', kind: 'TokenRequest', schema: 'AuthenticationV1TokenRequest' }
const SHORTEST_SECONDS = 600
const MOST_SECONDS = 2 ** 32
const DEFAULT_SECONDS = 3600
/**
 * What the volume asks for that every pod gets. Programs that read their token once and keep it go on with it for a year, and the audit log
 * says that it is stale. Source: kubernetes pkg/serviceaccount (--service-account-extend-token-expiration, which is the default).
 */
const EXTENDED_SECONDS = { asked: 3607, given: 365 * 24 * 3600 } as const

interface Request extends KubeObject {
  spec?: { audiences?: string[]; expirationSeconds?: number; boundObjectRef?: { kind?: string; apiVersion?: string; name?: string; uid?: string } }
}

const BINDABLE = { Pod: { group: '', resource: 'pods', scope: 'Namespaced' }, Secret: { group: '', resource: 'secrets', scope: 'Namespaced' }, Node: { group: '', resource: 'nodes', scope: 'Cluster' } } as const

/** What the token is bound to. @throws StatusError */
function boundTo(env: Env, account: ServiceAccount, ref: NonNullable<NonNullable<Request['spec']>['boundObjectRef']>): BoundTo {
  const kind = BINDABLE[ref.kind as keyof typeof BINDABLE] as (typeof BINDABLE)[keyof typeof BINDABLE] | undefined
  if (!kind || ref.apiVersion !== 'v1') throw badRequest(`cannot bind token to object of type ${ref.apiVersion?.includes('/') ? '' : '/'}${ref.apiVersion ?? ''}, Kind=${ref.kind ?? ''}`)
  const { name = '', uid } = ref
  const object = env.store.get(keyOf(kind, account.metadata.namespace ?? '', name))?.value
  if (!object) throw notFound(kind, name)
  // It names the kind where others name the resource: so does upstream.
  if (uid && uid !== object.metadata.uid) throw conflict({ group: '', resource: ref.kind as string }, name, `the UID in the bound object reference (${uid}) does not match the UID in record. The object might have been deleted and then recreated`)
  const self = { name, uid: object.metadata.uid ?? '' }
  if (ref.kind === 'Secret') return { secret: self }
  if (ref.kind === 'Node') return { node: self }
  const { spec } = object as Pod
  if (spec.serviceAccountName !== account.metadata.name) throw badRequest(`cannot bind token for serviceaccount ${JSON.stringify(account.metadata.name)} to pod running with different serviceaccount name.`)
  const node = spec.nodeName ? env.store.get(keyOf(BINDABLE.Node, '', spec.nodeName))?.value : undefined
  return { pod: self, ...(node ? { node: { name: node.metadata.name, uid: node.metadata.uid ?? '' } } : {}) }
}

export async function handleToken(env: Env, call: Call, issue: TokenIssuer | undefined): Promise<ApiResponse> {
  const { request, info, kind } = call
  if (info.verb !== 'create') throw methodNotAllowed()
  const account = env.store.get(keyOf(kind, info.namespace, info.name))?.value as ServiceAccount | undefined
  if (!account) throw notFound(kind, info.name)
  if (!issue) throw serviceUnavailable('this server issues no tokens')
  const dryRun = isDryRun(request.query, 'CreateOptions')
  const body = decodeObject(request, KIND, env.schemas, call.warn) as Request
  const { metadata } = body
  if (metadata.name && metadata.name !== info.name) throw invalid(KIND, info.name, [field.invalid('metadata.name', metadata.name, 'must match the service account name if specified')])
  if (metadata.namespace && metadata.namespace !== info.namespace) throw invalid(KIND, info.name, [field.invalid('metadata.namespace', metadata.namespace, 'must match the service account namespace if specified')])
  const { uid = '' } = account.metadata
  if (metadata.uid && metadata.uid !== uid) throw conflict({ group: KIND.group, resource: KIND.kind }, info.name, `the UID in the token request (${metadata.uid}) does not match the UID of the service account (${uid})`)
  const seconds = body.spec?.expirationSeconds ?? DEFAULT_SECONDS
  const fault = seconds < SHORTEST_SECONDS ? 'may not specify a duration less than 10 minutes' : seconds > MOST_SECONDS ? 'may not specify a duration larger than 2^32 seconds' : undefined
  if (fault) throw invalid(KIND, '', [field.invalid('spec.expirationSeconds', seconds, fault)])
  await admitPart(env, call, 'CREATE', body as Stored, dryRun)
  const ref = body.spec?.boundObjectRef
  const bound = ref ? boundTo(env, account, ref) : {}
  const audiences = body.spec?.audiences?.length ? body.spec.audiences : [ISSUER]
  const extended = bound.pod !== undefined && seconds === EXTENDED_SECONDS.asked && audiences.every((a) => a === ISSUER)
  const claims: TokenClaims = {
    namespace: info.namespace, serviceAccount: { name: info.name, uid }, audiences, ...bound,
    ...(extended ? { expirationSeconds: EXTENDED_SECONDS.given, warnAfterSeconds: seconds } : { expirationSeconds: seconds }),
  }
  const asked = env.clock.now()
  const issued = dryRun ? undefined : await issue(claims)
  if (issued) call.annotate?.('authentication.kubernetes.io/issued-credential-id', `JTI=${issued.id}`)
  // By when a good client has got itself another one.
  const expires = issued && !extended ? issued.expires : asked + seconds * 1000
  return plain({
    kind: 'TokenRequest', apiVersion: 'authentication.k8s.io/v1', metadata: { ...metadata, name: info.name, namespace: info.namespace, creationTimestamp: rfc3339(env.clock.now()) },
    spec: { ...body.spec, audiences, expirationSeconds: seconds, boundObjectRef: ref ?? null },
    status: { token: issued?.token ?? '', expirationTimestamp: rfc3339(expires) },
  }, 201)
}
