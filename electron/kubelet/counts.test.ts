import { expect, it } from 'vitest'
import type { Tally } from '../prometheus/tally.ts'
import { createKubeletCounts } from './counts.ts'
import { RuntimeError } from './runtime/types.ts'
import { podOf, workerBench } from './testing.ts'

const times = (tally: Tally | undefined): number => (tally?.counts ?? []).reduce((a, b) => a + b, 0)

it('how long it took until a pod ran, once; not of one that was found running', async () => {
  const counts = createKubeletCounts()
  let refused = true
  const b = await workerBench(podOf(), { counts, runtime: { imageStatus: async () => undefined, pullImage: async () => { if (refused) throw new RuntimeError('ImageNotFound', 'manifest unknown'); return { id: 'sha256:1', names: [], sizeBytes: 1 } } } })
  await b.advance(4_000)
  expect(times(counts.starts)).toBe(0)
  refused = false
  // What the API server has not heard yet is not said anew at each look.
  const client = b.context.client as { patch(...args: unknown[]): Promise<unknown> }
  const patch = client.patch.bind(client)
  let hear = (): void => undefined
  const heard = new Promise<void>((resolve) => { hear = resolve })
  client.patch = async (...args) => { await heard; return patch(...args) }
  await b.advance(60_000)
  b.worker.wake()
  await b.rest()
  hear()
  await b.rest()
  expect(b.status().phase).toBe('Running')
  expect(times(counts.starts)).toBe(1)
  const took = counts.starts.sum
  expect(took).toBeGreaterThan(4)
  expect(took).toBeLessThanOrEqual(64)
  b.hollow.exit((await b.running())?.id ?? '', 1)
  await b.advance(60_000)
  expect(await b.running()).toBeDefined()
  b.worker.stop()
  const found = { sandboxes: await b.hollow.listPodSandboxes(), containers: await b.hollow.listContainers() }
  const again = await workerBench(b.pod(), { counts, hollow: b.hollow, clock: b.clock, found })
  await again.advance(1_000)
  expect([times(counts.starts), counts.starts.sum]).toEqual([1, took])
})

it('each look at a pod, by why it was: the first, after a change, or because of what runs', async () => {
  const counts = createKubeletCounts()
  const b = await workerBench(podOf(), { counts })
  await b.advance(1_000)
  expect(times(counts.work.get('create'))).toBe(1)
  const before = times(counts.work.get('sync'))
  await b.update((pod) => ({ ...pod, metadata: { ...pod.metadata, generation: 2 }, spec: { ...pod.spec, activeDeadlineSeconds: 3600 } }))
  expect([times(counts.work.get('create')), times(counts.work.get('update'))]).toEqual([1, 1])
  b.worker.wake()
  await b.rest()
  expect(times(counts.work.get('sync'))).toBe(before + 1)
})
