/**
 * Records in wire form. A record's bytes behind its name are made once, when the world changes; an answer is then the
 * question's bytes and those of the records, joined. The message library does the encoding.
 */
import { encode, type Answer } from 'dns-packet'
import { TTL } from './names.ts'

export type RecordType = 'A' | 'AAAA' | 'CNAME' | 'NS' | 'PTR' | 'SOA' | 'SRV' | 'TXT'

export interface ZoneRecord {
  readonly type: RecordType
  /** Type, class, TTL, length and data. */
  readonly tail: Buffer
  /** Where it leads: the name of a CNAME, NS, PTR or SRV record, in lower case. */
  readonly target?: string
}

const HEADER = 12
/** A pointer to the question's name, which always starts behind the header. */
export const OWNER_IS_QUESTION = Buffer.from([0xc0, HEADER])

const tailOf = (answer: Answer): Buffer => Buffer.from(encode({ type: 'response', answers: [answer] }).subarray(HEADER + 1))

export const encodeName = (name: string): Buffer => Buffer.from(encode({ type: 'query', questions: [{ name, type: 'A' }] }).subarray(HEADER, -4))

export const a = (address: string): ZoneRecord => ({ type: 'A', tail: tailOf({ name: '.', type: 'A', ttl: TTL, data: address }) })
export const aaaa = (address: string): ZoneRecord => ({ type: 'AAAA', tail: tailOf({ name: '.', type: 'AAAA', ttl: TTL, data: address }) })
export const address = (of: string): ZoneRecord => (of.includes(':') ? aaaa(of) : a(of))
export const cname = (target: string): ZoneRecord => ({ type: 'CNAME', target, tail: tailOf({ name: '.', type: 'CNAME', ttl: TTL, data: target }) })
export const ns = (target: string): ZoneRecord => ({ type: 'NS', target, tail: tailOf({ name: '.', type: 'NS', ttl: TTL, data: target }) })
export const ptr = (target: string): ZoneRecord => ({ type: 'PTR', target, tail: tailOf({ name: '.', type: 'PTR', ttl: TTL, data: target }) })
export const txt = (text: string): ZoneRecord => ({ type: 'TXT', tail: tailOf({ name: '.', type: 'TXT', ttl: TTL, data: text }) })
export const srv = (target: string, port: number, weight: number): ZoneRecord => ({ type: 'SRV', target, tail: tailOf({ name: '.', type: 'SRV', ttl: TTL, data: { priority: 0, weight, port, target } }) })

/** The start of authority: how long "no such name" may be believed is its last number. */
export const soa = (domain: string, serial: number): ZoneRecord => ({
  type: 'SOA',
  tail: tailOf({ name: '.', type: 'SOA', ttl: TTL, data: { mname: `ns.dns.${domain}`, rname: `hostmaster.${domain}`, serial, refresh: 7200, retry: 1800, expire: 86_400, minimum: TTL } }),
})
