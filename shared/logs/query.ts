/**
 * The query language, from text to data.
 *
 *   timeout "connection reset"   both are in the line, in either case
 *   -healthz  NOT healthz        it is not
 *   a OR b, (a b) OR c           OR binds looser than what stands side by side
 *   /dead(line|lock)/i           a regular expression, flags i, m, s
 *   namespace:shop pod:web-*     a field; a star stands for anything; several values with commas
 *   level>=warn json.status>=500 compared; also `level:>=warn`
 *   pod:/^web-\d/ node!=n2       a field by expression; not
 *   since:1h until:2026-01-31    times
 */
import { and, everything, not, or, type LogAst, type LogOperator, type LogValue } from './ast.ts'
import { faultText, type QueryFault } from './faults.ts'
import type { GapWords } from '../gaps.ts'
import { keyKind, knownKey, levelRank, LOG_KEYS, LOG_PREFIXES, moment } from './keys.ts'

export const MAX_QUERY = 4096
const MAX_DEPTH = 64

/** What is wrong, and where: `from` to `to` of the text. */
export class LogQueryError extends Error {
  readonly fault: QueryFault
  readonly words: GapWords
  readonly from: number
  readonly to: number
  constructor(fault: QueryFault, words: GapWords, from: number, to: number) {
    super(faultText(fault, words))
    this.name = 'LogQueryError'
    this.fault = fault
    this.words = words
    this.from = from
    this.to = to
  }
}

const SPACE = /\s/
/** Ends a bare word. */
const STOP = /[\s()"]/
const KEY = /[A-Za-z_][\w./-]*/y
const OPERATOR = /!=|=~|!~|>=|<=|[:=<>]/y
const quotedEscapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '"': '"', '\\': '\\' }

class Parser {
  readonly #text: string
  #at = 0
  #depth = 0
  constructor(text: string) {
    this.#text = text
  }

