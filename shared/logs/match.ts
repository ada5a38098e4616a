/** A query as a predicate on lines. Pure: the store's searching thread and the dashboard judge alike. */
import { certain, type LogAst, type LogField, type LogValue } from './ast.ts'
import { fieldAt, jsonFields, logfmtFields } from './fields.ts'
import { levelRank, moment } from './keys.ts'
import type { LogSource } from './types.ts'

/** A line as a predicate sees it. */
export interface LineView {
  /** Without ANSI sequences. */
  readonly text: string
  /** Whole milliseconds. */
  readonly time: number
  /** Place in LOG_LEVELS. */
  readonly rank: number
  readonly source: LogSource
}
export type LinePredicate = (line: LineView) => boolean

/** An expression that fits just the text. */
export const escapeRegex = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
/** A star stands for any characters; ends count. */
const globRegex = (text: string, flags: string): RegExp => new RegExp(`^${text.split('*').map(escapeRegex).join('[^]*')}$`, flags)

function valueTest(value: LogValue): (text: string) => boolean {
  if (value.type === 'regex') {
    const regex = new RegExp(value.source, value.flags)
    return (text) => regex.test(text)
  }
  if (value.glob) {
    const regex = globRegex(value.text, '')
    return (text) => regex.test(text)
  }
  return (text) => text === value.text
}
const anyOf = (values: readonly LogValue[]): ((text: string) => boolean) => {
  const tests = values.map(valueTest)
  return tests.length === 1 ? (tests[0] as (text: string) => boolean) : (text) => tests.some((t) => t(text))
}

/** What a source has under a key; undefined when the key is none of a source's. Several: one of them has to fit. */
function sourceTexts(source: LogSource, key: string): readonly string[] | undefined {
  switch (key) {
    case 'namespace': return [source.namespace]
    case 'pod': return source.stream === 'component' ? [] : [source.pod]
    case 'container': return [source.container]
    case 'node': return [source.node]
    case 'stream': return [source.stream]
    case 'uid': return [source.podUid]
    case 'component': return source.stream === 'component' ? [source.pod] : []
    case 'workload': return [source.workload, source.workload.slice(source.workload.indexOf('/') + 1)]
    default: break
  }
  if (!key.startsWith('label.')) return undefined
  const label = key.slice('label.'.length)
  return Object.hasOwn(source.labels, label) ? [source.labels[label] as string] : []
}

const compare = (a: number, op: LogField['op'], b: number): boolean => (op === '>' ? a > b : op === '>=' ? a >= b : op === '<' ? a < b : op === '<=' ? a <= b : a === b)

/** What the source alone says of a field; undefined: it says nothing. */
export function sourceLeaf(field: LogField): ((source: LogSource) => boolean) | undefined {
  if (field.key === 'restart') {
    const numbers = field.values.flatMap((v) => (v.type === 'text' ? [Number(v.text)] : []))
    return (s) => numbers.some((n) => compare(s.restart, field.op, n))
  }
  if (!/^(namespace|pod|container|node|stream|uid|component|workload|label\..*)$/.test(field.key)) return undefined
  const test = anyOf(field.values)
  return (s) => (sourceTexts(s, field.key) ?? []).some(test)
}

/** What is certain of a query from the source of a line alone. */
export function sourceVerdict(ast: LogAst): (source: LogSource) => boolean | undefined {
  const tests = new Map<LogAst, ((source: LogSource) => boolean) | undefined>()
  return (source) => certain(ast, (leaf) => {
    if (leaf.type !== 'field') return undefined
    if (!tests.has(leaf)) tests.set(leaf, sourceLeaf(leaf))
    return tests.get(leaf)?.(source)
  })
}

/** What is certain of a query from the source and the rank of a line. */
export function groupVerdict(ast: LogAst): (source: LogSource, rank: number) => boolean | undefined {
  const tests = new Map<LogAst, ((source: LogSource, rank: number) => boolean) | undefined>()
  const testOf = (leaf: LogField): ((source: LogSource, rank: number) => boolean) | undefined => {
    if (leaf.key !== 'level') return sourceLeaf(leaf)
    const test = levelTest(leaf)
    return (_, rank) => test({ rank } as LineView)
  }
  return (source, rank) => certain(ast, (leaf) => {
    if (leaf.type !== 'field') return undefined
    if (!tests.has(leaf)) tests.set(leaf, testOf(leaf))
    return tests.get(leaf)?.(source, rank)
  })
}

/** What is certain of a query when only the ranks are known that lines have. @param ranks how many lines have each, by place in LOG_LEVELS */
export function rankVerdict(ast: LogAst): (ranks: readonly number[]) => boolean | undefined {
  const tests = new Map<LogAst, LinePredicate>()
  return (ranks) => certain(ast, (leaf) => {
    if (leaf.type !== 'field' || leaf.key !== 'level') return undefined
    let test = tests.get(leaf)
    if (!test) tests.set(leaf, (test = levelTest(leaf)))
    const answers = new Set(ranks.flatMap((lines, rank) => (lines > 0 ? [test({ rank } as LineView)] : [])))
    return answers.size === 1 ? answers.has(true) : undefined
  })
}

