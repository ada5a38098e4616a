/**
 * What a client of the API may rely on after a crash. A write that was answered must be there; one whose answer never came
 * may be there or not, and whichever it is, it stays so.
 */
import { Api } from '../bench/http.ts'

/** undefined: not there. */
type Value = string | undefined
interface Entry {
  acknowledged: Value
  /** Sent and not answered, newest last. */
  open: Value[]
}

export class Ledger {
  readonly #entries = new Map<string, Entry>()
  /** Writes that were answered. */
  acknowledged = 0

  /** Runs one write of `key`; rejects as the write does, having noted what may have become of it. */
  async write<T>(key: string, value: Value, send: () => Promise<T>): Promise<T> {
    const entry = this.#entries.get(key) ?? { acknowledged: undefined, open: [] }
    this.#entries.set(key, entry)
    entry.open.push(value)
    const answer = await send()
    entry.acknowledged = value
    entry.open = []
    this.acknowledged++
    return answer
  }
  /** Keys that are, or may be, there. */
  keys(): string[] {
    return [...this.#entries].filter(([, e]) => e.acknowledged !== undefined || e.open.some((v) => v !== undefined)).map(([k]) => k)
  }
  /** What is known to be there, or undefined when it is not there or unknown. */
  value(key: string): Value {
    return this.#entries.get(key)?.acknowledged
  }
  /** Sentences about what was lost or came back; takes what is there as the truth from now on. */
  compare(actual: ReadonlyMap<string, string>): string[] {
    const wrong: string[] = []
    for (const [key, entry] of this.#entries) {
      const now = actual.get(key)
      if (![entry.acknowledged, ...entry.open].includes(now)) wrong.push(`${key} is ${JSON.stringify(now)}; acknowledged was ${JSON.stringify(entry.acknowledged)}, unanswered ${JSON.stringify(entry.open)}`)
      entry.acknowledged = now
      entry.open = []
    }
    for (const key of actual.keys()) if (!this.#entries.has(key)) wrong.push(`${key} was never written`)
    return wrong
  }
}

/** The process was killed under the request: no answer, or a connection that cannot be made. Any other failure is a real one. */
export function cutOff(e: unknown): boolean {
  const { code, message } = e as NodeJS.ErrnoException
  return ['ECONNRESET', 'ECONNREFUSED', 'EPIPE'].includes(code ?? '') || /aborted|socket hang up|before secure TLS connection|EOF|connection re(set|fused)/.test(message)
}
export { Api }
