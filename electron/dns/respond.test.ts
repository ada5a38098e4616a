import { decode, type Packet } from 'dns-packet'
import { describe, expect, test } from 'vitest'
import type { Forwarder } from './forward.ts'
import { createCounts } from './metrics.ts'
import { createResponder } from './respond.ts'
import { recordsOf } from './service-records.ts'
import { DOMAIN, edns, question, ready, service, slice } from './testing.ts'
import { Zone } from './zone.ts'

const asked: string[] = []
const forwarder: Forwarder = {
  underWay: 0,
  async ask(bytes) {
    const packet = decode(bytes)
    const [q] = packet.questions ?? []
    asked.push(`${q?.name} ${q?.type}`)
    if (q?.name === 'broken.example') throw new Error('nobody answers')
    const { encode } = await import('dns-packet')
    return encode({ type: 'response', id: packet.id ?? 0, flags: 0x0180, questions: packet.questions ?? [], answers: [{ name: q?.name ?? '', type: 'A', ttl: 99, data: '192.0.2.1' }] })
  },
  stop: () => undefined,
}

const zone = new Zone(DOMAIN, '10.96.0.10')
const many = Array.from({ length: 60 }, (_, i) => ready(`10.244.2.${i + 1}`))
for (const [of, slices] of [
  [service('web'), []],
  [service('db', { clusterIP: 'None' }), [slice('db', [ready('10.244.1.5', { hostname: 'db-0' }), ready('10.244.1.6', { hostname: 'db-1' })])]],
  [service('many', { clusterIP: 'None' }), [slice('many', many)]],
  [service('out', { type: 'ExternalName', externalName: 'example.com' }), []],
  [service('gone', { type: 'ExternalName', externalName: 'broken.example' }), []],
  [service('inner', { type: 'ExternalName', externalName: 'web.default.svc.cluster.local' }), []],
  [service('round', { type: 'ExternalName', externalName: 'round.default.svc.cluster.local' }), []],
] as const) zone.set(`default/${of.metadata.name}`, recordsOf(of, slices, DOMAIN))

const counts = createCounts({ server: () => 'dns://10.0.0.1:10053', underWay: () => 0, names: () => zone.size })
const respond = createResponder({ zone, hasNamespace: (n) => n === 'default' || n === 'empty', isOurs: (ip) => ip.startsWith('10.') }, forwarder, counts, () => 0.999)
async function ask(bytes: Buffer, transport: 'udp' | 'tcp' = 'udp') {
  const answer = await respond(bytes, transport)
  if (!answer) throw new Error('no answer')
  return { ...(decode(answer) as unknown as Packet & { rcode: string; flag_aa: boolean; flag_tc: boolean }), bytes: answer }
}
const text = ({ answers }: Packet): string[] => (answers ?? []).map((a) => `${a.name} ${a.type} ${JSON.stringify((a as { data: unknown }).data)}`)

const rows: [name: string, type: Parameters<typeof question>[1], code: string, answers: string[]][] = [
  ['web.default.svc.cluster.local', 'A', 'NOERROR', ['web.default.svc.cluster.local A "10.96.0.7"']],
  ['WEB.Default.svc.CLUSTER.local', 'A', 'NOERROR', ['WEB.Default.svc.CLUSTER.local A "10.96.0.7"']],
  ['web.default.svc.cluster.local', 'AAAA', 'NOERROR', []],
  ['nothing.default.svc.cluster.local', 'A', 'NXDOMAIN', []],
  ['web.default.svc.cluster.local.default.svc.cluster.local', 'A', 'NXDOMAIN', []],
  // Names that only have names below them exist.
  ['_tcp.web.default.svc.cluster.local', 'A', 'NOERROR', []],
  ['default.svc.cluster.local', 'A', 'NOERROR', []],
  ['empty.svc.cluster.local', 'A', 'NOERROR', []],
  ['nowhere.svc.cluster.local', 'A', 'NXDOMAIN', []],
  ['svc.cluster.local', 'A', 'NOERROR', []],
  ['cluster.local', 'A', 'NOERROR', []],
  ['cluster.local', 'NS', 'NOERROR', ['cluster.local NS "ns.dns.cluster.local"']],
  ['ns.dns.cluster.local', 'A', 'NOERROR', ['ns.dns.cluster.local A "10.96.0.10"']],
  ['dns-version.cluster.local', 'TXT', 'NOERROR', ['dns-version.cluster.local TXT [{"type":"Buffer","data":[49,46,49,46,48]}]']],
  ['db-1.db.default.svc.cluster.local', 'A', 'NOERROR', ['db-1.db.default.svc.cluster.local A "10.244.1.6"']],
  ['7.0.96.10.in-addr.arpa', 'PTR', 'NOERROR', ['7.0.96.10.in-addr.arpa PTR "web.default.svc.cluster.local"']],
  ['9.9.96.10.in-addr.arpa', 'PTR', 'NXDOMAIN', []],
  ['10-244-1-5.default.pod.cluster.local', 'A', 'NOERROR', ['10-244-1-5.default.pod.cluster.local A "10.244.1.5"']],
  ['10-244-1-5.default.pod.cluster.local', 'AAAA', 'NOERROR', []],
  ['fd00--5.default.pod.cluster.local', 'AAAA', 'NOERROR', ['fd00--5.default.pod.cluster.local AAAA "fd00::5"']],
  ['10-244-1-5.nowhere.pod.cluster.local', 'A', 'NXDOMAIN', []],
  ['10-244-1-999.default.pod.cluster.local', 'A', 'NXDOMAIN', []],
  ['default.pod.cluster.local', 'A', 'NOERROR', []],
  ['pod.cluster.local', 'A', 'NOERROR', []],
  ['inner.default.svc.cluster.local', 'A', 'NOERROR', ['inner.default.svc.cluster.local CNAME "web.default.svc.cluster.local"', 'web.default.svc.cluster.local A "10.96.0.7"']],
  ['out.default.svc.cluster.local', 'A', 'NOERROR', ['out.default.svc.cluster.local CNAME "example.com"', 'example.com A "192.0.2.1"']],
  ['out.default.svc.cluster.local', 'CNAME', 'NOERROR', ['out.default.svc.cluster.local CNAME "example.com"']],
  ['gone.default.svc.cluster.local', 'A', 'NOERROR', ['gone.default.svc.cluster.local CNAME "broken.example"']],
  ['example.org', 'A', 'NOERROR', ['example.org A "192.0.2.1"']],
  ['8.8.8.8.in-addr.arpa', 'PTR', 'NOERROR', ['8.8.8.8.in-addr.arpa A "192.0.2.1"']],
  ['broken.example', 'A', 'SERVFAIL', []],
]

