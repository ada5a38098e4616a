/** What is what in a query's text, for its colours, and which of its texts are looked for in lines, to be marked there. */
import type { LogAst } from '../../../shared/logs/ast.ts'
import { knownKey } from '../../../shared/logs/keys.ts'

export type TokenKind = 'key' | 'word' | 'text' | 'regex' | 'operator' | 'plain'
export interface Token {
  readonly text: string
  readonly kind: TokenKind
}

const TOKEN = /\s+|"(?:[^"\\]|\\.)*"?|[-!]*\/(?:[^/\\\s]|\\.)+\/[ims]*(?=[\s)]|$)|[()]|[^\s()"]+/g
const FIELD = /^([-!]*)([A-Za-z_][\w./-]*)(!=|=~|!~|:?>=|:?<=|:?[<>]|[:=])(.*)$/s
const REGEX = /^[-!]*\/.+\/[ims]*$/s

/** All of the text, piece by piece. It may be wrong or unfinished: then colours are a guess. */
export function tokens(query: string): Token[] {
  const found: Token[] = []
  const push = (text: string, kind: TokenKind): void => { if (text) found.push({ text, kind }) }
  for (const [text] of query.matchAll(TOKEN)) {
    const field = FIELD.exec(text)
    if (/^\s/.test(text)) push(text, 'plain')
    else if (text.startsWith('"')) push(text, 'text')
    else if (/^(AND|OR|NOT|[()])$/.test(text)) push(text, 'operator')
    else if (REGEX.test(text)) push(text, 'regex')
    else if (field && knownKey(field[2] as string)) {
      const [, sign = '', key = '', operator = '', value = ''] = field
      push(sign, 'operator')
      push(key, 'key')
      push(operator, 'operator')
      push(value, REGEX.test(value) ? 'regex' : 'word')
    } else {
      const sign = /^[-!](?=[^-!])/.exec(text)?.[0] ?? ''
      push(sign, 'operator')
      push(text.slice(sign.length), 'text')
    }
  }
  return found
}

const escape = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
/** Expressions for what a line was found by: not for what it must not have. */
export function needles(ast: LogAst): RegExp[] {
  switch (ast.type) {
    case 'and':
    case 'or': return ast.items.flatMap(needles)
    case 'text': return [new RegExp(escape(ast.text), 'gi')]
    case 'regex': return [new RegExp(ast.source, [...new Set(`${ast.flags}g`)].join(''))]
    default: return []
  }
}
const MOST_MARKS = 200
/** Where they are in a text: begin and end, in order, none over another. */
export function marksIn(text: string, all: readonly RegExp[]): [from: number, to: number][] {
  const found: [number, number][] = []
  for (const needle of all) {
    needle.lastIndex = 0
    for (let m = needle.exec(text); m && found.length < MOST_MARKS; m = needle.exec(text)) {
      if (m[0] === '') needle.lastIndex++
      else found.push([m.index, m.index + m[0].length])
    }
  }
  found.sort((a, b) => a[0] - b[0] || b[1] - a[1])
  const kept: [number, number][] = []
  for (const [from, to] of found) {
    const last = kept.at(-1)
    if (!last || from >= last[1]) kept.push([from, to])
    else if (to > last[1]) last[1] = to
  }
  return kept
}
