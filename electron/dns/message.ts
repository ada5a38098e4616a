/** Questions read and answers written, byte by byte where it pays. Source: RFC 1035 (messages), RFC 6891 (EDNS0). */
import { decode, type DecodedPacket, type OptAnswer } from 'dns-packet'
import type { NamedRecord } from './lookup.ts'
import { encodeName, OWNER_IS_QUESTION, type ZoneRecord } from './wire.ts'

const HEADER = 12
/** The most that a client takes by UDP when it does not say otherwise. */
export const PLAIN_UDP = 512
/** The most we send by UDP: what passes any network in one piece. */
export const LARGEST_UDP = 1232
export const LARGEST_TCP = 65_535

export const CODES = { NOERROR: 0, FORMERR: 1, SERVFAIL: 2, NXDOMAIN: 3, NOTIMP: 4, REFUSED: 5, BADVERS: 16 } as const
export type Code = keyof typeof CODES

export interface Query {
  readonly id: number
  readonly recursionDesired: boolean
  readonly checkingDisabled: boolean
  /** Lower case, no final dot. */
  readonly name: string
  readonly type: string
  readonly class: string
  /** The question's bytes: its name in the case it was asked in, type and class. */
  readonly question: Buffer
  readonly edns: { readonly size: number; readonly version: number; readonly dnssec: boolean } | undefined
  readonly bytes: Buffer
}
/** A message that is no question: answered with `code`, or not at all. */
export interface Refused {
  readonly id: number
  readonly code: Code | undefined
  readonly opcode: number
}

const bit = (bytes: Buffer, index: number, mask: number): boolean => ((bytes[index] ?? 0) & mask) !== 0

/** Where the question ends; it starts behind the header and holds no pointer. -1: it does not fit. */
function questionEnd(bytes: Buffer): number {
  let at = HEADER
  for (;;) {
    const length = bytes[at]
    if (length === undefined || length > 63) return -1
    at += length + 1
    if (!length) break
  }
  return at + 4 <= bytes.length ? at + 4 : -1
}

export function readQuery(bytes: Buffer): Query | Refused {
  if (bytes.length < HEADER) return { id: 0, code: undefined, opcode: 0 }
  const id = bytes.readUInt16BE(0)
  const opcode = ((bytes[2] ?? 0) >> 3) & 15
  // An answer that nobody asked for is never answered: two servers could keep each other busy for ever.
  if (bit(bytes, 2, 0x80)) return { id, code: undefined, opcode }
  if (opcode !== 0) return { id, code: 'NOTIMP', opcode }
  const end = bytes.readUInt16BE(4) === 1 ? questionEnd(bytes) : -1
  if (end < 0) return { id, code: 'FORMERR', opcode }
  let packet: DecodedPacket
  try {
    packet = decode(bytes)
  } catch {
    return { id, code: 'FORMERR', opcode } // what cannot be read is said so, as the protocol asks for
  }
  const asked = packet.questions?.[0]
  if (!asked) return { id, code: 'FORMERR', opcode }
  const options = (packet.additionals ?? []).filter((r): r is OptAnswer => r.type === 'OPT')
  if (options.length > 1) return { id, code: 'FORMERR', opcode }
  const [opt] = options
  return {
    id, name: (asked.name === '.' ? '' : asked.name).toLowerCase(), type: asked.type, class: String(asked.class ?? 'IN'), bytes,
    recursionDesired: bit(bytes, 2, 0x01), checkingDisabled: bit(bytes, 3, 0x10), question: bytes.subarray(HEADER, end),
    edns: opt && { size: opt.udpPayloadSize, version: opt.ednsVersion, dnssec: (opt.flags & 0x8000) !== 0 },
  }
}

/** How many bytes of answer the client takes by UDP. */
export const udpLimit = (query: Pick<Query, 'edns'>): number => Math.min(LARGEST_UDP, Math.max(PLAIN_UDP, query.edns?.size ?? PLAIN_UDP))

/** The header's two bytes of flags. Recursion is always available. */
const flags = (query: { recursionDesired: boolean; checkingDisabled: boolean }, code: number, authoritative: boolean, truncated: boolean): number =>
  0x8000 | (authoritative ? 0x0400 : 0) | (truncated ? 0x0200 : 0) | (query.recursionDesired ? 0x0100 : 0) | 0x0080 | (query.checkingDisabled ? 0x0010 : 0) | (code & 15)

const opt = (code: number, dnssec: boolean): Buffer => {
  const bytes = Buffer.alloc(11)
  bytes.writeUInt16BE(41, 1)
  bytes.writeUInt16BE(LARGEST_UDP, 3)
  bytes[5] = code >> 4
  bytes[7] = dnssec ? 0x80 : 0
  return bytes
}

export interface Answered {
  readonly code: Code
  readonly authoritative: boolean
  readonly answers?: readonly NamedRecord[]
  readonly authority?: { readonly encodedName: Buffer; readonly record: ZoneRecord } | undefined
  readonly additionals?: readonly NamedRecord[]
  /** Records in wire form, names included, that stand behind `answers`. */
  readonly appended?: readonly Buffer[]
}

/** The answer's bytes, at most `limit`: additional records are left out first, and then answers, which sets the truncation bit. */
export function writeAnswer(query: Query, answered: Answered, limit: number): Buffer {
  const { answers = [], additionals = [], appended = [], authority } = answered
  const code = CODES[answered.code]
  const parts: Buffer[] = [Buffer.allocUnsafe(HEADER), query.question]
  const options = query.edns ? [opt(code, query.edns.dnssec)] : []
  let left = limit - HEADER - query.question.length - (options[0]?.length ?? 0)
  const put = (name: Buffer, tail: Buffer): boolean => {
    if (name.length + tail.length > left) return false
    left -= name.length + tail.length
    parts.push(name, tail)
    return true
  }
  const ownerOf = (name: string | undefined): Buffer => (name === undefined ? OWNER_IS_QUESTION : encodeName(name))
  const EMPTY = Buffer.alloc(0)
  let count = 0
  let truncated = false
  for (const { name, record } of answers) {
    if (!put(ownerOf(name), record.tail)) { truncated = true; break }
    count++
  }
  for (const bytes of truncated ? [] : appended) {
    if (!put(EMPTY, bytes)) { truncated = true; break }
    count++
  }
  const authorities = !truncated && authority && put(authority.encodedName, authority.record.tail) ? 1 : 0
  let extra = options.length
  for (const { name, record } of truncated ? [] : additionals) {
    if (!put(ownerOf(name), record.tail)) break
    extra++
  }
  const header = parts[0] as Buffer
  header.writeUInt16BE(query.id, 0)
  header.writeUInt16BE(flags(query, code, answered.authoritative, truncated), 2)
  header.writeUInt16BE(1, 4)
  header.writeUInt16BE(count, 6)
  header.writeUInt16BE(authorities, 8)
  header.writeUInt16BE(extra, 10)
  return Buffer.concat([...parts, ...options])
}

/** A header and nothing else: for what could not be read. */
export function writeRefusal({ id, code, opcode }: Refused): Buffer | undefined {
  if (code === undefined) return undefined
  const bytes = Buffer.alloc(HEADER)
  bytes.writeUInt16BE(id, 0)
  bytes.writeUInt16BE(0x8080 | (opcode << 11) | CODES[code], 2)
  return bytes
}
