/** Copies one stream of a container's lines into the store: each line once, traces joined, in batches, and a bounded amount ahead of what the store has room for. */
import type { Clock, Timer } from '../../shared/clock.ts'
import { LOG_LEVELS, type LogSource } from '../../shared/logs/types.ts'
import type { LogLine } from '../kubelet/runtime/types.ts'
import { GapFinder, type Gap } from './gaps.ts'
import { Joiner, type Joined } from './joiner.ts'
import { Cursor, type ContainerPosition, type Mark } from './position.ts'
import { parseNanos } from './timestamp.ts'
import type { LogDraft, LogWriter } from './types.ts'

/** Lines that go to the store together at most, and after which its having room is waited for. */
const BATCH = 1_000
/** A line that may be the beginning of a trace is held so long. */
const HOLD_MS = 250
/** After so long a wait the engine may have rotated what was not yet read: the stream is opened anew from where we are. */
const STALE_MS = 2_000
/** The same, when the store was far behind already. */
const STALE_BEHIND_MS = 250
/** Lines that are so far apart, read while so far behind, may have had others between them in a file that the engine has left out. */
const GAP_MS = 20
const BEHIND_MS = 250
/** What a line takes beside its text. */
const LINE_BYTES = 64

/**
 * What readers have handed to a store that has no room, all together. An engine that is kept waiting goes over to its newest file and
 * leaves out those between, so short waits of the store are not passed on; what would fill the memory is.
 */
export class Ahead {
  bytes = 0
  /** The least that a line has come after its time, in milliseconds: how far the engine's clock is from ours. */
  lag = Number.POSITIVE_INFINITY
  readonly most: number
  constructor(most = 32 * 1024 * 1024) {
    this.most = most
  }
}

type Output = LogLine['stream']
const OUTPUTS = ['stdout', 'stderr'] as const
interface Info {
  readonly time: number
  readonly nanos: number
  readonly mark: Mark
}

const said = ({ time }: Gap['from']): string => new Date(time).toISOString()
/** What the log says of itself where lines are missing. */
export const lostText = ({ from, to }: Gap): string => `Pilothouse: lines between ${said(from)} and ${said(to)} are lost: the container engine had thrown them away before they could be read`

export interface ReaderOptions {
  readonly store: LogWriter
  readonly clock: Clock
  /** What its position is stored under. */
  readonly origin: string
  readonly source: (output: Output) => LogSource
  /** Shared by all readers of a store. */
  readonly ahead: Ahead
  /** When the container was started, in milliseconds. */
  readonly started?: number | undefined
  /** Called when the engine has no longer what was to be read next. The log itself says so, too. */
  readonly lost?: (gap: Gap) => void
}

export class ContainerReader {
  readonly #o: ReaderOptions
  readonly #cursor: Cursor
  readonly #joiners: Record<Output, Joiner<Info>> = { stdout: new Joiner(), stderr: new Joiner() }
  readonly #sources: Partial<Record<Output, LogSource>> = {}
  /** Without a mark: it is no line of the container. */
  #drafts: { output: Output; draft: LogDraft; mark?: Mark }[] = []
  #soon: NodeJS.Immediate | undefined
  #hold: Timer | undefined
  #late: NodeJS.Immediate | undefined
  #room: Promise<void> = Promise.resolve()
  readonly #touched = new Set<Output>()
  #opened = 0
  #gaps: GapFinder | undefined
  /** Of the last line that was read: its time, and how far behind that was. */
  #last: { readonly time: number; readonly behind: number } | undefined
  lines = 0

  constructor(options: ReaderOptions) {
    this.#o = options
    this.#cursor = new Cursor(options.store.position(options.origin) as ContainerPosition | undefined)
  }

  get since(): number | undefined {
    return this.#cursor.since
  }

  /**
   * Whether lines may be missing at the end of a container that was removed while it was read: of the file that is being read the engine
   * still gives what is left, and ends as if that were all. @param died when we heard of its end, in milliseconds
   */
  isShort(died: number): boolean {
    return this.#last !== undefined && this.#last.behind >= BEHIND_MS && died - this.#o.ahead.lag - this.#last.time >= BEHIND_MS
  }

