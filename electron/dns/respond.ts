/** From a question's bytes to an answer's. What the zone knows is answered at once, the rest when others have answered. */
import { decode, encode } from 'dns-packet'
import type { Forwarder } from './forward.ts'
import { isAuthoritative, lookup, type World } from './lookup.ts'
import { CODES, LARGEST_TCP, readQuery, udpLimit, writeAnswer, writeRefusal, type Answered, type Code, type Query } from './message.ts'

export type Transport = 'udp' | 'tcp'
/** Who answers: the cluster's zone, another resolver, or the server itself, which refuses. */
export type Source = 'zone' | 'forward' | 'server'
/** A question as it came in. */
export interface Asked {
  readonly transport: Transport
  /** '' where it cannot be read. */
  readonly type: string
  readonly size: number
  readonly dnssec: boolean
  /** By performance.now(). */
  readonly began: number
}
export interface Observer {
  /** `size`: of the answer, in bytes. */
  answered(asked: Asked, code: Code, source: Source, size: number): void
}
/** The answer's bytes; undefined: this is not answered. Never rejects. */
export type Respond = (message: Buffer, transport: Transport) => Buffer | undefined | Promise<Buffer | undefined>

const codeNames = new Map<number, Code>(Object.entries(CODES).map(([name, n]) => [n, name as Code]))

export function createResponder(world: World, forwarder: Forwarder, observer: Observer, random: () => number = Math.random): Respond {
  const limitOf = (query: Query, transport: Transport): number => (transport === 'udp' ? udpLimit(query) : LARGEST_TCP)
  const write = (query: Query, asked: Asked, answered: Answered, source: Source = 'zone'): Buffer => {
    const answer = writeAnswer(query, answered, limitOf(query, asked.transport))
    observer.answered(asked, answered.code, source, answer.length)
    return answer
  }

  function fromZone(query: Query, asked: Asked): Buffer | Promise<Buffer> {
    const found = lookup(query.name, query.type, world, random)
    const { zone } = world
    if (found.alias !== undefined) return followAlias(query, asked, found.alias, { ...found, authoritative: true })
    return write(query, asked, { ...found, authoritative: true, authority: found.answers.length && found.code === 'NOERROR' ? undefined : { encodedName: zone.encodedDomain, record: zone.soa } })
  }

  /** The records of a name outside stand behind the alias that leads to it, as recursive resolvers do it. */
  async function followAlias(query: Query, asked: Asked, alias: string, answered: Answered): Promise<Buffer> {
    if (query.type === 'CNAME' || query.class !== 'IN') return write(query, asked, answered)
    try {
      const question = encode({ type: 'query', id: query.id, flags: 0x0100, questions: [{ name: alias, type: query.type as 'A' }] })
      const said = decode(await forwarder.ask(question, asked.transport))
      const appended = (said.answers ?? []).map((record) => Buffer.from(encode({ type: 'response', answers: [record] }).subarray(12)))
      return write(query, asked, { ...answered, appended })
    } catch {
      // The alias itself is true; who asks can go on from it.
      return write(query, asked, answered)
    }
  }

  async function forward(query: Query, asked: Asked): Promise<Buffer> {
    let answer: Buffer
    try {
      answer = await forwarder.ask(query.bytes, asked.transport)
    } catch {
      return write(query, asked, { code: 'SERVFAIL', authoritative: false }, 'forward')
    }
    observer.answered(asked, codeNames.get((answer[3] ?? 2) & 15) ?? 'SERVFAIL', 'forward', answer.length)
    return answer
  }

  return (message, transport) => {
    const began = performance.now()
    const query = readQuery(message)
    if ('code' in query) {
      const refusal = writeRefusal(query)
      if (query.code) observer.answered({ transport, type: '', size: message.length, dnssec: false, began }, query.code, 'server', refusal?.length ?? 0)
      return refusal
    }
    const asked: Asked = { transport, type: query.type, size: message.length, dnssec: query.edns?.dnssec ?? false, began }
    const refuse = (code: Code): Buffer => write(query, asked, { code, authoritative: false }, 'server')
    if (query.edns && query.edns.version !== 0) return refuse('BADVERS')
    if (query.type === 'AXFR' || query.type === 'IXFR') return refuse('REFUSED')
    if (query.class === 'IN' && isAuthoritative(query.name, world)) return fromZone(query, asked)
    if (!query.recursionDesired || query.class !== 'IN') return refuse('REFUSED')
    return forward(query, asked)
  }
}
