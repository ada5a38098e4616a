/**
 * The words of a block: its runs of three and more letters, each once, in lower case. They are few where filters cannot be small and exact both
 * (filter.ts), and expressions can be tried on them (search/word-needs.ts): of `/\b(dead|beef)[a-f]{4}\b/` a filter knows nothing, since three
 * letters of that stand everywhere.
 */
import { free } from './columns.ts'

export const SHORTEST = 3
/** Of the text, that they may be at most: what has more has words that do not repeat, and is read as quickly itself. */
const SHARE = 1 / 16

const LOWER = new Uint8Array(256)
for (let c = 0x61; c <= 0x7a; c++) LOWER[c] = LOWER[c - 32] = c

/** ASCII, a newline behind each, in the order in which they first stand; empty: there are none, or too many. In memory of its own. */
export function wordsOf(text: Uint8Array): Uint8Array {
  const most = Math.floor(text.length * SHARE)
  const out = new Uint8Array(most)
  let bytes = 0
  // Where each begins in `out`, and one more: a table of their places, exact, since a word that is left out would be a line that is not found.
  let table = new Uint32Array(1 << 11)
  let used = 0
  const hashOf = (from: number, end: number): number => {
    let hash = 0x811c9dc5
    for (let k = from; k < end; k++) hash = Math.imul(hash ^ (out[k] as number), 0x01000193)
    return (hash ^ (hash >>> 15)) >>> 0
  }
  const put = (from: number, hash: number): void => {
    let at = hash & (table.length - 1)
    while (table[at]) at = (at + 1) & (table.length - 1)
    table[at] = from + 1
  }
  const grow = (): void => {
    const old = table
    table = new Uint32Array(old.length * 2)
    for (const place of old) {
      if (place) put(place - 1, hashOf(place - 1, out.indexOf(NEWLINE, place)))
    }
    free(old)
  }
  for (let i = 0; i < text.length; i++) {
    let hash = 0x811c9dc5
    const start = i
    for (let c = LOWER[text[i] as number] as number; c; c = LOWER[text[++i] as number] ?? 0) hash = Math.imul(hash ^ c, 0x01000193)
    const length = i - start
    if (length < SHORTEST) continue
    hash = (hash ^ (hash >>> 15)) >>> 0
    let at = hash & (table.length - 1)
    for (; table[at]; at = (at + 1) & (table.length - 1)) if (same(out, (table[at] as number) - 1, text, start, length)) break
    if (table[at]) continue
    if (bytes + length + 1 > most) {
      bytes = 0
      break
    }
    table[at] = bytes + 1
    for (let k = 0; k < length; k++) out[bytes++] = LOWER[text[start + k] as number] as number
    out[bytes++] = NEWLINE
    if (++used * 2 > table.length) grow()
  }
  free(table)
  const words = out.slice(0, bytes)
  free(out)
  return words
}
const NEWLINE = 0x0a

function same(out: Uint8Array, at: number, text: Uint8Array, start: number, length: number): boolean {
  for (let k = 0; k < length; k++) if (out[at + k] !== LOWER[text[start + k] as number]) return false
  return out[at + length] === NEWLINE
}
