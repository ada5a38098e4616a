/** Who callers are: client certificates of our authority, and tokens of service accounts, which this also issues. */
import type { KubeObject } from '../../shared/api/meta.ts'
import type { ServiceAccount } from '../../shared/api/types.ts'
import { type Clock, rfc3339 } from '../../shared/clock.ts'
import { field, invalid } from '../../shared/errors.ts'
import { unionAuthenticator, x509Authenticator } from '../apiserver/auth/authenticators.ts'
import type { Authenticator } from '../apiserver/types.ts'
import type { TokenIssuer } from '../apiserver/server.ts'
import type { Pki } from './pki/index.ts'

/** Ten minutes to a day, as upstream's TokenRequest takes it (its own upper bound is 2^32 s; a day is ours for every account). */
const SHORTEST = 600
const LONGEST = 86_400

interface TokenRequest extends KubeObject {
  spec?: { audiences?: string[]; expirationSeconds?: number; boundObjectRef?: { kind?: string; name?: string; uid?: string } }
}

export interface Credentials {
  readonly authenticator: Authenticator
  readonly issue: TokenIssuer
}

/** `uidOf` answers the uid of a service account that exists now: a deleted account's tokens end with it. */
export function credentials(pki: Pki, clock: Clock, uidOf: (namespace: string, name: string) => string | undefined): Credentials {
  // The JWT library costs 100 ms to load and most starts never need it.
  const tokens = () => import('../apiserver/auth/service-account.ts')
  let accounts: Promise<Authenticator> | undefined
  const lazy: Authenticator = {
    async authenticate(given) {
      if (given.bearerToken === undefined) return undefined
      accounts ??= tokens().then((m) => m.serviceAccountAuthenticator({
        publicPem: pki.serviceAccount.publicPem, clock, serviceAccountExists: (namespace, name, uid) => uidOf(namespace, name) === uid,
      }))
      return (await accounts).authenticate(given)
    },
  }
  return {
    authenticator: unionAuthenticator([x509Authenticator({ caPem: pki.ca.certPem, clock }), lazy]),
    async issue(account: ServiceAccount, request: KubeObject) {
      const spec = (request as TokenRequest).spec ?? {}
      const seconds = spec.expirationSeconds ?? 3600
      if (seconds < SHORTEST) throw invalid({ group: 'authentication.k8s.io', kind: 'TokenRequest' }, account.metadata.name, [field.invalid('spec.expirationSeconds', seconds, 'may not specify a duration less than 10 minutes')])
      const { issueToken } = await tokens()
      const bound = spec.boundObjectRef?.kind === 'Pod' ? { pod: { name: spec.boundObjectRef.name ?? '', uid: spec.boundObjectRef.uid ?? '' } } : {}
      const { token, expires } = await issueToken(pki.serviceAccount.keyPem, {
        namespace: account.metadata.namespace ?? '', serviceAccount: { name: account.metadata.name, uid: account.metadata.uid ?? '' },
        ...(spec.audiences?.length ? { audiences: spec.audiences } : {}), expirationSeconds: Math.min(seconds, LONGEST), ...bound,
      }, clock)
      return { token, expirationTimestamp: rfc3339(expires) }
    },
  }
}
