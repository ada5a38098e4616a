/** What this window remembers of itself: never more than how things are shown. */
import { Value } from './value.ts'

/** A value kept in local storage; lost storage (private windows) only means that it is not kept. */
export function remembered<T>(key: string, initial: T, valid: (x: unknown) => x is T): Value<T> {
  const name = `pilothouse.${key}`
  let start = initial
  try {
    const found: unknown = JSON.parse(localStorage.getItem(name) ?? 'null')
    if (valid(found)) start = found
  } catch {
    start = initial
  }
  const value = new Value(start)
  value.subscribe(() => {
    try {
      localStorage.setItem(name, JSON.stringify(value.get()))
    } catch {
      // Full or forbidden storage: the choice still holds for this window.
    }
  })
  return value
}

const isString = (x: unknown): x is string => typeof x === 'string'
const isNumber = (x: unknown): x is number => typeof x === 'number' && Number.isFinite(x)
const isBoolean = (x: unknown): x is boolean => typeof x === 'boolean'

/** `''`: all namespaces. */
export const chosenNamespace = remembered('namespace', '', isString)
export const railOpen = remembered('rail', true, isBoolean)
/** Groups of the rail, by their id; what few look at daily begins folded. */
export const foldedGroups = remembered<readonly string[]>('rail.folded', ['access', 'custom'], (x): x is string[] => Array.isArray(x) && x.every(isString))
/** Pixels. */
export const detailWidth = remembered('detail', 560, isNumber)
export const detailExpanded = new Value(false)

const usageRanges = ['1h', '6h', '1d', '2w'] as const
/** How far back charts of usage go. */
export const usageRange = remembered<(typeof usageRanges)[number]>('usage.range', '1h', (x): x is (typeof usageRanges)[number] => usageRanges.includes(x as never))
