/** The whole of it over the real API server and real sockets, asked by Node's own resolver. */
import { Resolver } from 'node:dns/promises'
import { createServer } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { EndpointsObjects, EndpointSlices, Services } from '../../shared/api/resources.ts'
import type { ClusterNetwork } from '../../shared/cluster-network.ts'
import { realClock } from '../../shared/clock.ts'
// oxlint-disable-next-line no-restricted-imports -- tests run against the real API server
import { startWorld, type World } from '../apiserver/testing.ts'
// oxlint-disable-next-line no-restricted-imports -- the policy that the cluster ships
import { policyFor } from '../controllers/testing.ts'
import { createClientFactory, createInformerFactory } from '../client/index.ts'
import type { Client } from '../client/types.ts'
import { createClusterDns, type ClusterDns } from './index.ts'
import { ready, service, slice } from './testing.ts'

const network: ClusterNetwork = { podCIDR: '10.244.0.0/16', nodeMaskSize: 24, gateway: '127.0.0.1', bridge: 'test0', serviceCIDR: '10.96.0.0/16', apiServerIP: '10.96.0.1', dnsIP: '10.96.0.10', clusterDomain: 'cluster.local' }
const ends: (() => Promise<unknown>)[] = []
afterEach(async () => { for (const end of ends.splice(0).reverse()) await end() })

async function start(listenAddress?: string): Promise<{ world: World; client: Client; dns: ClusterDns }> {
  const denied: string[] = []
  const world = await startWorld({ authorizer: policyFor('system:kube-dns', denied) })
  ends.push(async () => { await world.close(); expect(denied).toEqual([]) })
  const factory = createClientFactory(world.server)
  const client = factory.clientFor('system:kube-dns')
  const informers = createInformerFactory(client, realClock)
  const dns = createClusterDns({ client, informers, clock: realClock, network, resolvers: () => [], isOurs: (ip) => ip.startsWith('10.'), port: 0, ...(listenAddress ? { listenAddress } : {}) })
  ends.push(() => informers.stop(), () => dns.stop())
  await dns.start()
  return { world, client: factory.clientFor('test'), dns }
}
async function until<T>(ask: () => Promise<T> | T): Promise<T> {
  let last: unknown
  for (const end = Date.now() + 60_000; Date.now() < end; ) {
    try {
      const answer = await ask()
      if (answer) return answer
    } catch (error) {
      last = error
    }
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  throw last ?? new Error('did not come to pass')
}
function resolverOf(dns: ClusterDns): Resolver {
  const resolver = new Resolver({ timeout: 5_000, tries: 3 })
  resolver.setServers([`127.0.0.1:${dns.listening?.port}`])
  return resolver
}

describe('cluster DNS', () => {
  test('follows Services and slices, by UDP and, where it does not fit, by TCP', async () => {
    const { client, dns } = await start()
    const resolver = resolverOf(dns)
    const created = await client.create(Services, service('web', { clusterIP: '10.96.0.77' }))
    expect(await until(() => resolver.resolve4('web.default.svc.cluster.local'))).toEqual(['10.96.0.77'])
    expect(await resolver.reverse('10.96.0.77')).toEqual(['web.default.svc.cluster.local'])
    await client.create(Services, service('db', { clusterIP: 'None' }))
    await client.create(EndpointSlices, slice('db', Array.from({ length: 80 }, (_, i) => ready(`10.244.1.${i + 1}`, i === 0 ? { hostname: 'db-0' } : {}))))
    expect(await until(() => resolver.resolve4('db-0.db.default.svc.cluster.local'))).toEqual(['10.244.1.1'])
    expect(await resolver.resolve4('db.default.svc.cluster.local')).toHaveLength(80)
    expect(await resolver.resolveSrv('_http._tcp.web.default.svc.cluster.local')).toEqual([{ name: 'web.default.svc.cluster.local', port: 80, priority: 0, weight: 100, type: 'SRV' }])
    await client.delete(Services, created.metadata.name, 'default')
    await until(() => resolver.resolve4('web.default.svc.cluster.local').then(() => false, (error: NodeJS.ErrnoException) => error.code === 'ENOTFOUND'))
  })

  test('is a Service like any other, and puts it right', async () => {
    const { client, dns } = await start()
    const port = dns.listening?.port
    const made = await until(() => client.get(Services, 'kube-dns', 'kube-system'))
    expect(made.spec).toMatchObject({ clusterIP: '10.96.0.10', ports: [{ name: 'dns', port: 53, protocol: 'UDP' }, { name: 'dns-tcp', port: 53, protocol: 'TCP' }] })
    const found = await until(() => client.get(EndpointSlices, 'kube-dns', 'kube-system'))
    expect(found).toMatchObject({ metadata: { labels: { 'kubernetes.io/service-name': 'kube-dns' } }, endpoints: [{ addresses: ['127.0.0.1'], conditions: { ready: true } }], ports: [{ name: 'dns', port, protocol: 'UDP' }, { name: 'dns-tcp', port, protocol: 'TCP' }] })
    expect(await until(() => client.get(EndpointsObjects, 'kube-dns', 'kube-system'))).toMatchObject({ subsets: [{ addresses: [{ ip: '127.0.0.1' }], ports: [{ name: 'dns', port }, { name: 'dns-tcp', port }] }] })
    await client.delete(EndpointSlices, 'kube-dns', 'kube-system')
    await client.delete(Services, 'kube-dns', 'kube-system')
    await until(async () => (await client.get(EndpointSlices, 'kube-dns', 'kube-system')).metadata.uid !== found.metadata.uid)
    expect((await until(async () => client.get(Services, 'kube-dns', 'kube-system'))).spec.clusterIP).toBe('10.96.0.10')
  })

  test('waits for an address that is not there, and says so', async () => {
    const { client, dns } = await start('192.0.2.1')
    expect(dns.health()).toMatchObject({ healthy: false })
    expect(dns.health().message).toContain('192.0.2.1')
    // Nobody serves yet, and whoever looks sees so.
    expect((await until(() => client.get(EndpointSlices, 'kube-dns', 'kube-system'))).endpoints).toEqual([])
  })

  test('a port that is taken by somebody is left alone', async () => {
    const { listen } = await import('./listen.ts')
    const taken = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => taken.once('listening', resolve))
    const { port } = taken.address() as { port: number }
    const opened = await listen('127.0.0.1', port, () => undefined)
    ends.push(() => opened.close(), () => new Promise((resolve) => taken.close(resolve)))
    expect(opened.port).toBeGreaterThan(port)
  })
})
