/** Who callers are: client certificates of our authority, and tokens of service accounts, which this also issues. */
import type { Clock } from '../../shared/clock.ts'
import { unionAuthenticator, x509Authenticator } from '../apiserver/auth/authenticators.ts'
// The types alone: the JWT library costs 100 ms to load and most starts never need it.
import type { ServiceAccountOptions, TokenIssuer } from '../apiserver/auth/service-account.ts'
import type { Authenticator } from '../apiserver/types.ts'
import type { Pki } from './pki/index.ts'

export interface Credentials {
  readonly authenticator: Authenticator
  readonly issue: TokenIssuer
}

/** `uidOf` answers the uid of an object that exists now: a token ends with the account and with what it is bound to. */
export function credentials(pki: Pki, clock: Clock, uidOf: ServiceAccountOptions['uidOf']): Credentials {
  const tokens = () => import('../apiserver/auth/service-account.ts')
  let accounts: Promise<Authenticator> | undefined
  let issuer: Promise<TokenIssuer> | undefined
  const lazy: Authenticator = {
    async authenticate(given) {
      if (given.bearerToken === undefined) return undefined
      accounts ??= tokens().then((m) => m.serviceAccountAuthenticator({ publicPem: pki.serviceAccount.publicPem, clock, uidOf }))
      return (await accounts).authenticate(given)
    },
  }
  return {
    authenticator: unionAuthenticator([x509Authenticator({ caPem: pki.ca.certPem, clock }), lazy]),
    async issue(claims) {
      issuer ??= tokens().then((m) => m.tokenIssuer(pki.serviceAccount, clock))
      return (await issuer)(claims)
    },
  }
}
