/**
 * Lines as columns: what a block of the log is, in memory and on disk. Texts lie one after the other in one buffer, each
 * followed by a newline, without their ANSI sequences, which stand beside them; so a search reads plain bytes.
 *
 * On disk the columns are numbers of variable length (7 bits a byte, low ones first): for each line the difference of its
 * time to the line before in nanoseconds (zigzag, as milliseconds and rest), source, rank, bytes of its text, and where lines between were
 * left out how many; then the marks.
 */
import type { AnsiMark } from '../../shared/logs/ansi.ts'
import { takeMarks, withMarks } from '../../shared/logs/ansi.ts'

/** What can be read of a block, but for the texts. */
export interface Rows {
  readonly count: number
  /** Id of the first line; the others follow without a gap, unless `ids` says other ones. */
  readonly first: number
  /** Where lines between were left out; ascending, none before `first`. */
  readonly ids?: Float64Array
  /** Whole milliseconds, and nanoseconds within. */
  readonly times: Float64Array
  readonly nanos: Uint32Array
  /** Numbers of the block's own list of sources. */
  readonly sources: Uint32Array
  readonly ranks: Uint8Array
  /** Where each text ends among the texts; its newline is behind. */
  readonly ends: Uint32Array
  /** Where each begins, and the lines in the order of their texts; absent: the texts stand in the order of the lines. */
  readonly starts?: Uint32Array
  readonly order?: Uint32Array
  readonly marks: ReadonlyMap<number, readonly AnsiMark[]>
}
export interface Columns extends Rows {
  readonly text: Buffer
}

export const textStart = (c: Pick<Rows, 'ends' | 'starts'>, line: number): number => (c.starts ? (c.starts[line] as number) : line === 0 ? 0 : (c.ends[line - 1] as number) + 1)
export const idOf = (c: Pick<Rows, 'first' | 'ids'>, line: number): number => (c.ids ? (c.ids[line] as number) : c.first + line)
export const plainTextOf = (c: Columns, line: number): string => c.text.toString('utf8', textStart(c, line), c.ends[line])
/** With its ANSI sequences. */
export const markedText = (c: Rows, line: number, plain: string): string => {
  const marks = c.marks.get(line)
  return marks ? withMarks(plain, marks) : plain
}

/** The memory of columns, to be used again. */
export type Arrays = Pick<Columns, 'times' | 'nanos' | 'sources' | 'ranks' | 'ends' | 'text'>

/**
 * Frees memory at once, where Node can (21 and later), and not when garbage is collected: V8 lets tens of megabytes come together.
 * Not what is part of a larger piece of memory, and not what may stand in the pool that small buffers share.
 */
export function free({ buffer, byteOffset }: Float64Array | Uint32Array | Uint8Array): void {
  if (buffer instanceof ArrayBuffer && byteOffset === 0 && buffer.byteLength !== Buffer.poolSize) (buffer.transfer as ArrayBuffer['transfer'] | undefined)?.call(buffer, 0)
}
export const columnsOf = (c: Columns): (Float64Array | Uint32Array | Uint8Array)[] => [c.times, c.nanos, c.sources, c.ranks, c.ends, c.text, ...(c.ids ? [c.ids] : [])]

/** Columns that grow. */
export class ColumnsBuilder implements Columns {
  count = 0
  readonly first: number
  times: Float64Array
  nanos: Uint32Array
  sources: Uint32Array
  ranks: Uint8Array
  ends: Uint32Array
  text: Buffer
  /** Bytes of `text` in use. */
  bytes = 0
  readonly marks = new Map<number, readonly AnsiMark[]>()

  /** @param bytes room for texts to begin with @param from columns that nobody looks at any more: their memory is taken over */
  constructor(first: number, bytes: number, from?: Arrays) {
    this.first = first
    this.times = from?.times ?? new Float64Array(256)
    this.nanos = from?.nanos ?? new Uint32Array(256)
    this.sources = from?.sources ?? new Uint32Array(256)
    this.ranks = from?.ranks ?? new Uint8Array(256)
    this.ends = from?.ends ?? new Uint32Array(256)
    this.text = from?.text ?? Buffer.allocUnsafeSlow(bytes)
  }

