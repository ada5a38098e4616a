import { expect, it } from 'vitest'
import { LimitRanges } from '../../../shared/api/resources.ts'
import type { LimitRange } from '../../../shared/api/types.ts'
import { api, eventually, namespace } from '../cluster.ts'
import { follow, of, pods } from '../apps/helpers.ts'

const list = (cpu: string, memory: string, storage: string): object => ({ cpu, memory, 'ephemeral-storage': storage })
const range = (): object => ({ spec: { limits: [{
  type: 'Container', min: list('50m', '100Mi', '100Gi'), max: list('500m', '500Mi', '500Gi'), default: list('500m', '500Mi', '500Gi'), defaultRequest: list('100m', '200Mi', '200Gi'),
}] } })
const pod = (resources: object): object => ({ spec: { containers: [{ name: 'c', image: 'pilothouse.dev/hello:1', resources }] } })
const refusal = (p: Promise<unknown>): Promise<string> => p.then(() => 'accepted', (e: Error) => e.message)

it.concurrent('defaults applied', async ({ onTestFinished }) => {
  const ns = await namespace({}, onTestFinished)
  const ranges = of(LimitRanges, ns)
  const seen = await follow(ranges)
  await ranges.create('r', range())
  await seen.saw('added', (e) => e.type === 'ADDED')
  const resources = async (name: string): Promise<object> => (await pods(ns).get(name)).spec.containers[0]?.resources ?? {}
  await pods(ns).create('none', pod({}))
  expect(await resources('none')).toEqual({ limits: list('500m', '500Mi', '500Gi'), requests: list('100m', '200Mi', '200Gi') })
  await pods(ns).create('some', pod({ requests: { cpu: '300m', memory: '150Mi' }, limits: { cpu: '300m' } }))
  expect(await resources('some')).toEqual({ limits: list('300m', '500Mi', '500Gi'), requests: list('300m', '150Mi', '200Gi') })
  expect(await refusal(pods(ns).create('little', pod({ requests: list('10m', '50Mi', '50Gi') })))).toMatch(/403 .*minimum cpu usage per Container is 50m/)
  expect(await refusal(pods(ns).create('much', pod({ requests: list('600m', '600Mi', '600Gi'), limits: list('600m', '600Mi', '600Gi') })))).toMatch(/403 .*maximum cpu usage per Container is 500m/)
  const now = await ranges.get('r')
  await ranges.replace({ ...now, spec: { limits: [{ type: 'Container', min: { cpu: '9m' }, max: { cpu: '999m' } }] } } as LimitRange)
  await seen.saw('updated', (e) => (e.object as LimitRange).spec.limits[0]?.min?.['cpu'] === '9m')
  expect(await eventually('less is enough now', () => refusal(pods(ns).create('little', pod({ requests: { cpu: '10m' } }))), (a) => a === 'accepted')).toBe('accepted')
  await ranges.remove('r')
  await ranges.gone('r')
  expect(await refusal(pods(ns).create('much', pod({ requests: { cpu: '1200m' } })))).toBe('accepted')
  seen.close()
})
it.concurrent('list/patch/delete collection', async ({ onTestFinished }) => {
  const ns = await namespace({}, onTestFinished)
  const other = await namespace({}, onTestFinished)
  const mark = { range: ns }
  await of(LimitRanges, ns).create('r', range(), { labels: mark })
  await of(LimitRanges, other).create('r', range(), { labels: mark })
  const all = async (): Promise<number> => (await api().get<{ items: unknown[] }>(`/api/v1/limitranges?labelSelector=${encodeURIComponent(`range=${ns}`)}`)).items.length
  expect(await all()).toBe(2)
  const patched = await of(LimitRanges, ns).strategic('r', { metadata: { labels: { step: 'patched' } }, spec: { limits: [{ type: 'Container', min: { cpu: '20m' } }] } })
  expect([patched.metadata.labels?.['step'], patched.spec.limits[0]?.min?.['cpu']]).toEqual(['patched', '20m'])
  await of(LimitRanges, ns).removeAll('step=patched')
  expect(await all()).toBe(1)
  await of(LimitRanges, other).removeAll(`range=${ns}`)
  expect(await all()).toBe(0)
})
