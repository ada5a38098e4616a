/**
 * The cluster's zone in memory: names to records, kept up to date Service by Service. It also knows the names that only
 * have names below them, since these exist and must not be answered with "no such name".
 */
import { SPECIFICATION } from './names.ts'
import type { Records } from './service-records.ts'
import { address, encodeName, ns, soa, txt, type RecordType, type ZoneRecord } from './wire.ts'

export type RecordSets = ReadonlyMap<RecordType, readonly ZoneRecord[]>
const EMPTY: RecordSets = new Map()

interface Entry {
  /** From each contributor; an address can be behind several Services. */
  readonly parts: Map<string, readonly ZoneRecord[]>
  sets: RecordSets | undefined
}

const setsOf = (parts: Iterable<readonly ZoneRecord[]>): RecordSets => {
  const sets = new Map<RecordType, ZoneRecord[]>()
  for (const records of parts)
    for (const record of records) {
      const present = sets.get(record.type)
      if (present) present.push(record)
      else sets.set(record.type, [record])
    }
  return sets
}

export class Zone {
  readonly domain: string
  /** Its encoded name, for authority sections. */
  readonly encodedDomain: Buffer
  #entries = new Map<string, Entry>()
  /** How many names stand at or below a name of the zone. */
  #below = new Map<string, number>()
  #owned = new Map<string, readonly string[]>()
  #serial: number
  #soa: ZoneRecord | undefined

  constructor(domain: string, dnsIP: string, serial = Math.floor(Date.now() / 1000)) {
    this.domain = domain
    this.encodedDomain = encodeName(domain)
    this.#serial = serial
    const server = `ns.dns.${domain}`
    this.set(' zone', new Map([
      [domain, [ns(server)]],
      [server, [address(dnsIP)]],
      [`dns-version.${domain}`, [txt(SPECIFICATION)]],
    ]))
  }

  /** The start of authority; its serial number grows with each change. */
  get soa(): ZoneRecord {
    return (this.#soa ??= soa(this.domain, this.#serial))
  }
  /** Names in the zone, those without records of their own left out. */
  get size(): number {
    return this.#entries.size
  }

  /** Replaces what `contributor` (the key of a Service) gives. An empty map takes it away. */
  set(contributor: string, records: Records): void {
    for (const name of this.#owned.get(contributor) ?? []) if (!records.has(name)) this.#remove(contributor, name)
    for (const [name, list] of records) this.#put(contributor, name, list)
    if (records.size) this.#owned.set(contributor, [...records.keys()])
    else this.#owned.delete(contributor)
    this.#serial = (this.#serial + 1) >>> 0
    this.#soa = undefined
  }

  /** The record sets of a name; empty when it exists and has none; undefined when there is no such name. */
  lookup(name: string): RecordSets | undefined {
    const entry = this.#entries.get(name)
    if (!entry) return this.#below.has(name) ? EMPTY : undefined
    return (entry.sets ??= setsOf(entry.parts.values()))
  }

  #put(contributor: string, name: string, list: readonly ZoneRecord[]): void {
    let entry = this.#entries.get(name)
    if (!entry) {
      this.#entries.set(name, (entry = { parts: new Map(), sets: undefined }))
      this.#count(name, 1)
    }
    entry.parts.set(contributor, list)
    entry.sets = undefined
  }
  #remove(contributor: string, name: string): void {
    const entry = this.#entries.get(name)
    if (!entry) return
    entry.parts.delete(contributor)
    entry.sets = undefined
    if (entry.parts.size) return
    this.#entries.delete(name)
    this.#count(name, -1)
  }
  #count(name: string, change: number): void {
    if (!name.endsWith(`.${this.domain}`)) return
    for (let at = name.indexOf('.'); at >= 0; at = name.indexOf('.', at + 1)) {
      const above = name.slice(at + 1)
      const count = (this.#below.get(above) ?? 0) + change
      if (count > 0) this.#below.set(above, count)
      else this.#below.delete(above)
      if (above === this.domain) return
    }
  }
}
