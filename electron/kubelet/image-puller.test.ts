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
  expect(shown).toHaveLength(25)
  expect(shown[3]).toBe('Pulling image "x:1": 12% of 0.0 MB')
  expect(events).toEqual([
    'Pulling: Pulling image "x:1"', 'Pulling: Pulling image "x:1": 40% of 0.0 MB', 'Pulling: Pulling image "x:1": 80% of 0.0 MB',
    'Pulled: Successfully pulled image "x:1" in 25s (25s including waiting). Image size: 100 bytes.',
  ])
})
