/**
 * The store's end of the thread that searches and seals: begun with the first job, ended when there has been none for a while. A job in
 * which a single block takes too long (a regular expression that backtracks without end) is given up with its thread;
 * the other jobs are begun anew, without what they have told already.
 */
import { Worker } from 'node:worker_threads'
import type { Clock, Timer } from '../../../shared/clock.ts'
import { badRequest, serviceUnavailable, tooManyRequests } from '../../../shared/errors.ts'
import { logger } from '../../../shared/log.ts'
import { PULSE_COUNT, PULSE_JOB, type Found, type FromThread, type Job, type ToThread } from './jobs.ts'

const IDLE_MS = 30_000
/** After a block alone, which nobody sees the thread begin for. */
const SEALED_MS = 5_000
const LOOK_MS = 500
/** So long may a block take; a harmless expression needs a hundredth of it. */
const BLOCK_MS = 2_000
const MAX_JOBS = 128
const log = logger('logging')

/** Built, it is an entry of its own beside this file's; in tests it runs from its source. */
const script = import.meta.url.endsWith('.ts') ? new URL('./worker.ts', import.meta.url) : new URL('./log-search.js', import.meta.url)

/** Not for somebody who asks. */
const writes = (job: Job): boolean => job.kind === 'seal' || job.kind === 'few'

interface Running {
  readonly job: Job
  readonly found: (found: Found) => void
  readonly end: (error?: Error) => void
}

/** Who searches and seals. */
export interface SearchRunner {
  /** Resolves with the last that is found; `found` hears all, also that. Rejects with a bad request when the query takes too long. */
  run(job: Job, found: (found: Found) => void, signal?: AbortSignal): Promise<void>
  close(): Promise<void>
}

export class SearchThread implements SearchRunner {
  readonly #clock: Clock
  readonly #entry: string | URL
  readonly #jobs = new Map<number, Running>()
  #worker: Worker | undefined
  #pulse = new Int32Array(new SharedArrayBuffer(8))
  #idle: Timer | undefined
  #watch: NodeJS.Timeout | undefined
  #seen = { count: 0, since: 0 }
  #next = 1
  /** Since it was begun: somebody may well ask once more. */
  #searched = false
  #closed = false

  /** @param entry the thread's script */
  constructor(clock: Clock, entry: string | URL = script) {
    this.#clock = clock
    this.#entry = entry
  }

  get running(): boolean {
    return this.#worker !== undefined
  }

  async run(job: Job, found: (found: Found) => void, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted()
    if (this.#closed) throw serviceUnavailable('the log store is closed')
    if (!writes(job) && this.#jobs.size >= MAX_JOBS) throw tooManyRequests(`at most ${MAX_JOBS} searches at once`, 1)
    const id = this.#next++
    this.#idle?.cancel()
    this.#searched ||= !writes(job)
    const worker = this.#start()
    await new Promise<void>((resolve, reject) => {
      const stop = (): void => {
        this.#say({ type: 'cancel', id })
        end(signal?.reason as Error)
      }
      const end = (error?: Error): void => {
        signal?.removeEventListener('abort', stop)
        this.#jobs.delete(id)
        this.#rest()
        if (error) reject(error)
        else resolve()
      }
      this.#jobs.set(id, { job, found, end })
      signal?.addEventListener('abort', stop, { once: true })
      worker.postMessage({ type: 'start', id, job } satisfies ToThread)
    })
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.#stop()
    for (const { end } of this.#jobs.values()) end(serviceUnavailable('the log store is closed'))
    this.#idle?.cancel()
  }

  #say(message: ToThread): void {
    this.#worker?.postMessage(message)
  }
  #start(): Worker {
    if (!this.#worker) {
      const worker = new Worker(this.#entry, { workerData: this.#pulse.buffer, resourceLimits: { maxOldGenerationSizeMb: 96, maxYoungGenerationSizeMb: 3 }, execArgv: ['--disable-warning=ExperimentalWarning'] })
      worker.on('message', (m: FromThread) => this.#hear(m))
      worker.on('error', (error) => { if (this.#worker === worker) this.#lost(error) })
      worker.unref()
      this.#worker = worker
    }
    if (!this.#watch) {
      this.#seen = { count: Atomics.load(this.#pulse, PULSE_COUNT), since: performance.now() }
      this.#watch = setInterval(() => this.#look(), LOOK_MS)
    }
    return this.#worker
  }
  #hear(message: FromThread): void {
    const running = this.#jobs.get(message.id)
    if (!running) return
    if (message.type === 'failed') return running.end(new Error(message.message))
    running.found(message.found)
    if (message.end) running.end()
  }
  /** Whether the block in work has taken too long. */
  #look(): void {
    const count = Atomics.load(this.#pulse, PULSE_COUNT)
    const id = Atomics.load(this.#pulse, PULSE_JOB)
    const now = performance.now()
    if (count !== this.#seen.count || id === 0) {
      this.#seen = { count, since: now }
      return
    }
    if (now - this.#seen.since < BLOCK_MS) return
    const slow = this.#jobs.get(id)
    void this.#stop()
    slow?.end(badRequest('query: the regular expression takes too long'))
    this.#again()
  }
  #lost(error: unknown): void {
    log.error('the searching thread ended', { error })
    void this.#stop()
    // What ended it may be one of these: none of them is tried a second time.
    for (const { end } of this.#jobs.values()) end(serviceUnavailable(`the search was broken off: ${error instanceof Error ? error.message : String(error)}`))
  }
  /** Jobs that were in work go on in a new thread. */
  #again(): void {
    for (const [id, { job, end }] of this.#jobs) {
      // What a search has told cannot be taken back; who asked may ask again.
      if (job.kind === 'search') end(serviceUnavailable('the search was broken off by another one that took too long; try again'))
      else this.#start().postMessage({ type: 'start', id, job } satisfies ToThread)
    }
  }
  #rest(): void {
    if (this.#jobs.size) return
    clearInterval(this.#watch)
    this.#watch = undefined
    this.#idle?.cancel()
    if (this.#worker) this.#idle = this.#clock.after(this.#searched ? IDLE_MS : SEALED_MS, () => { if (!this.#jobs.size) void this.#stop() })
  }
  async #stop(): Promise<void> {
    const worker = this.#worker
    this.#worker = undefined
    this.#searched = false
    clearInterval(this.#watch)
    this.#watch = undefined
    this.#pulse = new Int32Array(new SharedArrayBuffer(8))
    await worker?.terminate()
  }
}
