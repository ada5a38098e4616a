import { connect, createServer, type Server } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Services } from '../../shared/api/resources.ts'
import type { Service } from '../../shared/api/types.ts'
// oxlint-disable-next-line no-restricted-imports -- tests run against the real API server
import { startWorld, type World } from '../apiserver/testing.ts'
import { createClientFactory, createInformerFactory } from '../client/index.ts'
import type { Client, InformerFactory } from '../client/types.ts'
import { ownPort } from '../../test/ports.ts'
import { createBalancer, type Balancer } from './balancer.ts'
import { LocalPorts } from './local-ports.ts'

let world: World
let client: Client
let informers: InformerFactory
let balancer: Balancer
let ports: LocalPorts
const events: string[] = []
/** What the endpoints of every Service are. */
let endpoint: Server
const listen = (server: Server, port = 0): Promise<number> => new Promise((resolve, reject) => server.once('error', reject).listen({ host: '127.0.0.1', port }, () => resolve((server.address() as { port: number }).port)))

beforeEach(async () => {
  world = await startWorld()
  client = createClientFactory(world.server).clientFor('test')
  informers = createInformerFactory(client, world.clock)
  endpoint = createServer((socket) => socket.end('served'))
  const at = await listen(endpoint)
  ports = new LocalPorts()
  events.length = 0
  balancer = createBalancer({
    client, informers, clock: world.clock, ports, udp: () => true, endpointsOf: () => [{ ip: '127.0.0.1', port: at }],
    events: { event: (_o, _t, reason, message) => void events.push(`${reason}: ${message}`), flush: async () => undefined },
  })
  informers.start()
  await informers.synced()
  balancer.start()
})
afterEach(async () => {
  await balancer.stop()
  await ports.close()
  endpoint.close()
  await informers.stop()
  await world.close()
})

const until = async <T>(ask: () => Promise<T>, wanted: (answer: T) => boolean): Promise<T> => {
  for (const end = Date.now() + 60_000; ;) {
    const answer = await ask()
    if (wanted(answer)) return answer
    if (Date.now() > end) throw new Error(`did not come to pass; last: ${JSON.stringify(answer)}`)
    await world.turn(1)
  }
}
const add = (name: string, port: number, spec: object = {}): Promise<Service> => client.create(Services, { metadata: { name, namespace: 'default' }, spec: { type: 'LoadBalancer', ports: [{ port }], ...spec } } as never)
const ingress = (name: string): Promise<unknown> => client.get(Services, name, 'default').then((s) => s.status?.loadBalancer?.ingress)
const ask = (port: number): Promise<string> => new Promise((resolve, reject) => {
  let text = ''
  connect(port, '127.0.0.1').on('data', (d: Buffer) => { text += d.toString() }).on('end', () => resolve(text)).on('error', reject)
})

describe('a Service of type LoadBalancer', () => {
  it('is answered on localhost, and the port is given back with it', async () => {
    const port = await ownPort()
    await add('a', port)
    expect(await until(() => ingress('a'), Boolean)).toEqual([{ ip: '127.0.0.1', hostname: 'localhost', ipMode: 'Proxy', ports: [{ port, protocol: 'TCP' }] }])
    expect(await ask(port)).toBe('served')
    await client.delete(Services, 'a', 'default')
    await until(() => ask(port).catch((e: NodeJS.ErrnoException) => e.code), (x) => x === 'ECONNREFUSED')
  })
  it('waits while a program of the user has the port, says so once, and is answered when it is free', async () => {
    const users = createServer()
    const port = await listen(users, await ownPort())
    await add('a', port)
    await until(async () => events.length, (n) => n === 1)
    expect(events).toEqual([`SyncLoadBalancerFailed: Error syncing load balancer: failed to ensure load balancer: port ${port} of localhost is in use by another program`])
    await world.clock.advance(15_000)
    expect([await ingress('a'), events.length]).toEqual([undefined, 1])
    await new Promise((resolve) => users.close(resolve))
    await world.clock.advance(15_000)
    expect(await until(() => ingress('a'), Boolean)).toMatchObject([{ ip: '127.0.0.1' }])
  })
  it('does not take a port that another has', async () => {
    const port = await ownPort()
    await add('a', port)
    await until(() => ingress('a'), Boolean)
    await add('b', port)
    await until(async () => events.join(), (text) => text.includes(`port ${port} of localhost is used by Service default/a`))
    await client.delete(Services, 'a', 'default')
    expect(await until(() => ingress('b'), Boolean)).toMatchObject([{ ports: [{ port }] }])
  })
  it('that becomes another type has no balancer any more', async () => {
    const port = await ownPort()
    await add('a', port)
    await until(() => ingress('a'), Boolean)
    await client.patch(Services, 'a', 'default', 'merge', { spec: { type: 'ClusterIP' } })
    await until(() => ingress('a'), (i) => i === undefined)
    expect(ports.owners().size).toBe(0)
  })
  it('of another class is left alone', async () => {
    const port = await ownPort()
    await add('a', port, { loadBalancerClass: 'example.com/other' })
    await add('b', await ownPort())
    await until(() => ingress('b'), Boolean)
    expect([await ingress('a'), [...ports.owners()]]).toEqual([undefined, ['default/b']])
  })
})
