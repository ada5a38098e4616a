/** Who callers are: client certificates of our authority, and tokens of service accounts, which this also issues. */
import type { KubeObject } from '../../shared/api/meta.ts'
import type { Secret } from '../../shared/api/types.ts'
import type { Clock } from '../../shared/clock.ts'
import { unionAuthenticator, x509Authenticator } from '../apiserver/auth/authenticators.ts'
// The types alone: the JWT library costs 100 ms to load and most starts never need it.
import type { LegacyTokenIssuer } from '../apiserver/auth/legacy-tokens.ts'
import type { Bindable, TokenIssuer } from '../apiserver/auth/service-account.ts'
import type { Authenticator } from '../apiserver/types.ts'
import type { Pki } from './pki/index.ts'

export interface Credentials {
  readonly authenticator: Authenticator
  readonly issue: TokenIssuer
  /** Of tokens without an end, which live in a Secret. */
  readonly signToken: LegacyTokenIssuer
}

/** `get` answers an object that exists now: a token ends with the account and with what it is bound to. */
export function credentials(pki: Pki, clock: Clock, get: (resource: Bindable, namespace: string, name: string) => KubeObject | undefined): Credentials {
  const tokens = () => import('../apiserver/auth/service-account.ts')
  let accounts: Promise<Authenticator> | undefined
  let issuer: Promise<TokenIssuer> | undefined
  let legacy: Promise<LegacyTokenIssuer> | undefined
  const uidOf = (...which: Parameters<typeof get>): string | undefined => get(...which)?.metadata.uid
  const tokenIn = (namespace: string, name: string): string | undefined => {
    const secret = get('secrets', namespace, name) as Secret | undefined
    return secret && !secret.metadata.deletionTimestamp ? Buffer.from(secret.data?.['token'] ?? '', 'base64').toString('utf8') : undefined
  }
  const lazy: Authenticator = {
    async authenticate(given) {
      if (given.bearerToken === undefined) return undefined
      accounts ??= tokens().then((m) => m.serviceAccountAuthenticator({ publicPem: pki.serviceAccount.publicPem, clock, uidOf, tokenIn }))
      return (await accounts).authenticate(given)
    },
  }
  return {
    authenticator: unionAuthenticator([x509Authenticator({ caPem: pki.ca.certPem, clock }), lazy]),
    async issue(claims) {
      issuer ??= tokens().then((m) => m.tokenIssuer(pki.serviceAccount, clock))
      return (await issuer)(claims)
    },
    async signToken(claims) {
      legacy ??= import('../apiserver/auth/legacy-tokens.ts').then((m) => m.legacyTokenIssuer(pki.serviceAccount))
      return (await legacy)(claims)
    },
  }
}
