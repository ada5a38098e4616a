/** Lines in order of (time, sequence), each once, and never more than the bound: the oldest go first. */
import type { LogEntry } from '../../../shared/ipc.ts'

export const MOST_LINES = 20_000
const before = (a: LogEntry, b: LogEntry): boolean => a.time < b.time || (a.time === b.time && a.sequence < b.sequence)

export class LogBuffer {
  /** Replaced, never changed in place, so that it can be a snapshot. */
  entries: readonly LogEntry[] = []
  readonly #known = new Set<number>()
  readonly #most: number

  constructor(most: number = MOST_LINES) {
    this.#most = most
  }

  /** Returns how many were new. Lines that come a little out of order are put where they belong. */
  add(batch: readonly LogEntry[]): number {
    const fresh = batch.filter((e) => !this.#known.has(e.sequence))
    if (fresh.length === 0) return 0
    for (const e of fresh) this.#known.add(e.sequence)
    fresh.sort((a, b) => (before(a, b) ? -1 : 1))
    const merged = [...this.entries]
    const [first] = fresh as [LogEntry]
    let at = merged.length
    while (at > 0 && before(first, merged[at - 1] as LogEntry)) at--
    const tail = merged.splice(at)
    let i = 0
    for (const e of fresh) {
      while (i < tail.length && before(tail[i] as LogEntry, e)) merged.push(tail[i++] as LogEntry)
      merged.push(e)
    }
    while (i < tail.length) merged.push(tail[i++] as LogEntry)
    for (const gone of merged.splice(0, Math.max(0, merged.length - this.#most))) this.#known.delete(gone.sequence)
    this.entries = merged
    return fresh.length
  }
}

/** Indexes of the lines that contain the text, whatever the case. */
export function findMatches(entries: readonly LogEntry[], text: string): number[] {
  const needle = text.toLowerCase()
  if (needle === '') return []
  const found: number[] = []
  entries.forEach((e, i) => {
    if (e.text.toLowerCase().includes(needle)) found.push(i)
  })
  return found
}

/** Okabe and Ito's colours, told apart with every common colour blindness; the darker or lighter of each for the theme. */
export const sourceColours = [
  { light: '#0072b2', dark: '#56b4e9' }, { light: '#b34700', dark: '#e69f00' }, { light: '#007d5a', dark: '#2fd6a6' },
  { light: '#a8447f', dark: '#e59ac4' }, { light: '#7a6c00', dark: '#f0e442' }, { light: '#5b616e', dark: '#b4bac6' },
] as const
/** By order of appearance, so that the first few never share one. */
export function colourIndexes(entries: readonly LogEntry[]): Map<string, number> {
  const indexes = new Map<string, number>()
  for (const e of entries) {
    const key = `${e.namespace}/${e.pod}`
    if (!indexes.has(key)) indexes.set(key, indexes.size % sourceColours.length)
  }
  return indexes
}

const SEVERE = /\b(error|fatal|panic|exception|critical)\b/i
const WARN = /\bwarn(ing)?\b/i
/** A guess from the words of a line, for the mark at its left edge. */
export const lineLevel = (text: string): 'failed' | 'warning' | undefined => (SEVERE.test(text) ? 'failed' : WARN.test(text) ? 'warning' : undefined)
