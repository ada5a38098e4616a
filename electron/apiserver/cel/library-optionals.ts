/** Optional values, and the functions that loops with two variables are made of. Source: cel-go's libraries "optional types" and "two-variable comprehensions". */
import { celFunc, celList, celMap, celMethod, CelScalar, isCelList, isCelMap, listType, type CelFunc, type CelInput, type CelMap, type CelValue } from '@bufbuild/cel'
import type { Message } from '@bufbuild/protobuf'
import { make, types } from './types.ts'
import { fromCel } from './values.ts'

const { BOOL, DYN } = CelScalar
const LIST = listType(DYN)
const OPTIONAL = types.Optional

/** What an optional holds; a message can hold no CEL value itself. */
const held = new WeakMap<object, { readonly value: CelValue }>()
/** Two that hold equal values are equal: their texts are, which are made when somebody compares. */
const of = (value: CelValue): Message => {
  const optional = make('Optional', '')
  Object.defineProperty(optional, 'text', { enumerable: true, configurable: true, get: () => `of ${JSON.stringify(fromCel(value))}` })
  held.set(optional, { value })
  return optional
}
/** A variable's value that may be absent. */
export const optionalInput = (input: CelInput | undefined): Message => {
  if (input === undefined) return none()
  return of((Array.isArray(input) ? celList(input) : input instanceof Map ? celMap(input) : input) as CelValue)
}
const none = (): Message => make('Optional', '')
/** What a function answers that may have no answer. */
export const maybe = (value: CelValue | undefined): Message => (value === undefined ? none() : of(value))
const isOptional = (value: unknown): boolean => (value as { message?: { $typeName?: string } } | null)?.message?.$typeName === 'kubernetes.Optional'
const within = (optional: unknown): { readonly value: CelValue } | undefined => held.get((optional as { message: object }).message)

/** A part of a map or list if it is there; of an optional, what its value has. */
function part(from: CelValue, key: CelValue): Message {
  if (isOptional(from)) {
    const inner = within(from)
    return inner ? part(inner.value, key) : none()
  }
  if (isCelMap(from)) {
    const found = from.get(key as string)
    return found === undefined ? none() : of(found as CelValue)
  }
  if (!isCelList(from)) throw new Error('no such overload')
  const index = Number(key)
  if ((typeof key !== 'bigint' && typeof key !== 'number') || !Number.isInteger(index)) throw new Error('no such overload')
  return index >= 0 && index < from.size ? of(from.get(index) as CelValue) : none()
}
/** The value that a type begins with: nothing is in it. */
function isZero(value: CelValue): boolean {
  if (value === null || value === false || value === '' || value === 0 || value === 0n) return true
  if (value instanceof Uint8Array) return value.length === 0
  if (isCelList(value) || isCelMap(value)) return value.size === 0
  return false
}
function mapOf(pairs: Iterable<readonly [CelValue, CelValue]>): CelMap {
  const entries = new Map<CelValue, CelValue>()
  for (const [key, value] of pairs) {
    if (entries.has(key)) throw new Error(`insert failed: key '${String(key)}' already exists`)
    entries.set(key, value)
  }
  return celMap(entries as never)
}

export const optionalLibrary: readonly CelFunc[] = [
  celFunc('optional.of', [DYN], OPTIONAL, of as never),
  celFunc('optional.none', [], OPTIONAL, none as never),
  celFunc('optional.ofNonZeroValue', [DYN], OPTIONAL, ((value: CelValue) => (isZero(value) ? none() : of(value))) as never),
  celMethod('hasValue', OPTIONAL, [], BOOL, function () { return within(this) !== undefined }),
  celMethod('value', OPTIONAL, [], DYN, function () {
    const inner = within(this)
    if (!inner) throw new Error('optional.none() dereference')
    return inner.value as never
  }),
  celFunc('@part', [DYN, DYN], OPTIONAL, part as never),
  // What an element of a list is when it may be absent: a list of one, or of none.
  celFunc('@items', [OPTIONAL], LIST, ((optional: unknown) => {
    const inner = within(optional)
    return celList(inner ? [inner.value] as never : [])
  }) as never),
  // Entries whose value is a list of one, or absent.
  celFunc('@map', [LIST], DYN, ((entries: Iterable<Iterable<CelValue>>) => mapOf([...entries].flatMap((entry) => {
    const [key, values] = [...entry] as [CelValue, Iterable<CelValue>]
    return [...values].map((value) => [key, value] as const)
  }))) as never),
  celFunc('@merge', [LIST], DYN, ((maps: Iterable<ReadonlyMap<CelValue, CelValue>>) => mapOf([...maps].flatMap((map) => [...map]))) as never),
  celFunc('@keys', [DYN], LIST, ((range: CelValue) => {
    if (isCelMap(range)) return celList([...range.keys()] as never)
    if (!isCelList(range)) throw new Error('no such overload')
    return celList(Array.from({ length: range.size }, (_, i) => BigInt(i)))
  }) as never),
]
