/**
 * The log page's address: `/logs/QUERY/BESIDE`, or `/logs/line/ID/QUERY` for one line. A query has characters that an
 * address, or who copies one, would change: they stand as `~` and two hexadecimal digits a byte, spaces as `+`.
 */
const SAFE = /[^A-Za-z0-9:,._=*!@-]/gu

export interface LogAddress {
  readonly query: string
  /** Query of the second stream, beside the first. */
  readonly beside?: string | undefined
  /** Id of the line to open at. */
  readonly line?: number | undefined
}

const hex = (c: string): string => [...new TextEncoder().encode(c)].map((b) => `~${b.toString(16).padStart(2, '0').toUpperCase()}`).join('')
export const encodeQuery = (query: string): string => query.replace(SAFE, (c) => (c === ' ' ? '+' : hex(c)))
export function decodeQuery(text: string): string {
  const bytes: number[] = []
  for (let i = 0; i < text.length; i++) {
    const c = text[i] as string
    const code = c === '~' ? Number.parseInt(text.slice(i + 1, i + 3), 16) : Number.NaN
    if (!Number.isNaN(code)) {
      bytes.push(code)
      i += 2
    } else bytes.push(...new TextEncoder().encode(c === '+' ? ' ' : c))
  }
  return new TextDecoder().decode(new Uint8Array(bytes))
}

export function logsAddress({ query, beside, line }: LogAddress): string {
  const q = encodeQuery(query)
  if (line !== undefined) return `/logs/line/${line}${q === '' ? '' : `/${q}`}`
  return `/logs/${part(query)}${beside === undefined ? '' : `/${part(beside)}`}`
}
/** An empty one has to be there all the same. */
const part = (query: string): string => encodeQuery(query) || '~'
const unpart = (text: string): string => (text === '~' ? '' : decodeQuery(text))
/** undefined: the page was opened without saying what to show. @param parts what stands behind `/logs/` */
export function parseAddress(parts: string): LogAddress | undefined {
  if (parts === '') return undefined
  const [first = '', second, third] = parts.split('/')
  if (first === 'line') {
    const line = Number(second)
    return { query: decodeQuery(third ?? ''), line: Number.isSafeInteger(line) && line > 0 ? line : undefined }
  }
  return { query: unpart(first), ...(second === undefined ? {} : { beside: unpart(second) }) }
}