describe('answers', () => {
  test.each(rows)('%s %s: %s', async (name, type, code, answers) => {
    const said = await ask(question(name, type))
    expect({ code: said.rcode, id: said.id, answers: text(said) }).toEqual({ code, id: 4711, answers })
    // "No such name" and "nothing of this type" may be remembered as long as the SOA says.
    const soa = !answers.length && code !== 'SERVFAIL' ? [{ name: DOMAIN, type: 'SOA', ttl: 30, data: { minimum: 30 } }] : []
    expect(said.authorities).toMatchObject(soa)
    const ours = name.toLowerCase().endsWith(DOMAIN) || name.includes('.96.10.')
    expect(said.flag_aa).toBe(ours)
  })

  test('headless: all addresses, and the SRV targets with theirs beside them', async () => {
    expect(text(await ask(question('db.default.svc.cluster.local')))).toEqual(['db.default.svc.cluster.local A "10.244.1.5"', 'db.default.svc.cluster.local A "10.244.1.6"'])
    const srv = await ask(question('_http._tcp.db.default.svc.cluster.local', 'SRV'))
    expect(srv.answers).toHaveLength(2)
    expect(srv.additionals?.map((a) => a.name)).toEqual(['db-0.db.default.svc.cluster.local', 'db-1.db.default.svc.cluster.local'])
  })

  test('an alias to itself ends', async () => {
    const said = await ask(question('round.default.svc.cluster.local'))
    expect(said.rcode).toBe('NOERROR')
    expect(said.answers).toHaveLength(8)
  })

  test('what does not fit is cut off and said so; by TCP it fits', async () => {
    const plain = await ask(question('many.default.svc.cluster.local'))
    expect(plain.bytes.length).toBeLessThanOrEqual(512)
    expect(plain.flag_tc).toBe(true)
    expect(plain.answers?.length).toBeGreaterThan(25)
    const larger = await ask(question('many.default.svc.cluster.local', 'A', { additionals: edns(4096) }))
    expect(larger.flag_tc).toBe(false)
    expect(larger.answers).toHaveLength(60)
    expect(larger.additionals).toMatchObject([{ type: 'OPT', udpPayloadSize: 1232 }])
    expect((await ask(question('many.default.svc.cluster.local'), 'tcp')).answers).toHaveLength(60)
  })

  test.each([
    ['a version of EDNS that nobody knows', question('web.default.svc.cluster.local', 'A', { additionals: edns(512, 1) }), 'NOERROR'],
    ['a zone transfer', question('cluster.local', 'AXFR'), 'REFUSED'],
    ['not recursive, not ours', question('example.org', 'A', { flags: 0 }), 'REFUSED'],
    ['an update', (() => { const b = question('cluster.local'); b[2] = 5 << 3; return b })(), 'NOTIMP'],
    ['no question', question('x', 'A', { questions: [] }), 'FORMERR'],
    ['a name that runs out', question('web.default.svc.cluster.local').subarray(0, 20), 'FORMERR'],
  ])('refuses %s', async (_title, bytes, code) => {
    const said = await ask(bytes)
    expect(said.rcode).toBe(code)
    expect(said.answers).toEqual([])
  })
  test('an unknown EDNS version is named by the upper bits of the code', async () => {
    const said = await ask(question('web.default.svc.cluster.local', 'A', { additionals: edns(512, 1) }))
    expect(said.additionals).toMatchObject([{ type: 'OPT', extendedRcode: 1 }])
  })
  test('answers and fragments are not answered', () => {
    const answer = question('web.default.svc.cluster.local')
    answer[2] = 0x80
    expect(respond(answer, 'udp')).toBeUndefined()
    expect(respond(Buffer.alloc(5), 'udp')).toBeUndefined()
  })
})

