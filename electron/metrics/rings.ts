/** An hour of measurements in arrays of fixed size. Values are kept as 32-bit floats: seven digits, which is more than a chart shows. */
import type { History, Usage } from './types.ts'

/** One for each 15 s. */
export const SLOTS = 240
const FIELDS = ['cpu', 'memory', 'rx', 'tx'] as const

class Series {
  /** The numbers of the first and the last measurement; slots between without one hold NaN. */
  readonly first: number
  last: number
  readonly #data = new Float32Array(SLOTS * FIELDS.length).fill(Number.NaN)
  constructor(first: number) {
    this.first = first
    this.last = first - 1
  }
  put(n: number, usage: Usage): void {
    for (let gap = Math.max(this.last + 1, n - SLOTS + 1); gap < n; gap++) this.#write(gap, undefined)
    this.#write(n, usage)
    this.last = n
  }
  at(n: number, field: number): number | null {
    if (n < this.first || n > this.last || n <= this.last - SLOTS) return null
    const value = this.#data[(n % SLOTS) * FIELDS.length + field]
    return value === undefined || Number.isNaN(value) ? null : value
  }
  #write(n: number, usage: Usage | undefined): void {
    for (const [i, field] of FIELDS.entries()) this.#data[(n % SLOTS) * FIELDS.length + i] = usage ? usage[field] : Number.NaN
  }
}

/** Many series over one line of time. Those of which nothing was heard for an hour go; more than `most` are not begun. */
export class Rings {
  readonly #times = new Float64Array(SLOTS)
  readonly #series = new Map<string, Series>()
  readonly #most: number
  #n = -1

  constructor(most: number) {
    this.#most = most
  }
  get size(): number {
    return this.#series.size
  }
  /** One measurement of everything. */
  add(time: number, usages: ReadonlyMap<string, Usage>): void {
    const n = ++this.#n
    this.#times[n % SLOTS] = time
    for (const [key, series] of this.#series) if (series.last <= n - SLOTS) this.#series.delete(key)
    for (const [key, usage] of usages) {
      let series = this.#series.get(key)
      if (!series) {
        if (this.#series.size >= this.#most) continue
        this.#series.set(key, (series = new Series(n)))
      }
      series.put(n, usage)
    }
  }
  read(key: string): History {
    const history: History = { times: [], cpu: [], memory: [], rx: [], tx: [] }
    const series = this.#series.get(key)
    if (!series) return history
    for (let n = Math.max(series.first, this.#n - SLOTS + 1, 0); n <= this.#n; n++) {
      history.times.push(this.#times[n % SLOTS] ?? 0)
      for (const [i, field] of FIELDS.entries()) history[field].push(series.at(n, i))
    }
    return history
  }
}
