/**
 * JSON with line breaks, for people: where `pretty` says so, or where browsers, curl or wget ask. Source: Kubernetes
 * documentation, "Common parameters: pretty".
 */
import { createBreathe } from './breathe.ts'

const BOOLEANS: Readonly<Record<string, boolean>> = { 1: true, t: true, T: true, true: true, TRUE: true, True: true }
const HUMAN = /^(?:curl|Wget|Mozilla\/5\.0)/

/** @param search the query as it came, without the question mark */
export function isPretty(search: string, userAgent: string | undefined): boolean {
  if (search.includes('pretty')) {
    const asked = new URLSearchParams(search).get('pretty')
    if (asked) return BOOLEANS[asked] ?? false
  }
  return userAgent !== undefined && HUMAN.test(userAgent)
}

const indented = (value: unknown): string => JSON.stringify(value, undefined, 2)

/** A list is written one item after the other, and others have their turn between. */
export async function encodePretty(value: object, breathe = createBreathe()): Promise<Buffer> {
  const { items, ...head } = value as { items?: unknown }
  if (!Array.isArray(items) || !items.length || !(value as { kind?: string }).kind?.endsWith('List')) return Buffer.from(indented(value))
  const parts = [`${indented(head).slice(0, -2)},\n  "items": [`]
  for (let i = 0; i < items.length; i++) {
    parts.push(`${i ? ',' : ''}\n    ${indented(items[i]).replaceAll('\n', '\n    ')}`)
    await breathe()
  }
  parts.push('\n  ]\n}')
  return Buffer.from(parts.join(''))
}
