/** Where rows stand when most are one line high and some are not. Pure. */
export const LINE = 20

/** Heights that are not LINE, by the line's id. */
export class Heights {
  readonly #known = new Map<number, number>()
  /** Whether something has changed. */
  set(id: number, height: number): boolean {
    if ((this.#known.get(id) ?? LINE) === height) return false
    if (height === LINE) this.#known.delete(id)
    else this.#known.set(id, height)
    return true
  }
  get(id: number): number {
    return this.#known.get(id) ?? LINE
  }
  get size(): number {
    return this.#known.size
  }
  /** Forgets those that are not there any more, once these are the most. */
  prune(lines: readonly { readonly id: number }[]): void {
    if (this.#known.size < 1_000 || this.#known.size < lines.length * 1.5) return
    const there = new Set(lines.map((l) => l.id))
    for (const id of this.#known.keys()) if (!there.has(id)) this.#known.delete(id)
  }
}

export interface Layout {
  readonly count: number
  /** Pixels of all rows. */
  readonly total: number
  /** Where a row begins; of `count`, where the last one ends. */
  top(row: number): number
  /** The row at a place, also for one before or behind all. */
  at(pixel: number): number
}
/** @param idOf the line in a row */
export function layout(count: number, heights: Heights, idOf: (row: number) => number): Layout {
  if (heights.size === 0) return { count, total: count * LINE, top: (row) => row * LINE, at: (pixel) => Math.max(0, Math.min(count - 1, Math.floor(pixel / LINE))) }
  const tops = new Float64Array(count + 1)
  for (let i = 0; i < count; i++) tops[i + 1] = (tops[i] as number) + heights.get(idOf(i))
  return {
    count, total: tops[count] as number,
    top: (row) => tops[row] as number,
    at(pixel) {
      let low = 0
      let high = count - 1
      while (low < high) {
        const middle = (low + high + 1) >> 1
        if ((tops[middle] as number) <= pixel) low = middle
        else high = middle - 1
      }
      return Math.max(0, low)
    },
  }
}
