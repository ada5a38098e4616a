/** The texts of a block as they are needed: frame by frame (../frames.ts), one at a time and those that are kept. */
import { isAscii } from 'node:buffer'
import { free } from '../columns.ts'

/** So much is a string at once: V8 keeps it among its young objects, where memory is warm and given back at once. */
const WINDOW = 64 * 1024
const NEWLINE = 0x0a

/** Where the text of a frame stands in the block's. */
export interface Place {
  readonly start: number
  readonly raw: number
}

export interface Opened {
  readonly frames: readonly Place[]
  /** undefined: it is damaged, and its lines are passed over. */
  readonly unpack: (n: number) => Buffer | undefined
  /** Whether what is unpacked is nobody else's, and is freed. */
  readonly own: boolean
}

export class BlockTexts {
  readonly #open: () => Opened | undefined
  #opened: Opened | undefined
  #now = -1
  #text: FrameText | undefined
  readonly #kept = new Map<number, FrameText>()

  /** @param open is called when the first text is asked for; undefined: the file is gone or damaged */
  constructor(open: () => Opened | undefined) {
    this.#open = open
  }

  get frames(): readonly Place[] {
    return (this.#opened ??= this.#open() ?? NONE).frames
  }
  /** Until the next one is asked for, or `close` when it is kept. */
  frame(n: number): FrameText | undefined {
    if (n === this.#now) return this.#text
    this.#drop()
    const place = this.frames[n]
    if (!place) return undefined
    this.#now = n
    this.#text = this.#kept.get(n)
    if (!this.#text) {
      const bytes = this.#opened?.unpack(n)
      this.#text = bytes && new FrameText(bytes, place.start)
    }
    return this.#text
  }
  /** Of the line that begins there. */
  at(start: number): FrameText | undefined {
    const now = this.frames[this.#now]
    // Most lines are asked for in order.
    if (now && start >= now.start && start < now.start + now.raw) return this.#text
    return this.frame(this.frames.findIndex((f) => start < f.start + f.raw))
  }
  /** What was asked for last will be asked for again. */
  keep(): void {
    if (this.#text) this.#kept.set(this.#now, this.#text)
  }
  close(): void {
    this.#drop()
    if (this.#opened?.own) for (const { bytes } of this.#kept.values()) free(bytes)
    this.#kept.clear()
  }
  #drop(): void {
    if (this.#opened?.own && this.#text && !this.#kept.has(this.#now)) free(this.#text.bytes)
    this.#now = -1
    this.#text = undefined
  }
}
const NONE: Opened = { frames: [], unpack: () => undefined, own: false }

/** Of one frame. Places are those in the block's texts. */
export class FrameText {
  readonly bytes: Buffer
  readonly ascii: boolean
  readonly #start: number
  #from = 0
  #to = 0
  #window = ''

  constructor(bytes: Buffer, start: number) {
    this.bytes = bytes
    this.ascii = isAscii(bytes)
    this.#start = start
  }
  /** Calls with strings of whole lines from the first to the last, a character a byte, and where each begins. */
  each(called: (window: string, from: number) => void): void {
    for (let from = 0; from < this.bytes.length; from = this.#to) {
      this.#move(from)
      called(this.#window, from + this.#start)
    }
  }
  /** To be looked at now: it may be part of a larger string. */
  line(start: number, end: number): string {
    if (!this.ascii) return this.copy(start, end)
    const [from, to] = [start - this.#start, end - this.#start]
    if (from < this.#from || to > this.#to) this.#move(from)
    return this.#window.slice(from - this.#from, to - this.#from)
  }
  /** To be kept. */
  copy(start: number, end: number): string {
    return this.bytes.toString(this.ascii ? 'latin1' : 'utf8', start - this.#start, end - this.#start)
  }
  part(start: number, end: number): Buffer {
    return this.bytes.subarray(start - this.#start, end - this.#start)
  }
  /** @param from where a line begins */
  #move(from: number): void {
    let end = from + WINDOW < this.bytes.length ? this.bytes.lastIndexOf(NEWLINE, from + WINDOW) : this.bytes.length - 1
    if (end < from) end = this.bytes.indexOf(NEWLINE, from)
    this.#from = from
    this.#to = end < 0 ? this.bytes.length : end + 1
    this.#window = this.bytes.toString('latin1', from, this.#to)
  }
}