  /** Until the lines end. `again`: the stream is to be opened anew at once. */
  async copy(lines: AsyncIterable<readonly LogLine[]>): Promise<{ again: boolean }> {
    this.#opened = this.#o.clock.now()
    this.#gaps = new GapFinder(this.#o.store.position(this.#o.origin) as ContainerPosition | undefined, this.#o.started, this.#opened)
    let unwaited = 0
    try {
      for await (const some of lines) {
        let now = this.#o.clock.now()
        for (const line of some) {
          if (!this.#take(line, now)) return { again: true }
          const behind = this.#o.ahead.bytes >= this.#o.ahead.most
          if (++unwaited < BATCH && !behind) continue
          unwaited = 0
          this.#send()
          const before = this.#o.clock.now()
          await this.#room
          now = this.#o.clock.now()
          if (now - before > (behind ? STALE_BEHIND_MS : STALE_MS)) return { again: true }
        }
        // At once: what lies about until others have had their turn grows old, and is not collected soon.
        this.#send()
      }
      // Nothing more comes: what is held is complete.
      this.#end()
      return { again: false }
    } finally {
      // After a failure what is held is not stored, and is read again.
      clearImmediate(this.#soon)
      this.#hold?.cancel()
      clearImmediate(this.#late)
      this.#send()
      await this.#room
    }
  }

  /** @returns false: there may be lines before this one, which a stream that is opened anew has */
  #take(line: LogLine, now: number): boolean {
    const stamp = parseNanos(line.timestamp) ?? { time: Math.floor(now), nanos: 0 }
    const { ahead } = this.#o
    ahead.lag = Math.min(ahead.lag, now - stamp.time)
    const gap = this.#last ? stamp.time - this.#last.time : 0
    // What was written before the stream was opened is in files that it has.
    if (this.#last && gap >= GAP_MS && this.#last.behind >= Math.max(BEHIND_MS, gap / 2) && stamp.time + ahead.lag >= this.#opened) return false
    this.#last = { time: stamp.time, behind: now - stamp.time - ahead.lag }
    const missing = this.#gaps?.line(line.stream, stamp.time, stamp.nanos, line.text.length)
    if (missing) this.#missed(line.stream, missing)
    const mark = this.#cursor.take(line.stream, stamp.time, stamp.nanos, now)
    if (!mark) return true
    this.lines++
    this.#touched.add(line.stream)
    this.#ready(line.stream, this.#joiners[line.stream].push(line.text, { time: stamp.time, nanos: stamp.nanos, mark }))
    this.#soon ??= setImmediate(() => this.#pause())
    return true
  }
  #ready(output: Output, joined: readonly Joined<Info>[]): void {
    for (const { text, rank, first, last } of joined) this.#drafts.push({ output, draft: { time: first.time, nanos: first.nanos, rank, text }, mark: last.mark })
  }
  /** Stands where the lines would have stood. */
  #missed(output: Output, gap: Gap): void {
    this.#drafts.push({ output, draft: { ...gap.from, rank: LOG_LEVELS.indexOf('warn'), text: lostText(gap) } })
    this.#o.lost?.(gap)
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
    // Where all stood still for as long, what goes on with it may lie there unread: that is read first.
    this.#hold = this.#o.clock.after(HOLD_MS, () => { this.#late = setImmediate(() => { this.#late = setImmediate(() => this.#release()) }) })
  }
  #release(): void {
    this.#hold = undefined
    // One that still grows is given as long again.
    for (const output of OUTPUTS) if (!this.#touched.has(output)) this.#ready(output, this.#joiners[output].end())
    this.#send()
    this.#wait()
  }
  #end(): void {
    for (const output of OUTPUTS) this.#ready(output, this.#joiners[output].end())
  }

  /** Each output in its order; the position goes with the last of them. */
  #send(): void {
    const drafts = this.#drafts
    if (!drafts.length) return
    this.#drafts = []
    let bytes = 0
    for (let at = 0; at < drafts.length;) {
      const { output } = drafts[at] as (typeof drafts)[number]
      const batch: LogDraft[] = []
      for (; at < drafts.length && drafts[at]?.output === output; at++) {
        const d = drafts[at] as (typeof drafts)[number]
        batch.push(d.draft)
        bytes += d.draft.text.length + LINE_BYTES
        if (d.mark) this.#cursor.stored(output, d.mark)
      }
      this.#room = this.#o.store.append((this.#sources[output] ??= this.#o.source(output)), batch, { origin: this.#o.origin, value: this.#cursor.position })
    }
    const { ahead } = this.#o
    ahead.bytes += bytes
    // Where there is room this is before the next line is taken.
    void this.#room.then(() => { ahead.bytes -= bytes })
  }

  /** The container has ended and everything of it is stored. */
  finish(endedAt: number): void {
    void this.#o.store.append(this.#o.source('stdout'), [], { origin: this.#o.origin, value: { ...this.#cursor.position, ended: endedAt } satisfies ContainerPosition })
  }
}