  /** @param text with ANSI sequences */
  add(time: number, nanos: number, source: number, rank: number, text: string): void {
    let plain = text
    if (text.includes('\u001b')) {
      const taken = takeMarks(text)
      plain = taken.plain
      if (taken.marks.length) this.marks.set(this.count, taken.marks)
    }
    // A character of JavaScript takes three bytes at most.
    this.#room(plain.length * 3 + 1)
    this.bytes += this.text.write(plain, this.bytes, 'utf8')
    this.#line(time, nanos, source, rank)
  }
  /** Takes over a line of other columns. @param text of that line, without sequences and newline */
  copy(from: Rows, line: number, source: number, text: Uint8Array): void {
    this.#room(text.length + 1)
    this.text.set(text, this.bytes)
    this.bytes += text.length
    const marks = from.marks.get(line)
    if (marks) this.marks.set(this.count, marks)
    this.#line(from.times[line] as number, from.nanos[line] as number, source, from.ranks[line] as number)
  }
  #line(time: number, nanos: number, source: number, rank: number): void {
    const i = this.count++
    if (i === this.times.length) this.#grow()
    this.times[i] = time
    this.nanos[i] = nanos
    this.sources[i] = source
    this.ranks[i] = rank
    this.ends[i] = this.bytes
    this.text[this.bytes++] = 0x0a
  }
  #room(bytes: number): void {
    if (this.text.length - this.bytes >= bytes) return
    const larger = Buffer.allocUnsafeSlow(Math.max(this.text.length * 2, this.bytes + bytes))
    this.text.copy(larger, 0, 0, this.bytes)
    free(this.text)
    this.text = larger
  }
  #grow(): void {
    const larger = <T extends Float64Array | Uint32Array | Uint8Array>(old: T): T => {
      const more = new (old.constructor as new (n: number) => T)(old.length * 2)
      more.set(old as never)
      free(old)
      return more
    }
    this.times = larger(this.times)
    this.nanos = larger(this.nanos)
    this.sources = larger(this.sources)
    this.ranks = larger(this.ranks)
    this.ends = larger(this.ends)
  }

  /** All there is, without a copy: as long as nothing is added. */
  get view(): Columns {
    const { count, first, times, nanos, sources, ranks, ends, marks } = this
    return { count, first, times, nanos, sources, ranks, ends, text: this.text.subarray(0, this.bytes), marks }
  }

  /** A copy of what there is from a line on, which nothing changes any more. */
  snapshot(from = 0, to = this.count): Columns {
    const start = from < this.count ? textStart(this, from) : this.bytes
    const end = to > from ? (this.ends[to - 1] as number) + 1 : start
    const ends = this.ends.slice(from, to)
    if (start) for (let i = 0; i < ends.length; i++) ends[i] = (ends[i] as number) - start
    const marks = from === 0 && to === this.count ? new Map(this.marks) : new Map([...this.marks].flatMap(([line, m]) => (line >= from && line < to ? [[line - from, m] as const] : [])))
    return {
      count: to - from, first: this.first + from, times: this.times.slice(from, to), nanos: this.nanos.slice(from, to), sources: this.sources.slice(from, to), ranks: this.ranks.slice(from, to),
      ends, text: Buffer.from(this.text.subarray(start, end)), marks,
    }
  }
}

const MILLION = 1_000_000

