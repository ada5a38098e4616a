/** A query as data, and how parts are put together so that equal queries are equal data. */

export type LogValue =
  /** `glob`: a star stands for any characters. */
  | { readonly type: 'text'; readonly text: string; readonly glob: boolean }
  | { readonly type: 'regex'; readonly source: string; readonly flags: string }
export type LogOperator = ':' | '>' | '>=' | '<' | '<='

export type LogAst =
  /** Without items: every line. */
  | { readonly type: 'and'; readonly items: readonly LogAst[] }
  | { readonly type: 'or'; readonly items: readonly LogAst[] }
  | { readonly type: 'not'; readonly item: LogAst }
  /** The line contains it, in either case. */
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'regex'; readonly source: string; readonly flags: string }
  /** One of the values fits. */
  | { readonly type: 'field'; readonly key: string; readonly op: LogOperator; readonly values: readonly LogValue[] }
export type LogField = Extract<LogAst, { type: 'field' }>

export const everything: LogAst = { type: 'and', items: [] }

const flat = (type: 'and' | 'or', items: readonly LogAst[]): LogAst => {
  const all = items.flatMap((i) => (i.type === type ? i.items : [i]))
  return all.length === 1 ? (all[0] as LogAst) : { type, items: all }
}
/** All of them; what is an `and` itself is taken apart. */
export const and = (items: readonly LogAst[]): LogAst => flat('and', items)
/** One of them, of at least one. */
export const or = (items: readonly LogAst[]): LogAst => flat('or', items)
export const not = (item: LogAst): LogAst => ({ type: 'not', item })

/**
 * What is certain of a query when only some leaves are known: true, false, or undefined where it depends on the others.
 * @param leaf answers for a text, a regex or a field
 */
export function certain(ast: LogAst, leaf: (node: Extract<LogAst, { type: 'text' | 'regex' | 'field' }>) => boolean | undefined): boolean | undefined {
  if (ast.type === 'not') {
    const inner = certain(ast.item, leaf)
    return inner === undefined ? undefined : !inner
  }
  if (ast.type !== 'and' && ast.type !== 'or') return leaf(ast)
  const decisive = ast.type === 'or'
  let open = false
  for (const item of ast.items) {
    const inner = certain(item, leaf)
    if (inner === decisive) return decisive
    if (inner === undefined) open = true
  }
  return open ? undefined : !decisive
}
