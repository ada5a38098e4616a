/**
 * Label and field selectors, in their text form (`app=web,tier in (a, b),!canary`) and in their object form.
 * Source: Kubernetes documentation, "Labels and Selectors" and "Field Selectors".
 */
import type { LabelSelector } from './api/meta.ts'

export type Operator = '=' | '!=' | 'in' | 'notin' | 'exists' | '!exists' | '>' | '<'
export interface Requirement {
  readonly key: string
  readonly operator: Operator
  readonly values: readonly string[]
}
export type Labels = Readonly<Record<string, string>>

/** What a selector cannot mean; the message says where it went wrong. */
export class SelectorError extends Error {
  override readonly name = 'SelectorError'
}

const NAME = /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/
const PREFIX = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/

/** What is wrong with a label key (or annotation key, or qualified name); undefined: nothing. */
export function labelKeyFault(key: string): string | undefined {
  const slash = key.indexOf('/')
  const prefix = slash < 0 ? undefined : key.slice(0, slash)
  const name = key.slice(slash + 1)
  if (prefix === '') return 'prefix part must be non-empty'
  if (prefix !== undefined && (prefix.length > 253 || !PREFIX.test(prefix))) {
    return `prefix part a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')`
  }
  if (name === '') return 'name part must be non-empty'
  if (name.length > 63) return 'name part must be no more than 63 bytes'
  if (!NAME.test(name)) {
    return `name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')`
  }
  return undefined
}

/** What is wrong with a label value; undefined: nothing. */
export function labelValueFault(value: string): string | undefined {
  if (value === '') return undefined
  if (value.length > 63) return 'must be no more than 63 bytes'
  if (!NAME.test(value)) {
    return `a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')`
  }
  return undefined
}

type Token = '(' | ')' | ',' | '!' | '=' | '==' | '!=' | '>' | '<' | 'in' | 'notin' | 'word' | 'end' | 'fault'
interface Scanned {
  readonly token: Token
  readonly text: string
}
const SYMBOLS: ReadonlySet<string> = new Set(['(', ')', ',', '!', '=', '==', '!=', '>', '<'])
const KEYWORDS: ReadonlySet<string> = new Set(['in', 'notin'])
const SYMBOL = /[=!(),<>]/

/** The longest symbol that stands there, as long as what has been read of it is one. */
function symbolAt(text: string, start: number): string {
  let symbol = ''
  for (let i = start; i < text.length && SYMBOL.test(text.charAt(i)); i++) {
    const longer = text.slice(start, i + 1)
    if (SYMBOLS.has(longer)) symbol = longer
    else if (symbol) break
  }
  return symbol
}

function scan(text: string): Scanned[] {
  const found: Scanned[] = []
  for (let i = 0; i < text.length;) {
    if (/[ \t\r\n]/.test(text.charAt(i))) {
      i++
      continue
    }
    const symbol = symbolAt(text, i)
    const word = symbol || (/^[^=!(),<> \t\r\n]+/.exec(text.slice(i))?.[0] ?? '')
    found.push({ token: symbol ? (symbol as Token) : KEYWORDS.has(word) ? (word as Token) : 'word', text: word })
    i += word.length
  }
  return found
}

/** What is wrong with what a key is compared with, each fault with its path. */
function valueFaults(key: string, operator: Operator, values: readonly string[]): string[] {
  const faults: string[] = []
  if ((operator === 'in' || operator === 'notin') && !values.length) faults.push(`values: Invalid value: []: for 'in', 'notin' operators, values set can't be empty`)
  values.forEach((value, i) => {
    if ((operator === '>' || operator === '<') && !/^[-+]?\d+$/.test(value)) faults.push(`values[${i}]: Invalid value: ${JSON.stringify(value)}: for 'Gt', 'Lt' operators, the value must be an integer`)
    const fault = labelValueFault(value)
    if (fault) faults.push(`values[${i}][${key}]: Invalid value: ${JSON.stringify(value)}: ${fault}`)
  })
  return faults
}

const OPERATORS: Readonly<Partial<Record<Token, Operator>>> = { '=': '=', '==': '=', '!=': '!=', '>': '>', '<': '<', in: 'in', notin: 'notin' }
const END: Scanned = { token: 'end', text: '' }

