/** Copies one stream of a container's lines into the store: each line once, traces joined, in batches, no faster than the store takes them. */
import type { Clock, Timer } from '../../shared/clock.ts'
import type { LogSource } from '../../shared/logs/types.ts'
import type { LogLine } from '../kubelet/runtime/types.ts'
import { Joiner, type Joined } from './joiner.ts'
import { Cursor, type ContainerPosition, type Mark } from './position.ts'
import { parseNanos } from './timestamp.ts'
import type { LogDraft, LogWriter } from './types.ts'

/** Lines that go to the store together at most. */
const BATCH = 1_000
/** A line that may be the beginning of a trace is held so long. */
const HOLD_MS = 250
/** After so long a wait the engine may have rotated what was not yet read: the stream is opened anew from where we are. */
const STALE_MS = 2_000

type Output = LogLine['stream']
const OUTPUTS = ['stdout', 'stderr'] as const
interface Info {
  readonly time: number
  readonly nanos: number
  readonly mark: Mark
}

export interface ReaderOptions {
  readonly store: LogWriter
  readonly clock: Clock
  /** What its position is stored under. */
  readonly origin: string
  readonly source: (output: Output) => LogSource
}

export class ContainerReader {
  readonly #o: ReaderOptions
  readonly #cursor: Cursor
  readonly #joiners: Record<Output, Joiner<Info>> = { stdout: new Joiner(), stderr: new Joiner() }
  readonly #sources: Partial<Record<Output, LogSource>> = {}
  #drafts: { output: Output; draft: LogDraft; mark: Mark }[] = []
  #soon: NodeJS.Immediate | undefined
  #hold: Timer | undefined
  #room: Promise<void> = Promise.resolve()
  /** What was sent last has no room yet: nothing more is read. */
  #full = false
  readonly #touched = new Set<Output>()
  lines = 0

  constructor(options: ReaderOptions) {
    this.#o = options
    this.#cursor = new Cursor(options.store.position(options.origin) as ContainerPosition | undefined)
  }

  get since(): number | undefined {
    return this.#cursor.since
  }

  /** Until the lines end. `again`: the stream is to be opened anew at once. */
  async copy(lines: AsyncIterable<LogLine>): Promise<{ again: boolean }> {
    try {
      for await (const line of lines) {
        this.#take(line)
        if (this.#drafts.length < BATCH && !this.#full) continue
        this.#send()
        const before = this.#o.clock.now()
        await this.#room
        if (this.#o.clock.now() - before > STALE_MS) return { again: true }
      }
      // Nothing more comes: what is held is complete.
      this.#end()
      return { again: false }
    } finally {
      // After a failure what is held is not stored, and is read again.
      clearImmediate(this.#soon)
      this.#hold?.cancel()
      this.#send()
      await this.#room
    }
  }

  #take(line: LogLine): void {
    const stamp = parseNanos(line.timestamp) ?? { time: Math.floor(this.#o.clock.now()), nanos: 0 }
    const mark = this.#cursor.take(line.stream, stamp.time, stamp.nanos, this.#o.clock.now())
    if (!mark) return
    this.lines++
    this.#touched.add(line.stream)
    this.#ready(line.stream, this.#joiners[line.stream].push(line.text, { ...stamp, mark }))
    this.#soon ??= setImmediate(() => this.#pause())
  }
  #ready(output: Output, joined: readonly Joined<Info>[]): void {
    for (const { text, rank, first, last } of joined) this.#drafts.push({ output, draft: { time: first.time, nanos: first.nanos, rank, text }, mark: last.mark })
  }
  /** All that had come has been taken: what cannot be gone on from goes out at once. */
  #pause(): void {
    this.#soon = undefined
    for (const output of OUTPUTS) if (!this.#joiners[output].mayGoOn) this.#ready(output, this.#joiners[output].end())
    this.#send()
    this.#wait()
  }
  #wait(): void {
    if (this.#hold || !OUTPUTS.some((o) => this.#joiners[o].holds)) return
    this.#touched.clear()
    this.#hold = this.#o.clock.after(HOLD_MS, () => {
      this.#hold = undefined
      // One that still grows is given as long again.
      for (const output of OUTPUTS) if (!this.#touched.has(output)) this.#ready(output, this.#joiners[output].end())
      this.#send()
      this.#wait()
    })
  }
  #end(): void {
    for (const output of OUTPUTS) this.#ready(output, this.#joiners[output].end())
  }

  /** Each output in its order; the position goes with the last of them. */
  #send(): void {
    const drafts = this.#drafts
    if (!drafts.length) return
    this.#drafts = []
    for (let at = 0; at < drafts.length;) {
      const { output } = drafts[at] as (typeof drafts)[number]
      const batch: LogDraft[] = []
      for (; at < drafts.length && drafts[at]?.output === output; at++) {
        const d = drafts[at] as (typeof drafts)[number]
        batch.push(d.draft)
        this.#cursor.stored(output, d.mark)
      }
      this.#room = this.#o.store.append((this.#sources[output] ??= this.#o.source(output)), batch, { origin: this.#o.origin, value: this.#cursor.position })
    }
    const room = this.#room
    this.#full = true
    // Before the next line is taken, where there is room at once.
    void room.then(() => { if (this.#room === room) this.#full = false })
  }

  /** The container has ended and everything of it is stored. */
  finish(endedAt: number): void {
    void this.#o.store.append(this.#o.source('stdout'), [], { origin: this.#o.origin, value: { ...this.#cursor.position, ended: endedAt } satisfies ContainerPosition })
  }
}
