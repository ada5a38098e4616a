/**
 * Service-account tokens: JWTs signed with the cluster's own key, bound to a ServiceAccount and, if asked, to a Pod, a
 * Secret or a Node. They die with what they are bound to. Source: Kubernetes documentation, "Managing Service Accounts".
 */
import { createPrivateKey, createPublicKey, randomUUID } from 'node:crypto'
import { decodeJwt, errors, type JWTPayload, jwtVerify, type JWTVerifyOptions, SignJWT } from 'jose'
import { type Clock, realClock } from '../../../shared/clock.ts'
import { unauthorized } from '../../../shared/errors.ts'
import type { Authenticated, Authenticator } from '../types.ts'
import { AUTHENTICATED } from './authenticators.ts'
import { ISSUER, keyId } from './issuer.ts'
import { LEGACY_ISSUER, legacyClaims } from './legacy-tokens.ts'

export { ISSUER } from './issuer.ts'
const PREFIX = 'system:serviceaccount:'
const EXTRA = 'authentication.kubernetes.io/'

export interface Reference {
  readonly name: string
  readonly uid: string
}
/** A pod brings the node it is on. */
export interface BoundTo {
  readonly pod?: Reference
  readonly secret?: Reference
  readonly node?: Reference
}
export interface TokenClaims extends BoundTo {
  readonly namespace: string
  readonly serviceAccount: Reference
  readonly audiences: readonly string[]
  readonly expirationSeconds: number
  /** After this long its use is written down as that of a stale token. */
  readonly warnAfterSeconds?: number
}
export interface IssuedToken {
  readonly token: string
  /** Its name, by which the audit log tells tokens of one account apart. */
  readonly id: string
  /** Milliseconds since 1970. */
  readonly expires: number
}
export type TokenIssuer = (claims: TokenClaims) => Promise<IssuedToken>

interface KubernetesClaim {
  namespace?: string
  serviceaccount?: Partial<Reference>
  pod?: Partial<Reference>
  secret?: Partial<Reference>
  node?: Partial<Reference>
  /** Seconds since 1970. */
  warnafter?: number
}

/** Signs tokens with a P-256 private key (PKCS #8 PEM). */
export function tokenIssuer(keys: { keyPem: string; publicPem: string }, clock: Clock = realClock): TokenIssuer {
  const key = createPrivateKey(keys.keyPem)
  const kid = keyId(keys.publicPem)
  return async ({ namespace, serviceAccount, audiences, expirationSeconds, warnAfterSeconds, pod, secret, node }) => {
    const now = Math.floor(clock.now() / 1000)
    const claim: KubernetesClaim = { namespace, serviceaccount: serviceAccount, ...(pod ? { pod } : {}), ...(secret ? { secret } : {}), ...(node ? { node } : {}), ...(warnAfterSeconds === undefined ? {} : { warnafter: now + warnAfterSeconds }) }
    const id = randomUUID()
    const token = await new SignJWT({ 'kubernetes.io': claim })
      .setProtectedHeader({ alg: 'ES256', kid })
      .setIssuer(ISSUER).setSubject(`${PREFIX}${namespace}:${serviceAccount.name}`).setAudience([...audiences])
      .setIssuedAt(now).setNotBefore(now).setExpirationTime(now + expirationSeconds).setJti(id)
      .sign(key)
    return { token, id, expires: (now + expirationSeconds) * 1000 }
  }
}

/** The objects that tokens hang on. */
export type Bindable = 'serviceaccounts' | 'pods' | 'secrets' | 'nodes'
export interface ServiceAccountOptions {
  /** SubjectPublicKeyInfo PEM. */
  readonly publicPem: string
  /** The uid of an object that exists now; undefined: there is none. `namespace` is '' for nodes. */
  readonly uidOf: (resource: Bindable, namespace: string, name: string) => string | undefined
  /** The token that a Secret holds; undefined: there is no such Secret. Absent: no token lives in one. */
  readonly tokenIn?: (namespace: string, secret: string) => string | undefined
  readonly clock?: Clock
}

/** Which of our issuers a token claims to be of, without believing it. */
function issuerOf(token: string): typeof ISSUER | typeof LEGACY_ISSUER | undefined {
  try {
    const { iss } = decodeJwt(token)
    return iss === ISSUER || iss === LEGACY_ISSUER ? iss : undefined
  } catch {
    return undefined // no JWT at all: some other kind of token
  }
}

