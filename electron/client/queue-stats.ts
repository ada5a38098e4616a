/**
 * What the work queues of this process have done, by name: client-go's workqueue metrics. A key costs a few additions; queues of one
 * name (the event recorders of many kubelets) count together, and a name goes with its last queue.
 */
import { exponentialBuckets } from 'prom-client'
import { Tally } from '../prometheus/tally.ts'

/** In seconds. Source: kubernetes component-base/metrics/prometheus/workqueue. */
export const QUEUE_BOUNDS: readonly number[] = exponentialBuckets(1e-8, 10, 10)

/** Added to by the queue itself. */
export interface QueueCounts {
  /** Keys that came to wait, also behind the work on themselves. */
  adds: number
  /** Keys put off: by back-off, or until a time. */
  retries: number
  /** Seconds from when a key came to when it was taken. */
  readonly waited: Tally
  /** Seconds of work on a key. */
  readonly worked: Tally
}
/** What a queue knows of now. */
export interface QueueNow {
  readonly length: number
  /** Of each key in work, for how many seconds it has been. */
  running(): readonly number[]
}
export interface QueueStats {
  readonly name: string
  readonly counts: Readonly<QueueCounts>
  readonly depth: number
  readonly running: readonly number[]
}

const queues = new Map<string, { readonly counts: QueueCounts; readonly live: Set<QueueNow> }>()

export const emptyCounts = (): QueueCounts => ({ adds: 0, retries: 0, waited: new Tally(QUEUE_BOUNDS), worked: new Tally(QUEUE_BOUNDS) })

/** Makes a queue that counts under a name. */
export function countedQueue<Q extends QueueNow>(name: string, make: (counts: QueueCounts) => Q): Q {
  const known = queues.get(name) ?? { counts: emptyCounts(), live: new Set() }
  const queue = make(known.counts)
  known.live.add(queue)
  queues.set(name, known)
  return queue
}
/** A queue has ended. */
export function forgetQueue(name: string, queue: QueueNow): void {
  const known = queues.get(name)
  if (known?.live.delete(queue) && !known.live.size) queues.delete(name)
}
export const queueStats = (): QueueStats[] => [...queues].map(([name, { counts, live }]) => ({
  name, counts, depth: [...live].reduce((sum, q) => sum + q.length, 0), running: [...live].flatMap((q) => q.running()),
}))
