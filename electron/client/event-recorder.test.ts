import { afterEach, describe, expect, it } from 'vitest'
import type { Event } from '../../shared/api/types.ts'
import { FakeClock } from '../../shared/clock.ts'
import { createClientFactory, createEventRecorder } from './index.ts'
import { FakeApiServer, eventually } from './testing.ts'

const pod = (name: string) => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'ns', uid: `uid-${name}`, resourceVersion: '7' } })

describe('event recorder', () => {
  let recorder: ReturnType<typeof createEventRecorder>
  afterEach(() => recorder.stop())
  const setUp = (options: { remembers?: number } = {}) => {
    const server = new FakeApiServer()
    const clock = new FakeClock()
    recorder = createEventRecorder(createClientFactory(server).clientFor('kubelet'), { component: 'kubelet', host: 'node-1', clock, ...options })
    const stored = (): Event[] => [...server.objects.values()] as unknown as Event[]
    return { server, clock, stored }
  }
  it('writes an event as kubectl shows it, and counts the same one on one object', async () => {
    const { server, clock, stored } = setUp()
    recorder.event(pod('a'), 'Warning', 'BackOff', 'Back-off', 'spec.containers{c}')
    await recorder.flush(1000)
    expect(stored()).toHaveLength(1)
    expect(stored()[0]).toMatchObject({
      metadata: { namespace: 'ns', name: expect.stringMatching(/^a\.[0-9a-f]{16}$/) }, type: 'Warning', reason: 'BackOff', message: 'Back-off', count: 1,
      involvedObject: { kind: 'Pod', name: 'a', namespace: 'ns', uid: 'uid-a', fieldPath: 'spec.containers{c}', resourceVersion: '7' },
      source: { component: 'kubelet', host: 'node-1' }, reportingComponent: 'kubelet', reportingInstance: 'node-1', firstTimestamp: '2026-01-01T00:00:00Z',
    })
    await clock.advance(60_000)
    recorder.event(pod('a'), 'Warning', 'BackOff', 'Back-off', 'spec.containers{c}')
    recorder.event(pod('a'), 'Warning', 'BackOff', 'Back-off', 'spec.containers{c}')
    await recorder.flush(1000)
    expect(stored()).toHaveLength(1)
    expect(stored()[0]).toMatchObject({ count: 3, firstTimestamp: '2026-01-01T00:00:00Z', lastTimestamp: '2026-01-01T00:01:00Z' })
    expect(server.requests.map((r) => r.method)).toEqual(['POST', 'PATCH'])
  })
  it('loses none when two components tell of one object in the same millisecond', async () => {
    const { server, clock, stored } = setUp()
    const other = createEventRecorder(createClientFactory(server).clientFor('scheduler'), { component: 'scheduler', clock })
    recorder.event(pod('a'), 'Normal', 'Pulled', 'x')
    other.event(pod('a'), 'Normal', 'Scheduled', 'y')
    await Promise.all([recorder.flush(1000), other.flush(1000)])
    await other.stop()
    expect(stored().map((e) => e.reason).sort()).toEqual(['Pulled', 'Scheduled'])
  })
  it('remembers as many as it is told to: what is older is written anew', async () => {
    const { stored } = setUp({ remembers: 2 })
    for (const name of ['a', 'b', 'b', 'c', 'b', 'a']) {
      recorder.event(pod(name), 'Normal', 'Pulled', 'x')
      await recorder.flush(1000)
    }
    expect(stored().map((e) => `${e.involvedObject.name} ${e.count}`).sort()).toEqual(['a 1', 'a 1', 'b 3', 'c 1'])
  })
  it('makes a new object when the old one has expired', async () => {
    const { server, stored } = setUp()
    recorder.event(pod('a'), 'Normal', 'Pulled', 'x')
    await recorder.flush(1000)
    server.remove([...server.objects.keys()][0]!)
    recorder.event(pod('a'), 'Normal', 'Pulled', 'x')
    await recorder.flush(1000)
    expect(stored()).toHaveLength(1)
    expect(stored()[0]?.count).toBe(2)
  })
  it('combines similar events from the tenth on, and drops spam after 25 until the bucket refills', async () => {
    const { clock, stored } = setUp()
    for (let i = 0; i < 40; i++) recorder.event(pod('a'), 'Normal', 'Created', `message ${i}`)
    await recorder.flush(1000)
    const combined = stored().filter((e) => e.message?.startsWith('(combined from similar events): '))
    expect(stored()).toHaveLength(10)
    expect(combined).toHaveLength(1)
    expect(combined[0]?.count).toBe(16)
    await clock.advance(300_000)
    recorder.event(pod('a'), 'Normal', 'Other', 'one more')
    recorder.event(pod('a'), 'Normal', 'Other', 'and too many')
    await recorder.flush(1000)
    expect(stored().filter((e) => e.reason === 'Other').map((e) => e.message)).toEqual(['one more'])
  })
  it('drops what is refused, retries what failed, and holds a thousand at most', async () => {
    const { server, clock, stored } = setUp()
    let failures = 1
    server.fault = () => (failures-- > 0 ? new Error('down') : undefined)
    recorder.event(pod('a'), 'Normal', 'R', 'm')
    await eventually(() => server.requests.length === 1 && clock.waiting > 0)
    await clock.advance(5)
    await recorder.flush(1000)
    expect(stored()).toHaveLength(1)
    for (let i = 0; i < 1500; i++) recorder.event(pod(`p${i}`), 'Normal', 'R', 'm')
    await recorder.flush(1000)
    expect(stored()).toHaveLength(1001)
  })
})
