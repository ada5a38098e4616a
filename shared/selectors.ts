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

/** Splits at commas that are not inside parentheses. */
function splitTerms(text: string): string[] {
  const terms: string[] = []
  let depth = 0
  let start = 0
  for (let i = 0; i < text.length; i++) {
    const c = text[i]
    if (c === '(') depth++
    else if (c === ')') depth--
    else if (c === ',' && depth === 0) {
      terms.push(text.slice(start, i))
      start = i + 1
    }
    if (depth < 0 || depth > 1) throw new SelectorError(`unable to parse requirement: found '${c}', expected: ',' or 'end of string'`)
  }
  if (depth !== 0) throw new SelectorError(`unable to parse requirement: found '', expected: ',', or ')'`)
  terms.push(text.slice(start))
  return terms
}

function requirement(key: string, operator: Operator, values: readonly string[]): Requirement {
  const fault = labelKeyFault(key)
  if (fault) throw new SelectorError(`unable to parse requirement: <nil>: Invalid value: ${JSON.stringify(key)}: ${fault}`)
  for (const value of values) {
    const wrong = operator === '>' || operator === '<' ? (/^-?\d+$/.test(value) ? undefined : 'for \'Gt\', \'Lt\' operators, the value must be an integer') : labelValueFault(value)
    if (wrong) throw new SelectorError(`unable to parse requirement: values[0][${key}]: Invalid value: ${JSON.stringify(value)}: ${wrong}`)
  }
  return { key, operator, values }
}

const SET = /^([^\s!=<>(),]+)\s+(in|notin)\s*\(([^()]*)\)$/
const PAIR = /^([^\s!=<>(),]+)\s*(==|=|!=|>|<)\s*([^\s!=<>(),]*)$/
const EXISTS = /^(!?)\s*([^\s!=<>(),]+)$/

/** What stands where an operator should. */
const SECOND = /^[^\s!=<>(),]+\s+(?!(?:in|notin)\b)([^\s!=<>(),]+)/

function parseTerm(term: string): Requirement {
  const text = term.trim()
  const set = SET.exec(text)
  if (set) return requirement(set[1] ?? '', set[2] as 'in' | 'notin', [...new Set((set[3] ?? '').split(',').map((v) => v.trim()))].sort())
  const pair = PAIR.exec(text)
  if (pair) return requirement(pair[1] ?? '', pair[2] === '==' ? '=' : (pair[2] as Operator), [pair[3] ?? ''])
  const exists = EXISTS.exec(text)
  if (exists) return requirement(exists[2] ?? '', exists[1] ? '!exists' : 'exists', [])
  const second = SECOND.exec(text)?.[1]
  if (second !== undefined) throw new SelectorError(`unable to parse requirement: found '${second}', expected: in, notin, =, ==, !=, gt, lt`)
  throw new SelectorError(`unable to parse requirement: found '${text}', expected: identifier, '!', 'in', 'notin', '=', '==', '!='`)
}

/** A parsed selector: all requirements must hold. Empty: everything matches. Throws SelectorError. */
export function parseLabelSelector(text: string): readonly Requirement[] {
  return text.trim() === '' ? [] : splitTerms(text).map(parseTerm)
}

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

const FIELD = /^([^=!]+?)(==|=|!=)((?:\\.|[^\\])*)$/s

/** `metadata.name=a,status.phase!=Running`; `\,` `\=` and `\\` are escapes in values. Throws SelectorError. */
export function parseFieldSelector(text: string): readonly FieldRequirement[] {
  const requirements: FieldRequirement[] = []
  for (const term of text.match(/(?:\\.|[^\\,])+/gs) ?? []) {
    const match = FIELD.exec(term.trim())
    if (!match) throw new SelectorError(`invalid selector: '${text}'; can't understand '${term}'`)
    requirements.push({ field: match[1] ?? '', operator: match[2] === '!=' ? '!=' : '=', value: (match[3] ?? '').replace(/\\(.)/gs, '$1') })
  }
  return requirements
}
