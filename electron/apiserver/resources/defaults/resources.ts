/** Quantities in the notation in which the API keeps them. */
import { formatQuantity, parseQuantity } from '../../../../shared/quantity.ts'

const MILLI = 1_000_000n

/** Rewrites each quantity that needs it in place: canonical, and no finer than a thousandth. What is no quantity is left for validation. */
export function canonicalResources(list: Record<string, string> | undefined): void {
  for (const name in list) {
    const given: string | number | undefined = list[name]
    if (given === undefined || given === null) continue
    const q = parseQuantity(given)
    if (!q) continue
    const rest = q.nanos % MILLI
    const nanos = rest === 0n ? q.nanos : q.nanos - rest + (rest > 0n ? MILLI : 0n)
    const text = formatQuantity({ nanos, format: q.format })
    if (text !== given) list[name] = text
  }
}

/** The canonical text of one quantity, or what was given. */
export function canonical(given: string | undefined): string | undefined {
  const q = given === undefined || given === null ? undefined : parseQuantity(given)
  return q ? formatQuantity(q) : given
}
