import { decode } from 'dns-packet'
import { describe, expect, test } from 'vitest'
import type { EndpointSlice, Service } from '../../shared/api/types.ts'
import { recordsOf } from './service-records.ts'
import { DOMAIN, ready, service, slice } from './testing.ts'
import { OWNER_IS_QUESTION, type ZoneRecord } from './wire.ts'

/** A record as text, read back from its bytes by the library. */
function text(record: ZoneRecord): string {
  const header = Buffer.from([0, 0, 0x80, 0, 0, 1, 0, 1, 0, 0, 0, 0])
  const [answer] = decode(Buffer.concat([header, Buffer.from([0, 0, 1, 0, 1]), OWNER_IS_QUESTION, record.tail])).answers ?? []
  const { type, ttl, data } = answer as { type: string; ttl: number; data: unknown }
  return `${ttl} ${type} ${typeof data === 'string' ? data : Array.isArray(data) ? String(data) : Object.values(data as object).join(' ')}`
}

const cases: { title: string; service: Service; slices?: EndpointSlice[]; expected: Record<string, string[]> }[] = [
  {
    title: 'a cluster address: A, SRV of named ports, PTR',
    service: service('web', { ports: [{ name: 'http', port: 80, protocol: 'TCP' }, { port: 81, protocol: 'TCP' }, { name: 'dns', port: 53, protocol: 'UDP' }] }),
    expected: {
      'web.default.svc.cluster.local': ['30 A 10.96.0.7'], '7.0.96.10.in-addr.arpa': ['30 PTR web.default.svc.cluster.local'],
      '_http._tcp.web.default.svc.cluster.local': ['30 SRV 0 100 80 web.default.svc.cluster.local'], '_dns._udp.web.default.svc.cluster.local': ['30 SRV 0 100 53 web.default.svc.cluster.local'],
    },
  },
  {
    title: 'two families', service: service('web', { clusterIPs: ['10.96.0.7', 'fd00::7'], ports: [] }),
    expected: {
      'web.default.svc.cluster.local': ['30 A 10.96.0.7', '30 AAAA fd00::7'], '7.0.96.10.in-addr.arpa': ['30 PTR web.default.svc.cluster.local'],
      '7.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.d.f.ip6.arpa': ['30 PTR web.default.svc.cluster.local'],
    },
  },
  {
    title: 'headless: an A record for each ready endpoint, under its hostname or its dashed address',
    service: service('db', { clusterIP: 'None' }),
    slices: [slice('db', [ready('10.244.1.5', { hostname: 'db-0' }), ready('10.244.1.6'), ready('10.244.1.7', { conditions: { ready: false } })])],
    expected: {
      'db.default.svc.cluster.local': ['30 A 10.244.1.5', '30 A 10.244.1.6'],
      'db-0.db.default.svc.cluster.local': ['30 A 10.244.1.5'], '10-244-1-6.db.default.svc.cluster.local': ['30 A 10.244.1.6'],
      '_http._tcp.db.default.svc.cluster.local': ['30 SRV 0 50 8080 db-0.db.default.svc.cluster.local', '30 SRV 0 50 8080 10-244-1-6.db.default.svc.cluster.local'],
      '5.1.244.10.in-addr.arpa': ['30 PTR db-0.db.default.svc.cluster.local'], '6.1.244.10.in-addr.arpa': ['30 PTR 10-244-1-6.db.default.svc.cluster.local'],
    },
  },
  {
    title: 'headless, one address in the slices of two sets of ports: one A record', service: service('db', { clusterIP: 'None' }),
    slices: [slice('db', [ready('10.244.1.5')], [{ name: 'a', port: 1, protocol: 'TCP' }]), slice('db', [ready('10.244.1.5')], [{ name: 'b', port: 2, protocol: 'UDP' }])],
    expected: {
      'db.default.svc.cluster.local': ['30 A 10.244.1.5'], '10-244-1-5.db.default.svc.cluster.local': ['30 A 10.244.1.5'], '5.1.244.10.in-addr.arpa': ['30 PTR 10-244-1-5.db.default.svc.cluster.local'],
      '_a._tcp.db.default.svc.cluster.local': ['30 SRV 0 50 1 10-244-1-5.db.default.svc.cluster.local'], '_b._udp.db.default.svc.cluster.local': ['30 SRV 0 50 2 10-244-1-5.db.default.svc.cluster.local'],
    },
  },
  { title: 'headless without ready endpoints: no name', service: service('db', { clusterIP: 'None' }), slices: [slice('db', [ready('10.244.1.7', { conditions: { ready: false } })])], expected: {} },
  { title: 'an external name: CNAME', service: service('out', { type: 'ExternalName', clusterIP: '', externalName: 'Example.com.' }), expected: { 'out.default.svc.cluster.local': ['30 CNAME example.com'] } },
  { title: 'no address yet', service: service('new', { clusterIP: '' }), expected: {} },
]

describe('the names that a Service gives', () => {
  test.each(cases)('$title', ({ service: of, slices = [], expected }) => {
    expect(Object.fromEntries([...recordsOf(of, slices, DOMAIN)].map(([name, records]) => [name, records.map(text)]))).toEqual(expected)
  })
})
