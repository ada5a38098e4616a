import { expect, it } from 'vitest'
import type { KubeList, KubeObject } from '../../../shared/api/meta.ts'
import { namespace } from '../cluster.ts'
import { must, patch, rest } from '../rest.ts'

const event = (name: string, ns: string): object => ({ metadata: { name, labels: { 'testevent-constant': 'true' } }, message: `This is ${name}`, reason: 'Test', type: 'Normal', count: 1, involvedObject: { namespace: ns } })

it('core events lifecycle', async () => {
  const ns = await namespace()
  const path = `/api/v1/namespaces/${ns}/events`
  await must('POST', path, event('event-test', ns))
  const everywhere = await must<KubeList<KubeObject>>('GET', '/api/v1/events?labelSelector=testevent-constant%3Dtrue')
  expect(everywhere.items.filter((e) => e.metadata.namespace === ns)).toHaveLength(1)
  expect(await patch(`${path}/event-test`, { message: 'This is a test event - patched' })).toMatchObject({ message: 'This is a test event - patched' })
  expect(await must('GET', `${path}/event-test`)).toMatchObject({ message: 'This is a test event - patched' })
  const found = await must<KubeObject & { message: string }>('GET', `${path}/event-test`)
  expect(await must('PUT', `${path}/event-test`, { ...found, message: 'updated', series: { count: 100, lastObservedTime: '2026-01-01T00:00:00.000000Z' } })).toMatchObject({ message: 'updated', series: { count: 100 } })
  await must('DELETE', `${path}/event-test`)
  expect((await rest('GET', `${path}/event-test`)).status).toBe(404)
})

it('core events delete collection', async () => {
  const ns = await namespace()
  const path = `/api/v1/namespaces/${ns}/events`
  for (const name of ['one', 'two', 'three']) await must('POST', path, event(name, ns))
  await must('DELETE', `${path}?labelSelector=testevent-constant%3Dtrue`)
  expect((await must<KubeList<KubeObject>>('GET', `${path}?labelSelector=testevent-constant%3Dtrue`)).items).toEqual([])
})
