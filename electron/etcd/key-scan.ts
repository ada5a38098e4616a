/**
 * Finds the records of one key in a file of the log. Each record begins with its header in base64, and the header with the
 * key: so the key is looked for as it is written, and only its own lines are read. (A transaction of several keys is found
 * by its first one.)
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

/** How a line of the key looks from the field's name on, as far as whole groups of three bytes go. */
function patternOf(key: string): Buffer {
  const header = Buffer.from(`[[${JSON.stringify(key)}`)
  return Buffer.from(`"o":"${header.subarray(0, header.length - (header.length % 3)).toString('base64')}`)
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
  const pattern = patternOf(key)
  let rest: Buffer = Buffer.alloc(0)
  let started = performance.now()
  for (let at = 0; at < bytes;) {
    const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(Math.min(CHUNK, bytes - at)), 0, Math.min(CHUNK, bytes - at), at)
    if (!bytesRead) return
    at += bytesRead
    const chunk = buffer.subarray(0, bytesRead)
    const data = rest.length ? Buffer.concat([rest, chunk]) : chunk
    const whole = data.lastIndexOf(NEWLINE) + 1
    for (let hit = data.indexOf(pattern); hit >= 0 && hit < whole;) {
      const begin = data.lastIndexOf(NEWLINE, hit) + 1
      const end = data.indexOf(NEWLINE, hit)
      const record = decoded(data.toString('utf8', begin, end), onDamage)
      for (const op of record?.operations ?? []) if (record && op.key === key) yield { revision: record.revision, createRevision: op.createRevision, version: op.version, text: op.text }
      hit = data.indexOf(pattern, end)
    }
    rest = Buffer.from(data.subarray(whole))
    if (performance.now() - started < SLICE_MS) continue
    await breathe()
    started = performance.now()
  }
}
