/** Kubernetes' CEL libraries of functions: lists, sets, math, regex, base64. Source: Kubernetes documentation, "Common Expression Language in Kubernetes". */
import { celFunc, celList, celMethod, CelScalar, isCelList, listType, type CelFunc, type CelList, type CelValue } from '@bufbuild/cel'
import { RE2JS } from 're2js'

const { STRING, BOOL, INT, DYN, BYTES } = CelScalar
const LIST = listType(DYN)

type Comparable = bigint | number | string | boolean
const PATTERNS_KEPT = 256
const patterns = new Map<string, RE2JS>()
function pattern(text: string): RE2JS {
  let found = patterns.get(text)
  if (!found) {
    if (patterns.size >= PATTERNS_KEPT) patterns.clear()
    patterns.set(text, (found = RE2JS.compile(text)))
  }
  return found
}
export function isPattern(text: string): boolean {
  try {
    pattern(text)
    return true
  } catch {
    // Not one: that is the answer.
    return false
  }
}
/** For `matches`, in place of the evaluator's own engine, which can take forever. */
export const re2 = { compile: (text: string) => ({ test: (given: string) => pattern(text).matcher(given).find() }) }

const bytesOf = (v: Uint8Array): string => Buffer.from(v).toString('latin1')
function comparable(value: CelValue): Comparable {
  if (value instanceof Uint8Array) return bytesOf(value)
  if (['bigint', 'number', 'string', 'boolean'].includes(typeof value)) return value as Comparable
  const message = (value as { message?: { seconds?: bigint; nanos?: number } } | null)?.message
  if (message?.seconds !== undefined) return message.seconds * 1_000_000_000n + BigInt(message.nanos ?? 0)
  throw new Error('no such overload')
}
export function same(a: CelValue, b: CelValue): boolean {
  if (isCelList(a) && isCelList(b)) {
    const [left, right] = [[...a], [...b]]
    return left.length === right.length && left.every((v, i) => same(v, right[i] as CelValue))
  }
  if (typeof a === 'object' && a !== null && typeof b === 'object' && b !== null) {
    const [x, y] = [a as unknown as ReadonlyMap<string, CelValue>, b as unknown as ReadonlyMap<string, CelValue>]
    if (typeof x.keys === 'function' && typeof y.keys === 'function') return x.size === y.size && [...x].every(([key, value]) => y.has(key) && same(value, y.get(key) as CelValue))
    return comparable(a) === comparable(b)
  }
  return a === b || (typeof a === 'bigint' && typeof b === 'number' && Number(a) === b) || (typeof a === 'number' && typeof b === 'bigint' && a === Number(b))
}
const extreme = (list: CelList, better: (a: Comparable, b: Comparable) => boolean, name: string): CelValue => {
  const items = [...list]
  if (!items.length) throw new Error(`${name} called on empty list`)
  return items.reduce((best, item) => (better(comparable(item), comparable(best)) ? item : best))
}
function sum(list: CelList): CelValue {
  const items = [...list]
  if (items.some((i) => typeof i === 'number')) return items.reduce((total: number, i) => total + Number(i), 0)
  if (items.every((i) => typeof i === 'bigint')) return items.reduce((total: bigint, i) => total + (i as bigint), 0n)
  throw new Error('no such overload')
}
const lists: CelFunc[] = [
  celMethod('isSorted', LIST, [], BOOL, function () {
    const items = [...this].map(comparable)
    return items.every((item, i) => i === 0 || (items[i - 1] as Comparable) <= item)
  }),
  celMethod('sum', LIST, [], DYN, function () { return sum(this) }),
  celMethod('min', LIST, [], DYN, function () { return extreme(this, (a, b) => a < b, 'min') }),
  celMethod('max', LIST, [], DYN, function () { return extreme(this, (a, b) => a > b, 'max') }),
  celMethod('indexOf', LIST, [DYN], INT, function (wanted) { return BigInt([...this].findIndex((item) => same(item, wanted))) }),
  celMethod('lastIndexOf', LIST, [DYN], INT, function (wanted) { return BigInt([...this].findLastIndex((item) => same(item, wanted))) }),
]

const holdsAll = (a: CelList, b: CelList): boolean => [...b].every((wanted) => [...a].some((item) => same(item, wanted)))
const sets: CelFunc[] = [
  celFunc('sets.contains', [LIST, LIST], BOOL, holdsAll),
  celFunc('sets.equivalent', [LIST, LIST], BOOL, (a, b) => holdsAll(a, b) && holdsAll(b, a)),
  celFunc('sets.intersects', [LIST, LIST], BOOL, (a, b) => [...b].some((wanted) => [...a].some((item) => same(item, wanted)))),
]

const of = (...values: CelValue[]): CelList => celList(values)
const bounds = (name: string, better: (a: Comparable, b: Comparable) => boolean): CelFunc[] => [
  celFunc(name, [LIST], DYN, (list) => extreme(list, better, name)),
  celFunc(name, [DYN, DYN], DYN, (a, b) => extreme(of(a, b), better, name)),
  celFunc(name, [DYN, DYN, DYN], DYN, (a, b, c) => extreme(of(a, b, c), better, name)),
]

const regex: CelFunc[] = [
  celMethod('find', STRING, [STRING], STRING, function (text) {
    const found = pattern(text).matcher(this)
    return found.find() ? (found.group() ?? '') : ''
  }),
  celMethod('findAll', STRING, [STRING], listType(STRING), function (text) { return findAll(this, text, -1) }),
  celMethod('findAll', STRING, [STRING, INT], listType(STRING), function (text, limit) { return findAll(this, text, Number(limit)) }),
]
function findAll(text: string, expression: string, limit: number): string[] {
  const found = pattern(expression).matcher(text)
  const all: string[] = []
  while ((limit < 0 || all.length < limit) && found.find()) all.push(found.group() ?? '')
  return all
}

const base64: CelFunc[] = [
  celFunc('base64.encode', [BYTES], STRING, (bytes) => Buffer.from(bytes).toString('base64')),
  celFunc('base64.decode', [STRING], BYTES, (text) => {
    if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text)) throw new Error('illegal base64 data')
    return new Uint8Array(Buffer.from(text, 'base64'))
  }),
]

const ESCAPES: Readonly<Record<string, string>> = { '\x07': '\\a', '\b': '\\b', '\f': '\\f', '\n': '\\n', '\r': '\\r', '\t': '\\t', '\v': '\\v', '\\': '\\\\', '"': '\\"' }
/** What the evaluator's own library of strings lacks. */
const texts: CelFunc[] = [celFunc('strings.quote', [STRING], STRING, (text) => `"${[...text].map((char) => ESCAPES[char] ?? char).join('')}"`)]

const jsonPatch: CelFunc[] = [celFunc('jsonpatch.escapeKey', [STRING], STRING, (key) => key.replaceAll('~', '~0').replaceAll('/', '~1'))]

export const functionLibraries: readonly CelFunc[] = [...lists, ...sets, ...bounds('math.greatest', (a, b) => a > b), ...bounds('math.least', (a, b) => a < b), ...regex, ...base64, ...texts, ...jsonPatch]
