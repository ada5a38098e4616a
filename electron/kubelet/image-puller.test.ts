import { expect, it } from 'vitest'
import { FakeClock } from '../../shared/clock.ts'
import { createImagePuller, progressMessage } from './image-puller.ts'
import { createHollowRuntime } from './runtime/hollow/index.ts'
import type { ContainerRuntime, PullProgress } from './runtime/types.ts'
import { podOf } from './testing.ts'

it.each<[PullProgress, string]>([
  [{ status: 'Pulling fs layer', currentBytes: 0, totalBytes: 0 }, 'Pulling image "x:1": Pulling fs layer'],
  [{ status: 'Downloading', currentBytes: 13_100_000, totalBytes: 31_200_000 }, 'Pulling image "x:1": 41% of 31.2 MB'],
])('%j is said as %s', (progress, said) => expect(progressMessage('x:1', progress)).toBe(said))

it('a long pull tells how far it is: its pod each second, the pod\'s events every ten', async () => {
  const clock = new FakeClock()
  const events: string[] = []
  const hollow = createHollowRuntime({ clock })
  const runtime: ContainerRuntime = {
    ...hollow, imageStatus: async () => undefined,
    async pullImage(reference, _credentials, onProgress) {
      for (let percent = 0; percent < 100; percent++) {
        onProgress({ status: 'Downloading', currentBytes: percent, totalBytes: 100 })
        await clock.advance(250)
      }
      return { id: reference, names: [reference], sizeBytes: 100 }
    },
  }
  const shown: string[] = []
  const puller = createImagePuller(runtime, clock, { event: (_o, _t, reason, message) => void events.push(`${reason}: ${message}`), flush: async () => undefined })
  await puller.ensure(podOf(), { name: 'c', image: 'x:1' }, (message) => shown.push(message), new AbortController().signal)
  expect(shown.map((s) => /\d+%/.exec(s)?.[0]).slice(0, 4)).toEqual(['0%', '3%', '7%', '11%'])
  expect(shown).toHaveLength(26)
  expect(events).toEqual([
    'Pulling: Pulling image "x:1"', 'Pulling: Pulling image "x:1": 39% of 0.0 MB', 'Pulling: Pulling image "x:1": 79% of 0.0 MB',
    'Pulled: Successfully pulled image "x:1" in 25s (25s including waiting). Image size: 100 bytes.',
  ])
})

it('a pull that comes no further says where it stands', async () => {
  const clock = new FakeClock()
  const shown: string[] = []
  const stop = new AbortController()
  const runtime: ContainerRuntime = {
    ...createHollowRuntime({ clock }), imageStatus: async () => undefined,
    pullImage: (_reference, _credentials, onProgress, signal) => new Promise((_resolve, reject) => {
      onProgress({ status: 'Pulling from x', currentBytes: 0, totalBytes: 0 })
      onProgress({ status: 'Downloading', currentBytes: 40, totalBytes: 100 })
      signal.addEventListener('abort', () => reject(new Error('stopped')))
    }),
  }
  const pulling = createImagePuller(runtime, clock, { event: () => undefined, flush: async () => undefined }).ensure(podOf(), { name: 'c', image: 'x:1' }, (message) => shown.push(message), stop.signal)
  await expect.poll(() => shown).toEqual(['Pulling image "x:1": Pulling from x'])
  await clock.advance(1_000)
  expect(shown.at(-1)).toBe('Pulling image "x:1": 40% of 0.0 MB')
  stop.abort()
  await expect(pulling).rejects.toThrow('stopped')
})
