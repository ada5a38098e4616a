/** Service account tokens for projected volumes: asked for once, and again when four fifths of their life are over. Source: kubernetes pkg/kubelet/token. */
import { ServiceAccounts } from '../../shared/api/resources.ts'
import type { Pod } from '../../shared/api/types.ts'
import type { Clock } from '../../shared/clock.ts'
import type { Client } from '../client/types.ts'

export interface TokenSource {
  readonly audience?: string
  readonly expirationSeconds?: number
}
export interface TokenManager {
  /** Rejects with StatusError when there is none to be had. */
  token(pod: Pod, source: TokenSource): Promise<string>
  /** When the first of the pod's tokens is due to be made anew, in ms since 1970. */
  renewAt(podUid: string): number | undefined
  forget(podUid: string): void
}

const DEFAULT_SECONDS = 3600
const FRESH_SHARE = 0.8
/** However long a token lives, after a day it is made anew. */
const LONGEST_MS = 24 * 3600_000

export function createTokenManager(client: Client, clock: Clock): TokenManager {
  const pods = new Map<string, Map<string, { token: string; renewAt: number }>>()
  return {
    async token(pod, source) {
      const uid = pod.metadata.uid ?? ''
      const account = pod.spec.serviceAccountName || 'default'
      const seconds = source.expirationSeconds ?? DEFAULT_SECONDS
      const key = JSON.stringify([account, source.audience ?? '', seconds])
      const held = pods.get(uid)?.get(key)
      if (held && clock.now() < held.renewAt) return held.token
      const asked = clock.now()
      const answer = await client.createSubresource<never, { status?: { token?: string; expirationTimestamp?: string } }>(ServiceAccounts as never, account, pod.metadata.namespace, 'token', {
        apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest',
        spec: { audiences: source.audience ? [source.audience] : [], expirationSeconds: seconds, boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name: pod.metadata.name, uid } },
      })
      const token = answer.status?.token
      if (!token) throw new Error(`the API server gave no token for service account ${account}`)
      const ends = Date.parse(answer.status?.expirationTimestamp ?? '')
      const life = Number.isNaN(ends) ? seconds * 1000 : ends - asked
      const mine = pods.get(uid) ?? new Map<string, { token: string; renewAt: number }>()
      pods.set(uid, mine.set(key, { token, renewAt: asked + Math.min(life * FRESH_SHARE, LONGEST_MS) }))
      return token
    },
    renewAt(uid) {
      const due = [...(pods.get(uid)?.values() ?? [])].map((held) => held.renewAt)
      return due.length ? Math.min(...due) : undefined
    },
    forget: (uid) => void pods.delete(uid),
  }
}
