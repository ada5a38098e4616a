/** Who issues the tokens of service accounts, and how others check them. Source: OpenID Connect Discovery 1.0, as far as Kubernetes serves it. */
import { createHash, createPublicKey } from 'node:crypto'

export const ISSUER = 'https://kubernetes.default.svc.cluster.local'

export interface OpenId {
  /** `/.well-known/openid-configuration` */
  readonly configuration: object
  /** `/openid/v1/jwks` */
  readonly keys: object
}

/** Names a key by what it is. */
export function keyId(publicPem: string): string {
  return createHash('sha256').update(createPublicKey(publicPem).export({ type: 'spki', format: 'der' })).digest('base64url')
}

/** @param publicPem the P-256 key that tokens are signed with */
export function openId(publicPem: string): OpenId {
  return {
    configuration: { issuer: ISSUER, jwks_uri: `${ISSUER}/openid/v1/jwks`, response_types_supported: ['id_token'], subject_types_supported: ['public'], id_token_signing_alg_values_supported: ['ES256'] },
    keys: { keys: [{ use: 'sig', kid: keyId(publicPem), alg: 'ES256', ...createPublicKey(publicPem).export({ format: 'jwk' }) }] },
  }
}
