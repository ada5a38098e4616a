import { expect, it } from 'vitest'
import type { KubeObject, KubeList } from '../../../shared/api/meta.ts'
import { api, eventually, namespace, ok, replace } from '../cluster.ts'
import { anything, define, DEFINITIONS, definitionOf, refusal, version, type Definition } from './custom.ts'

type Tab = KubeObject & { spec?: Record<string, unknown>; a?: string; b?: string; c?: string }

it('create/delete', async () => {
  const { name } = await define([version('v1')])
  await api().send('DELETE', `${DEFINITIONS}/${name}`)
  expect(await eventually('the definition is gone', () => definitionOf(name).then(() => true, (e: Error) => !/ 404 /.test(e.message)), (there) => !there)).toBe(false)
})

it('list', async () => {
  const labels = { 'e2e-list': `x${process.pid}` }
  await Promise.all([1, 2, 3].map(() => define([version('v1')], { labels })))
  const path = `${DEFINITIONS}?labelSelector=e2e-list%3Dx${process.pid}`
  expect((await api().get<KubeList<Definition>>(path)).items).toHaveLength(3)
  await api().send('DELETE', path)
  await eventually('all are gone', () => api().get<KubeList<Definition>>(path), (l) => l.items.length === 0)
})

it('status sub-resource', async () => {
  const { name } = await define([version('v1')])
  const live = await api().get<Definition>(`${DEFINITIONS}/${name}/status`)
  expect(live.status?.conditions?.map((c) => c.type)).toEqual(['NamesAccepted', 'Established'])
  const condition = { type: 'StatusUpdate', status: 'True', reason: 'E2E', message: 'Set from e2e test' }
  const updated = await replace<Definition>(`${DEFINITIONS}/${name}/status`, (now) => ({ ...now, status: { ...now.status, conditions: [...(now.status?.conditions ?? []), condition] } }))
  expect(updated.status?.conditions).toContainEqual(expect.objectContaining(condition))
  await ok(['patch', 'crd', name, '--subresource=status', '--type=json', '-p', JSON.stringify([{ op: 'replace', path: '/status/conditions/2/message', value: 'patched' }])])
  expect((await definitionOf(name)).status?.conditions?.[2]?.message).toBe('patched')
})

it('CR defaulting (requests and storage)', async () => {
  const ns = await namespace()
  const schema = (defaults: object): object => ({ type: 'object', properties: { a: { type: 'string', default: 'A' }, b: { type: 'string', ...(defaults as { b?: object }).b }, c: { type: 'string', ...(defaults as { c?: object }).c } } })
  const tab = await define([version('v1', schema({}))])
  await api().send('POST', tab.path(ns), tab.object('one'))
  expect(await api().get<Tab>(`${tab.path(ns)}/one`)).toMatchObject({ a: 'A' })
  await ok(['patch', 'crd', tab.name, '--type=json', '-p', JSON.stringify([{ op: 'add', path: '/spec/versions/0/schema/openAPIV3Schema/properties/b/default', value: 'B' }])])
  await eventually('what is stored gets the new default', () => api().get<Tab>(`${tab.path(ns)}/one`), (o) => o.b === 'B')
  await ok(['patch', 'crd', tab.name, '--type=json', '-p', JSON.stringify([{ op: 'add', path: '/spec/versions/0/schema/openAPIV3Schema/properties/c/default', value: 'C' }, { op: 'remove', path: '/spec/versions/0/schema/openAPIV3Schema/properties/a/default' }])])
  const fresh = await eventually('new objects get the new default', () => api().send<Tab>('POST', `${tab.path(ns)}?dryRun=All`, tab.object('two')), (o) => o.c === 'C')
  // What was set when the object was written stays; what comes from the schema alone follows it.
  expect([fresh.a, fresh.b]).toEqual([undefined, 'B'])
  expect(await api().get<Tab>(`${tab.path(ns)}/one`)).toMatchObject({ a: 'A', b: 'B', c: 'C' })
})

it('discovery documents', async () => {
  const { groups } = await api().get<{ groups: { name: string; versions: object[] }[] }>('/apis')
  expect(groups).toContainEqual(expect.objectContaining({ name: 'apiextensions.k8s.io', versions: expect.arrayContaining([{ groupVersion: 'apiextensions.k8s.io/v1', version: 'v1' }]) }))
  expect(await api().get('/apis/apiextensions.k8s.io')).toMatchObject({ kind: 'APIGroup', preferredVersion: { version: 'v1' } })
  expect((await api().get<{ resources: { name: string }[] }>('/apis/apiextensions.k8s.io/v1')).resources.map((r) => r.name)).toContain('customresourcedefinitions')
  expect(await refusal(api().send('POST', DEFINITIONS, { metadata: { name: 'a.b' }, spec: { group: 'b', names: {}, scope: 'Namespaced', versions: [version('v1', anything)] } }))).toContain('422')
})
