/**
 * What is not of the cluster goes to the machine's own resolvers, as it came, and their answer goes back as it came. The
 * number of questions under way is bounded, equal ones are asked once, and answers are kept for a short while.
 */
import type { Clock } from '../../shared/clock.ts'
import { exchange as realExchange, parseUpstream, type Exchange, type Upstream } from './exchange.ts'
import { ForwardCache } from './forward-cache.ts'

/** Source: `max_concurrent 1000` of the usual Corefile. */
const MOST_UNDER_WAY = 1000
const EACH_TIMEOUT_MS = 2000
const ALL_TIMEOUT_MS = 5000

export interface ForwarderOptions {
  readonly clock: Clock
  /** The machine's resolvers now, as the system lists them. */
  readonly resolvers: () => readonly string[]
  /** Addresses that lead back to us. */
  readonly own: () => readonly string[]
  readonly exchange?: Exchange
  readonly mostUnderWay?: number
}
export interface Forwarder {
  /** Answer bytes under the question's id. Rejects when there is nobody to ask, nobody answers, or too much is asked. */
  ask(question: Buffer, transport: 'udp' | 'tcp'): Promise<Buffer>
  readonly underWay: number
  stop(): void
}

/** Everything but the id decides: the question in whatever case, flags and options. */
const keyOf = (question: Buffer, transport: string): string => `${transport} ${question.toString('latin1', 2).toLowerCase()}`
const withId = (bytes: Buffer, id: number): Buffer => {
  const copy = Buffer.from(bytes)
  copy.writeUInt16BE(id, 0)
  return copy
}

export function createForwarder({ clock, resolvers, own, exchange = realExchange, mostUnderWay = MOST_UNDER_WAY }: ForwarderOptions): Forwarder {
  const cache = new ForwardCache()
  const underWay = new Map<string, Promise<Buffer>>()
  const closing = new AbortController()
  /** The one that answered last is asked first. */
  let preferred = ''

  const upstreams = (): Upstream[] => {
    const mine = new Set(own())
    const all = resolvers().flatMap((text) => parseUpstream(text) ?? []).filter((u) => !mine.has(u.address))
    return all.sort((a, b) => Number(b.address === preferred) - Number(a.address === preferred))
  }
  async function attempt(question: Buffer, to: Upstream, transport: 'udp' | 'tcp', milliseconds: number): Promise<Buffer> {
    const late = new AbortController()
    const abort = (): void => late.abort(new Error('the DNS server is stopping'))
    const timer = clock.after(milliseconds, () => late.abort(new Error(`${to.address} did not answer in time`)))
    closing.signal.addEventListener('abort', abort, { once: true })
    try {
      return await exchange(question, to, transport, late.signal)
    } finally {
      timer.cancel()
      closing.signal.removeEventListener('abort', abort)
    }
  }
  async function askAll(question: Buffer, transport: 'udp' | 'tcp'): Promise<Buffer> {
    const until = clock.now() + ALL_TIMEOUT_MS
    let failure: unknown = new Error('this machine has no resolver')
    for (const to of upstreams()) {
      const left = until - clock.now()
      if (left <= 0 || closing.signal.aborted) break
      try {
        const answer = await attempt(question, to, transport, Math.min(EACH_TIMEOUT_MS, left))
        preferred = to.address
        return answer
      } catch (error) {
        failure = error
      }
    }
    throw failure
  }
  return {
    get underWay() {
      return underWay.size
    },
    async ask(question, transport) {
      closing.signal.throwIfAborted()
      const id = question.readUInt16BE(0)
      const key = keyOf(question, transport)
      const known = cache.get(key, clock.now())
      if (known) return withId(known, id)
      let asking = underWay.get(key)
      if (!asking) {
        if (underWay.size >= mostUnderWay) throw new Error('too many questions are under way')
        asking = askAll(question, transport).then((answer) => {
          cache.put(key, answer, clock.now())
          return answer
        }).finally(() => underWay.delete(key))
        underWay.set(key, asking)
      }
      return withId(await asking, id)
    },
    stop() {
      closing.abort(new Error('the DNS server is stopping'))
    },
  }
}
