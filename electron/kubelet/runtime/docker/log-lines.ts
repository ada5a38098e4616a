/**
 * The engine's log stream as lines. Without a terminal it comes in frames (1 byte stream, 3 zero, 4 length), each payload
 * beginning with its time; a line over 16 KiB is several frames, newline only in the last. With a terminal it is plain text.
 */
import type { LogLine } from '../types.ts'

/** A line that never ends is cut here, so that it cannot fill the memory. */
export const MAX_LINE = 1 << 20

interface Pending {
  timestamp: string
  parts: Buffer[]
  size: number
}
const line = (stream: LogLine['stream'], p: Pending): LogLine => ({ timestamp: p.timestamp, stream, text: Buffer.concat(p.parts).toString('utf8').replace(/\r$/, '') })

const SPACE = 0x20
const NEWLINE = 0x0a

/** Takes one payload: time, space, text, perhaps a newline. */
function* take(pending: Map<LogLine['stream'], Pending>, stream: LogLine['stream'], payload: Buffer): Generator<LogLine> {
  const space = payload.indexOf(SPACE)
  const timestamp = payload.toString('latin1', 0, Math.max(space, 0))
  const ended = payload.at(-1) === NEWLINE
  const text = payload.subarray(space + 1, ended ? -1 : undefined)
  let p = pending.get(stream)
  if (!p) pending.set(stream, (p = { timestamp, parts: [], size: 0 }))
  p.parts.push(text)
  p.size += text.length
  if (ended || p.size >= MAX_LINE) {
    pending.delete(stream)
    yield line(stream, p)
  }
}

export async function* framedLines(source: AsyncIterable<Buffer>): AsyncGenerator<LogLine> {
  const pending = new Map<LogLine['stream'], Pending>()
  let rest: Buffer = Buffer.alloc(0)
  for await (const chunk of source) {
    rest = rest.length ? Buffer.concat([rest, chunk]) : chunk
    let at = 0
    while (rest.length - at >= 8) {
      const size = rest.readUInt32BE(at + 4)
      if (rest.length - at - 8 < size) break
      yield* take(pending, rest[at] === 2 ? 'stderr' : 'stdout', rest.subarray(at + 8, at + 8 + size))
      at += 8 + size
    }
    rest = rest.subarray(at)
  }
  for (const [stream, p] of pending) yield line(stream, p)
}

export async function* plainLines(source: AsyncIterable<Buffer>): AsyncGenerator<LogLine> {
  const pending = new Map<LogLine['stream'], Pending>()
  let rest: Buffer = Buffer.alloc(0)
  for await (const chunk of source) {
    rest = rest.length ? Buffer.concat([rest, chunk]) : chunk
    for (let end = rest.indexOf(NEWLINE); end >= 0; end = rest.indexOf(NEWLINE)) {
      yield* take(pending, 'stdout', rest.subarray(0, end + 1))
      rest = rest.subarray(end + 1)
    }
    if (rest.length >= MAX_LINE) {
      yield* take(pending, 'stdout', rest)
      rest = Buffer.alloc(0)
    }
  }
  if (rest.length) yield* take(pending, 'stdout', rest)
  for (const [stream, p] of pending) yield line(stream, p)
}
