/** A small memory of what other resolvers said, least recently used first out. */
import { createLruMap, type LruMap } from './lru.ts'
import { aged, lifetimes, type Lifetimes } from './ttl.ts'

const ENTRIES = 2000
const LARGEST = 4096
/** Source: `cache 30` of the usual Corefile. */
const LONGEST_SECONDS = 30
const SERVFAIL = 2
const NXDOMAIN = 3

interface Entry {
  readonly bytes: Buffer
  readonly lifetimes: Lifetimes
  readonly from: number
}

export class ForwardCache {
  readonly #entries: LruMap<Entry> = createLruMap(ENTRIES)

  /** The answer as it would read now, under the id 0; undefined: not known or too old. */
  get(key: string, now: number): Buffer | undefined {
    const entry = this.#entries.get(key)
    if (!entry) return undefined
    const seconds = Math.floor((now - entry.from) / 1000)
    if (seconds < Math.min(LONGEST_SECONDS, entry.lifetimes.seconds)) return aged(entry.bytes, entry.lifetimes, seconds)
    this.#entries.delete(key)
    return undefined
  }
  /** Keeps an answer, if it is one that may be kept. */
  put(key: string, bytes: Buffer, now: number): void {
    const code = (bytes[3] ?? SERVFAIL) & 15
    const truncated = ((bytes[2] ?? 0) & 2) !== 0
    if (bytes.length > LARGEST || truncated || (code !== 0 && code !== NXDOMAIN)) return
    let found: Lifetimes
    try {
      found = lifetimes(bytes)
    } catch {
      return // a message that we cannot read through is passed on, and not kept
    }
    if (found.seconds > 0) this.#entries.set(key, { bytes, lifetimes: found, from: now })
  }
}
