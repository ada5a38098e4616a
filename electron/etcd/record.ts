/**
 * One line of a segment file: a NeDB document that holds a whole transaction, so a torn transaction cannot exist.
 *
 *     { _id: '0000000000000042', c: 'crc32 of _id and o', o: '[[key,createRevision,version,length],[deletedKey]]\nTEXT…' }
 *
 * Values stand behind the header as one text, cut by the lengths (in UTF-16 code units), so they are escaped only once.
 * NeDB forbids dots and `$` in field names, which Kubernetes annotations are full of: a value is text, never fields.
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
}

/** Number.MAX_SAFE_INTEGER has 16 digits: names and ids sort as numbers do. */
export const pad = (n: number): string => String(n).padStart(16, '0')
const FOOTER = '~footer'

const checksum = (id: string, text: string): string => crc32(text, crc32(id)).toString(16)
const seal = (id: string, o: string): LogDocument => ({ _id: id, c: checksum(id, o), o })

/** The document of one transaction; with `idSuffix`, of one key in a snapshot. */
export function encodeRecord(record: LogRecord, idSuffix = ''): LogDocument {
  const header = record.operations.map((op) => (op.text === undefined ? [op.key] : [op.key, op.createRevision, op.version, op.text.length]))
  return seal(pad(record.revision) + idSuffix, `${JSON.stringify(header)}\n${record.operations.map((op) => op.text ?? '').join('')}`)
}

export const encodeFooter = (footer: Footer): LogDocument => seal(FOOTER, JSON.stringify(footer))

/** Reads a line. Throws when it is not whole and sound. */
export function decodeLine(line: string): LogRecord | Footer {
  const doc = JSON.parse(line) as Partial<LogDocument> | null
  if (typeof doc?._id !== 'string' || typeof doc.o !== 'string' || doc.c !== checksum(doc._id, doc.o)) throw new Error('bad checksum')
  if (doc._id === FOOTER) return JSON.parse(doc.o) as Footer
  const revision = Number(doc._id.slice(0, 16))
  const cut = doc.o.indexOf('\n')
  const header = JSON.parse(doc.o.slice(0, cut)) as [string, number?, number?, number?][]
  let at = cut + 1
  const operations = header.map(([key, createRevision = 0, version = 0, length]): LoggedOperation => {
    if (length === undefined) return { key, createRevision: 0, version: 0, text: undefined }
    const text = (doc.o as string).slice(at, at + length)
    at += length
    return { key, createRevision, version, text }
  })
  if (!Number.isSafeInteger(revision) || at !== doc.o.length) throw new Error('bad record')
  return { revision, operations }
}
