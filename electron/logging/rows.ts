/**
 * The rows of a block as bytes, a column after the other, of numbers of equal width: packed they are half of what they are line by line
 * (columns.ts), and read several times faster. Each column begins at a multiple of eight.
 *
 *   0 bytes of a step of time, times in full, bytes of a source, of a length, and of a gap (u32 each; 0: there are no gaps)
 *   24 times in full: milliseconds and nanoseconds (double)   steps of time in nanoseconds (zigzag)   sources   ranks (a byte)
 *   lengths of texts (which arrange.ts puts in order)   lines that were left out before each   marks as JSON
 */
import type { AnsiMark } from '../../shared/logs/ansi.ts'
import { arrange } from './arrange.ts'
import { rowMemory, textStart, type Rows } from './columns.ts'

const MILLION = 1_000_000
/** Instead of a step, of the first line too: the time stands in full. */
const FULL = 2 ** 53
const HEADER = 24
const COLUMNS = { 1: Uint8Array, 2: Uint16Array, 4: Uint32Array, 8: Float64Array } as const
type Column = Uint8Array | Uint16Array | Uint32Array | Float64Array

/** In as few bytes as its largest number needs. */
function column(values: Float64Array | Uint32Array): Column {
  let most = 0
  for (let i = 0; i < values.length; i++) if ((values[i] as number) > most) most = values[i] as number
  return new COLUMNS[most < 2 ** 8 ? 1 : most < 2 ** 16 ? 2 : most < 2 ** 32 ? 4 : 8](values)
}
const padded = (bytes: number): number => (bytes + 7) & ~7

export function encodeRows(c: Rows): Buffer {
  const { count, times, nanos, ids } = c
  const full: number[] = count ? [times[0] as number, nanos[0] as number] : []
  const differences = new Float64Array(count)
  const gap = new Float64Array(ids ? count : 0)
  const length = new Uint32Array(count)
  for (let i = 0; i < count; i++) {
    length[i] = (c.ends[i] as number) - textStart(c, i)
    if (ids) gap[i] = (ids[i] as number) - (i ? (ids[i - 1] as number) + 1 : c.first)
    if (i === 0) continue
    const step = ((times[i] as number) - (times[i - 1] as number)) * MILLION + (nanos[i] as number) - (nanos[i - 1] as number)
    const far = Math.abs(step) >= FULL / 4
    if (far) full.push(times[i] as number, nanos[i] as number)
    differences[i] = far ? FULL : step < 0 ? -2 * step - 1 : 2 * step
  }
  const [steps, sources, lengths, gaps] = [column(differences), column(c.sources.subarray(0, count)), column(length), ids && column(gap)]
  const marks = c.marks.size ? [Buffer.from(JSON.stringify([...c.marks].map(([line, m]) => [line, ...m.flatMap((x) => [x.at, x.sequence])])))] : []
  const header = Uint32Array.of(steps.BYTES_PER_ELEMENT, full.length / 2, sources.BYTES_PER_ELEMENT, lengths.BYTES_PER_ELEMENT, gaps?.BYTES_PER_ELEMENT ?? 0, 0)
  const parts = [header, Float64Array.from(full), steps, sources, c.ranks.subarray(0, count), lengths, ...(gaps ? [gaps] : []), ...marks]
  const out = Buffer.alloc(parts.reduce((n, p) => padded(n) + p.byteLength, 0))
  let at = 0
  for (const p of parts) {
    at = padded(at)
    out.set(new Uint8Array(p.buffer, p.byteOffset, p.byteLength), at)
    at += p.byteLength
  }
  return out
}

/** Throws RangeError when the bytes are no rows. @param memory for so many lines at least */
export function decodeRows(bytes: Buffer, first: number, count: number, memory = rowMemory(count)): Rows {
  const data = bytes.byteOffset % 8 ? new Uint8Array(bytes) : bytes
  let at = 0
  const take = (width: number, length: number): Column => {
    const of = COLUMNS[width as keyof typeof COLUMNS]
    if (!of || at + width * length > data.length) throw new RangeError('a block of the log ends too soon')
    const taken = new of(data.buffer as ArrayBuffer, data.byteOffset + at, length)
    at = padded(at + taken.byteLength)
    return taken
  }
  const [step, fulls, source, length, gap] = take(4, HEADER / 4) as unknown as [number, number, number, number, number]
  const times = memory.times.subarray(0, count)
  const nanos = memory.nanos.subarray(0, count)
  readTimes(take(8, 2 * fulls), take(step, count), times, nanos)
  const sources = memory.sources.subarray(0, count)
  sources.set(take(source, count))
  const ranks = memory.ranks.subarray(0, count)
  ranks.set(take(1, count))
  const ends = memory.ends.subarray(0, count)
  ends.set(take(length, count))
  const starts = memory.starts.subarray(0, count)
  const order = memory.order.subarray(0, count)
  arrange(count, sources, ranks, ends, { starts, order })
  for (let i = 0; i < count; i++) ends[i] = (starts[i] as number) + (ends[i] as number)
  const ids = gap ? memory.ids.subarray(0, count) : undefined
  if (ids) {
    ids.set(take(gap, count))
    for (let i = 0, id = first; i < count; i++) id = (ids[i] = id + (ids[i] as number)) + 1
  }
  const marks = new Map<number, readonly AnsiMark[]>()
  if (at < data.length) {
    for (const [line, ...m] of JSON.parse(bytes.toString('utf8', at)) as [number, ...(number | string)[]][]) {
      marks.set(line, Array.from({ length: m.length / 2 }, (_, k) => ({ at: m[2 * k] as number, sequence: m[2 * k + 1] as string })))
    }
  }
  return { count, first, times, nanos, sources, ranks, ends, starts, order, marks, ...(ids ? { ids } : {}) }
}

function readTimes(full: Column, steps: Column, times: Float64Array, nanos: Uint32Array): void {
  let time = full[0] ?? 0
  let nano = full[1] ?? 0
  let fulls = 2
  for (let i = 0; i < times.length; i++) {
    const step = steps[i] as number
    if (step === FULL) {
      time = full[fulls++] as number
      nano = full[fulls++] as number
    } else {
      // In 32 bits as most are, and quickly.
      nano += step < 2 ** 32 ? (step >>> 1) ^ -(step & 1) : step % 2 ? -(step + 1) / 2 : step / 2
      if (nano < 0 || nano >= MILLION) {
        const ms = Math.floor(nano / MILLION)
        time += ms
        nano -= ms * MILLION
      }
    }
    times[i] = time
    nanos[i] = nano
  }
}
