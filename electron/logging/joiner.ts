/**
 * Joins the lines of a stack trace into one text. A line goes on the one before it when it has the form that traces of
 * Java, Node, Python and Go have; whether the newest line will be gone on from is only known when the next one comes, so
 * lines that could be are held until then, or until their owner says that nothing comes.
 */
import { plainText } from '../../shared/logs/ansi.ts'
import { rankOf } from '../../shared/logs/level.ts'

const MAX_LINES = 1_000
const MAX_CHARACTERS = 256 * 1024

/** Java, Kotlin, Node, .NET. */
const FRAME = /^\s+at\s|^\s+\.{3} \d+ (?:more|common frames omitted)|^\s*(?:Caused by|Suppressed): |^\s+--- End of /
const THROWN = /^(?:[\w$]+\.)*[A-Z][\w$]*(?:Error|Exception|Throwable)\b/
const QUALIFIED = /^(?:[\w$]+\.)+[\w$]*(?:Error|Exception|Throwable)\b|^Exception in thread /
const TRACEBACK = /^(?:\s*[|+] )?Traceback \(most recent call last\):/
const PYTHON_END = /^[A-Za-z_][\w.]*(?::|$)/
const PYTHON_CHAIN = /^(?:During handling of the above exception|The above exception was the direct cause)/
const PANIC = /^(?:panic: |fatal error: |runtime: |unexpected fault address|SIG[A-Z]+: )/
const GO = /^(?:goroutine \d+ \[|\[signal |\t|created by |\s*panic: |exit status \d|\[originating from |[\w./*()[\]{}$·-]+\(.*\)$|\.{3}additional frames elided)/

type Mode = 'plain' | 'python' | 'python-end' | 'go' | 'object'

export interface Joined<P> {
  readonly text: string
  readonly rank: number
  /** What came with the first and with the last line. */
  readonly first: P
  readonly last: P
}

export class Joiner<P> {
  #lines: string[] = []
  #characters = 0
  #first: P | undefined
  #last: P | undefined
  #rank = 0
  #mode: Mode = 'plain'
  /** A blank line behind a Python trace: part of it if the chain goes on. */
  #blank: P | undefined

  /** Takes a line in; answers what is complete by that. @param info goes out again with the text */
  push(text: string, info: P): Joined<P>[] {
    if (!this.#lines.length) {
      this.#begin(text, info)
      return []
    }
    const plain = plainText(text)
    if (this.#mode === 'python-end' && plain === '' && this.#blank === undefined) {
      this.#blank = info
      return []
    }
    if (this.#lines.length < MAX_LINES && this.#characters + text.length < MAX_CHARACTERS && this.#goesOn(plain)) {
      if (this.#blank !== undefined) this.#lines.push('')
      this.#blank = undefined
      this.#lines.push(text)
      this.#characters += text.length + 1
      this.#last = info
      return []
    }
    const done = this.end()
    this.#begin(text, info)
    return done
  }

  /** Whether what is held may be gone on from; if not, waiting for it makes no sense. */
  get mayGoOn(): boolean {
    return this.#lines.length > 0 && (this.#lines.length > 1 || this.#mode !== 'plain' || this.#rank >= 5)
  }
  get holds(): boolean {
    return this.#lines.length > 0
  }
  /** Nothing goes on any more: what is held. */
  end(): Joined<P>[] {
    if (!this.#lines.length) return []
    const done: Joined<P>[] = [{ text: this.#lines.length === 1 ? (this.#lines[0] as string) : this.#lines.join('\n'), rank: this.#rank, first: this.#first as P, last: this.#last as P }]
    if (this.#blank !== undefined) done.push({ text: '', rank: 0, first: this.#blank, last: this.#blank })
    this.#lines = []
    this.#blank = undefined
    return done
  }

  #begin(text: string, info: P): void {
    const plain = plainText(text)
    this.#lines = [text]
    this.#characters = text.length
    this.#first = this.#last = info
    this.#rank = rankOf(plain)
    this.#mode = TRACEBACK.test(plain) ? 'python' : PANIC.test(plain) ? 'go' : 'plain'
  }
  #goesOn(plain: string): boolean {
    switch (this.#mode) {
      case 'python':
        if (/^\s/.test(plain) || plain === '') return true
        if (!PYTHON_END.test(plain)) return false
        this.#mode = 'python-end'
        return true
      case 'python-end':
        if (TRACEBACK.test(plain)) { this.#mode = 'python'; return true }
        return PYTHON_CHAIN.test(plain) || (this.#blank === undefined && PYTHON_CHAIN.test(plainText(this.#lines.at(-1) as string)) && plain === '')
      case 'go':
        return plain === '' || GO.test(plain)
      case 'object':
        if (plain.startsWith('}')) this.#mode = 'plain'
        return /^[\s}]/.test(plain)
      default: break
    }
    if (FRAME.test(plain)) {
      // Node prints an error's own fields behind its frames.
      if (/\{\s*$/.test(plain) && /^\s+at\s/.test(plain)) this.#mode = 'object'
      return true
    }
    if (this.#lines.length > 1 || this.#rank < 5) return false
    // What was said before a trace belongs to it: log4j, Python's logging.exception.
    if (TRACEBACK.test(plain)) { this.#mode = 'python'; return true }
    return QUALIFIED.test(plain) && !THROWN.test(plainText(this.#lines[0] as string))
  }
}
