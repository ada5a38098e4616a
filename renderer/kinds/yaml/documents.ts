/** YAML text as objects, and places in it: where a document begins, where a field stands. */
import { LineCounter, isMap, isSeq, parseAllDocuments } from 'yaml'
import type { Document, Node, Pair, ParsedNode } from 'yaml'
import type { AnyObject } from '../../../shared/api/meta.ts'
import { settleNumbers } from '../../../shared/numbers.ts'

/** `line` begins at 1. */
export interface Fault {
  line: number
  message: string
}
export interface YamlDocument {
  line: number
  object: AnyObject
}
export interface Parsed {
  documents: YamlDocument[]
  faults: Fault[]
}

const isObject = (v: unknown): v is Record<string, unknown> => typeof v === 'object' && v !== null && !Array.isArray(v)

function missing(object: Record<string, unknown>): string | undefined {
  for (const field of ['apiVersion', 'kind']) if (typeof object[field] !== 'string' || object[field] === '') return field
  return isObject(object['metadata']) ? undefined : 'metadata'
}

const parse = (text: string, counter: LineCounter): Document.Parsed[] => {
  const all = parseAllDocuments(text, { lineCounter: counter, prettyErrors: false, merge: true, intAsBigInt: true })
  return Array.isArray(all) ? (all as Document.Parsed[]) : []
}

/** Every document of the text; empty ones are left out, and the items of a List take its place. `required(field)` words a missing field. */
export function documentsOf(text: string, required: (field: string) => string): Parsed {
  const counter = new LineCounter()
  const documents: YamlDocument[] = []
  const faults: Fault[] = []
  const lineAt = (offset: number): number => Math.max(1, counter.linePos(offset).line)
  for (const doc of parse(text, counter)) {
    for (const e of doc.errors) faults.push({ line: lineAt(e.pos[0]), message: e.message })
    if (doc.errors.length > 0 || doc.contents === null) continue
    const line = lineAt(doc.contents.range[0])
    const value = settleNumbers(doc.toJS())
    if (value === null) continue
    if (!isObject(value)) {
      faults.push({ line, message: required('apiVersion') })
      continue
    }
    const items = value['kind'] === 'List' && Array.isArray(value['items']) ? (value['items'] as unknown[]) : [value]
    for (const item of items) {
      const absent = isObject(item) ? missing(item) : 'apiVersion'
      if (absent) faults.push({ line, message: required(absent) })
      else documents.push({ line, object: item as AnyObject })
    }
  }
  return { documents, faults }
}

/** `spec.ports[0].port`, `metadata.labels[a.b/c]` as steps. */
export function stepsOf(field: string): (string | number)[] {
  return [...field.matchAll(/\[([^\]]*)\]|([^.[\]]+)/g)].map((m) => (m[1] !== undefined ? (/^\d+$/.test(m[1]) ? Number(m[1]) : m[1].replace(/^["']|["']$/g, '')) : (m[2] ?? '')))
}

/** The line where a field stands, or the nearest one above it that is written; `from` is the line its document begins at. */
export function lineOf(text: string, field: string, from = 1): number {
  const counter = new LineCounter()
  const lineAt = (node: { range?: readonly number[] | null } | null | undefined): number | undefined => (node?.range ? counter.linePos(node.range[0] ?? 0).line : undefined)
  const docs = parse(text, counter)
  const doc = docs.find((d) => lineAt(d.contents) === from) ?? docs[0]
  let node: Node | ParsedNode | null | undefined = doc?.contents
  let line = lineAt(node) ?? from
  for (const step of stepsOf(field)) {
    if (isMap(node)) {
      const pair = (node.items as Pair<ParsedNode, ParsedNode | null>[]).find((p) => String((p.key as { value?: unknown }).value) === String(step))
      if (!pair) return line
      line = lineAt(pair.key) ?? line
      node = pair.value
    } else if (isSeq(node) && typeof step === 'number') {
      node = node.items[step] as Node | undefined
      if (!node) return line
      line = lineAt(node) ?? line
    } else return line
  }
  return line
}
