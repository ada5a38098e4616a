/** From a question's bytes to an answer's. What the zone knows is answered at once, the rest when others have answered. */
import { decode, encode } from 'dns-packet'
import type { Forwarder } from './forward.ts'
import { isAuthoritative, lookup, type World } from './lookup.ts'
import { CODES, LARGEST_TCP, readQuery, udpLimit, writeAnswer, writeRefusal, type Answered, type Code, type Query } from './message.ts'

export type Transport = 'udp' | 'tcp'
export interface Observer {
  answered(code: Code, source: 'zone' | 'forward', transport: Transport): void
}
/** The answer's bytes; undefined: this is not answered. Never rejects. */
export type Respond = (message: Buffer, transport: Transport) => Buffer | undefined | Promise<Buffer | undefined>

const codeNames = new Map<number, Code>(Object.entries(CODES).map(([name, n]) => [n, name as Code]))

export function createResponder(world: World, forwarder: Forwarder, observer: Observer, random: () => number = Math.random): Respond {
  const limitOf = (query: Query, transport: Transport): number => (transport === 'udp' ? udpLimit(query) : LARGEST_TCP)
  const write = (query: Query, transport: Transport, answered: Answered, source: 'zone' | 'forward' = 'zone'): Buffer => {
    observer.answered(answered.code, source, transport)
    return writeAnswer(query, answered, limitOf(query, transport))
  }

  function fromZone(query: Query, transport: Transport): Buffer | Promise<Buffer> {
    const found = lookup(query.name, query.type, world, random)
    const { zone } = world
    if (found.alias !== undefined) return followAlias(query, transport, found.alias, { ...found, authoritative: true })
    return write(query, transport, { ...found, authoritative: true, authority: found.answers.length && found.code === 'NOERROR' ? undefined : { encodedName: zone.encodedDomain, record: zone.soa } })
  }

  /** The records of a name outside stand behind the alias that leads to it, as recursive resolvers do it. */
  async function followAlias(query: Query, transport: Transport, alias: string, answered: Answered): Promise<Buffer> {
    if (query.type === 'CNAME' || query.class !== 'IN') return write(query, transport, answered)
    try {
      const question = encode({ type: 'query', id: query.id, flags: 0x0100, questions: [{ name: alias, type: query.type as 'A' }] })
      const said = decode(await forwarder.ask(question, transport))
      const appended = (said.answers ?? []).map((record) => Buffer.from(encode({ type: 'response', answers: [record] }).subarray(12)))
      return write(query, transport, { ...answered, appended })
    } catch {
      // The alias itself is true; who asks can go on from it.
      return write(query, transport, answered)
    }
  }

  async function forward(query: Query, transport: Transport): Promise<Buffer> {
    let answer: Buffer
    try {
      answer = await forwarder.ask(query.bytes, transport)
    } catch {
      return write(query, transport, { code: 'SERVFAIL', authoritative: false }, 'forward')
    }
    observer.answered(codeNames.get((answer[3] ?? 2) & 15) ?? 'SERVFAIL', 'forward', transport)
    return answer
  }

  return (message, transport) => {
    const query = readQuery(message)
    if ('code' in query) {
      if (query.code) observer.answered(query.code, 'zone', transport)
      return writeRefusal(query)
    }
    if (query.edns && query.edns.version !== 0) return write(query, transport, { code: 'BADVERS', authoritative: false })
    if (query.type === 'AXFR' || query.type === 'IXFR') return write(query, transport, { code: 'REFUSED', authoritative: false })
    if (query.class === 'IN' && isAuthoritative(query.name, world)) return fromZone(query, transport)
    if (!query.recursionDesired || query.class !== 'IN') return write(query, transport, { code: 'REFUSED', authoritative: false })
    return forward(query, transport)
  }
}
