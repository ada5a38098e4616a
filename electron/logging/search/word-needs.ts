/**
 * What an expression needs of the words of a block (words.ts): those parts of it that stand for letters alone lie within one run of letters,
 * so that a block in none of whose words they find anything has no line that fits. Where it is not plain to see, nothing is said.
 */
import { SHORTEST } from '../words.ts'

/** Whether a block of such words can have a line. */
export type WordNeeds = (words: string) => boolean

/** A part of an expression. `source`: it stands for letters alone, so many at least. */
interface Part {
  readonly source?: string
  readonly least: number
  /** Of what is not letters alone. */
  readonly needs?: WordNeeds | undefined
}
const NOTHING: Part = { least: 0 }

/** undefined: it needs none. @param flags of JavaScript */
export function wordNeeds(source: string, flags: string): WordNeeds | undefined {
  // There a K may be the sign of Kelvin, and sets have another syntax.
  if (/[uv]/.test(flags)) return undefined
  try {
    const reader = new Reader(source)
    const part = reader.alternatives()
    return reader.atEnd ? needsOf([part]) : undefined
  } catch (e) {
    if (e instanceof Unclear) return undefined
    throw e
  }
}

class Unclear extends Error {}

/** What parts that follow each other need: the longest runs of letters, and what other parts need by themselves. */
function needsOf(parts: readonly Part[]): WordNeeds | undefined {
  const needs: WordNeeds[] = []
  let run = ''
  let least = 0
  for (const part of [...parts, NOTHING]) {
    if (part.source !== undefined) {
      run += part.source
      least += part.least
      continue
    }
    if (least >= SHORTEST) {
      const expression = new RegExp(run, 'i')
      needs.push((words) => expression.test(words))
    }
    run = ''
    least = 0
    if (part.needs) needs.push(part.needs)
  }
  return needs.length ? (words) => needs.every((need) => need(words)) : undefined
}

/** Of an expression that JavaScript takes. */
class Reader {
  readonly #source: string
  #at = 0
  constructor(source: string) {
    this.#source = source
  }
  get atEnd(): boolean {
    return this.#at === this.#source.length
  }
  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#source)?.[0]
    this.#at += found?.length ?? 0
    return found
  }

  alternatives(): Part {
    const all: (readonly Part[])[] = []
    do all.push(this.#sequence())
    while (this.#take(/\|/y))
    if (all.every((parts) => parts.every((p) => p.source !== undefined))) {
      const least = all.map((parts) => parts.reduce((n, p) => n + p.least, 0))
      return { source: `(?:${all.map((parts) => parts.map((p) => p.source).join('')).join('|')})`, least: Math.min(...least) }
    }
    const needs = all.map(needsOf)
    return { least: 0, needs: needs.every((n) => n !== undefined) ? (words) => needs.some((n) => (n as WordNeeds)(words)) : undefined }
  }
  #sequence(): Part[] {
    const parts: Part[] = []
    while (!this.atEnd && !/[|)]/.test(this.#source[this.#at] as string)) parts.push(this.#often(this.#atom()))
    return parts
  }
  #often(part: Part): Part {
    const sign = this.#take(/(?:[*+?]|\{\d+(?:,\d*)?\})\??/y)
    if (sign === undefined) return part
    const times = sign[0] === '{' ? Number(/\d+/.exec(sign)?.[0]) : sign[0] === '+' ? 1 : 0
    if (part.source !== undefined) return { source: part.source + sign, least: part.least * times }
    return times ? part : NOTHING
  }
  #atom(): Part {
    if (this.#take(/\(\?<?[=!]/y)) {
      // What stands beside is not what is found.
      this.alternatives()
      this.#close()
      return NOTHING
    }
    if (this.#take(/\((?:\?:|\?<[A-Za-z_$][\w$]*>)?(?!\?)/y)) {
      const part = this.alternatives()
      this.#close()
      return part
    }
    if (this.#take(/\(/y)) throw new Unclear()
    const letters = this.#take(/\[[A-Za-z-]+\]/y)
    if (letters !== undefined) return /^\[(?:[a-z]-[a-z]|[A-Z]-[A-Z]|[A-Za-z])+\]$/.test(letters) ? { source: letters, least: 1 } : NOTHING
    // In another set there are other characters, or may be.
    if (this.#take(/\[(?:[^\]\\]|\\[^])*\]/y)) return NOTHING
    // Beside letters it is the same in a list of runs of letters; it says nothing of digits.
    if (this.#take(/\\b/y)) return { source: '\\b', least: 0 }
    if (this.#take(/\\(?:u[\dA-Fa-f]{4}|x[\dA-Fa-f]{2}|c[A-Za-z]|k<[^>]*>|\d+|[^])/y)) return NOTHING
    const letter = this.#take(/[A-Za-z]/y)
    if (letter !== undefined) return { source: letter, least: 1 }
    if (this.#take(/[^\\]/y)) return NOTHING
    throw new Unclear()
  }
  #close(): void {
    if (!this.#take(/\)/y)) throw new Unclear()
  }
}