/** Reads one requirement after the other; what is said of what cannot be read is what the API's users know. */
class LabelSelectorParser {
  readonly #items: readonly Scanned[]
  #at = 0
  constructor(text: string) {
    this.#items = scan(text)
  }

  /** What comes next; where a name or a value stands, a keyword is one. */
  #look(): Scanned {
    const { token, text } = this.#items[this.#at] ?? END
    return { token: KEYWORDS.has(token) ? 'word' : token, text }
  }
  #take(): Scanned {
    const next = this.#look()
    this.#at++
    return next
  }

  all(): Requirement[] {
    const requirements: Requirement[] = []
    for (;;) {
      const { token, text } = this.#look()
      if (token === 'end') return requirements
      if (token !== 'word' && token !== '!') throw new SelectorError(`found '${text}', expected: !, identifier, or 'end of string'`)
      requirements.push(this.#requirement())
      const after = this.#take()
      if (after.token === 'end') return requirements
      if (after.token !== ',') throw new SelectorError(`found '${after.text}', expected: ',' or 'end of string'`)
      const next = this.#look()
      if (next.token !== 'word' && next.token !== '!') throw new SelectorError(`found '${next.text}', expected: identifier after ','`)
    }
  }

  #fail(why: string): never {
    throw new SelectorError(`unable to parse requirement: ${why}`)
  }

  #requirement(): Requirement {
    const absent = this.#look().token === '!'
    if (absent) this.#at++
    const { token, text: key } = this.#take()
    if (token !== 'word') this.#fail(`found '${key}', expected: identifier`)
    const fault = labelKeyFault(key)
    if (fault) this.#fail(`<nil>: Invalid value: ${JSON.stringify(key)}: ${fault}`)
    const next = this.#look().token
    if (absent) return { key, operator: '!exists', values: [] }
    if (next === 'end' || next === ',') return { key, operator: 'exists', values: [] }
    const said = this.#items[this.#at++] ?? END
    const operator = OPERATORS[said.token]
    if (!operator) this.#fail(`found '${said.text}', expected: in, notin, =, ==, !=, gt, lt`)
    const values = operator === 'in' || operator === 'notin' ? [...new Set(this.#values())].sort() : [this.#value()]
    const faults = valueFaults(key, operator, values)
    if (faults.length) this.#fail(faults.length === 1 ? (faults[0] as string) : `[${faults.join(', ')}]`)
    return { key, operator, values }
  }

  #value(): string {
    const next = this.#look()
    if (next.token === 'end' || next.token === ',') return ''
    this.#at++
    if (next.token !== 'word') this.#fail(`found '${next.text}', expected: identifier`)
    return next.text
  }

  #values(): string[] {
    const open = this.#take()
    if (open.token !== '(') this.#fail(`found '${open.text}' expected: '('`)
    const first = this.#look()
    if (first.token === ')') {
      this.#at++
      return []
    }
    if (first.token !== 'word' && first.token !== ',') this.#fail(`found '${first.text}', expected: ',', ')' or identifier`)
    const values = this.#list()
    this.#at++
    return values
  }

  /** Up to the closing parenthesis. Between two commas, before the first and after the last stands the empty value. */
  #list(): string[] {
    const values: string[] = []
    for (;;) {
      const { token, text } = this.#take()
      const next = this.#look()
      if (token === 'word') {
        values.push(text)
        if (next.token === ')') return values
        if (next.token !== ',') this.#fail(`found '${next.text}', expected: ',' or ')'`)
      } else if (token === ',') {
        if (!values.length) values.push('')
        if (next.token === ')') return [...values, '']
        if (next.token === ',') {
          this.#at++
          values.push('')
        }
      } else this.#fail(`found '${text}', expected: ',', or identifier`)
    }
  }
}

/** A parsed selector: all requirements must hold. Empty: everything matches. Throws SelectorError. */
export const parseLabelSelector = (text: string): readonly Requirement[] => new LabelSelectorParser(text).all()

