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
const SLACK_MS = 2_000

export class Cursor {
  readonly #stored: { stdout?: Mark; stderr?: Mark }
  /** Lines that bear the newest time of each output, as they are read. */
  readonly #read: { stdout?: Mark; stderr?: Mark } = {}
  /** Outputs that are past what is stored: from there on nothing is passed over, whatever the clock does. */
  readonly #past = new Set<Output>()

  /** @param from where to go on; undefined: at the beginning */
  constructor(from: ContainerPosition | undefined) {
    const { stdout, stderr } = from ?? {}
    // What is far behind the other output has had nothing since: no need to read it all again.
    const later = (own: Mark | undefined, other: Mark | undefined): Mark | undefined => (!other || (own && own[0] >= other[0] - SLACK_MS) ? own : [other[0] - SLACK_MS, 0, 0])
    const from1 = later(stdout, stderr)
    const from2 = later(stderr, stdout)
    this.#stored = { ...(from1 ? { stdout: from1 } : {}), ...(from2 ? { stderr: from2 } : {}) }
  }

  /** What to ask the engine for, in milliseconds; undefined: from the beginning. */
  get since(): number | undefined {
    const { stdout, stderr } = this.#stored
    return stdout && stderr ? Math.min(stdout[0], stderr[0]) - 1 : undefined
  }
  /** Counts a line; undefined: it is stored already. What it answers is for `stored`. */
  take(output: Output, time: number, nanos: number): Mark | undefined {
    const last = this.#read[output]
    const mark: Mark = [time, nanos, last && last[0] === time && last[1] === nanos ? last[2] + 1 : 1]
    this.#read[output] = mark
    const known = this.#stored[output]
    if (known && !this.#past.has(output)) {
      const order = time - known[0] || nanos - known[1] || mark[2] - known[2]
      if (order <= 0) return undefined
    }
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
