/** What a click writes into a query. All of it works on the query's own data, so that what is typed and what is clicked are one. */
import { and, not, or, type LogAst, type LogField, type LogValue } from '../../../shared/logs/ast.ts'
import { printQuery } from '../../../shared/logs/print.ts'
import { LogQueryError, parseQuery } from '../../../shared/logs/query.ts'
import { LOG_LEVELS, type LogLevel } from '../../../shared/logs/types.ts'

export type Checked = { readonly ast: LogAst; readonly error?: undefined } | { readonly ast?: undefined; readonly error: LogQueryError }
export function check(query: string): Checked {
  try {
    return { ast: parseQuery(query) }
  } catch (e) {
    if (e instanceof LogQueryError) return { error: e }
    throw e
  }
}
/** The data of a query that has been checked; of one that is wrong, undefined. */
const items = (ast: LogAst): readonly LogAst[] => (ast.type === 'and' ? ast.items : [ast])
const isField = (ast: LogAst, ...keys: string[]): ast is LogField => ast.type === 'field' && keys.includes(ast.key)
const text = (value: string): LogValue => ({ type: 'text', text: value, glob: value.includes('*') })
const field = (key: string, op: LogField['op'], values: readonly string[]): LogField => ({ type: 'field', key, op, values: values.map(text) })

/** Changes what must hold of every line; a query that is wrong stays as it is. */
function edited(query: string, change: (items: readonly LogAst[]) => readonly LogAst[]): string {
  const { ast } = check(query)
  return ast ? printQuery(and(change(items(ast)))) : query
}
const listed = (ast: LogAst, key: string): ast is LogField => isField(ast, key) && ast.op === ':' && ast.values.every((v) => v.type === 'text')

/** The values of `key:a,b` that every line has to have; none: there is no such condition. */
export function chosen(ast: LogAst, key: string): readonly string[] {
  const found = items(ast).find((i) => listed(i, key)) as LogField | undefined
  return found?.values.flatMap((v) => (v.type === 'text' ? [v.text] : [])) ?? []
}
export const withValues = (query: string, key: string, values: readonly string[]): string => edited(query, (all) => {
  const at = all.findIndex((i) => listed(i, key))
  const next = values.length ? [field(key, ':', values)] : []
  return at < 0 ? [...all, ...next] : [...all.slice(0, at), ...next, ...all.slice(at + 1)]
})
export function toggled(query: string, key: string, value: string): string {
  const { ast } = check(query)
  if (!ast) return query
  const now = chosen(ast, key)
  return withValues(query, key, now.includes(value) ? now.filter((v) => v !== value) : [...now, value])
}
/** Lines without it. */
export const without = (query: string, key: string, value: string): string => edited(query, (all) => [...all, not(field(key, ':', [value]))])

/** The least level that every line has to have; `''`: any. */
export function leastLevel(ast: LogAst): LogLevel {
  const found = items(ast).find((i) => isField(i, 'level') && i.op === '>=') as LogField | undefined
  const value = found?.values[0]
  return LOG_LEVELS.find((l) => value?.type === 'text' && l === value.text) ?? ''
}
export const withLevel = (query: string, level: LogLevel): string => edited(query, (all) => [...all.filter((i) => !isField(i, 'level')), ...(level ? [field('level', '>=', [level])] : [])])

export interface Span {
  /** As the language has it: `15m`, or a time. */
  readonly since?: string | undefined
  readonly until?: string | undefined
}
export function spanOf(ast: LogAst): Span {
  const value = (key: string): string | undefined => {
    const found = items(ast).find((i) => isField(i, key)) as LogField | undefined
    return found?.values[0]?.type === 'text' ? found.values[0].text : undefined
  }
  return { since: value('since'), until: value('until') }
}
export const withSpan = (query: string, { since, until }: Span): string => edited(query, (all) => [
  ...all.filter((i) => !isField(i, 'since', 'until')), ...(since === undefined ? [] : [field('since', ':', [since])]), ...(until === undefined ? [] : [field('until', ':', [until])]),
])
const two = (n: number): string => String(n).padStart(2, '0')
/** As the language has it, in the time zone of this machine; milliseconds only where there are some. */
export function localTime(ms: number): string {
  const d = new Date(ms)
  const part = ms % 1000 === 0 ? '' : `.${String(d.getMilliseconds()).padStart(3, '0')}`
  return `${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())}T${two(d.getHours())}:${two(d.getMinutes())}:${two(d.getSeconds())}${part}`
}

/** Both have to hold. A part that is wrong is left out: it is said where it stands. */
export const joined = (...queries: readonly string[]): string => printQuery(and(queries.flatMap((q) => check(q).ast ?? [])))

export interface Subject {
  readonly namespace: string
  readonly pod: string
}
const OUTPUT = field('stream', ':', ['stdout', 'stderr'])
/** What some pods have written. */
export function podsQuery(pods: readonly Subject[]): string {
  const of = new Map<string, string[]>()
  for (const { namespace, pod } of pods) of.set(namespace, [...(of.get(namespace) ?? []), pod])
  const parts = [...of].map(([namespace, names]) => and([field('namespace', ':', [namespace]), field('pod', ':', names)]))
  return printQuery(and([...(parts.length > 0 ? [or(parts)] : []), OUTPUT]))
}
/** What a workload's pods have written, also those that are still to come. */
export const workloadQuery = (namespace: string, kind: string, name: string): string => printQuery(and([field('namespace', ':', [namespace]), field('workload', ':', [`${kind}/${name}`]), OUTPUT]))