export function serviceAccountAuthenticator({ publicPem, uidOf, tokenIn, clock = realClock }: ServiceAccountOptions): Authenticator {
  const key = createPublicKey(publicPem)
  const verify = async (token: string, options: JWTVerifyOptions): Promise<JWTPayload> => {
    try {
      return (await jwtVerify(token, key, { algorithms: ['ES256'], currentDate: new Date(clock.now()), ...options })).payload
    } catch (error) {
      if (error instanceof errors.JWTExpired) throw unauthorized('service account token has expired')
      if (error instanceof errors.JOSEError) throw unauthorized(`invalid service account token: ${error.message}`)
      throw error
    }
  }
  const holds = (resource: Bindable, namespace: string, given: Partial<Reference> | undefined): boolean =>
    given === undefined || (given.name !== undefined && given.uid !== undefined && uidOf(resource, namespace, given.name) === given.uid)
  const about = (what: string, given: Partial<Reference> | undefined): Record<string, string[]> =>
    given?.name && given.uid ? { [`${EXTRA}${what}-name`]: [given.name], [`${EXTRA}${what}-uid`]: [given.uid] } : {}
  const user = (namespace: string, { name, uid }: Reference) => ({ name: `${PREFIX}${namespace}:${name}`, uid, groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, AUTHENTICATED] })
  /** One that lives in a Secret: it is for this server, and good as long as it stands there. */
  async function legacy(token: string, audiences: readonly string[]): Promise<Authenticated> {
    const { namespace, secret, serviceAccount } = legacyClaims(await verify(token, { issuer: LEGACY_ISSUER, requiredClaims: ['sub'] }))
    if (!audiences.includes(ISSUER)) throw unauthorized('invalid service account token: it is for this API server alone')
    if (tokenIn?.(namespace, secret) !== token) throw unauthorized('secret of the service account token is gone')
    if (!holds('serviceaccounts', namespace, serviceAccount)) throw unauthorized('service account token has been invalidated')
    return { ...user(namespace, serviceAccount), audiences: [ISSUER], annotations: { 'authentication.k8s.io/legacy-token': `${PREFIX}${namespace}:${serviceAccount.name}` } }
  }
  return {
    async authenticate({ bearerToken, audiences = [ISSUER] }): Promise<Authenticated | undefined> {
      const issuer = bearerToken === undefined ? undefined : issuerOf(bearerToken)
      if (bearerToken === undefined || !issuer) return undefined
      if (issuer === LEGACY_ISSUER) return legacy(bearerToken, audiences)
      const payload = await verify(bearerToken, { issuer: ISSUER, audience: [...audiences], requiredClaims: ['exp', 'sub', 'kubernetes.io'] })
      const { namespace, serviceaccount, pod, secret, node, warnafter } = payload['kubernetes.io'] as KubernetesClaim
      const { name, uid } = serviceaccount ?? {}
      if (!namespace || !name || !uid || payload.sub !== `${PREFIX}${namespace}:${name}`) throw unauthorized('service account token has contradicting claims')
      if (!holds('serviceaccounts', namespace, serviceaccount)) throw unauthorized('service account token has been invalidated')
      if (!holds('pods', namespace, pod)) throw unauthorized('pod of the service account token is gone')
      if (!holds('secrets', namespace, secret)) throw unauthorized('secret of the service account token is gone')
      // Of a pod's token the node is only where it runs; the pod is what it hangs on.
      if (!pod && !holds('nodes', '', node)) throw unauthorized('node of the service account token is gone')
      const now = Math.floor(clock.now() / 1000)
      const of = typeof payload.aud === 'string' ? [payload.aud] : (payload.aud ?? [])
      return {
        ...user(namespace, { name, uid }),
        extra: { ...(payload.jti ? { [`${EXTRA}credential-id`]: [`JTI=${payload.jti}`] } : {}), ...about('pod', pod), ...about('node', node) },
        audiences: audiences.filter((a) => of.includes(a)),
        ...(warnafter !== undefined && now > warnafter ? { annotations: { 'authentication.k8s.io/stale-token': `subject: ${payload.sub}, seconds after warning threshold: ${now - warnafter}` } } : {}),
      }
    },
  }
}
