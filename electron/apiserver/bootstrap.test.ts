import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startWorld, type World } from './testing.ts'

let world: World
beforeEach(async () => {
  world = await startWorld()
})
afterEach(() => world.close())

const SERVICE = '/api/v1/namespaces/default/services/kubernetes'
const targetPort = async (): Promise<unknown> => ((await world.ask('GET', SERVICE)).body['spec'] as unknown as { ports: { targetPort: number }[] }).ports[0]?.targetPort

describe('bootstrap', () => {
  it.each(['default', 'kube-system', 'kube-public', 'kube-node-lease'])('%s has its default account from the first moment', async (namespace) => {
    expect((await world.ask('GET', `/api/v1/namespaces/${namespace}/serviceaccounts/default`)).status).toBe(200)
  })
  it('leads the Service kubernetes to the port that is open, and writes only when it changes', async () => {
    expect(await targetPort()).toBe(6443)
    await world.server.bootstrap({ port: 6444 })
    expect(await targetPort()).toBe(6444)
    const { revision } = world.store
    await world.server.bootstrap({ port: 6444 })
    await world.server.bootstrap()
    expect([await targetPort(), world.store.revision]).toEqual([6444, revision])
  })
  it('gives that Service the endpoint where pods reach the server, which follows it', async () => {
    const endpoints = async (): Promise<unknown[]> => {
      const [old, slice] = await Promise.all(['/api/v1/namespaces/default/endpoints/kubernetes', '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices/kubernetes'].map((path) => world.ask('GET', path)))
      return [old?.body['subsets'], slice?.body['endpoints'], slice?.body['ports']]
    }
    await world.server.bootstrap({ address: '10.244.0.1', port: 6443 })
    const at = (ip: string, port: number): unknown[] => [
      [{ addresses: [{ ip }], ports: [{ name: 'https', port, protocol: 'TCP' }] }],
      [{ addresses: [ip], conditions: { ready: true } }], [{ name: 'https', port, protocol: 'TCP' }],
    ]
    expect(await endpoints()).toEqual(at('10.244.0.1', 6443))
    await world.server.bootstrap({ address: '10.245.0.1', port: 7000 })
    expect(await endpoints()).toEqual(at('10.245.0.1', 7000))
    const { revision } = world.store
    await world.server.bootstrap({ address: '10.245.0.1', port: 7000 })
    expect(world.store.revision).toBe(revision)
  })
  it('keeps what people added to that Service', async () => {
    await world.ask('PATCH', SERVICE, { metadata: { labels: { mine: 'yes' } } }, { 'content-type': 'application/merge-patch+json' })
    await world.server.bootstrap({ port: 7000 })
    const { body } = await world.ask('GET', SERVICE)
    expect(body).toMatchObject({ metadata: { labels: { mine: 'yes', component: 'apiserver' } }, spec: { clusterIP: '10.96.0.1', ports: [{ name: 'https', port: 443, targetPort: 7000 }] } })
  })
})
