/** Times to live inside a message that passes through. Source: RFC 1035, section 4.1. */

const HEADER = 12
const OPT = 41
const SOA = 6

export interface Lifetimes {
  /** Where each record's TTL stands. */
  readonly offsets: readonly number[]
  /** Seconds that the whole answer may be kept; for "no such name" its SOA says how long. */
  readonly seconds: number
}

function skipName(bytes: Buffer, from: number): number {
  for (let at = from; ; ) {
    const length = bytes[at]
    if (length === undefined) throw new RangeError('a name runs out of the message')
    if (length >= 0xc0) return at + 2
    if (!length) return at + 1
    at += length + 1
  }
}

/** Reads through all records. Throws RangeError for what is no message. */
export function lifetimes(bytes: Buffer): Lifetimes {
  const offsets: number[] = []
  let at = HEADER
  let seconds = Number.POSITIVE_INFINITY
  for (let n = bytes.readUInt16BE(4); n > 0; n--) at = skipName(bytes, at) + 4
  const counts = [bytes.readUInt16BE(6), bytes.readUInt16BE(8), bytes.readUInt16BE(10)]
  for (const [section, count] of counts.entries())
    for (let n = count; n > 0; n--) {
      at = skipName(bytes, at)
      const type = bytes.readUInt16BE(at)
      const length = bytes.readUInt16BE(at + 8)
      if (type !== OPT) {
        offsets.push(at + 4)
        seconds = Math.min(seconds, bytes.readUInt32BE(at + 4))
        if (type === SOA && section === 1) seconds = Math.min(seconds, bytes.readUInt32BE(at + 10 + length - 4))
      }
      at += 10 + length
    }
  if (at > bytes.length) throw new RangeError('a record runs out of the message')
  return { offsets, seconds: offsets.length ? seconds : 0 }
}

/** A copy whose records have lived `seconds` longer. */
export function aged(bytes: Buffer, { offsets }: Lifetimes, seconds: number): Buffer {
  const copy = Buffer.from(bytes)
  for (const at of offsets) copy.writeUInt32BE(Math.max(0, copy.readUInt32BE(at) - seconds), at)
  return copy
}