/** Lines outside of these times cannot match; `to` exclusive. */
export function timeBounds(ast: LogAst, now: number): { from: number; to: number } {
  if (ast.type === 'and') {
    return ast.items.map((i) => timeBounds(i, now)).reduce((a, b) => ({ from: Math.max(a.from, b.from), to: Math.min(a.to, b.to) }), { from: -Infinity, to: Infinity })
  }
  if (ast.type === 'or') return ast.items.map((i) => timeBounds(i, now)).reduce((a, b) => ({ from: Math.min(a.from, b.from), to: Math.max(a.to, b.to) }))
  if (ast.type !== 'field' || (ast.key !== 'since' && ast.key !== 'until')) return { from: -Infinity, to: Infinity }
  const at = momentOf(ast, now)
  return ast.key === 'since' ? { from: at, to: Infinity } : { from: -Infinity, to: at }
}
const momentOf = (field: LogField, now: number): number => (field.values[0]?.type === 'text' ? moment(field.values[0].text, now) : undefined) ?? Number.NaN

function levelTest(field: LogField): LinePredicate {
  if (field.op !== ':') {
    const [value] = field.values
    const wanted = value?.type === 'text' ? levelRank(value.text) : 0
    // A line that does not say is neither above nor below.
    return (l) => l.rank > 0 && compare(l.rank, field.op, wanted)
  }
  const ranks = new Set<number>()
  const names = ['', 'trace', 'debug', 'info', 'warn', 'error', 'fatal']
  for (const v of field.values) {
    const test = valueTest(v)
    names.forEach((n, rank) => { if ((v.type === 'text' && !v.glob ? rank === levelRank(v.text) : test(n)) && (rank > 0 || v.type === 'regex')) ranks.add(rank) })
  }
  return (l) => ranks.has(l.rank)
}

function dataTest(field: LogField): LinePredicate {
  const dot = field.key.indexOf('.')
  const kind = field.key.slice(0, dot)
  const path = field.key.slice(dot + 1)
  const test = anyOf(field.values)
  const wanted = field.values.map((v) => (v.type === 'text' ? v.text : ''))
  const fits = (value: unknown): boolean => {
    if (value === undefined) return false
    if (field.op !== ':') {
      const [bound = ''] = wanted
      const a = typeof value === 'number' ? value : typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN
      const b = Number(bound)
      if (!Number.isNaN(a) && !Number.isNaN(b)) return compare(a, field.op, b)
      // What are no numbers both stand in the order of their characters: times do.
      return typeof value === 'string' && Number.isNaN(b) && compare(value < bound ? -1 : value > bound ? 1 : 0, field.op, 0)
    }
    if (Array.isArray(value)) return value.some(fits)
    return test(typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value))
  }
  return (l) => {
    const json = kind === 'logfmt' ? undefined : jsonFields(l.text)
    if (json || kind === 'json') return fits(fieldAt(json, path))
    return fits(logfmtFields(l.text)?.[path])
  }
}

/** @param now what `since:1h` counts from */
export function predicateOf(ast: LogAst, now: number): LinePredicate {
  switch (ast.type) {
    case 'and': {
      const items = ast.items.map((i) => predicateOf(i, now))
      return items.length === 1 ? (items[0] as LinePredicate) : (l) => items.every((t) => t(l))
    }
    case 'or': {
      const items = ast.items.map((i) => predicateOf(i, now))
      return (l) => items.some((t) => t(l))
    }
    case 'not': {
      const item = predicateOf(ast.item, now)
      return (l) => !item(l)
    }
    case 'text': {
      // Much faster than lower case of each line, and alike: letters of other scripts too are compared in either case.
      const regex = new RegExp(escapeRegex(ast.text), /[^ -~\s]/.test(ast.text) ? 'iu' : 'i')
      return (l) => regex.test(l.text)
    }
    case 'regex': {
      const regex = new RegExp(ast.source, ast.flags)
      return (l) => regex.test(l.text)
    }
    case 'field': break
  }
  const ofSource = sourceLeaf(ast)
  if (ofSource) {
    const known = new Map<LogSource, boolean>()
    return ({ source }) => {
      let answer = known.get(source)
      if (answer === undefined) known.set(source, (answer = ofSource(source)))
      return answer
    }
  }
  if (ast.key === 'level') return levelTest(ast)
  if (ast.key === 'since' || ast.key === 'until') {
    const at = momentOf(ast, now)
    return ast.key === 'since' ? (l) => l.time >= at : (l) => l.time < at
  }
  return dataTest(ast)
}
