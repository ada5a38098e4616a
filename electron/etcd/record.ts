/**
 * One line of a segment file: a NeDB document that holds a whole transaction, so a torn transaction cannot exist.
 *
 *     { _id: '0000000000000042', c: 'crc32 of _id and what o says', o: base64 of '[[key,createRevision,version,length],[deletedKey]]\nTEXT…' }
 *
 * Values stand behind the header as one text, cut by the lengths (in UTF-16 code units). NeDB forbids dots and `$` in field
 * names, which Kubernetes annotations are full of: a value is text, never fields. In base64, because that takes a quarter of
 * the time of escaping some hundred quotes, and nothing has to be escaped in the line.
 * A snapshot uses the same lines, one for each live key, with `_id` = revision + key, and ends with a footer.
 */
import { crc32 } from 'node:zlib'

export interface LogDocument {
  _id: string
  c: string
  o: string
}

/** What a transaction did to one key. No `text`: the key was deleted. */
export interface LoggedOperation {
  readonly key: string
  readonly createRevision: number
  readonly version: number
  readonly text: string | undefined
}

export interface LogRecord {
  readonly revision: number
  readonly operations: readonly LoggedOperation[]
}

export interface Footer {
  readonly revision: number
  readonly keys: number
  /** A restore has put this state in the place of what the log tells before it. */
  readonly restored?: true
}

/** Number.MAX_SAFE_INTEGER has 16 digits: names and ids sort as numbers do. */
export const pad = (n: number): string => String(n).padStart(16, '0')
const FOOTER = '~footer'

const checksum = (id: string, bytes: Buffer): string => crc32(bytes, crc32(id)).toString(16)
function seal(id: string, text: string): LogDocument {
  const bytes = Buffer.from(text)
  return { _id: id, c: checksum(id, bytes), o: bytes.toString('base64') }
}
/** The line of a document, without its end. Of its fields only the id may hold what JSON escapes. */
export const lineOf = ({ _id, c, o }: LogDocument): string => `{"_id":${JSON.stringify(_id)},"c":"${c}","o":"${o}"}`

/** The document of one transaction; with `idSuffix`, of one key in a snapshot. */
export function encodeRecord(record: LogRecord, idSuffix = ''): LogDocument {
  const header = record.operations.map((op) => (op.text === undefined ? [op.key] : [op.key, op.createRevision, op.version, op.text.length]))
  return seal(pad(record.revision) + idSuffix, `${JSON.stringify(header)}\n${record.operations.map((op) => op.text ?? '').join('')}`)
}

export const encodeFooter = (footer: Footer): LogDocument => seal(FOOTER, JSON.stringify(footer))

/** Reads a line. Throws when it is not whole and sound. */
export function decodeLine(line: string): LogRecord | Footer {
  const doc = JSON.parse(line) as Partial<LogDocument> | null
  if (typeof doc?._id !== 'string' || typeof doc.o !== 'string') throw new Error('not a record')
  const bytes = Buffer.from(doc.o, 'base64')
  // Decoding skips what is no base64: the check is of the bytes, and of their only spelling.
  if (doc.c !== checksum(doc._id, bytes) || bytes.toString('base64') !== doc.o) throw new Error('bad checksum')
  const o = bytes.toString()
  if (doc._id === FOOTER) return JSON.parse(o) as Footer
  const revision = Number(doc._id.slice(0, 16))
  const cut = o.indexOf('\n')
  const header = JSON.parse(o.slice(0, cut)) as [string, number?, number?, number?][]
  let at = cut + 1
  const operations = header.map(([key, createRevision = 0, version = 0, length]): LoggedOperation => {
    if (length === undefined) return { key, createRevision: 0, version: 0, text: undefined }
    const text = o.slice(at, at + length)
    at += length
    return { key, createRevision, version, text }
  })
  if (!Number.isSafeInteger(revision) || at !== o.length) throw new Error('bad record')
  return { revision, operations }
}
