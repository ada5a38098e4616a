/**
 * Service-account tokens: JWTs signed with the cluster's own key, bound to a ServiceAccount and, if asked, to a Pod. They
 * die with what they are bound to. Source: Kubernetes documentation, "Managing Service Accounts: bound tokens".
 */
import { createPrivateKey, createPublicKey, randomUUID } from 'node:crypto'
import { decodeJwt, errors, type JWTPayload, jwtVerify, SignJWT } from 'jose'
import { type Clock, realClock } from '../../../shared/clock.ts'
import { unauthorized } from '../../../shared/errors.ts'
import type { Authenticator, UserInfo } from '../types.ts'
import { AUTHENTICATED } from './authenticators.ts'

export const ISSUER = 'https://kubernetes.default.svc.cluster.local'
const PREFIX = 'system:serviceaccount:'

export interface Reference {
  readonly name: string
  readonly uid: string
}
export interface TokenRequest {
  readonly namespace: string
  readonly serviceAccount: Reference
  readonly pod?: Reference
  /** Default: ISSUER, the API server itself. */
  readonly audiences?: readonly string[]
  /** Default one hour. */
  readonly expirationSeconds?: number
}
export interface IssuedToken {
  readonly token: string
  /** Milliseconds since 1970. */
  readonly expires: number
}
interface KubernetesClaim {
  namespace?: string
  serviceaccount?: Partial<Reference>
  pod?: Partial<Reference>
}

/** Signs a token with a P-256 private key (PKCS #8 PEM). */
export async function issueToken(keyPem: string, request: TokenRequest, clock: Clock = realClock): Promise<IssuedToken> {
  const { namespace, serviceAccount, pod, audiences = [ISSUER], expirationSeconds = 3600 } = request
  const now = Math.floor(clock.now() / 1000)
  const claim: KubernetesClaim = { namespace, serviceaccount: { name: serviceAccount.name, uid: serviceAccount.uid }, ...(pod ? { pod: { name: pod.name, uid: pod.uid } } : {}) }
  const token = await new SignJWT({ 'kubernetes.io': claim })
    .setProtectedHeader({ alg: 'ES256', typ: 'JWT' })
    .setIssuer(ISSUER).setSubject(`${PREFIX}${namespace}:${serviceAccount.name}`).setAudience([...audiences])
    .setIssuedAt(now).setNotBefore(now).setExpirationTime(now + expirationSeconds).setJti(randomUUID())
    .sign(createPrivateKey(keyPem))
  return { token, expires: (now + expirationSeconds) * 1000 }
}

export interface ServiceAccountOptions {
  /** SubjectPublicKeyInfo PEM. */
  readonly publicPem: string
  /** Whether the account still exists with this uid. */
  readonly serviceAccountExists: (namespace: string, name: string, uid: string) => boolean
  /** Whether the pod still exists with this uid. Default: not checked. */
  readonly podExists?: (namespace: string, name: string, uid: string) => boolean
  /** A token must be for one of these. Default: ISSUER. */
  readonly audiences?: readonly string[]
  readonly clock?: Clock
}

/** Whether a token claims to be ours, without believing it. */
function claimsToBeOurs(token: string): boolean {
  try {
    return decodeJwt(token).iss === ISSUER
  } catch {
    return false // no JWT at all: some other kind of token
  }
}

export function serviceAccountAuthenticator(options: ServiceAccountOptions): Authenticator {
  const key = createPublicKey(options.publicPem)
  const { clock = realClock, audiences = [ISSUER] } = options
  const verify = async (token: string): Promise<JWTPayload> => {
    try {
      const required = ['exp', 'sub', 'kubernetes.io']
      return (await jwtVerify(token, key, { algorithms: ['ES256'], issuer: ISSUER, audience: [...audiences], currentDate: new Date(clock.now()), requiredClaims: required })).payload
    } catch (error) {
      if (error instanceof errors.JWTExpired) throw unauthorized('service account token has expired')
      if (error instanceof errors.JOSEError) throw unauthorized(`invalid service account token: ${error.message}`)
      throw error
    }
  }
  return {
    async authenticate({ bearerToken }): Promise<UserInfo | undefined> {
      if (bearerToken === undefined || !claimsToBeOurs(bearerToken)) return undefined
      const payload = await verify(bearerToken)
      const { namespace, serviceaccount, pod } = payload['kubernetes.io'] as KubernetesClaim
      const { name, uid } = serviceaccount ?? {}
      if (!namespace || !name || !uid || payload.sub !== `${PREFIX}${namespace}:${name}`) throw unauthorized('service account token has contradicting claims')
      if (!options.serviceAccountExists(namespace, name, uid)) throw unauthorized('service account token has been invalidated')
      if (pod && !(pod.name && pod.uid && (options.podExists?.(namespace, pod.name, pod.uid) ?? true))) throw unauthorized('pod of the service account token is gone')
      return {
        name: `${PREFIX}${namespace}:${name}`, uid, groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, AUTHENTICATED],
        extra: {
          ...(payload.jti ? { 'authentication.kubernetes.io/credential-id': [`JTI=${payload.jti}`] } : {}),
          ...(pod?.name && pod.uid ? { 'authentication.kubernetes.io/pod-name': [pod.name], 'authentication.kubernetes.io/pod-uid': [pod.uid] } : {}),
        },
      }
    },
  }
}
