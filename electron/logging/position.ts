/**
 * How far a container's log has been collected. For each output: all lines before a time are stored, and so many of those
 * that bear just that time. The engine stamps each output in order, so that this says of every line whether it is stored.
 */
export type Mark = readonly [time: number, nanos: number, count: number]
export interface ContainerPosition {
  readonly stdout?: Mark
  readonly stderr?: Mark
  /** Read to the end when the container had ended at this time. */
  readonly ended?: number
}
type Output = 'stdout' | 'stderr'

/** The outputs are stamped apart: a line of one may come behind a younger one of the other. */
export const SLACK_MS = 2_000
/** So far behind the last line the clock must be to have been set back. */
const CLOCK_MS = 1_000

export class Cursor {
  readonly #stored: { stdout?: Mark; stderr?: Mark }
  /** Lines that bear the newest time of each output, as they are read. */
  readonly #read: { stdout?: Mark; stderr?: Mark } = {}
  /** The last line of each output that was taken or is stored. */
  readonly #newest: { stdout?: Mark; stderr?: Mark }
  /** Outputs that are past what is stored. */
  readonly #past = new Set<Output>()

  /** @param from where to go on; undefined: at the beginning */
  constructor(from: ContainerPosition | undefined) {
    const { stdout, stderr } = from ?? {}
    // What is far behind the other output has had nothing since: no need to read it all again.
    const later = (own: Mark | undefined, other: Mark | undefined): Mark | undefined => (!other || (own && own[0] >= other[0] - SLACK_MS) ? own : [other[0] - SLACK_MS, 0, 0])
    const from1 = later(stdout, stderr)
    const from2 = later(stderr, stdout)
    this.#stored = { ...(from1 ? { stdout: from1 } : {}), ...(from2 ? { stderr: from2 } : {}) }
    this.#newest = { ...this.#stored }
  }

  /** What to ask the engine for, in milliseconds; undefined: from the beginning. */
  get since(): number | undefined {
    const { stdout, stderr } = this.#stored
    return stdout && stderr ? Math.min(stdout[0], stderr[0]) - 1 : undefined
  }
  /**
   * Counts a line; undefined: it has been taken already. The engine gives lines a second time where it turns its files over
   * while it is read. What it answers is for `stored`.
   * @param now tells a line that comes again from one that was written after the machine's clock was set back
   */
  take(output: Output, time: number, nanos: number, now: number): Mark | undefined {
    const last = this.#read[output]
    const mark: Mark = [time, nanos, last && last[0] === time && last[1] === nanos ? last[2] + 1 : 1]
    this.#read[output] = mark
    const newest = this.#newest[output]
    if (newest && (time - newest[0] || nanos - newest[1] || mark[2] - newest[2]) <= 0 && !(this.#past.has(output) && now < newest[0] - CLOCK_MS)) return undefined
    this.#newest[output] = mark
    this.#past.add(output)
    return mark
  }
  /** A line, and all before it of its output, is stored with the next append. */
  stored(output: Output, mark: Mark): void {
    this.#stored[output] = mark
  }
  get position(): ContainerPosition {
    return { ...this.#stored }
  }
}
