/** What can stand at the cursor of a query: keys, or values of the key before it. Pure; the store says which values there are. */
import { knownKey, LOG_KEYS, LOG_PREFIXES } from './keys.ts'
import type { LogCompletionRequest, LogCompletions } from './types.ts'

/** What the index knows. */
export interface KnownValues {
  /** Values of a key (`namespace`, `label.app`), the most usual first. */
  values(key: string): readonly string[]
  /** Names behind a prefix (`json.`, `label.`). */
  names(prefix: string): readonly string[]
}
const MOST = 50

const quoteValue = (v: string): string => (/[\s()",*]/.test(v) || /^[/<>=:!~]/.test(v) || v === '' ? `"${v.replace(/["\\]/g, '\\$&')}"` : v)

export function complete({ text, cursor }: LogCompletionRequest, known: KnownValues): LogCompletions {
  const start = wordStart(text, cursor)
  const negated = /^[-!]/.test(text.slice(start, cursor)) ? 1 : 0
  const typed = text.slice(start + negated, cursor)
  const key = /^([A-Za-z_][\w./-]*)(!=|[:=]|>=|<=|[<>])/.exec(typed)
  const to = cursor + (/^[^\s()",]*/.exec(text.slice(cursor)) as RegExpExecArray)[0].length
  if (key) {
    const name = knownKey(key[1] as string)
    if (name === undefined) return { from: cursor, to: cursor, options: [] }
    const begun = Math.max(typed.lastIndexOf(','), typed.indexOf(key[2] as string) + (key[2] as string).length - 1) + 1
    const raw = typed.slice(begun)
    const operator = begun === key[0].length ? (/^[<>]=?/.exec(raw)?.[0] ?? '') : ''
    const prefix = raw.slice(operator.length).replace(/^"/, '').toLowerCase()
    const of = LOG_KEYS.find((k) => k.name === name)
    return { from: start + negated + begun + operator.length, to, options: ranked(of?.values ?? known.values(name), prefix).map((v) => ({ text: quoteValue(v) })) }
  }
  const prefixed = LOG_PREFIXES.find((p) => typed.startsWith(p.prefix))
  const names = prefixed
    ? ranked(known.names(prefixed.prefix), typed.slice(prefixed.prefix.length).toLowerCase()).map((n) => ({ text: `${prefixed.prefix}${n}:` }))
    : [
        ...LOG_KEYS.filter((k) => k.name.startsWith(typed.toLowerCase())).map((k) => ({ text: `${k.name}${k.name === 'level' ? '>=' : ':'}`, means: k.name })),
        ...LOG_PREFIXES.filter((p) => p.prefix.startsWith(typed.toLowerCase())).map((p) => ({ text: p.prefix, means: p.means })),
      ]
  return { from: start + negated, to, options: names.slice(0, MOST) }
}

/** Where the word at the cursor begins; a quotation mark that is open belongs to it. */
function wordStart(text: string, cursor: number): number {
  let start = 0
  let quoted = false
  for (let i = 0; i < cursor; i++) {
    const c = text[i] as string
    if (quoted && c === '\\') i++
    else if (c === '"') quoted = !quoted
    else if (!quoted && /[\s()]/.test(c)) start = i + 1
  }
  return start
}
/** Those that begin with it before those that have it elsewhere. */
function ranked(all: readonly string[], prefix: string): readonly string[] {
  const begin = all.filter((v) => v.toLowerCase().startsWith(prefix))
  const within = prefix === '' ? [] : all.filter((v) => v.toLowerCase().indexOf(prefix) > 0)
  return [...begin, ...within].slice(0, MOST)
}
