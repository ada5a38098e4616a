/** What is wrong with a text that is not JSON, in the words of Go's parser, which clients know. */

/** `'x'`, with Go's escapes; of a character beyond ASCII Go sees the first byte. */
function quoted(c: string): string {
  if (c === "'") return "'\\''"
  if (c === '"') return "'\"'"
  if (c === '\\') return "'\\\\'"
  const code = Buffer.from(c)[0] as number
  const named: Readonly<Record<number, string>> = { 7: '\\a', 8: '\\b', 9: '\\t', 10: '\\n', 11: '\\v', 12: '\\f', 13: '\\r' }
  if (code < 0x20 || code === 0x7f || (code >= 0x80 && code <= 0xa0)) return `'${named[code] ?? (code < 0x80 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`)}'`
  return `'${String.fromCharCode(code)}'`
}

class Fault extends Error {}
const END = 'unexpected end of JSON input'

class Scan {
  readonly text: string
  at = 0
  constructor(text: string) {
    this.text = text
  }
  fail(where: string): never {
    const point = this.text.codePointAt(this.at)
    throw new Fault(point === undefined ? END : `invalid character ${quoted(String.fromCodePoint(point))} ${where}`)
  }
  space(): string | undefined {
    while (' \t\r\n'.includes(this.text[this.at] ?? 'x')) this.at++
    return this.text[this.at]
  }
  /** Containers are kept on a list, not on the stack: a text may nest deeply. */
  document(): void {
    const open: ('{' | '[')[] = []
    for (;;) {
      const first = this.space()
      if (first === '{' || first === '[') {
        this.at++
        open.push(first)
        if (this.space() === (first === '{' ? '}' : ']')) {
          this.at++
          open.pop()
        } else if (first === '{') {
          this.key()
          continue
        } else continue
      } else this.scalar(first)
      if (!this.after(open)) return
    }
  }
  /** Behind a value: closes what closes, and goes to the next value. False at the end. */
  after(open: ('{' | '[')[]): boolean {
    for (;;) {
      const next = this.space()
      const inside = open.at(-1)
      if (inside === undefined) {
        if (next === undefined) return false
        this.fail('after top-level value')
      }
      if (next === ',') {
        this.at++
        if (inside === '{') {
          this.space()
          this.key()
        }
        return true
      }
      if (next !== (inside === '{' ? '}' : ']')) this.fail(inside === '{' ? 'after object key:value pair' : 'after array element')
      this.at++
      open.pop()
    }
  }
  key(): void {
    if (this.text[this.at] !== '"') this.fail('looking for beginning of object key string')
    this.string()
    if (this.space() !== ':') this.fail('after object key')
    this.at++
  }
  scalar(first: string | undefined): void {
    if (first === '"') this.string()
    else if (first === '-' || (first !== undefined && /\d/.test(first))) this.number()
    else {
      const word = ['true', 'false', 'null'].find((w) => w[0] === first)
      if (!word) this.fail('looking for beginning of value')
      for (let i = 0; i < word.length; i++, this.at++) if (this.text[this.at] !== word[i]) this.fail(`in literal ${word} (expecting ${quoted(word[i] as string)})`)
    }
  }
  string(): void {
    for (this.at++; ; this.at++) {
      const c = this.text[this.at]
      if (c === '"') break
      if (c === undefined || c < ' ') this.fail('in string literal')
      if (c !== '\\') continue
      const escape = this.text[++this.at]
      if (escape === 'u') {
        for (let i = 0; i < 4; i++) if (!/[0-9a-fA-F]/.test(this.text[++this.at] ?? '')) this.fail('in \\u hexadecimal character escape')
      } else if (escape === undefined || !'bfnrt\\/"'.includes(escape)) this.fail('in string escape code')
    }
    this.at++
  }
  digits(where: string): void {
    if (!/\d/.test(this.text[this.at] ?? '')) this.fail(where)
    while (/\d/.test(this.text[this.at] ?? '')) this.at++
  }
  number(): void {
    if (this.text[this.at] === '-') this.at++
    if (this.text[this.at] === '0') this.at++
    else this.digits('in numeric literal')
    if (this.text[this.at] === '.') {
      this.at++
      this.digits('after decimal point in numeric literal')
    }
    if (/[eE]/.test(this.text[this.at] ?? '')) {
      this.at++
      if (/[+-]/.test(this.text[this.at] ?? '')) this.at++
      this.digits('in exponent of numeric literal')
    }
  }
}

/** The fault of a text that JSON.parse refuses. */
export function jsonFault(text: string): string {
  try {
    new Scan(text).document()
  } catch (error) {
    if (error instanceof Fault) return error.message
    throw error
  }
  return END
}
