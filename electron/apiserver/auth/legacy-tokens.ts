/**
 * Tokens without an end, which live in a Secret of type kubernetes.io/service-account-token and die with it. Nobody is given one
 * unasked any more, but charts and pipelines ask. Source: Kubernetes documentation, "Managing Service Accounts: manually create a
 * long-lived API token for a ServiceAccount".
 */
import { createPrivateKey } from 'node:crypto'
import { type JWTPayload, SignJWT } from 'jose'
import { unauthorized } from '../../../shared/errors.ts'
import { keyId } from './issuer.ts'

export const LEGACY_ISSUER = 'kubernetes/serviceaccount'
const CLAIM = 'kubernetes.io/serviceaccount/'

export interface LegacyClaims {
  readonly namespace: string
  /** The Secret that it lives in. */
  readonly secret: string
  readonly serviceAccount: { readonly name: string; readonly uid: string }
}
export type LegacyTokenIssuer = (claims: LegacyClaims) => Promise<string>

export function legacyTokenIssuer(keys: { keyPem: string; publicPem: string }): LegacyTokenIssuer {
  const key = createPrivateKey(keys.keyPem)
  const kid = keyId(keys.publicPem)
  return ({ namespace, secret, serviceAccount: { name, uid } }) =>
    new SignJWT({ [`${CLAIM}namespace`]: namespace, [`${CLAIM}secret.name`]: secret, [`${CLAIM}service-account.name`]: name, [`${CLAIM}service-account.uid`]: uid })
      .setProtectedHeader({ alg: 'ES256', kid }).setIssuer(LEGACY_ISSUER).setSubject(`system:serviceaccount:${namespace}:${name}`)
      .sign(key)
}

/** What a token says whose signature is sound. Throws Unauthorized where it contradicts itself. */
export function legacyClaims(payload: JWTPayload): LegacyClaims {
  const claim = (name: string): string => {
    const value = payload[CLAIM + name]
    if (typeof value !== 'string' || !value) throw unauthorized(`service account token has no claim ${name}`)
    return value
  }
  const claims = { namespace: claim('namespace'), secret: claim('secret.name'), serviceAccount: { name: claim('service-account.name'), uid: claim('service-account.uid') } }
  if (payload.sub !== `system:serviceaccount:${claims.namespace}:${claims.serviceAccount.name}`) throw unauthorized('service account token has contradicting claims')
  return claims
}
