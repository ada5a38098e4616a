/**
 * The syntax of optional values (`a.?b`, `a[?k]`, `[?x]`, `{?k: x}`), which the parser does not read: it is written as fields and
 * calls of names that nobody uses, and lowered from them again (lower.ts). Source: cel-spec proposal 246, "CEL optional values".
 */

/** Before the name of a field that is selected if it is there. */
export const FIELD = '__optional_field__'
/** Around an index, an element or a value that may be absent. */
export const MARK = '__optional__'

export interface Marked {
  readonly text: string
  /** Where a place of `text` is in the source. */
  at(position: number): number
}

const LITERAL = /(?:[bB]?[rR]|[rR]?[bB])?(?:"""[\s\S]*?"""|'''[\s\S]*?'''|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')|\/\/[^\n]*/y
/** A raw string's backslashes are its own. */
const RAW = /(?:[bB]?[rR]|[rR][bB])(?:"""[\s\S]*?"""|'''[\s\S]*?'''|"[^"\n]*"|'[^'\n]*')/y

interface Level {
  readonly closer: string
  /** Ternaries whose `:` is still to come. */
  open: number
  /** `key`: of an entry whose value may be absent; `value`: within what is marked. */
  part: 'plain' | 'key' | 'value'
}
const CLOSERS: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' }
const IDENTIFIER = /\w/

export function markOptionals(source: string): Marked {
  if (!/[.[{,]\s*\?/.test(source)) return { text: source, at: (position) => position }
  let text = ''
  const places: number[] = []
  const say = (what: string, from: number): void => {
    for (let i = 0; i < what.length; i++) places.push(from)
    text += what
  }
  const levels: Level[] = []
  /** The last character that was no space: what a `?` means depends on it. */
  let before = ''
  const end = (level: Level | undefined, at: number): void => {
    if (level?.part === 'value') say(')', at)
    if (level) level.part = 'plain'
  }
  for (let i = 0; i < source.length; ) {
    const char = source[i] ?? ''
    const level = levels.at(-1)
    const literal = IDENTIFIER.test(before) && before === source[i - 1] ? undefined : [RAW, LITERAL].map((pattern) => {
      pattern.lastIndex = i
      return pattern.exec(source)?.[0]
    }).find((found) => found !== undefined)
    if (literal !== undefined) {
      for (let j = 0; j < literal.length; j++) say(literal[j] ?? '', i + j)
      i += literal.length
      before = '"'
      continue
    }
    if (char === '?') {
      const opens = before === '[' || before === '{' || (before === ',' && level !== undefined && level.closer !== ')')
      if (before === '.' && /^\s*[A-Za-z_]/.test(source.slice(i + 1, i + 100))) say(FIELD, i)
      else if (opens && level) {
        level.part = level.closer === '}' ? 'key' : 'value'
        if (level.part === 'value') say(`${MARK}(`, i)
      } else {
        if (level) level.open++
        say(char, i)
      }
    } else if (char === ':' && level?.part === 'key' && level.open === 0) {
      level.part = 'value'
      say(`: ${MARK}(`, i)
    } else {
      if (char === ':' && level && level.open > 0) level.open--
      if (char === ',' || char === level?.closer) end(level, i)
      if (char === level?.closer) levels.pop()
      if (char in CLOSERS) levels.push({ closer: CLOSERS[char] ?? '', open: 0, part: 'plain' })
      // Nothing stands between the dot, the mark and the field's name.
      if (!(/\s/.test(char) && text.endsWith(FIELD))) say(char, i)
    }
    if (!/\s/.test(char)) before = char
    i++
  }
  return { text, at: (position) => places[position] ?? source.length }
}
