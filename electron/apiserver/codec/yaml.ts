/** YAML bodies, read as kubectl's own YAML reader does: YAML 1.1, but times, binaries and base-60 numbers stay text. */
import { hasLongNumbers, settleNumbers } from '../../../shared/numbers.ts'
import { MAX_DEPTH, TOO_DEEP } from './duplicates.ts'
import type { Decoded } from './read-ahead.ts'
import { isAlias, isMap, isNode, isScalar, isSeq, LineCounter, parseDocument, stringify, type Node, type Tags } from 'yaml'

const DROPPED = new Set(['timestamp', 'binary', 'omap', 'pairs', 'set'].map((t) => `tag:yaml.org,2002:${t}`))

/** @throws Error with the parser's sentence, RangeError nested too deeply */
export function decodeYaml(text: string): Decoded {
  const long = hasLongNumbers(text)
  const lines = new LineCounter()
  const document = parseDocument(text, {
    lineCounter: lines,
    version: '1.1',
    uniqueKeys: false,
    intAsBigInt: long,
    customTags: (tags: Tags) => tags.filter((t) => typeof t === 'string' || (!DROPPED.has(t.tag) && (t as { format?: string }).format !== 'TIME')),
  })
  const fault = document.errors[0]
  // The parser descends on the stack, and tells its end as a fault of the document.
  if (fault?.message.startsWith('Maximum call stack')) throw new RangeError(TOO_DEEP)
  if (fault) throw new Error((fault.message.split('\n')[0] ?? fault.message).replace(/:$/, ''))
  const duplicates: string[] = []
  collect(document.contents, lines, duplicates)
  const object = document.toJS({ maxAliasCount: 100 }) as unknown
  refuseDeep(object, 0)
  return { object: long ? settleNumbers(object) : object, duplicates }
}

/** Looked for in the value: aliases of aliases nest without an indent. */
function refuseDeep(value: unknown, depth: number): void {
  if (typeof value !== 'object' || value === null) return
  if (depth === MAX_DEPTH) throw new RangeError(TOO_DEEP)
  for (const part of Object.values(value)) refuseDeep(part, depth + 1)
}

/** Keys that repeat, by the line in which the value of the later one begins, as Go's reader tells them. */
function collect(node: unknown, lines: LineCounter, out: string[]): void {
  if (isAlias(node)) return
  if (isSeq(node)) for (const item of node.items) collect(item as Node, lines, out)
  if (!isMap(node)) return
  const seen = new Set<string>()
  for (const pair of node.items) {
    // JSON has no other keys; an alias may stand for one.
    if (isMap(pair.key) || isSeq(pair.key)) throw new Error(`invalid map key: ${String(pair.key)}`)
    const key = isScalar(pair.key) ? String(pair.key.value) : String(pair.key)
    const begin = [pair.value, pair.key].find((n) => isNode(n) && n.range)
    if (seen.has(key)) out.push(`line ${lines.linePos(isNode(begin) ? (begin.range?.[0] ?? 0) : 0).line}: key ${JSON.stringify(key)} already set in map`)
    seen.add(key)
    collect(pair.value, lines, out)
  }
}

/** As the API writes YAML: keys in their order, lists not indented, nothing folded. */
export const encodeYaml = (value: object): string =>
  stringify(value, { version: '1.1', sortMapEntries: true, indentSeq: false, lineWidth: 0, aliasDuplicateObjects: false })