describe('what is counted', () => {
  const where = 'server="dns://10.0.0.1:10053",zone=".",view=""'
  const fresh = () => {
    const own = createCounts({ server: () => 'dns://10.0.0.1:10053', underWay: () => 0, names: () => zone.size })
    const answer = createResponder({ zone, hasNamespace: (n) => n === 'default', isOurs: (ip) => ip.startsWith('10.') }, forwarder, own)
    return { answer, lines: async () => (await own.text()).split('\n') }
  }
  test('each question and each answer, once', async () => {
    const { answer, lines } = fresh()
    const web = question('web.default.svc.cluster.local')
    const size = (await answer(web, 'udp'))?.length ?? 0
    await answer(question('nothing.default.svc.cluster.local'), 'tcp')
    await answer(question('web.default.svc.cluster.local', 'AAAA', { additionals: [{ ...edns(512)?.[0], flags: 0x8000 } as never] }), 'udp')
    await answer(question('example.org'), 'udp')
    await answer(question('broken.example'), 'udp')
    await answer(question('out.default.svc.cluster.local', 'A'), 'udp')
    await answer(question('cluster.local', 'AXFR'), 'tcp')
    await answer(question('x', 'A', { questions: [] }), 'udp')
    await answer(Buffer.alloc(5), 'udp')
    const said = await lines()
    for (const line of [
      `coredns_dns_requests_total{${where},proto="udp",family="1",type="A"} 4`, `coredns_dns_requests_total{${where},proto="tcp",family="1",type="A"} 1`, `coredns_dns_requests_total{${where},proto="udp",family="1",type="AAAA"} 1`,
      `coredns_dns_requests_total{${where},proto="tcp",family="1",type="AXFR"} 1`, `coredns_dns_requests_total{${where},proto="udp",family="1",type="other"} 1`, `coredns_dns_do_requests_total{${where}} 1`,
      `coredns_dns_responses_total{${where},rcode="NOERROR",plugin="kubernetes"} 3`, `coredns_dns_responses_total{${where},rcode="NOERROR",plugin="forward"} 1`, `coredns_dns_responses_total{${where},rcode="SERVFAIL",plugin="forward"} 1`,
      `coredns_dns_responses_total{${where},rcode="NXDOMAIN",plugin="kubernetes"} 1`, `coredns_dns_responses_total{${where},rcode="REFUSED",plugin=""} 1`, `coredns_dns_responses_total{${where},rcode="FORMERR",plugin=""} 1`,
      `coredns_dns_request_duration_seconds_count{${where},type="A"} 5`, `coredns_dns_request_size_bytes_count{${where},proto="udp"} 6`, `coredns_dns_response_size_bytes_count{${where},proto="tcp"} 2`,
      'coredns_forward_requests_under_way 0', `pilothouse_dns_zone_names ${zone.size}`,
    ]) expect(said).toContain(line)
    const one = fresh()
    await one.answer(web, 'udp')
    expect(await one.lines()).toEqual(expect.arrayContaining([`coredns_dns_request_size_bytes_sum{${where},proto="udp"} ${web.length}`, `coredns_dns_response_size_bytes_sum{${where},proto="udp"} ${size}`, `coredns_dns_response_size_bytes_bucket{${where},proto="udp",le="100"} 1`]))
  })
  test('types that nobody has heard of are told together', async () => {
    const { answer, lines } = fresh()
    for (let type = 400; type < 420; type++) {
      const bytes = question('web.default.svc.cluster.local')
      bytes.writeUInt16BE(type, bytes.length - 4)
      await answer(bytes, 'udp')
    }
    expect((await lines()).filter((line) => line.startsWith('coredns_dns_requests_total'))).toEqual([`coredns_dns_requests_total{${where},proto="udp",family="1",type="other"} 20`])
  })
})

describe('the zone', () => {
  test('a Service that goes takes its names with it, and not those of others', () => {
    const z = new Zone(DOMAIN, '10.96.0.10')
    const shared = slice('a', [ready('10.244.1.5')])
    z.set('default/a', recordsOf(service('a', { clusterIP: 'None' }), [shared], DOMAIN))
    z.set('default/b', recordsOf(service('b', { clusterIP: 'None' }), [shared], DOMAIN))
    expect(z.lookup('5.1.244.10.in-addr.arpa')?.get('PTR')).toHaveLength(2)
    const before = z.soa
    z.set('default/a', new Map())
    expect(z.soa).not.toBe(before)
    expect(z.lookup('a.default.svc.cluster.local')).toBeUndefined()
    expect(z.lookup('_tcp.a.default.svc.cluster.local')).toBeUndefined()
    expect(z.lookup('5.1.244.10.in-addr.arpa')?.get('PTR')).toHaveLength(1)
    z.set('default/b', new Map())
    expect(z.lookup('default.svc.cluster.local')).toBeUndefined()
  })
})
