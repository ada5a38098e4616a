/**
 * How many requests of each level may be under way: its share of the server's seats, less what it lends and more what it
 * borrows while others have no use for theirs. Source: Kubernetes documentation, "API Priority and Fairness: seats, borrowing".
 */

export interface LevelConfig {
  readonly name: string
  readonly exempt: boolean
  readonly shares: number
  readonly lendablePercent: number
  /** Of the nominal seats; absent: as much as others lend. */
  readonly borrowingLimitPercent?: number | undefined
}
export interface Limits {
  /** Its share. */
  readonly nominal: number
  /** What remains when all is lent that may be. */
  readonly lower: number
  /** What it may have with all that it may borrow. */
  readonly upper: number
}

/** @param seats how many requests the server works on at once */
export function limitsOf(levels: readonly LevelConfig[], seats: number): ReadonlyMap<string, Limits> {
  const total = levels.reduce((sum, l) => sum + l.shares, 0)
  return new Map(levels.map(({ name, shares, lendablePercent, borrowingLimitPercent }) => {
    const nominal = total ? Math.ceil((seats * shares) / total) : 0
    const borrowing = borrowingLimitPercent === undefined ? Infinity : Math.round((nominal * borrowingLimitPercent) / 100)
    return [name, { nominal, lower: nominal - Math.round((nominal * lendablePercent) / 100), upper: nominal + borrowing }]
  }))
}

export interface Use extends Limits {
  readonly exempt: boolean
  /** Seats taken. */
  readonly seats: number
}

/** Whether one of the levels may take `width` more seats: what is borrowed altogether must be what others leave. */
export function mayTake(levels: Iterable<Use>, level: Use, width: number): boolean {
  const wanted = level.seats + width
  if (wanted <= level.lower) return true
  if (wanted > level.upper) return false
  let left = 0
  for (const other of levels) {
    const seats = other === level ? wanted : other.seats
    // What the exempt take is nobody's loss.
    if (seats > other.nominal) left -= other.exempt ? 0 : seats - other.nominal
    else left += Math.min(other.nominal - other.lower, other.nominal - seats)
  }
  return left >= 0
}
