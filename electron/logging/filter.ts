/**
 * A small filter for each block, which says of most texts that are not in it that they are not, so that a search for
 * something rare reads few blocks. It is a Bloom filter over pieces of the block's words, chosen so that every text that
 * the block contains has its pieces in it, wherever in a word the text begins:
 * - of runs of letters every three that stand together (few different ones, since words repeat);
 * - of runs with digits, which are mostly ids and hardly repeat, the whole run, and of long ones those five-character
 *   pieces that are the least (by hash) of four neighbours: any eight characters of the run contain one of these.
 * ASCII alone, letters in lower case; other characters separate words.
 */
import { free } from './columns.ts'

const HASHES = 4
const BITS_PER_ITEM = 8
const GRAM = 5
const WINDOW = 4
/** A run has a piece within any so many of its characters. */
const LONG = GRAM + WINDOW - 1

const KIND = new Uint8Array(256)
const LOWER = new Uint8Array(256)
for (let c = 0; c < 256; c++) {
  LOWER[c] = c >= 0x41 && c <= 0x5a ? c + 32 : c
  const l = LOWER[c] as number
  KIND[c] = l >= 0x61 && l <= 0x7a ? 1 : c >= 0x30 && c <= 0x39 ? 2 : 0
}
const step = (hash: number, c: number): number => Math.imul(hash ^ c, 0x01000193)
/** Spreads what a short hash has in its low bits. */
function mix(h: number): number {
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

/** Calls with each piece of a text. `open`: the text may go on where it begins and ends, so that a run there is only part of one. */
function pieces(text: Uint8Array, open: boolean, found: (hash: number) => void): void {
  const end = text.length
  for (let i = 0; i < end;) {
    if (!KIND[text[i] as number]) { i++; continue }
    const start = i
    let kinds = 0
    let hash = 0x811c9dc5
    let letters = 0
    for (; i < end; i++) {
      const c = text[i] as number
      const kind = KIND[c] as number
      if (!kind) break
      kinds |= kind
      hash = step(hash, LOWER[c] as number)
      letters = kind === 1 ? letters + 1 : 0
      if (letters >= 3) found(mix(0x9e3779b1 ^ ((LOWER[text[i - 2] as number] as number) | ((LOWER[text[i - 1] as number] as number) << 8) | ((LOWER[c] as number) << 16))))
    }
    if (!(kinds & 2)) continue
    if (!open || (start > 0 && i < end)) found(mix(hash))
    if (i - start >= LONG) longPieces(text, start, i, found)
  }
}
const recent = new Uint32Array(WINDOW)
function longPieces(text: Uint8Array, start: number, end: number, found: (hash: number) => void): void {
  let last = -1
  const grams = end - start - GRAM + 1
  for (let g = 0; g < grams; g++) {
    let hash = 0x27d4eb2f
    for (let k = 0; k < GRAM; k++) hash = step(hash, LOWER[text[start + g + k] as number] as number)
    recent[g % WINDOW] = mix(hash)
    if (g < WINDOW - 1) continue
    let least = g - WINDOW + 1
    for (let k = least + 1; k <= g; k++) if ((recent[k % WINDOW] as number) < (recent[least % WINDOW] as number)) least = k
    if (least !== last) found(recent[least % WINDOW] as number)
    last = least
  }
}

/** The filter of a block's texts. Empty when it would be so large that reading the block is as good. */
export function buildFilter(text: Uint8Array): Buffer {
  // The distinct ones, in a table of their own: a Set of so many numbers would take ten times as long.
  let table = new Uint32Array(1 << 14)
  let used = 0
  const put = (hash: number): void => {
    const key = hash || 1
    let at = key & (table.length - 1)
    for (; table[at]; at = (at + 1) & (table.length - 1)) if (table[at] === key) return
    table[at] = key
    if (++used * 2 < table.length) return
    const old = table
    table = new Uint32Array(old.length * 2)
    used = 0
    for (const k of old) if (k) put(k)
    free(old)
  }
  pieces(text, false, put)
  const bytes = Math.ceil((used * BITS_PER_ITEM) / 8)
  if (bytes > text.length / 8) {
    free(table)
    return Buffer.alloc(0)
  }
  const filter = Buffer.alloc(Math.max(bytes, 8))
  for (const key of table) if (key) eachBit(key, filter.length * 8, (bit) => { filter[bit >>> 3] = (filter[bit >>> 3] as number) | (1 << (bit & 7)) })
  free(table)
  return filter
}
function eachBit(hash: number, bits: number, found: (bit: number) => void): void {
  const second = mix(hash ^ 0x5bd1e995) | 1
  for (let k = 0; k < HASHES; k++) found(((hash + Math.imul(k, second)) >>> 0) % bits)
}

/** What of a text a filter is asked for; empty: the filter cannot tell. */
export function filterQuestions(text: string): readonly number[] {
  const found = new Set<number>()
  pieces(Buffer.from(text), true, (hash) => found.add(hash || 1))
  return [...found]
}
/** false: no line of the block contains the text. */
export function mayContain(filter: Uint8Array, questions: readonly number[]): boolean {
  if (!filter.length) return true
  for (const hash of questions) {
    let all = true
    eachBit(hash, filter.length * 8, (bit) => { if (!((filter[bit >>> 3] as number) & (1 << (bit & 7)))) all = false })
    if (!all) return false
  }
  return true
}
