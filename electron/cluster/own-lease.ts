/**
 * A Lease that says which process does a component's work, as leader election leaves it behind. Here one process does all of it and
 * a lock on the data folder keeps a second one away, so nobody waits for these; they are for whoever looks. They are therefore
 * renewed seldom, and say for how long each renewal holds. Source: Kubernetes documentation, "Leases".
 */
import { Leases } from '../../shared/api/resources.ts'
import { rfc3339Micro, type Clock, type Timer } from '../../shared/clock.ts'
import { isNotFound } from '../../shared/errors.ts'
import { logger } from '../../shared/log.ts'
import type { Client, EventRecorder } from '../client/types.ts'

/** Of all of them. */
export const NAMESPACE = 'kube-system'
const RENEW_MS = 600_000

export interface OwnLeaseOptions {
  readonly client: Client
  readonly clock: Clock
  readonly name: string
  readonly identity: string
  /** How long a renewal holds: well over ten minutes, after which the next one comes. */
  readonly seconds: number
  readonly labels?: Readonly<Record<string, string>>
  /** One of several that might do the work: it is written down when it took over, and how often that was, and told as an event. */
  readonly elected?: { readonly recorder: Pick<EventRecorder, 'event'> }
}
export interface OwnLease {
  readonly name: string
  /** Somebody has taken it away: it is made again at once. */
  gone(): void
  stop(): Promise<void>
}

/** Holds the lease until it is stopped. Failing is told in the log, and tried again when the next renewal is due. */
export function holdLease({ client, clock, name, identity, seconds, labels, elected }: OwnLeaseOptions): OwnLease {
  let timer: Timer | undefined
  let stopped = false
  let told = false
  let missed = false

  async function renew(): Promise<void> {
    const now = rfc3339Micro(clock.now())
    const live = await client.get(Leases, name, NAMESPACE).catch((error: unknown) => {
      if (!isNotFound(error)) throw error
      return undefined
    })
    const spec = { ...live?.spec, holderIdentity: identity, leaseDurationSeconds: seconds, renewTime: now }
    // Whoever takes over says since when.
    if (elected && (!live || live.spec?.holderIdentity !== identity)) Object.assign(spec, { acquireTime: now, leaseTransitions: live ? (live.spec?.leaseTransitions ?? 0) + 1 : 0 })
    const { metadata } = live ? await client.update(Leases, { ...live, metadata: { ...live.metadata, ...(labels ? { labels: { ...live.metadata.labels, ...labels } } : {}) }, spec })
      : await client.create(Leases, { metadata: { name, namespace: NAMESPACE, ...(labels ? { labels: { ...labels } } : {}) }, spec })
    if (!told) elected?.recorder.event({ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata }, 'Normal', 'LeaderElection', `${identity} became leader`)
    told = true
  }
  async function round(): Promise<void> {
    do {
      missed = false
      try {
        await renew()
      } catch (error) {
        if (!stopped && !missed) logger('cluster').warning('A lease could not be renewed', { lease: name, error })
      }
    } while (missed && !stopped)
    underWay = undefined
    if (!stopped) timer = clock.after(RENEW_MS, begin)
  }
  let underWay: Promise<void> | undefined
  function begin(): void {
    timer?.cancel()
    if (!stopped) underWay = round()
  }
  begin()
  return {
    name,
    gone() {
      missed = true
      // Who says so is in the middle of the write that took it away.
      if (!underWay && !stopped) queueMicrotask(() => { if (!underWay) begin() })
    },
    async stop() {
      stopped = true
      timer?.cancel()
      await underWay
    },
  }
}
