/**
 * Sentences that are read back: which one a text is, and what stands in its gaps. They are written as the dashboard's dictionaries are,
 * and travel in English, as logs, the command line and other clients want them; so the dashboard can say them in the reader's language.
 */
import { fillGaps, GAP, type GapWords } from './gaps.ts'
import { escapeRegex } from './logs/match.ts'

export interface Phrase<Name extends string> {
  readonly name: Name
  readonly words: Readonly<Record<string, string>>
}
export interface Phrases<Name extends string> {
  say(name: Name, words?: GapWords): string
  /** undefined: somebody else's words. */
  read(text: string): Phrase<Name> | undefined
}

/** The same gap a second time holds the same again. A gap takes a quoted text as a whole, where it can. */
function patternOf(text: string): RegExp {
  const seen = new Set<string>()
  const gap = (name: string): string => {
    if (seen.has(name)) return `\\k<${name}>`
    seen.add(name)
    return `(?<${name}>"(?:[^"\\\\\\n]|\\\\.)*"|[^]*?)`
  }
  return new RegExp(`^${text.split(GAP).map((part, i) => (i % 2 ? gap(part) : escapeRegex(part))).join('')}$`)
}
const lettersOf = (text: string): number => text.replace(GAP, '').length

/** `texts` by `prefix` and the phrase's name. */
export function phrasesOf<Prefix extends string, Name extends string>(prefix: Prefix, texts: Readonly<Record<`${Prefix}${Name}`, string>>): Phrases<Name> {
  // What says most by itself first, since one text can begin as another one does; and before all that may begin with anything.
  const make = () => (Object.entries(texts) as [string, string][])
    .toSorted(([, a], [, b]) => Number(a.startsWith('{{')) - Number(b.startsWith('{{')) || lettersOf(b) - lettersOf(a))
    .map(([key, text]) => ({ name: key.slice(prefix.length) as Name, head: text.split('{{', 1)[0] as string, pattern: patternOf(text) }))
  // Many of them: not before somebody asks.
  let patterns: ReturnType<typeof make> | undefined
  return {
    say: (name, words = {}) => fillGaps(texts[`${prefix}${name}`], words),
    read(text) {
      for (const { name, head, pattern } of patterns ??= make()) {
        const match = text.startsWith(head) && pattern.exec(text)
        if (match) return { name, words: { ...match.groups } }
      }
      return undefined
    },
  }
}
