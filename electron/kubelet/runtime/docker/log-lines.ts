/**
 * The engine's log stream as lines. Without a terminal it comes in frames (1 byte stream, 3 zero, 4 length), each payload
 * beginning with its time; a line over 16 KiB is several frames, newline only in the last. With a terminal it is plain text.
 * Lines that came in one piece are given together.
 */
import type { LogLine } from '../types.ts'

/** A line that never ends is cut here, so that it cannot fill the memory. */
export const MAX_LINE = 1 << 20

interface Pending {
  timestamp: string
  parts: Buffer[]
  size: number
}
const SPACE = 0x20
const NEWLINE = 0x0a
const RETURN = 0x0d

/** Lines of which parts have come. */
class Parts {
  readonly #pending = new Map<LogLine['stream'], Pending>()

  /** Takes one payload, from `start` to `end`: time, space, text, perhaps a newline. */
  take(lines: LogLine[], stream: LogLine['stream'], data: Buffer, start: number, end: number): void {
    const space = data.indexOf(SPACE, start)
    const from = space < 0 || space >= end ? start : space + 1
    const ended = end > start && data[end - 1] === NEWLINE
    const to = ended ? end - 1 : end
    let p = this.#pending.get(stream)
    if (!p) {
      const timestamp = data.toString('latin1', start, Math.max(from - 1, start))
      if (ended) {
        // Nearly all come whole: without a copy, and nothing is left to be collected but the line.
        lines.push({ timestamp, stream, text: data.toString('utf8', from, to > from && data[to - 1] === RETURN ? to - 1 : to) })
        return
      }
      this.#pending.set(stream, (p = { timestamp, parts: [], size: 0 }))
    }
    p.parts.push(data.subarray(from, to))
    p.size += to - from
    if (!ended && p.size < MAX_LINE) return
    this.#pending.delete(stream)
    lines.push(whole(stream, p))
  }
  /** What was not ended. */
  get rest(): LogLine[] {
    return [...this.#pending].map(([stream, p]) => whole(stream, p))
  }
}
const whole = (stream: LogLine['stream'], p: Pending): LogLine => ({ timestamp: p.timestamp, stream, text: Buffer.concat(p.parts).toString('utf8').replace(/\r$/, '') })

export async function* framedLines(source: AsyncIterable<Buffer>): AsyncGenerator<LogLine[]> {
  const parts = new Parts()
  let rest: Buffer = Buffer.alloc(0)
  for await (const chunk of source) {
    rest = rest.length ? Buffer.concat([rest, chunk]) : chunk
    const lines: LogLine[] = []
    let at = 0
    while (rest.length - at >= 8) {
      const size = rest.readUInt32BE(at + 4)
      if (rest.length - at - 8 < size) break
      parts.take(lines, rest[at] === 2 ? 'stderr' : 'stdout', rest, at + 8, at + 8 + size)
      at += 8 + size
    }
    rest = rest.subarray(at)
    if (lines.length) yield lines
  }
  const lines = parts.rest
  if (lines.length) yield lines
}

export async function* plainLines(source: AsyncIterable<Buffer>): AsyncGenerator<LogLine[]> {
  const parts = new Parts()
  let rest: Buffer = Buffer.alloc(0)
  for await (const chunk of source) {
    rest = rest.length ? Buffer.concat([rest, chunk]) : chunk
    const lines: LogLine[] = []
    let at = 0
    for (let end = rest.indexOf(NEWLINE); end >= 0; end = rest.indexOf(NEWLINE, at)) {
      parts.take(lines, 'stdout', rest, at, end + 1)
      at = end + 1
    }
    rest = rest.subarray(at)
    if (rest.length >= MAX_LINE) {
      parts.take(lines, 'stdout', rest, 0, rest.length)
      rest = Buffer.alloc(0)
    }
    if (lines.length) yield lines
  }
  const lines: LogLine[] = []
  if (rest.length) parts.take(lines, 'stdout', rest, 0, rest.length)
  lines.push(...parts.rest)
  if (lines.length) yield lines
}
