/** Orders rows for a table, and can hold the order still while its rows change. */
export interface Sort {
  column: string
  descending: boolean
}
export type SortValue = string | number

const collator = new Intl.Collator('en', { numeric: true })
export const compareValues = (a: SortValue, b: SortValue): number => (typeof a === 'number' && typeof b === 'number' ? a - b : collator.compare(String(a), String(b)))

/** Sorted by `value`, then by key so that equal values never swap places. */
export function sorted<T>(rows: readonly T[], keyOf: (row: T) => string, value: (row: T) => SortValue, descending: boolean): T[] {
  const decorated = rows.map((row) => ({ row, value: value(row), key: keyOf(row) }))
  const sign = descending ? -1 : 1
  decorated.sort((a, b) => sign * compareValues(a.value, b.value) || (a.key < b.key ? -1 : 1))
  return decorated.map((d) => d.row)
}

/** The rows in the order of `previous` keys; new ones at the end, gone ones left out. */
export function held<T>(rows: readonly T[], keyOf: (row: T) => string, previous: readonly string[]): T[] {
  const left = new Map(rows.map((row) => [keyOf(row), row]))
  const out: T[] = []
  for (const key of previous) {
    const row = left.get(key)
    if (row === undefined) continue
    out.push(row)
    left.delete(key)
  }
  return [...out, ...left.values()]
}

/** Remembers the last order, so that it can be held, and so that rows which stay where they are cost no sorting. */
export class Order<T> {
  #keys: string[] = []
  /** Where each key is. */
  #at = new Map<string, number>()
  /** What the rows were sorted by; empty while the order is held. */
  #values: SortValue[] = []
  #sort: Sort | undefined

  /** Sorted; or, with `hold` and the same sort as last time, in the order of last time. */
  arrange(rows: readonly T[], keyOf: (row: T) => string, value: (row: T) => SortValue, sort: Sort, hold: boolean): T[] {
    const still = hold && this.#sort === sort
    const inPlace = this.#sort === sort ? this.#inPlace(rows, keyOf, still ? undefined : value) : undefined
    if (inPlace) return inPlace
    // Rows in their old order are nearly sorted, which takes a sort one comparison a row.
    const before = held(rows, keyOf, this.#keys)
    const result = still ? before : sorted(before, keyOf, value, sort.descending)
    this.#keys = result.map(keyOf)
    this.#at = new Map(this.#keys.map((key, i) => [key, i]))
    this.#values = still ? [] : result.map(value)
    this.#sort = sort
    return result
  }

  /** The rows in the places of last time, where none came or went and none has another value. */
  #inPlace(rows: readonly T[], keyOf: (row: T) => string, value: ((row: T) => SortValue) | undefined): T[] | undefined {
    if (rows.length !== this.#keys.length) return undefined
    const result: T[] = rows.slice()
    for (const row of rows) {
      const at = this.#at.get(keyOf(row))
      if (at === undefined || (value && value(row) !== this.#values[at])) return undefined
      result[at] = row
    }
    return result
  }
}