/** All columns but the texts, as bytes. */
export function encodeColumns(c: Columns, from = 0, to = c.count): Buffer {
  let out = Buffer.allocUnsafe(64 + (to - from) * 24)
  let at = 0
  const put = (n: number): void => {
    for (; n >= 0x80; n = Math.floor(n / 128)) out[at++] = (n % 128) | 0x80
    out[at++] = n
  }
  const signed = (n: number): void => put(n < 0 ? -2 * n - 1 : 2 * n)
  let time = 0
  let nanos = 0
  let id = c.first - 1
  for (let i = from; i < to; i++) {
    // In the pool a block of few lines would have no room for longer numbers.
    if (out.length - at < 64) out = Buffer.concat([out, Buffer.allocUnsafe(out.length)])
    const t = c.times[i] as number
    const n = c.nanos[i] as number
    const ms = t - time
    // Small steps, which are most, as one number.
    const step = ms * MILLION + (n - nanos)
    if (Number.isSafeInteger(step) && Math.abs(step) < 2 ** 50) signed(step)
    else {
      // Never the code of a step: marks that a time stands here in full.
      put(2 ** 52)
      signed(t)
      put(n)
    }
    time = t
    nanos = n
    put(c.sources[i] as number)
    out[at++] = c.ranks[i] as number
    put((c.ends[i] as number) - textStart(c, i))
    if (c.ids) {
      put((c.ids[i] as number) - id - 1)
      id = c.ids[i] as number
    }
  }
  const marked = [...c.marks].filter(([line]) => line >= from && line < to)
  const marks = marked.length ? Buffer.from(JSON.stringify(marked.map(([line, m]) => [line - from, ...m.flatMap((x) => [x.at, x.sequence])]))) : Buffer.alloc(0)
  return marks.length ? Buffer.concat([out.subarray(0, at), marks]) : out.subarray(0, at)
}

/** The memory that rows are read into. */
export type RowMemory = Required<Pick<Rows, 'times' | 'nanos' | 'sources' | 'ranks' | 'ends' | 'starts' | 'order' | 'ids'>>
export const rowMemory = (count: number): RowMemory => ({
  times: new Float64Array(count), nanos: new Uint32Array(count), sources: new Uint32Array(count), ranks: new Uint8Array(count), ends: new Uint32Array(count), starts: new Uint32Array(count), order: new Uint32Array(count), ids: new Float64Array(count),
})

/** Throws RangeError when the bytes are no columns. @param gaps whether lines between were left out @param memory for so many lines at least */
export function decodeColumns(data: Buffer, first: number, count: number, gaps = false, memory = rowMemory(count)): Rows {
  const times = memory.times.subarray(0, count)
  const nanos = memory.nanos.subarray(0, count)
  const sources = memory.sources.subarray(0, count)
  const ranks = memory.ranks.subarray(0, count)
  const ends = memory.ends.subarray(0, count)
  const ids = gaps ? memory.ids.subarray(0, count) : undefined
  let at = 0
  const take = (): number => {
    // Nearly all are short, and whole numbers of 32 bits are several times faster.
    let n = data[at] as number
    if (n < 0x80) { at++; return n }
    let next = data[at + 1] as number
    n = (n & 0x7f) | ((next & 0x7f) << 7)
    if (next < 0x80) { at += 2; return n }
    next = data[at + 2] as number
    n |= (next & 0x7f) << 14
    if (next < 0x80) { at += 3; return n }
    n = 0
    for (let scale = 1; ; scale *= 128) {
      const byte = data[at++]
      if (byte === undefined) throw new RangeError('a block of the log ends too soon')
      if (byte < 0x80) return n + byte * scale
      n += (byte & 0x7f) * scale
    }
  }
  const signed = (n: number): number => (n % 2 ? -(n + 1) / 2 : n / 2)
  let time = 0
  let nano = 0
  let end = 0
  let id = first
  for (let i = 0; i < count; i++) {
    const step = take()
    if (step === 2 ** 52) {
      time = signed(take())
      nano = take()
    } else {
      const n = nano + signed(step)
      const ms = Math.floor(n / MILLION)
      time += ms
      nano = n - ms * MILLION
    }
    times[i] = time
    nanos[i] = nano
    sources[i] = take()
    ranks[i] = data[at++] ?? 0
    end += take()
    ends[i] = end++
    if (ids) {
      id += take()
      ids[i] = id++
    }
  }
  const marks = new Map<number, readonly AnsiMark[]>()
  if (at < data.length) {
    for (const [line, ...m] of JSON.parse(data.toString('utf8', at)) as [number, ...(number | string)[]][]) {
      marks.set(line, Array.from({ length: m.length / 2 }, (_, k) => ({ at: m[2 * k] as number, sequence: m[2 * k + 1] as string })))
    }
  }
  return { count, first, times, nanos, sources, ranks, ends, marks, ...(ids ? { ids } : {}) }
}
