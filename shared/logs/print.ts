/** A query as text again: parseQuery of it gives the same data. */
import type { LogAst, LogValue } from './ast.ts'
import { knownKey } from './keys.ts'

const quote = (text: string): string => `"${text.replace(/["\\\n\t\r]/g, (c) => ({ '\n': '\\n', '\t': '\\t', '\r': '\\r' })[c] ?? `\\${c}`)}"`

/** Would a bare word be read as this text, wherever it stands? */
function bare(text: string): boolean {
  if (/[\s()"]/.test(text) || /^[-!/]/.test(text) || /^(AND|OR|NOT)$/.test(text)) return false
  const key = /^[A-Za-z_][\w./-]*(?=!=|=~|!~|[:=<>])/.exec(text)?.[0]
  if (key === undefined) return true
  return knownKey(key) === undefined && !/^[:=]/.test(text.slice(key.length)) && !/^(!=|=~|!~)/.test(text.slice(key.length))
}
function value(v: LogValue): string {
  if (v.type === 'regex') return `/${v.source}/${v.flags}`
  return v.glob || !(/[\s()",*]/.test(v.text) || /^[/<>=:!~]/.test(v.text)) ? v.text : quote(v.text)
}
const group = (ast: LogAst): string => (ast.type === 'and' || ast.type === 'or' ? `(${printQuery(ast)})` : printQuery(ast))

export function printQuery(ast: LogAst): string {
  switch (ast.type) {
    case 'and': return ast.items.map((i) => (i.type === 'or' ? group(i) : printQuery(i))).join(' ')
    case 'or': return ast.items.map((i) => printQuery(i)).join(' OR ')
    case 'not': return ast.item.type === 'not' ? `NOT ${printQuery(ast.item)}` : `-${group(ast.item)}`
    case 'text': return bare(ast.text) ? ast.text : quote(ast.text)
    case 'regex': return `/${ast.source}/${ast.flags}`
    case 'field': return `${ast.key}${ast.op}${ast.values.map(value).join(',')}`
  }
}
