/** The log store: a write buffer in front of segments on disk, queries over these, live readers beside them. */
import type { Clock, Timer } from '../../shared/clock.ts'
import { tooManyRequests } from '../../shared/errors.ts'
import type { LogEntry, LogPage, LogQuery } from '../../shared/ipc.ts'
import { logger } from '../../shared/log.ts'
import { createMatcher } from './matcher.ts'
import { runQuery } from './query.ts'
import type { Draft, Source } from './segment-format.ts'
import { Segments } from './segments.ts'
import { TailReader, type TailListener } from './tail.ts'
import { formatTimestamp } from './timestamp.ts'
import type { LogStore } from './types.ts'

export interface LogStoreOptions {
  /** Made if it is not there. Only one store at a time may have it. */
  readonly directory: string
  readonly clock: Clock
  /** All files together; the oldest segment goes when it is passed. Default 512 MiB. */
  readonly limitBytes?: number
  /** Default 8 MiB. */
  readonly segmentBytes?: number
}

const MiB = 1024 * 1024
const FLUSH_MS = 200
const FLUSH_BYTES = 256 * 1024
const MAX_BUFFER_BYTES = 32 * MiB
const MAX_TEXT = 128 * 1024
const MAX_READERS = 64
const RETRY_MS = 1_000

/** Memory that an entry takes while it waits, roughly. */
const weight = (e: Draft): number => e.text.length + 64

class Store implements LogStore {
  readonly #segments: Segments
  readonly #clock: Clock
  readonly #limitBytes: number
  readonly #log = logger('logging')
  readonly #readers = new Set<TailReader>()
  #buffer: LogEntry[] = []
  #bufferBytes = 0
  #sequence: number
  #timer: Timer | undefined
  #writing: Promise<void> | undefined
  #lost = 0
  #failing = false
  #closed = false

  constructor(segments: Segments, clock: Clock, limitBytes: number) {
    this.#segments = segments
    this.#clock = clock
    this.#limitBytes = limitBytes
    this.#sequence = segments.lastSequence
  }

  append(drafts: readonly Draft[]): void {
    if (this.#closed || !drafts.length) return
    const entries = drafts.map((d) => ({ ...d, text: shorten(d.text), sequence: ++this.#sequence }))
    for (const entry of entries) {
      this.#buffer.push(entry)
      this.#bufferBytes += weight(entry)
    }
    this.#bound()
    for (const reader of this.#readers) reader.offer(entries)
    if (this.#failing) return
    if (this.#bufferBytes >= FLUSH_BYTES) void this.#write()
    else this.#timer ??= this.#clock.after(FLUSH_MS, () => { void this.#write() })
  }

  async query(query: LogQuery, signal?: AbortSignal): Promise<LogPage> {
    const matcher = createMatcher(query)
    signal?.throwIfAborted()
    await this.flush()
    return runQuery([...this.#segments.list], matcher, signal)
  }

  tail(query: LogQuery, listener: TailListener): { close(): void } {
    if (this.#readers.size >= MAX_READERS) throw tooManyRequests(`at most ${MAX_READERS} live readers at once`, 1)
    const reader = new TailReader(createMatcher(query), this.#clock, listener, () => this.#readers.delete(reader))
    this.#readers.add(reader)
    return reader
  }

  async sources(): ReturnType<LogStore['sources']> {
    await this.flush()
    const namespaces = new Set<string>()
    const components = new Set<string>()
    const pods = new Map<string, { namespace: string; pod: string; lastTime: number }>()
    for (const { index } of this.#segments.list) {
      index.sources.forEach((s, id) => {
        if (s.stream === 'component') return components.add(s.pod)
        namespaces.add(s.namespace)
        const key = `${s.namespace}/${s.pod}`
        const time = index.lastTimes[id] ?? 0
        const known = pods.get(key)
        if (known) known.lastTime = Math.max(known.lastTime, time)
        else pods.set(key, { namespace: s.namespace, pod: s.pod, lastTime: time })
      })
    }
    return {
      namespaces: [...namespaces].sort(), components: [...components].sort(),
      pods: [...pods.values()].sort((a, b) => (`${a.namespace}/${a.pod}` < `${b.namespace}/${b.pod}` ? -1 : 1)),
      bytes: this.#segments.bytes, limitBytes: this.#limitBytes,
    }
  }

  lastTimestamp(podUid: string, container: string, restart: number): string | undefined {
    let last = -Infinity
    const consider = (s: Source, time: number): void => {
      if (s.podUid === podUid && s.container === container && s.restart === restart && s.stream !== 'component') last = Math.max(last, time)
    }
    for (const { source, time } of this.#segments.lastSeen.values()) consider(source, time)
    for (const entry of this.#buffer) consider(entry, entry.time)
    return last === -Infinity ? undefined : formatTimestamp(last)
  }

  async flush(): Promise<void> {
    while (this.#writing) await this.#writing
    if (this.#buffer.length && !this.#failing) await this.#write()
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    for (const reader of this.#readers) reader.close()
    while (this.#writing) await this.#writing
    await this.#write()
    this.#timer?.cancel()
    await this.#segments.close()
  }

  /** One write at a time; what comes meanwhile is written by the same run. */
  #write(): Promise<void> {
    this.#timer?.cancel()
    this.#timer = undefined
    this.#writing ??= this.#drain().finally(() => { this.#writing = undefined })
    return this.#writing
  }

  async #drain(): Promise<void> {
    while (this.#buffer.length) {
      const batch = this.#buffer
      this.#buffer = []
      this.#bufferBytes = 0
      const before = this.#segments.lastSequence
      try {
        await this.#segments.append(batch)
        this.#recovered()
      } catch (error) {
        // A part may have been stored: by its sequence numbers it is known which.
        const stored = Math.max(before, this.#segments.lastSequence)
        this.#buffer = [...batch.filter((e) => e.sequence > stored), ...this.#buffer]
        this.#bufferBytes = this.#buffer.reduce((n, e) => n + weight(e), 0)
        this.#bound()
        if (!this.#failing) this.#log.error('logs cannot be written; they are kept in memory for a while', { error })
        this.#failing = true
        if (!this.#closed) {
          this.#timer = this.#clock.after(RETRY_MS, () => {
            this.#failing = false
            void this.#write()
          })
        }
        return
      }
    }
  }

  #recovered(): void {
    this.#failing = false
    if (!this.#lost) return
    const text = `${this.#lost} lines were lost: they came faster than they could be written`
    this.#lost = 0
    this.append([{ time: this.#clock.now(), stream: 'component', namespace: '', pod: 'logging', podUid: '', container: '', node: '', restart: 0, text }])
  }

  /** Drops the oldest of what waits to be written when it grows too large. */
  #bound(): void {
    if (this.#bufferBytes <= MAX_BUFFER_BYTES) return
    let n = 0
    while (this.#bufferBytes > MAX_BUFFER_BYTES / 2 && n < this.#buffer.length) this.#bufferBytes -= weight(this.#buffer[n++] as LogEntry)
    this.#buffer = this.#buffer.slice(n)
    this.#lost += n
  }
}

const shorten = (text: string): string => (text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}… (${text.length - MAX_TEXT} characters more)` : text)

/** Rejects when the directory cannot be read or written. */
export async function openLogStore(options: LogStoreOptions): Promise<LogStore> {
  const limitBytes = options.limitBytes ?? 512 * MiB
  const segments = new Segments(options.directory, limitBytes, Math.min(options.segmentBytes ?? 8 * MiB, limitBytes))
  await segments.open()
  return new Store(segments, options.clock, limitBytes)
}