  parse(): LogAst {
    if (this.#text.length > MAX_QUERY) throw new LogQueryError('long', { most: MAX_QUERY }, MAX_QUERY, this.#text.length)
    this.#skip()
    if (this.#end) return everything
    const ast = this.#or()
    if (!this.#end) throw this.#error('noOpening', {}, this.#at, this.#at + 1)
    return ast
  }

  get #end(): boolean {
    return this.#at >= this.#text.length
  }
  #error(fault: QueryFault, words: GapWords, from: number, to = this.#at): LogQueryError {
    return new LogQueryError(fault, words, from, Math.max(from, Math.min(to, this.#text.length)))
  }
  #skip(): void {
    while (!this.#end && SPACE.test(this.#text[this.#at] as string)) this.#at++
  }
  /** AND, OR and NOT are words of their own, in capitals. */
  #keyword(word: string): boolean {
    const after = this.#text[this.#at + word.length]
    return this.#text.startsWith(word, this.#at) && (after === undefined || STOP.test(after))
  }

  #or(): LogAst {
    const items = [this.#and()]
    while (this.#keyword('OR')) {
      const at = this.#at
      this.#at += 2
      this.#skip()
      items.push(this.#and(at))
    }
    return or(items)
  }
  /** @param operator where the OR stands that wants this */
  #and(operator?: number): LogAst {
    const items: LogAst[] = []
    for (;;) {
      this.#skip()
      if (this.#end || this.#text[this.#at] === ')' || this.#keyword('OR')) break
      if (this.#keyword('AND')) {
        const at = this.#at
        if (!items.length) throw this.#error('and', {}, at, at + 3)
        this.#at += 3
        this.#skip()
        if (this.#end || this.#text[this.#at] === ')' || this.#keyword('OR') || this.#keyword('AND')) throw this.#error('and', {}, at, at + 3)
        continue
      }
      items.push(this.#unary())
    }
    if (!items.length) {
      const at = operator ?? this.#at
      throw this.#error(operator === undefined && !this.#keyword('OR') ? 'condition' : 'or', {}, at, at + 2)
    }
    return and(items)
  }
  #unary(): LogAst {
    const at = this.#at
    const character = this.#text[at]
    const next = this.#text[at + 1]
    const word = this.#keyword('NOT')
    if (!word && !((character === '-' || character === '!') && next !== undefined && next !== character && !/[\s)]/.test(next))) return this.#primary()
    if (++this.#depth > MAX_DEPTH) throw this.#error('deep', {}, at, at + 1)
    this.#at += word ? 3 : 1
    if (word) this.#skip()
    if (this.#end || this.#text[this.#at] === ')' || this.#keyword('OR') || this.#keyword('AND')) throw this.#error('not', {}, at, at + 3)
    const item = this.#unary()
    this.#depth--
    return not(item)
  }
  #primary(): LogAst {
    const at = this.#at
    const character = this.#text[at]
    if (character === '(') {
      if (++this.#depth > MAX_DEPTH) throw this.#error('deep', {}, at, at + 1)
      this.#at++
      this.#skip()
      const inner = this.#or()
      if (this.#text[this.#at] !== ')') throw this.#error('noClosing', {}, at, at + 1)
      this.#at++
      this.#depth--
      return inner
    }
    if (character === '"') return { type: 'text', text: this.#quoted() }
    if (character === '/') {
      const regex = this.#regex(false)
      if (regex) return regex
    }
    return this.#field() ?? { type: 'text', text: this.#word(STOP) }
  }

  #word(stop: RegExp): string {
    const at = this.#at
    while (!this.#end && !stop.test(this.#text[this.#at] as string)) this.#at++
    return this.#text.slice(at, this.#at)
  }
  #quoted(): string {
    const at = this.#at++
    let text = ''
    for (;;) {
      const c = this.#text[this.#at++]
      if (c === undefined) throw this.#error('quote', {}, at, at + 1)
      if (c === '"') break
      if (c !== '\\') { text += c; continue }
      const escaped = this.#text[this.#at++]
      if (escaped === undefined) throw this.#error('quote', {}, at, at + 1)
      text += quotedEscapes[escaped] ?? `\\${escaped}`
    }
    if (text === '') throw this.#error('empty', {}, at)
    return text
  }
  /** undefined, with nothing taken, where the slash does not begin an expression: `/api/v1`. */
  #regex(inList: boolean): Extract<LogValue, { type: 'regex' }> | undefined {
    const at = this.#at
    let end = at + 1
    let set = false
    for (; end < this.#text.length && (set || this.#text[end] !== '/'); end++) {
      const c = this.#text[end]
      if (c === '\\') end++
      else if (c === '[') set = true
      else if (c === ']') set = false
    }
    if (end >= this.#text.length || end === at + 1) return undefined
    const flags = /[a-z]*/y
    flags.lastIndex = end + 1
    const typed = (flags.exec(this.#text) as RegExpExecArray)[0]
    const after = this.#text[end + 1 + typed.length]
    // A path such as /var/log is no expression.
    if (!/^[ims]*$/.test(typed)) return undefined
    if (after !== undefined && !(inList ? /[\s),]/ : /[\s)]/).test(after)) return undefined
    this.#at = end + 1 + typed.length
    return this.#checked(this.#text.slice(at + 1, end), typed, at)
  }
  #checked(source: string, typed: string, at: number): Extract<LogValue, { type: 'regex' }> {
    const flags = [...new Set(typed)].sort().join('')
    try {
      // Its own spelling escapes what would end it.
      return { type: 'regex', source: new RegExp(source, flags).source, flags }
    } catch (e) {
      throw this.#error('regex', { why: (e as Error).message }, at)
    }
  }

  /** undefined, with nothing taken, when no key and operator stand here. */
  #field(): LogAst | undefined {
    const at = this.#at
    KEY.lastIndex = at
    const typed = KEY.exec(this.#text)?.[0]
    if (typed === undefined) return undefined
    OPERATOR.lastIndex = at + typed.length
    const operator = OPERATOR.exec(this.#text)?.[0]
    if (operator === undefined) return undefined
    const key = knownKey(typed)
    if (key === undefined) {
      if (operator !== ':' && operator !== '=') return undefined
      throw this.#error(...unknown(typed), at, at + typed.length)
    }
    this.#at += typed.length + operator.length
    let op: LogOperator = operator.startsWith('<') || operator.startsWith('>') ? (operator as LogOperator) : ':'
    if (operator === ':') {
      OPERATOR.lastIndex = this.#at
      const compared = OPERATOR.exec(this.#text)?.[0]
      if (compared && /^[<>]/.test(compared)) {
        op = compared as LogOperator
        this.#at += compared.length
      }
    }
    if (op !== ':' && keyKind(key) !== 'order') throw this.#error('uncompared', { key }, at)
    const values = this.#values(key, op, operator.endsWith('~'))
    const field: LogAst = { type: 'field', key, op, values }
    return operator.startsWith('!') ? not(field) : field
  }
  #values(key: string, op: LogOperator, expression: boolean): LogValue[] {
    const values: LogValue[] = []
    for (;;) {
      const at = this.#at
      const value = this.#value(key, expression)
      if (op !== ':' && value.type !== 'text') throw this.#error('expression', {}, at)
      this.#check(key, op, value, at)
      values.push(value)
      if (this.#text[this.#at] !== ',') break
      if (op !== ':' || keyKind(key) === 'moment') throw this.#error('single', {}, this.#at, this.#at + 1)
      this.#at++
    }
    if (!this.#end && !/[\s)]/.test(this.#text[this.#at] as string)) throw this.#error('space', {}, this.#at, this.#at + 1)
    return values
  }
  #value(key: string, expression: boolean): LogValue {
    const at = this.#at
    const c = this.#text[at]
    if (c === '/') {
      const regex = this.#regex(true)
      if (regex) return regex
    }
    let text: string
    let glob = false
    if (c === '"') text = this.#quoted()
    else {
      text = this.#word(/[\s()",]/)
      if (text === '') throw this.#error('value', { key }, at, at + 1)
      glob = text.includes('*')
    }
    return expression ? this.#checked(text, '', at) : { type: 'text', text, glob }
  }
  #check(key: string, op: LogOperator, value: LogValue, at: number): void {
    if (keyKind(key) === 'moment') {
      if (value.type === 'text' && moment(value.text, 0) !== undefined) return
      throw this.#error('moment', { key }, at)
    }
    if (value.type !== 'text') return
    if (key === 'level' && !value.glob && !levelRank(value.text)) throw this.#error('level', { quoted: JSON.stringify(value.text), all: LOG_KEYS.find((k) => k.name === 'level')?.values?.join(', ') ?? '' }, at)
    if (key === 'restart' && !/^\d+$/.test(value.text)) throw this.#error('restart', {}, at)
    const all = key === 'stream' ? LOG_KEYS.find((k) => k.name === 'stream')?.values : undefined
    if (all && !value.glob && !all.includes(value.text)) throw this.#error('stream', { quoted: JSON.stringify(value.text), all: all.join(', ') }, at)
    if (op !== ':' && value.glob) throw this.#error('star', {}, at)
  }
}

function unknown(typed: string): [fault: QueryFault, words: GapWords] {
  const near = LOG_KEYS.find((k) => distance(k.name, typed.toLowerCase()) <= 2)?.name
  const prefix = LOG_PREFIXES.find((p) => typed === p.prefix || typed === p.prefix.slice(0, -1))
  if (prefix) return ['name', { prefix: prefix.prefix }]
  const words = { quoted: JSON.stringify(typed), text: typed }
  return near ? ['near', { ...words, near }] : ['field', words]
}
/** Edits from one word to the other. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) next.push(Math.min((row[j] as number) + 1, (next[j - 1] as number) + 1, (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1)))
    row = next
  }
  return row[b.length] as number
}

/** Throws LogQueryError, and nothing else. */
export const parseQuery = (text: string): LogAst => new Parser(text).parse()
