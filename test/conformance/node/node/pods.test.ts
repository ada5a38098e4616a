import { expect, it } from 'vitest'
import type { Pod } from '../../../../shared/api/types.ts'
import { api, namespace } from '../../cluster.ts'
import { box, gone, patch, path, podOf, remove, running, SLEEP, start, until } from '../pods.ts'

it('QOS class', async () => {
  const ns = await namespace()
  const resources = { cpu: '100m', memory: '100Mi' }
  const pod = await start(ns, 'guaranteed', { containers: [box('true', { resources: { requests: resources, limits: resources } })] })
  expect(pod.status!.qosClass).toBe('Guaranteed')
  expect((await podOf(ns, 'guaranteed')).status!.qosClass).toBe('Guaranteed')
})

it('generation starts at 1 (1.35)', async () => {
  const ns = await namespace()
  const pod = await start(ns, 'counted', { containers: [box(SLEEP)] })
  expect(pod.metadata.generation).toBe(1)
  await until(ns, 'counted', 'is observed', (p) => p.status?.observedGeneration === 1 && p.status.conditions!.some((c) => c.type === 'Ready' && c.status === 'True'))
  await patch(ns, 'pod counted', { spec: { containers: [{ name: 'c', image: 'busybox:local' }] } })
  expect((await podOf(ns, 'counted')).metadata.generation).toBe(1)
  await patch(ns, 'pod counted', { metadata: { labels: { a: 'b' } } })
  expect((await podOf(ns, 'counted')).metadata.generation).toBe(1)
  await patch(ns, 'pod counted', { spec: { activeDeadlineSeconds: 5000 } })
  expect((await podOf(ns, 'counted')).metadata.generation).toBe(2)
  const pod2 = await until(ns, 'counted', 'is observed anew', (p) => p.status?.observedGeneration === p.metadata.generation)
  expect(pod2.status!.conditions!.find((c) => c.type === 'Ready')!.observedGeneration).toBe(pod2.metadata.generation)
})

it('generation 500 updates (1.35)', async () => {
  const ns = await namespace()
  await running(ns, 'counted', { activeDeadlineSeconds: 5000, containers: [box(SLEEP)] })
  for (let i = 1; i <= 500; i++) {
    for (;;) {
      const live = await podOf(ns, 'counted')
      const done = await api().send<Pod>('PUT', path(ns, 'counted'), { ...live, spec: { ...live.spec, activeDeadlineSeconds: 5000 - i } }).catch((e: Error) => { if (!e.message.includes(' 409 ')) throw e; return undefined })
      if (done) break
    }
  }
  const pod = await until(ns, 'counted', 'is observed', (p) => p.status?.observedGeneration === 501)
  expect(pod.metadata.generation).toBe(501)
})

it('generation graceful delete (1.35)', async () => {
  const ns = await namespace()
  await running(ns, 'counted', { terminationGracePeriodSeconds: 30, containers: [box(`trap "sleep 25; exit 0" TERM; while :; do sleep 0.1; done`)] })
  const told = (await remove(ns, 'counted', { gracePeriodSeconds: 30 })) as Pod
  expect(told.metadata.generation).toBe(2)
  await until(ns, 'counted', 'is observed', (p) => p.status?.observedGeneration === 2)
  await remove(ns, 'counted', { gracePeriodSeconds: 0 })
  await gone(ns, 'counted')
})
