/** What a line that is data says: its message, and its fields by path. */
import { plainText } from '../../../shared/logs/ansi.ts'
import { fieldAt, jsonFields, logfmtFields } from '../../../shared/logs/fields.ts'
import type { Line } from './lines.ts'

export interface Data {
  /** As the query language calls them: `json.status`. */
  readonly prefix: 'json.' | 'logfmt.'
  readonly fields: Readonly<Record<string, unknown>>
  readonly message: string
  /** Every field but the message and what is said before the line already. */
  readonly others: readonly (readonly [path: string, value: string])[]
}
const MESSAGES = ['msg', 'message', 'log', 'event', 'error']
const SAID = new Set(['level', 'lvl', 'severity', 'loglevel', 'time', 'ts', 'timestamp', '@timestamp', 't'])
const MOST_DEPTH = 6
const MOST_FIELDS = 500

/** Fields by path, to the bottom; lists as they are written. */
export function flat(value: unknown): [path: string, value: string][] {
  const found: [string, string][] = []
  const walk = (v: unknown, path: string, depth: number): void => {
    if (found.length >= MOST_FIELDS) return
    if (typeof v !== 'object' || v === null || Array.isArray(v) || depth > MOST_DEPTH || Object.keys(v).length === 0) found.push([path, typeof v === 'object' ? JSON.stringify(v) : String(v)])
    else for (const [k, inner] of Object.entries(v)) walk(inner, path === '' ? k : `${path}.${k}`, depth + 1)
  }
  walk(value, '', 0)
  return found
}

const known = new WeakMap<Line, Data | null>()
/** undefined: it is plain text. Only asked for lines on screen. */
export function dataOf(line: Line): Data | undefined {
  let data = known.get(line)
  if (data === undefined) known.set(line, (data = read(line.text) ?? null))
  return data ?? undefined
}
function read(text: string): Data | undefined {
  const plain = plainText(text)
  const json = jsonFields(plain)
  const fields = json ?? logfmtFields(plain)
  if (!fields) return undefined
  const all = flat(fields)
  const said = MESSAGES.find((k) => typeof fields[k] === 'string' && fields[k] !== '')
  return { prefix: json ? 'json.' : 'logfmt.', fields, message: said ? (fields[said] as string) : '', others: all.filter(([path]) => path !== said && !SAID.has(path.toLowerCase())) }
}
/** The text in a column. */
export function cell(line: Line, path: string): string {
  const data = dataOf(line)
  const value = data && (data.prefix === 'json.' ? fieldAt(data.fields, path) : data.fields[path])
  return value === undefined ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value)
}
