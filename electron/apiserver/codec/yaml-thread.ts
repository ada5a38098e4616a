/**
 * YAML that would hold the event loop is read in a thread, ahead of the verb that asks for it: what came of it waits for `decodeBody`
 * beside its bytes. The thread is begun with the first such body and let go when there has been none for a while.
 */
import { Worker } from 'node:worker_threads'
import type { Clock, Timer } from '../../../shared/clock.ts'
import { serviceUnavailable, tooManyRequests, type StatusError } from '../../../shared/errors.ts'
import { logger } from '../../../shared/log.ts'
import { parseJson } from '../../../shared/numbers.ts'
import { inStretches, type Stretch } from '../stretch.ts'
import { jsonSteps, withoutRepeats } from './decode.ts'
import { readAhead, type Ahead } from './read-ahead.ts'
import type { YamlAnswer, YamlJob } from './yaml-worker.ts'

/** Below this a body is read where it is, in less time than it would travel: 32 KiB take about 10 ms. */
export const LARGE_YAML = 32 * 1024
const MAX_JOBS = 32
/** 3 MiB take about a second; a body that needs longer than this is given up with its thread. */
const READ_MS = 20_000
const IDLE_MS = 10_000
const log = logger('kube-apiserver')

/** Built, it is an entry of its own beside this file's; in tests it runs from its source. */
const script = import.meta.url.endsWith('.ts') ? new URL('./yaml-worker.ts', import.meta.url) : new URL('./yaml-worker.js', import.meta.url)

interface Reading {
  readonly bytes: Uint8Array
  readonly done: (ahead: Ahead) => void
  readonly failed: (error: StatusError) => void
}

/** Whether it is YAML of which nothing but its size is known, and too much of it. */
export const isLargeYaml = (body: unknown, contentType: string | undefined): body is Uint8Array =>
  body instanceof Uint8Array && body.byteLength > LARGE_YAML && contentType !== undefined && contentType.toLowerCase().includes('yaml')

export class YamlThread {
  readonly #clock: Clock
  readonly #script: URL
  /** In the order in which they are read. */
  readonly #jobs = new Map<number, Reading>()
  #worker: Worker | undefined
  #timer: Timer | undefined
  #next = 1
  #closed = false

  constructor(clock: Clock, from = script) {
    this.#clock = clock
    this.#script = from
  }

  get running(): boolean {
    return this.#worker !== undefined
  }

  /**
   * Resolves when `decodeBody` and `decodePatch` know what these bytes say; a fault is theirs to throw.
   * Rejects with a StatusError: too many at once, or the thread ended.
   */
  async read(bytes: Uint8Array, stretch?: Stretch): Promise<void> {
    if (readAhead.has(bytes)) return
    const reading = inStretches(jsonSteps(bytes, '{'), stretch)
    const decoded = withoutRepeats(reading instanceof Promise ? await reading : reading)
    readAhead.set(bytes, decoded ? { decoded } : await this.#read(bytes))
    stretch?.begin()
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.#end(serviceUnavailable('the server is stopping'))
  }

  #read(bytes: Uint8Array): Promise<Ahead> {
    if (this.#closed) throw serviceUnavailable('the server is stopping')
    if (this.#jobs.size >= MAX_JOBS) throw tooManyRequests('too many large YAML documents at once, please try again later', 1)
    const id = this.#next++
    return new Promise((done, failed) => {
      this.#jobs.set(id, { bytes, done, failed })
      this.#start().postMessage({ id, bytes } satisfies YamlJob)
      if (this.#jobs.size === 1) this.#turn()
    })
  }
  #start(): Worker {
    if (this.#worker) return this.#worker
    const worker = new Worker(this.#script, { resourceLimits: { maxOldGenerationSizeMb: 1024, maxYoungGenerationSizeMb: 16 }, execArgv: ['--disable-warning=ExperimentalWarning'] })
    worker.on('message', (answer: YamlAnswer) => this.#hear(answer))
    worker.on('error', (error) => {
      if (this.#worker !== worker) return
      log.error('the thread that reads YAML ended', { error })
      this.#giveUpFirst('the document is too large to be read')
    })
    worker.unref()
    return (this.#worker = worker)
  }
  #hear(answer: YamlAnswer): void {
    const job = this.#jobs.get(answer.id)
    this.#jobs.delete(answer.id)
    this.#turn()
    job?.done('fault' in answer ? { fault: answer.fault } : { decoded: { object: parseJson(answer.json), duplicates: answer.duplicates } })
  }
  /** The next one is in work, or nothing is. */
  #turn(): void {
    this.#timer?.cancel()
    this.#timer = this.#jobs.size
      ? this.#clock.after(READ_MS, () => this.#giveUpFirst('the document takes too long to be read'))
      : this.#clock.after(IDLE_MS, () => void this.#end())
  }
  /** What ended the thread, or holds it, is the first; the others are read by a new one. */
  #giveUpFirst(fault: string): void {
    const [first, ...others] = this.#jobs
    void this.#end()
    if (!first) return
    this.#jobs.delete(first[0])
    for (const [id, { bytes }] of others) this.#start().postMessage({ id, bytes } satisfies YamlJob)
    this.#turn()
    first[1].done({ fault })
  }
  async #end(error?: StatusError): Promise<void> {
    const worker = this.#worker
    this.#worker = undefined
    this.#timer?.cancel()
    this.#timer = undefined
    if (error) {
      for (const { failed } of this.#jobs.values()) failed(error)
      this.#jobs.clear()
    }
    await worker?.terminate()
  }
}
