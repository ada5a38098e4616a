/**
 * Sentences of the main process that the dashboard says in the reader's language. They are written as its dictionaries are, with gaps, and
 * travel in English, as logs, the command line and other clients want them; the dashboard reads back which one it has before it, and what
 * stands in the gaps.
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

/** `texts` by `prefix` and the phrase's name. */
export function phrasesOf<Prefix extends string, Name extends string>(prefix: Prefix, texts: Readonly<Record<`${Prefix}${Name}`, string>>): Phrases<Name> {
  // What is longest first: one text can begin as another one does.
  const patterns = (Object.entries(texts) as [string, string][])
    .toSorted((a, b) => b[1].length - a[1].length)
    .map(([key, text]) => ({ name: key.slice(prefix.length) as Name, pattern: new RegExp(`^${text.split(GAP).map((part, i) => (i % 2 ? `(?<${part}>[^]*?)` : escapeRegex(part))).join('')}$`) }))
  return {
    say: (name, words = {}) => fillGaps(texts[`${prefix}${name}`], words),
    read(text) {
      for (const { name, pattern } of patterns) {
        const match = pattern.exec(text)
        if (match) return { name, words: { ...match.groups } }
      }
      return undefined
    },
  }
}
