/** Values that are a number or a percentage, such as maxSurge: `1`, `"25%"`. */

const PERCENT = /^(\d+)%$/

/** The number before the percent sign; undefined when the value is no percentage. */
export function percentOf(value: number | string | undefined): number | undefined {
  if (typeof value !== 'string') return undefined
  const match = PERCENT.exec(value)
  return match ? Number(match[1]) : undefined
}

/**
 * The number that `value` stands for, given what 100 % are. Percentages are rounded up or down as asked.
 * Throws RangeError for a string that is no percentage.
 */
export function resolveIntOrPercent(value: number | string, total: number, round: 'up' | 'down'): number {
  if (typeof value === 'number') return value
  const percent = percentOf(value)
  if (percent === undefined) throw new RangeError(`invalid value for IntOrString: ${JSON.stringify(value)} is not a percentage`)
  // Whole numbers all the way: 0.07 * 100 is not 7 in floating point.
  const product = percent * total
  return round === 'up' ? Math.ceil(product / 100) : Math.floor(product / 100)
}
