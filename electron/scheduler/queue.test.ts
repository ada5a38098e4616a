import { describe, expect, it } from 'vitest'
import { FakeClock } from '../../shared/clock.ts'
import { makePod } from './fixtures.ts'
import { podInfo } from './pod-info.ts'
import { SchedulingQueue, type QueuedPod } from './queue.ts'

const info = (name: string, priority = 0) => podInfo(makePod(name, { uid: name, spec: { priority } }))
function setup() {
  const clock = new FakeClock()
  let ready = 0
  const queue = new SchedulingQueue({ clock, onReady: () => ready++ })
  const names = (): string[] => {
    const out: string[] = []
    for (let q = queue.pop(); q; q = queue.pop()) out.push(q.info.name)
    return out
  }
  const fail = (name: string, ...plugins: string[]): void => {
    queue.add(info(name))
    queue.addUnschedulable(queue.pop() as QueuedPod, new Set(plugins))
  }
  return { clock, queue, names, fail, ready: () => ready }
}

describe('scheduling queue', () => {
  it('hands out by priority, then age, and each pod once', () => {
    const { queue, names } = setup()
    queue.add(info('a'))
    queue.add(info('b', 5))
    queue.add(info('c'))
    queue.add(info('d', 5))
    queue.add(info('a'))
    expect(names()).toEqual(['b', 'd', 'a', 'c'])
  })

  it('doubles the back-off from 1 s to 10 s', async () => {
    const { clock, queue } = setup()
    queue.add(info('a'))
    for (const seconds of [1, 2, 4, 8, 10, 10]) {
      queue.addBackoff(queue.pop() as QueuedPod)
      await clock.advance(seconds * 1000 - 1)
      expect(queue.counts).toEqual({ active: 0, backoff: 1, unschedulable: 0 })
      await clock.advance(1)
      expect(queue.counts).toEqual({ active: 1, backoff: 0, unschedulable: 0 })
    }
  })

  it('moves only pods that the event can help, and after their back-off', async () => {
    const { clock, queue, fail, names } = setup()
    fail('cpu', 'NodeResourcesFit')
    fail('taint', 'TaintToleration')
    queue.move('PodDelete')
    expect(queue.counts).toEqual({ active: 0, backoff: 1, unschedulable: 1 })
    await clock.advance(1000)
    expect(names()).toEqual(['cpu'])
    queue.move('NodeTaints')
    expect(names()).toEqual(['taint'])
  })

  it('tries what fits nowhere again after five minutes, and has no timer when nothing waits', async () => {
    const { clock, fail, names, ready } = setup()
    expect(clock.waiting).toBe(0)
    fail('a', 'NodeAffinity')
    await clock.advance(5 * 60_000 - 1)
    expect(names()).toEqual([])
    const before = ready()
    await clock.advance(1)
    expect(ready()).toBe(before + 1)
    expect(names()).toEqual(['a'])
    expect(clock.waiting).toBe(0)
  })

  it('an update that matters brings a pod back; one that does not, does not', async () => {
    const { clock, queue, fail, names } = setup()
    fail('a', 'NodeAffinity')
    await clock.advance(2000)
    queue.update(info('a'), false)
    expect(names()).toEqual([])
    queue.update(info('a', 7), true)
    expect(queue.pop()?.info.priority).toBe(7)
  })

  it('forgets deleted pods wherever they wait', async () => {
    const { clock, queue, fail } = setup()
    fail('a', 'NodeAffinity')
    queue.add(info('b'))
    queue.addBackoff(queue.pop() as QueuedPod)
    queue.add(info('c'))
    for (const uid of ['a', 'b', 'c']) queue.delete(uid)
    await clock.advance(10 * 60_000)
    expect(queue.counts).toEqual({ active: 0, backoff: 0, unschedulable: 0 })
    expect(clock.waiting).toBe(0)
  })
})
