/**
 * A Lease that says which process does a component's work, as leader election leaves it behind. Here one process does all of it and
 * a lock on the data folder keeps a second one away, so nobody waits for these; they are for whoever looks. They are therefore
 * renewed seldom, and say for how long each renewal holds. Source: Kubernetes documentation, "Leases".
 */
import { Leases } from '../../shared/api/resources.ts'
import { rfc3339Micro, type Clock, type Timer } from '../../shared/clock.ts'
import { isNotFound } from '../../shared/errors.ts'
import { logger } from '../../shared/log.ts'
import type { Client } from '../client/types.ts'

const NAMESPACE = 'kube-system'
const RENEW_MS = 600_000

export interface OwnLeaseOptions {
  readonly client: Client
  readonly clock: Clock
  readonly name: string
  readonly identity: string
  /** How long a renewal holds: well over ten minutes, after which the next one comes. */
  readonly seconds: number
  readonly labels?: Readonly<Record<string, string>>
  /** One of several that might do the work: it is written down when it took over, and how often that was. */
  readonly elected: boolean
}

/** Holds the lease until it is stopped. Failing is told in the log, and tried again when the next renewal is due. */
export function holdLease({ client, clock, name, identity, seconds, labels, elected }: OwnLeaseOptions): { stop(): Promise<void> } {
  let timer: Timer | undefined
  let stopped = false

  async function renew(): Promise<void> {
    const now = rfc3339Micro(clock.now())
    const live = await client.get(Leases, name, NAMESPACE).catch((error: unknown) => {
      if (!isNotFound(error)) throw error
      return undefined
    })
    const spec = { ...live?.spec, holderIdentity: identity, leaseDurationSeconds: seconds, renewTime: now }
    // Whoever takes over says since when.
    if (elected && (!live || live.spec?.holderIdentity !== identity)) Object.assign(spec, { acquireTime: now, leaseTransitions: live ? (live.spec?.leaseTransitions ?? 0) + 1 : 0 })
    if (live) await client.update(Leases, { ...live, metadata: { ...live.metadata, ...(labels ? { labels: { ...live.metadata.labels, ...labels } } : {}) }, spec })
    else await client.create(Leases, { metadata: { name, namespace: NAMESPACE, ...(labels ? { labels: { ...labels } } : {}) }, spec })
  }
  async function round(): Promise<void> {
    try {
      await renew()
    } catch (error) {
      if (!stopped) logger('cluster').warning('A lease could not be renewed', { lease: name, error })
    }
    if (!stopped) timer = clock.after(RENEW_MS, () => { underWay = round() })
  }
  let underWay = round()
  return {
    async stop() {
      stopped = true
      timer?.cancel()
      await underWay
    },
  }
}