function holds(r: Requirement, value: string | undefined): boolean {
  switch (r.operator) {
    case '=': return value === r.values[0]
    case 'in': return value !== undefined && r.values.includes(value)
    // An absent label satisfies != and notin.
    case '!=': return value !== r.values[0]
    case 'notin': return value === undefined || !r.values.includes(value)
    case 'exists': return value !== undefined
    case '!exists': return value === undefined
    case '>': return value !== undefined && /^-?\d+$/.test(value) && Number(value) > Number(r.values[0])
    case '<': return value !== undefined && /^-?\d+$/.test(value) && Number(value) < Number(r.values[0])
  }
}

/** Do these labels satisfy all requirements? */
export const requirementsMatch = (requirements: readonly Requirement[], labels: Labels | undefined): boolean => {
  for (const r of requirements) {
    if (!holds(r, labels && Object.hasOwn(labels, r.key) ? labels[r.key] : undefined)) return false
  }
  return true
}

const OBJECT_OPERATORS: Readonly<Record<string, Operator>> = { In: 'in', NotIn: 'notin', Exists: 'exists', DoesNotExist: '!exists' }

/** The requirements of a selector object. Throws SelectorError for an unknown operator. */
export function selectorRequirements(selector: LabelSelector): readonly Requirement[] {
  const pairs = Object.entries(selector.matchLabels ?? {}).map(([key, value]): Requirement => ({ key, operator: '=', values: [value] }))
  const expressions = (selector.matchExpressions ?? []).map((e): Requirement => {
    const operator = OBJECT_OPERATORS[e.operator]
    if (!operator) throw new SelectorError(`${JSON.stringify(e.operator)} is not a valid label selector operator`)
    return { key: e.key, operator, values: e.values ?? [] }
  })
  return [...pairs, ...expressions]
}

/** An absent selector matches nothing, an empty one everything. */
export const labelSelectorMatches = (selector: LabelSelector | undefined, labels: Labels | undefined): boolean =>
  selector !== undefined && requirementsMatch(selectorRequirements(selector), labels)

function formatRequirement(r: Requirement): string {
  switch (r.operator) {
    case 'exists': return r.key
    case '!exists': return `!${r.key}`
    case 'in':
    case 'notin': return `${r.key} ${r.operator} (${[...r.values].sort().join(',')})`
    default: return `${r.key}${r.operator}${r.values[0] ?? ''}`
  }
}

/** The text form, sorted by key, as scale's `status.selector` carries it. */
export const formatLabelSelector = (selector: LabelSelector | undefined): string =>
  selector === undefined ? '' : [...selectorRequirements(selector)].sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)).map(formatRequirement).join(',')

export interface FieldRequirement {
  readonly field: string
  readonly operator: '=' | '!='
  readonly value: string
}

const FIELD = /^(.*?)(!=|==|=)(.*)$/s

/** A value without its escapes. Throws SelectorError for any other, and for a sign that needs one. */
function unescaped(value: string): string {
  for (const part of value.match(/\\.|./gsu) ?? []) {
    if (part.length === 1 ? part === '\\' : part.startsWith('\\') && !/^\\[\\,=]$/.test(part)) throw new SelectorError(`invalid field selector: invalid escape sequence: ${part}`)
    // As a number: so says it upstream.
    if (part === '=' || part === ',') throw new SelectorError(`invalid field selector: unescaped character in value: ${part.charCodeAt(0)}`)
  }
  return value.replace(/\\(.)/gs, '$1')
}

/** `metadata.name=a,status.phase!=Running`; `\,` `\=` and `\\` are escapes in values. Throws SelectorError. */
export function parseFieldSelector(text: string): readonly FieldRequirement[] {
  const requirements: FieldRequirement[] = []
  for (const term of text.match(/(?:\\.|[^\\,]|\\$)+/gs) ?? []) {
    const match = FIELD.exec(term.trim())
    if (!match) throw new SelectorError(`invalid selector: '${text}'; can't understand '${term}'`)
    requirements.push({ field: match[1] ?? '', operator: match[2] === '!=' ? '!=' : '=', value: unescaped(match[3] ?? '') })
  }
  return requirements
}
