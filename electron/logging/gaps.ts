/**
 * Whether lines are missing where a container's log is opened. The engine keeps so many files of it, and what is written faster than it is
 * read goes with the oldest. The line at which reading goes on is given again as long as it is there: when a younger one comes first, it has
 * gone, and with it what stood between them.
 */
import { SLACK_MS, type ContainerPosition, type Mark } from './position.ts'

type Output = 'stdout' | 'stderr'
/** Whole milliseconds since 1970, and nanoseconds within. */
export interface Instant {
  readonly time: number
  readonly nanos: number
}
export interface Gap {
  /** Of the last line that was read, or the container's start. */
  readonly from: Instant
  /** Of the first one that the engine still had. */
  readonly to: Instant
}

/** What a line takes in the engine's file beside its text. */
const FRAME_BYTES = 71
/** Of a container that has not been read before: it has this much when the engine has thrown away a file of it (four of ten million bytes are full then). */
const FULL_BYTES = 38_000_000
/** A container that writes so late after its start may just be slow. */
const START_MS = 1_000

export class GapFinder {
  /** The last line that is stored, until it has been given again. */
  #anchor: { readonly output: Output; readonly mark: Mark } | undefined
  /** Nothing of it is stored: its start, and the first line that the engine has. */
  #unread: { readonly started: number; first: Instant | undefined; bytes: number } | undefined
  readonly #opened: number

  /** @param position where reading goes on @param started when the container was, if that is known; in milliseconds, as `opened` */
  constructor(position: ContainerPosition | undefined, started: number | undefined, opened: number) {
    this.#opened = opened
    const { stdout, stderr } = position ?? {}
    if (stdout && (!stderr || after(stdout, stderr) >= 0)) this.#anchor = { output: 'stdout', mark: stdout }
    else if (stderr) this.#anchor = { output: 'stderr', mark: stderr }
    else if (started) this.#unread = { started, first: undefined, bytes: 0 }
  }

  /** To be told each line that the engine gives, in their order. Answers once, with the line that shows it. @param bytes of its text */
  line(output: Output, time: number, nanos: number, bytes: number): Gap | undefined {
    if (this.#anchor) return this.#after(this.#anchor, output, [time, nanos, 0])
    const unread = this.#unread
    if (!unread) return undefined
    const first = (unread.first ??= { time, nanos })
    unread.bytes += bytes + FRAME_BYTES
    // What is written from now on is read.
    const whole = first.time - unread.started < START_MS || time >= this.#opened
    const gap = !whole && unread.bytes >= FULL_BYTES
    if (whole || gap) this.#unread = undefined
    return gap ? { from: { time: unread.started, nanos: 0 }, to: first } : undefined
  }
  #after({ output: own, mark }: { readonly output: Output; readonly mark: Mark }, output: Output, line: Mark): Gap | undefined {
    const younger = after(line, mark)
    // The outputs are stamped apart.
    const decided = output === own ? younger >= 0 : line[0] > mark[0] + SLACK_MS
    if (!decided) return undefined
    this.#anchor = undefined
    return output === own && younger === 0 ? undefined : { from: { time: mark[0], nanos: mark[1] }, to: { time: line[0], nanos: line[1] } }
  }
}
const after = (a: Mark, b: Mark): number => a[0] - b[0] || a[1] - b[1]
