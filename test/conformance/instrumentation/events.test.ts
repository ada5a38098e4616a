import { expect, it } from 'vitest'
import type { KubeList, KubeObject } from '../../../shared/api/meta.ts'
import { namespace } from '../cluster.ts'
import { brief, must, patch, rest, watch } from '../rest.ts'

interface NewEvent extends KubeObject { note?: string; series?: object; regarding?: { name?: string } }
const event = (name: string, ns: string): object => ({
  metadata: { name, labels: { 'testevent-constant': 'true' } }, eventTime: '2026-01-01T00:00:00.000000Z', reportingController: 'test-controller', reportingInstance: 'test-node', action: 'Do', reason: 'Test', type: 'Normal',
  note: `This is ${name}`, regarding: { kind: 'Pod', namespace: ns, name: `pod-${name}` },
})

it('Events API lifecycle', async () => {
  const ns = await namespace()
  const path = `/apis/events.k8s.io/v1/namespaces/${ns}/events`
  await must('POST', path, event('event-test', ns))
  const everywhere = await must<KubeList<KubeObject>>('GET', '/apis/events.k8s.io/v1/events?labelSelector=testevent-constant%3Dtrue')
  expect(everywhere.items.filter((e) => e.metadata.namespace === ns)).toHaveLength(1)
  const found = await must<NewEvent>('GET', `${path}/event-test`)
  expect(found).toMatchObject({ note: 'This is event-test', regarding: { name: 'pod-event-test' } })
  expect((await must<KubeList<KubeObject>>('GET', `${path}?fieldSelector=reportingController%3Dtest-controller,regarding.name%3Dpod-event-test`)).items).toHaveLength(1)
  const watching = await watch(`${path}?resourceVersion=${found.metadata.resourceVersion}`)
  const series = { count: 2, lastObservedTime: '2026-01-01T00:00:05.000000Z' }
  expect(await patch<NewEvent>(`${path}/event-test`, { series })).toMatchObject({ series })
  const current = await must<NewEvent>('GET', `${path}/event-test`)
  expect(await must<NewEvent>('PUT', `${path}/event-test`, { ...current, series: { ...series, count: 100 } })).toMatchObject({ series: { count: 100 } })
  await must('DELETE', `${path}/event-test`)
  expect(brief(await watching.next(3))).toEqual(['MODIFIED event-test', 'MODIFIED event-test', 'DELETED event-test'])
  expect((await rest('GET', `${path}/event-test`)).status).toBe(404)
})

it('Events API delete collection', async () => {
  const ns = await namespace()
  const path = `/apis/events.k8s.io/v1/namespaces/${ns}/events`
  for (const name of ['one', 'two', 'three']) await must('POST', path, event(name, ns))
  expect((await must<KubeList<KubeObject>>('GET', `${path}?labelSelector=testevent-constant%3Dtrue`)).items).toHaveLength(3)
  await must('DELETE', `${path}?labelSelector=testevent-constant%3Dtrue`)
  expect((await must<KubeList<KubeObject>>('GET', `${path}?labelSelector=testevent-constant%3Dtrue`)).items).toEqual([])
})
