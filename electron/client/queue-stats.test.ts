import { expect, it } from 'vitest'
import { FakeClock } from '../../shared/clock.ts'
import { countedQueue, forgetQueue, queueStats } from './queue-stats.ts'
import { createWorkQueue } from './work-queue.ts'

const clock = new FakeClock()
const made = (name: string) => countedQueue(name, (counts) => createWorkQueue(clock, counts, () => clock.now()))
const stats = (name: string) => queueStats().find((q) => q.name === name)

it('a key is counted when it comes, and timed until it is taken and until it is done', async () => {
  const queue = made('timed')
  queue.add('a')
  queue.add('a')
  await clock.advance(2_000)
  queue.add('b')
  queue.take()
  // While it is in work it comes again, and waits from then on.
  queue.add('a')
  queue.add('a')
  await clock.advance(500)
  expect(stats('timed')).toMatchObject({ depth: 1, running: [0.5], counts: { adds: 3, retries: 0, waited: { sum: 2 }, worked: { sum: 0 } } })
  queue.done('a')
  queue.take()
  await clock.advance(250)
  queue.take()
  queue.done('b')
  expect(stats('timed')).toMatchObject({ depth: 0, running: [0], counts: { adds: 3, waited: { sum: 2 + 0.5 + 0.75 }, worked: { sum: 0.5 + 0.25 } } })
  // 10^-8 … 10 s: 2 s is at most 10, 0.5 and 0.75 s are at most 1.
  expect(stats('timed')?.counts.waited.counts).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 2, 1, 0])
  queue.addRateLimited('c')
  queue.addAfter('d', 10)
  expect(stats('timed')?.counts).toMatchObject({ adds: 3, retries: 2 })
  await clock.advance(10)
  expect(stats('timed')).toMatchObject({ depth: 2, counts: { adds: 5 } })
  queue.shutDown()
  queue.add('e')
  queue.addAfter('e', 1)
  expect(stats('timed')?.counts).toMatchObject({ adds: 5, retries: 2 })
  forgetQueue('timed', queue)
})

it('queues of one name count together, and the name goes with the last of them', () => {
  const [one, other] = [made('shared'), made('shared')]
  one.add('a')
  other.add('a')
  other.add('b')
  other.take()
  expect(stats('shared')).toMatchObject({ depth: 2, running: [0], counts: { adds: 3 } })
  forgetQueue('shared', one)
  forgetQueue('shared', one)
  expect(stats('shared')).toMatchObject({ depth: 1, counts: { adds: 3 } })
  forgetQueue('shared', other)
  expect(stats('shared')).toBeUndefined()
})
