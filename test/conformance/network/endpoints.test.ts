import { expect, it } from 'vitest'
import type { Endpoints } from '../../../shared/api/types.ts'
import { api, create, eventually, namespace, ok } from '../cluster.ts'
import { endpointsAre, HTTP, servers, service } from './traffic.ts'

const list = (ns: string): Promise<{ items: Endpoints[] }> => api().get(`/api/v1/namespaces/${ns}/endpoints`)

it('Endpoints lifecycle', async () => {
  const ns = await namespace()
  const path = `/api/v1/namespaces/${ns}/endpoints`
  const subsets = [{ addresses: [{ ip: '10.0.0.24' }], ports: [{ name: 'http', port: 80, protocol: 'TCP' }] }]
  await api().send('POST', path, { metadata: { name: 'testservice', labels: { 'test-endpoint-static': 'true' } }, subsets })
  const everywhere = await api().get<{ items: Endpoints[] }>('/api/v1/endpoints?labelSelector=test-endpoint-static%3Dtrue')
  expect(everywhere.items.some((e) => e.metadata.namespace === ns && e.metadata.name === 'testservice')).toBe(true)
  const live = await api().get<Endpoints>(`${path}/testservice`)
  const updated = await api().send<Endpoints>('PUT', `${path}/testservice`, { ...live, metadata: { ...live.metadata, labels: { ...live.metadata.labels, 'test-service': 'updated' } } })
  expect(updated.metadata.labels?.['test-service']).toBe('updated')
  await ok(['patch', 'endpoints', 'testservice', '-n', ns, '--type=merge', '-p', JSON.stringify({ metadata: { labels: { 'test-service': 'patched' } }, subsets: [{ addresses: [{ ip: '10.0.0.25' }], ports: [{ name: 'http-test', port: 8080, protocol: 'TCP' }] }] })])
  const patched = await api().get<Endpoints>(`${path}/testservice`)
  expect(patched.metadata.labels?.['test-service']).toBe('patched')
  expect(patched.subsets).toMatchObject([{ addresses: [{ ip: '10.0.0.25' }], ports: [{ name: 'http-test', port: 8080 }] }])
  await api().send('DELETE', `${path}?labelSelector=test-endpoint-static%3Dtrue`)
  expect((await eventually('gone', () => list(ns), (l) => l.items.length === 0)).items).toEqual([])
})

it('controller creates Endpoints', async () => {
  const ns = await namespace()
  await create(service(ns, 'web', { selector: { app: 'web' } }))
  const ips = await servers(ns, { app: 'web' }, 'pod1', 'pod2')
  await endpointsAre(ns, 'web', { pod1: [HTTP], pod2: [HTTP] })
  const [subset] = (await list(ns)).items.find((e) => e.metadata.name === 'web')?.subsets ?? []
  expect(new Set(subset?.addresses?.map((a) => a.ip))).toEqual(new Set(ips.values()))
  expect(subset?.addresses?.every((a) => a.targetRef?.kind === 'Pod' && a.nodeName)).toBe(true)
})

it('controller empty service', async () => {
  const ns = await namespace()
  await create(service(ns, 'empty', { selector: { does: 'not-match' } }))
  expect((await endpointsAre(ns, 'empty', {}))?.metadata.name).toBe('empty')
  await api().send('DELETE', `/api/v1/namespaces/${ns}/services/empty`)
  expect((await eventually('gone with its Service', () => list(ns), (l) => l.items.length === 0)).items).toEqual([])
})
