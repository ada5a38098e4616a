/** Lines in order of (time, nanos, id), each once, within a bound: what goes on one end is still in the store. */
import type { LogBatch, LogCursor, LogRecord, LogSource } from '../../../shared/logs/types.ts'

/** At most so many lines, and so many characters of them. */
export const MOST_LINES = 20_000
export const MOST_CHARACTERS = 16_000_000
const MOST_SOURCES = 5_000

export interface Line extends Omit<LogRecord, 'source'> {
  readonly source: LogSource
  /** Which of the colours its pod has. */
  readonly colour: number
}
export type End = 'oldest' | 'newest'

export const before = (a: LogCursor, b: LogCursor): boolean => a.time < b.time || (a.time === b.time && (a.nanos < b.nanos || (a.nanos === b.nanos && a.id < b.id)))
export const COLOURS = 8

export class LineBuffer {
  /** Replaced, never changed in place, so that it can be a snapshot. */
  lines: readonly Line[] = []
  readonly #known = new Set<number>()
  readonly #sources = new Map<string, { source: LogSource; colour: number }>()
  readonly #colours = new Map<string, number>()
  #characters = 0
  readonly #most: number
  readonly #mostCharacters: number

  constructor(most: number = MOST_LINES, mostCharacters: number = MOST_CHARACTERS) {
    this.#most = most
    this.#mostCharacters = mostCharacters
  }

  /** How many pods have come by. */
  get pods(): number {
    return this.#colours.size
  }

  /**
   * @param cut the end that makes room
   * @returns how many lines made room
   */
  add(batch: LogBatch, cut: End): number {
    const fresh: Line[] = []
    const sources = new Map<number, { source: LogSource; colour: number }>()
    for (const e of batch.entries) {
      if (this.#known.has(e.id)) continue
      let of = sources.get(e.source)
      if (!of) sources.set(e.source, (of = this.#intern(batch.sources[e.source] as LogSource)))
      this.#known.add(e.id)
      this.#characters += e.text.length
      fresh.push({ id: e.id, time: e.time, nanos: e.nanos, level: e.level, text: e.text, source: of.source, colour: of.colour })
    }
    if (fresh.length === 0) return 0
    this.lines = merge(this.lines, fresh.sort((a, b) => (before(a, b) ? -1 : 1)))
    return this.#trim(cut)
  }

  #trim(cut: End): number {
    const { lines } = this
    let drop = Math.max(0, lines.length - this.#most)
    const at = (i: number): Line => lines[cut === 'oldest' ? i : lines.length - 1 - i] as Line
    for (let i = 0; i < drop; i++) this.#forget(at(i))
    while (this.#characters > this.#mostCharacters && drop < lines.length - 1) this.#forget(at(drop++))
    if (drop > 0) this.lines = cut === 'oldest' ? lines.slice(drop) : lines.slice(0, -drop)
    return drop
  }
  #forget(line: Line): void {
    this.#known.delete(line.id)
    this.#characters -= line.text.length
  }
  /** Each message has its sources anew; the same one is kept once, and its pod keeps its colour: by order of appearance, so that the first few never share one. */
  #intern(source: LogSource): { source: LogSource; colour: number } {
    const key = `${source.stream} ${source.namespace} ${source.podUid} ${source.pod} ${source.container} ${source.restart}`
    let kept = this.#sources.get(key)
    if (!kept) {
      if (this.#sources.size >= MOST_SOURCES) this.#sources.clear()
      const pod = `${source.namespace}/${source.pod}`
      const colour = this.#colours.get(pod) ?? this.#colours.size % COLOURS
      if (this.#colours.size < MOST_SOURCES) this.#colours.set(pod, colour)
      this.#sources.set(key, (kept = { source, colour }))
    }
    return kept
  }
}

/** Both in order; usually one lies wholly behind the other. */
function merge(a: readonly Line[], b: readonly Line[]): Line[] {
  const [lastA, firstB] = [a.at(-1), b[0] as Line]
  if (!lastA || before(lastA, firstB)) return a.concat(b)
  if (before(b.at(-1) as Line, a[0] as Line)) return b.concat(a)
  let from = a.length
  while (from > 0 && before(firstB, a[from - 1] as Line)) from--
  const merged = a.slice(0, from)
  let i = from
  for (const line of b) {
    while (i < a.length && before(a[i] as Line, line)) merged.push(a[i++] as Line)
    merged.push(line)
  }
  while (i < a.length) merged.push(a[i++] as Line)
  return merged
}

/** Index of the line with an id, else of the one that stands where it would; -1: there are none. */
export function placeOf(lines: readonly Line[], at: LogCursor): number {
  let low = 0
  let high = lines.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (before(lines[middle] as Line, at)) low = middle + 1
    else high = middle
  }
  return Math.min(low, lines.length - 1)
}
