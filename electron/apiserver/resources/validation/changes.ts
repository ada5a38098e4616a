/** What differs between two forms of an object, in words. */
import { equal } from './common.ts'

const show = (value: unknown): string => {
  const text = value === undefined ? 'unset' : JSON.stringify(value)
  return text.length > 80 ? `${text.slice(0, 80)}…` : text
}

const own = (object: Readonly<Record<string, unknown>>, key: string): unknown => (Object.hasOwn(object, key) ? object[key] : undefined)

/** Paths of what differs, each with both values, to tell the user which field was in the way. */
export function changed(now: unknown, before: unknown, path: string): string[] {
  if (equal(now, before)) return []
  if (Array.isArray(now) && Array.isArray(before) && now.length === before.length) return now.flatMap((item, i) => changed(item, before[i], `${path}[${i}]`))
  const objects = typeof now === 'object' && typeof before === 'object' && now !== null && before !== null && !Array.isArray(now) && !Array.isArray(before)
  if (!objects) return [`${path}: ${show(before)} -> ${show(now)}`]
  const a = now as Record<string, unknown>
  const b = before as Record<string, unknown>
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].toSorted().flatMap((key) => changed(own(a, key), own(b, key), `${path}.${key}`))
}
