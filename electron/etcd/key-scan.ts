/**
 * Finds the records of one key in a file of the log. Each record begins with its header in base64, and the header with the
 * key: so the key is looked for as it is written, and only its own lines are read. Where a transaction has several keys, the
 * others may begin at any of the three places of a group of bytes, so there are as many ways in which they are written.
 */
import type { FileHandle } from 'node:fs/promises'
import { breathe, SLICE_MS } from './files.ts'
import { decodeLine, type LogRecord } from './record.ts'

const CHUNK = 1024 * 1024
const NEWLINE = 0x0a

export interface FoundState {
  readonly revision: number
  readonly createRevision: number
  readonly version: number
  /** undefined: the key was deleted. */
  readonly text: string | undefined
}

const GROUP = 3
/** How a line of the key looks, as far as whole groups of three bytes go: as its first key, from the field's name on, or as another one. */
function patternsOf(key: string): Buffer[] {
  const whole = (text: string, skip: number): string => {
    const bytes = Buffer.from(text).subarray(skip)
    return bytes.subarray(0, bytes.length - (bytes.length % GROUP)).toString('base64')
  }
  return [`"o":"${whole(`[[${JSON.stringify(key)}`, 0)}`, ...[0, 1, 2].map((skip) => whole(`,[${JSON.stringify(key)}`, skip))].map((text) => Buffer.from(text))
}

/** Where one of the patterns stands next, from a place on; each is looked for once. */
function finder(data: Buffer, patterns: readonly Buffer[]): (from: number) => number {
  const next = patterns.map(() => -2)
  return (from) => {
    let first = -1
    for (const [i, pattern] of patterns.entries()) {
      if (next[i] !== -1 && (next[i] as number) < from) next[i] = data.indexOf(pattern, from)
      const at = next[i] as number
      if (at >= 0 && (first < 0 || at < first)) first = at
    }
    return first
  }
}

function decoded(line: string, onDamage: () => void): LogRecord | undefined {
  try {
    const record = decodeLine(line)
    return 'operations' in record ? record : undefined
  } catch {
    onDamage() // who reports it
    return undefined
  }
}

/** @param bytes no further than this: a line that is not whole by then is none. `onDamage`: a line of the key is not sound; the others are told. */
export async function* scanForKey(handle: FileHandle, key: string, bytes: number, onDamage: () => void): AsyncGenerator<FoundState> {
  const patterns = patternsOf(key)
  let rest: Buffer = Buffer.alloc(0)
  let started = performance.now()
  for (let at = 0; at < bytes;) {
    const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(Math.min(CHUNK, bytes - at)), 0, Math.min(CHUNK, bytes - at), at)
    if (!bytesRead) return
    at += bytesRead
    const chunk = buffer.subarray(0, bytesRead)
    const data = rest.length ? Buffer.concat([rest, chunk]) : chunk
    const whole = data.lastIndexOf(NEWLINE) + 1
    const find = finder(data, patterns)
    for (let hit = find(0); hit >= 0 && hit < whole;) {
      const begin = data.lastIndexOf(NEWLINE, hit) + 1
      const end = data.indexOf(NEWLINE, hit)
      const record = decoded(data.toString('utf8', begin, end), onDamage)
      for (const op of record?.operations ?? []) if (record && op.key === key) yield { revision: record.revision, createRevision: op.createRevision, version: op.version, text: op.text }
      hit = find(end)
    }
    rest = Buffer.from(data.subarray(whole))
    if (performance.now() - started < SLICE_MS) continue
    await breathe()
    started = performance.now()
  }
}
