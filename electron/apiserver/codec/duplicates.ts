/** Duplicate keys of a JSON document, which JSON.parse hides. */
import type { Steps } from '../stretch.ts'

/** Levels of a document. Go's parser follows ten times as many; who walks through an object here does it on the stack. */
export const MAX_DEPTH = 1_000
export const TOO_DEEP = 'exceeded max depth'

/**
 * Paths of keys that an object holds twice, such as `metadata.labels.x`. `value` is what JSON.parse made of `text`.
 * @throws RangeError a text that is nested too deeply
 */
export function* duplicateSteps(text: string, value: unknown): Steps<string[]> {
  const pairs = countPairs(text)
  yield
  // As many pairs in the text as in the value: nothing was hidden. Only otherwise is it worth to look where.
  if (pairs === countKeys(value)) return []
  yield
  return locate(text)
}

const QUOTE = 0x22
const BACKSLASH = 0x5c
const COLON = 0x3a
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d
const OPEN_BRACKET = 0x5b
const CLOSE_BRACKET = 0x5d

function endOfString(text: string, open: number): number {
  let close = text.indexOf('"', open + 1)
  while (close > 0) {
    let slashes = 0
    while (text.charCodeAt(close - 1 - slashes) === BACKSLASH) slashes++
    if (slashes % 2 === 0) return close
    close = text.indexOf('"', close + 1)
  }
  return text.length
}

function countPairs(text: string): number {
  let pairs = 0
  let depth = 0
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i)
    if (c === QUOTE) i = endOfString(text, i)
    else if (c === COLON) pairs++
    else if (c === OPEN_BRACE || c === OPEN_BRACKET) {
      if (++depth > MAX_DEPTH) throw new RangeError(TOO_DEEP)
    } else if (c === CLOSE_BRACE || c === CLOSE_BRACKET) depth--
  }
  return pairs
}

function countKeys(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  let keys = 0
  if (Array.isArray(value)) {
    for (const item of value as unknown[]) keys += countKeys(item)
    return keys
  }
  for (const key in value) keys += 1 + countKeys((value as Record<string, unknown>)[key])
  return keys
}

interface Frame {
  path: string
  /** Keys seen; undefined in an array. */
  keys: Set<string> | undefined
  index: number
  child: string
}

function locate(text: string): string[] {
  const found = new Set<string>()
  const stack: Frame[] = []
  let pending = ''
  for (let i = 0; i < text.length; i++) {
    const c = text[i]
    const top = stack.at(-1)
    if (c === '"') {
      const end = endOfString(text, i)
      pending = text.slice(i, end + 1)
      i = end
    } else if (c === ':' && top?.keys) {
      const key = JSON.parse(pending) as string
      top.child = top.path === '' ? key : `${top.path}.${key}`
      if (top.keys.has(key)) found.add(top.child)
      top.keys.add(key)
    } else if (c === '{' || c === '[') {
      const path = top === undefined ? '' : top.keys ? top.child : `${top.path}[${top.index}]`
      stack.push({ path, keys: c === '{' ? new Set() : undefined, index: 0, child: '' })
    } else if (c === '}' || c === ']') stack.pop()
    else if (c === ',' && top && !top.keys) top.index++
  }
  return [...found]
}
