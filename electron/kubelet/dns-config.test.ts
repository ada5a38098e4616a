import { describe, expect, it } from 'vitest'
import type { PodSpec } from '../../shared/api/types.ts'
import { parseResolvConf, podDns, resolvConf } from './dns-config.ts'
import { podOf } from './testing.ts'

const HOST = { servers: ['192.0.2.53'], searches: ['home.example'], options: ['edns0'] }
const CLUSTER = { server: '10.96.0.10', domain: 'cluster.local' }
const OWN = 'd.svc.cluster.local svc.cluster.local cluster.local'
const file = (spec: Partial<PodSpec>, cluster: { server?: string; domain: string } = CLUSTER): string => resolvConf(podDns(podOf(spec), cluster, HOST).config)

describe('resolv.conf of a pod', () => {
  it.each<[string, Partial<PodSpec>, string]>([
    ['ClusterFirst', { dnsPolicy: 'ClusterFirst' }, `search ${OWN} home.example\nnameserver 10.96.0.10\noptions ndots:5\n`],
    ['ClusterFirst on the host network is the host', { dnsPolicy: 'ClusterFirst', hostNetwork: true }, 'search home.example\nnameserver 192.0.2.53\noptions edns0\n'],
    ['ClusterFirstWithHostNet', { dnsPolicy: 'ClusterFirstWithHostNet', hostNetwork: true }, `search ${OWN} home.example\nnameserver 10.96.0.10\noptions ndots:5\n`],
    ['Default', { dnsPolicy: 'Default' }, 'search home.example\nnameserver 192.0.2.53\noptions edns0\n'],
    ['None', { dnsPolicy: 'None', dnsConfig: { nameservers: ['1.1.1.1'], searches: ['x.y'] } }, 'search x.y\nnameserver 1.1.1.1\n'],
    ['dnsConfig adds, and its options win', { dnsPolicy: 'ClusterFirst', dnsConfig: { nameservers: ['1.1.1.1', '10.96.0.10'], searches: ['x.y', 'cluster.local'], options: [{ name: 'ndots', value: '2' }, { name: 'edns0' }] } },
      `search ${OWN} home.example x.y\nnameserver 10.96.0.10\nnameserver 1.1.1.1\noptions ndots:2 edns0\n`],
  ])('%s', (_n, spec, expected) => expect(file(spec)).toBe(expected))

  it('without a cluster DNS is the host\'s, and says so', () => {
    const { config, warnings } = podDns(podOf({ dnsPolicy: 'ClusterFirst' }), { domain: 'cluster.local' }, HOST)
    expect(config).toEqual(HOST)
    expect(warnings).toEqual([{ reason: 'MissingClusterDNS', message: expect.stringContaining('"ClusterFirst" policy. Falling back to "Default"') }])
  })
  it('keeps to what resolvers take, and says so', () => {
    const { config, warnings } = podDns(podOf({ dnsPolicy: 'ClusterFirst', dnsConfig: { nameservers: ['1.1.1.1', '1.1.1.2', '1.1.1.3'], searches: Array.from({ length: 40 }, (_, i) => `s${i}.example`) } }), CLUSTER, HOST)
    expect(config.servers).toEqual(['10.96.0.10', '1.1.1.1', '1.1.1.2'])
    expect(config.searches).toHaveLength(32)
    expect(warnings.map((w) => w.reason)).toEqual(['DNSConfigForming', 'DNSConfigForming'])
  })
  it('reads a file as resolvers do', () => {
    expect(parseResolvConf('# c\ndomain old\nsearch a b\n nameserver 1.1.1.1\nnameserver\noptions ndots:1 rotate\n')).toEqual({ servers: ['1.1.1.1'], searches: ['a', 'b'], options: ['ndots:1', 'rotate'] })
  })
})
