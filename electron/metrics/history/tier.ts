/**
 * Rounds of one distance, on disk: the newest ones one by one in a file of their own (`NAME.head`), then many together in
 * segments (`NAME-TIME.seg`), the oldest of which go by age and by size. At most a head full is in memory.
 */
import { mkdir, open, readdir, readFile, rm, stat, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { decodeRounds, encodeRounds } from './block.ts'
import { frameOf, framesOf, roundsOf } from './frames.ts'
import type { Round } from './types.ts'

export interface TierOptions {
  readonly directory: string
  readonly name: string
  readonly keepMs: number
  /** All files of this tier. */
  readonly limitBytes: number
  /** How many rounds are compressed together. */
  readonly blockRounds: number
}
interface Segment {
  readonly path: string
  readonly start: number
  size: number
}
/** Segments by time: this many hold what is kept. */
const SEGMENTS = 12

const ignoringAbsence = (e: unknown): undefined => {
  if ((e as NodeJS.ErrnoException).code !== 'ENOENT') throw e
  return undefined
}
const sizeOf = async (path: string): Promise<number> => (await stat(path).catch(ignoringAbsence))?.size ?? 0

export class Tier {
  readonly #o: TierOptions
  readonly #headPath: string
  #segments: Segment[] = []
  #head: Round[] = []
  #headBytes = 0
  #last = 0

  constructor(options: TierOptions) {
    this.#o = options
    this.#headPath = join(options.directory, `${options.name}.head`)
  }
  /** When the newest round was. */
  get last(): number {
    return this.#last
  }
  get bytes(): number {
    return this.#segments.reduce((n, s) => n + s.size, this.#headBytes)
  }

  /** What a crash left unfinished is cut off. */
  async open(): Promise<void> {
    const { directory, name } = this.#o
    await mkdir(directory, { recursive: true, mode: 0o700 })
    const names = (await readdir(directory)).flatMap((file) => { const start = new RegExp(`^${name}-(\\d+)\\.seg$`).exec(file)?.[1]; return start ? [{ path: join(directory, file), start: Number(start) }] : [] })
    this.#segments = await Promise.all(names.sort((a, b) => a.start - b.start).map(async (s) => ({ ...s, size: await sizeOf(s.path) })))
    const newest = this.#segments.at(-1)
    const sealed = newest && (await this.#recover(newest.path))
    if (newest && sealed) newest.size = sealed.whole
    this.#last = sealed?.frames.at(-1)?.to ?? (newest ? newest.start : 0)
    const head = await this.#recover(this.#headPath)
    this.#headBytes = head?.whole ?? 0
    for (const frame of head?.frames ?? []) {
      // What was sealed just before a crash stands in both.
      if (frame.from <= this.#last) continue
      this.#head.push(...decodeRounds(await roundsOf(frame)))
      this.#last = frame.to
    }
  }
  async #recover(path: string): Promise<ReturnType<typeof framesOf> | undefined> {
    const data = await readFile(path).catch(ignoringAbsence)
    if (!data) return undefined
    const found = framesOf(data)
    if (found.whole < data.length) await truncate(path, found.whole)
    return found
  }

  /** One at a time. Rejects when it cannot be written; it is in the history all the same, as long as there is room in memory. */
  async add(round: Round): Promise<void> {
    if (round.time <= this.#last) return
    this.#last = round.time
    this.#head.push(round)
    if (this.#head.length > this.#o.blockRounds * 2) this.#head.shift()
    if (this.#head.length >= this.#o.blockRounds || this.#headBytes > this.#o.limitBytes / SEGMENTS) return this.#seal()
    const frame = await frameOf(encodeRounds([round]), round.time, round.time)
    await this.#makeRoom(frame.length)
    await this.#append(this.#headPath, this.#headBytes, frame)
    this.#headBytes += frame.length
  }
  /** At a fixed place, so that the remains of a write that failed are written over. */
  async #append(path: string, at: number, bytes: Buffer): Promise<void> {
    const file = await open(path, at ? 'r+' : 'w', 0o600)
    try {
      await file.write(bytes, 0, bytes.length, at)
    } finally {
      await file.close()
    }
  }
  async #seal(): Promise<void> {
    const { directory, name, keepMs, limitBytes } = this.#o
    const from = this.#head[0]?.time ?? 0
    const frame = await frameOf(encodeRounds(this.#head), from, this.#last)
    await this.#makeRoom(frame.length)
    let segment = this.#segments.at(-1)
    if (!segment || from - segment.start >= keepMs / SEGMENTS || segment.size + frame.length > limitBytes / SEGMENTS) {
      segment = { path: join(directory, `${name}-${from}.seg`), start: from, size: 0 }
      this.#segments.push(segment)
    }
    await this.#append(segment.path, segment.size, frame)
    segment.size += frame.length
    this.#head = []
    this.#headBytes = 0
    await rm(this.#headPath, { force: true })
  }
  /** For so many bytes more: the oldest segments go, and those that are too old altogether. */
  async #makeRoom(bytes: number): Promise<void> {
    const old = (): boolean => (this.#segments[1]?.start ?? Number.POSITIVE_INFINITY) <= this.#last - this.#o.keepMs
    while (this.#segments.length && (old() || this.bytes + bytes > this.#o.limitBytes)) await rm(this.#segments.shift()?.path ?? '', { force: true })
  }

  /** The blocks that have rounds from `from` to `to`, oldest first; read one by one. */
  async visit(from: number, to: number, told: (rounds: Buffer) => void | Promise<void>): Promise<void> {
    const head = [...this.#head]
    const headFrom = head[0]?.time ?? Number.POSITIVE_INFINITY
    const segments = this.#segments.filter((s, i) => s.start <= to && (this.#segments[i + 1]?.start ?? Number.POSITIVE_INFINITY) > from)
    for (const { path } of segments) {
      const data = await readFile(path).catch(ignoringAbsence) // too old by now
      for (const frame of data ? framesOf(data).frames : []) if (frame.to >= from && frame.from <= to && frame.from < headFrom) await told(await roundsOf(frame))
    }
    if (head.length && headFrom <= to && this.#last >= from) await told(encodeRounds(head))
  }
}
