/**
 * Priority among the callers inside the process, the part of "API priority and fairness" that one process needs: while
 * others wait for an answer, reports (pod statuses, events) go one at a time, so that a thousand kubelets telling what they
 * did do not delay the creations and bindings that others wait for. Nothing is refused or dropped; what waits is bounded by
 * its writers, which keep one status a pod and a bounded number of events.
 */

/** Reports under way at once when nobody else asks for anything. */
const WIDTH = 32
/** Reports begun before the event loop gets a turn. */
const STARTS_PER_TURN = 4

interface Waiting {
  readonly begin: () => Promise<unknown>
  readonly resolve: (value: never) => void
  readonly reject: (error: unknown) => void
}

export class Lanes {
  #ahead = 0
  #underWay = 0
  #waiting: Waiting[] = []
  /** Where the queue begins: taking from the front must not move a thousand others. */
  #at = 0
  #scheduled = false

  /** Reports that have not begun yet. */
  get waiting(): number {
    return this.#waiting.length - this.#at
  }

  /** Begins at once. */
  async ahead<T>(task: () => Promise<T>): Promise<T> {
    this.#ahead++
    try {
      return await task()
    } finally {
      this.#ahead--
      this.#schedule()
    }
  }

  /** Begins in a later turn of the event loop, in the order of asking. */
  report<T>(task: () => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#waiting.push({ begin: task, resolve, reject })
      this.#schedule()
    })
  }

  get #full(): boolean {
    // One goes on even then: the loop always has time for it while others wait for the disk.
    return this.#underWay >= (this.#ahead ? 1 : WIDTH)
  }

  #schedule(): void {
    if (this.#scheduled || !this.waiting || this.#full) return
    this.#scheduled = true
    setImmediate(() => {
      this.#scheduled = false
      for (let n = 0; n < STARTS_PER_TURN && this.waiting && !this.#full; n++) this.#start()
      this.#schedule()
    })
  }

  #start(): void {
    const next = this.#waiting[this.#at++] as Waiting
    if (this.#at === this.#waiting.length || this.#at > 1024) {
      this.#waiting = this.#waiting.slice(this.#at)
      this.#at = 0
    }
    this.#underWay++
    next.begin().then(next.resolve as (value: unknown) => void, next.reject).finally(() => {
      this.#underWay--
      this.#schedule()
    })
  }
}

const REPORT = /^\/api\/v1\/namespaces\/[^/]+\/(?:events(?:\/[^/]+)?|pods\/[^/]+\/status)$/
/** A component of the cluster tells what it did or saw: nobody waits for the answer but itself. */
export const isReport = (user: string, method: string, path: string): boolean => method !== 'GET' && user.startsWith('system:') && REPORT.test(path)
