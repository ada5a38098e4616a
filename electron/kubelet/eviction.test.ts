import { describe, expect, it } from 'vitest'
import type { Pod } from '../../shared/api/types.ts'
import { FakeClock } from '../../shared/clock.ts'
import { createEviction, evictionMessage, rank, refusalUnder } from './eviction.ts'
import type { HostFacts } from './host.ts'
import { createPressureMemory, shortages } from './pressure.ts'
import { podOf, workerBench } from './testing.ts'

const MI = 2 ** 20
const pod = (name: string, request = 0, priority = 0, more: Partial<Pod> = {}): Pod =>
  ({ ...podOf({ priority, containers: [{ name: 'a', image: 'i:1', ...(request ? { resources: { requests: { memory: `${request}Mi` } } } : {}) }] }, { name, uid: name }), ...more })
const well: HostFacts = { memoryAvailable: 2 ** 31, disk: { total: 2 ** 40, available: 2 ** 39 }, processes: { limit: 1000, running: 10 } }
const hungry: HostFacts = { ...well, memoryAvailable: 50 * MI }
const NONE = { memory: false, disk: false, processes: false }

describe('who goes first', () => {
  it.each<[string, [string, number, number, number][], string[]]>([
    // name, requested MiB, used MiB, priority
    ['who takes more than it asked for', [['within', 100, 90, 0], ['beyond', 10, 20, 0]], ['beyond', 'within']],
    ['then who is less important', [['high', 0, 900, 10], ['low', 0, 1, 1]], ['low', 'high']],
    ['then who takes the most beyond it', [['little', 10, 20, 0], ['much', 10, 80, 0]], ['much', 'little']],
    ['never the cluster\'s own', [['system', 0, 900, 2_000_000_000], ['user', 100, 1, 0]], ['user']],
  ])('%s', (_n, given, expected) => expect(rank(given.map(([name, request, used, priority]) => ({ pod: pod(name, request, priority), usage: used * MI })), 'memory').map((c) => c.pod.metadata.name)).toEqual(expected))
  it('nobody who is over', () => expect(rank([{ pod: pod('done', 0, 0, { status: { phase: 'Succeeded' } }), usage: 1 }], 'memory')).toEqual([]))
})

it('the reason is said in figures', () => {
  expect(evictionMessage({ resource: 'memory', available: 50 * MI, threshold: 100 * MI }, { pod: pod('p', 10), usage: 20 * MI }))
    .toBe('The node was low on resource: memory. Threshold quantity: 102400Ki, available: 51200Ki. Pod p was using 20480Ki, request is 10240Ki, has larger consumption of memory.')
})

describe('a node that runs short', () => {
  const world = (host: HostFacts, after: HostFacts = host) => {
    const done: string[] = []
    const look = createEviction({
      pods: () => [pod('small'), pod('large'), pod('going', 0, 0, { metadata: { name: 'going', uid: 'going', deletionTimestamp: 'x' } })], usage: async (p) => (p.metadata.name === 'small' ? 1 : 2) * MI,
      reclaim: async () => { done.push('reclaim'); return after }, evict: (p) => done.push(`evict ${p.metadata.name}`), announce: (r) => done.push(`announce ${r}`),
    })
    return { done, look: () => look(host) }
  }
  it.each<[string, HostFacts, HostFacts, string[]]>([
    ['that is well does nothing', well, well, []],
    ['of memory ends one pod', hungry, hungry, ['announce memory', 'evict large']],
    ['of disk removes images first, and that may be enough', { ...well, disk: { total: 2 ** 40, available: 1 } }, well, ['announce ephemeral-storage', 'reclaim']],
    ['of disk ends a pod when it is not', { ...well, disk: { total: 2 ** 40, available: 1 } }, { ...well, disk: { total: 2 ** 40, available: 2 } }, ['announce ephemeral-storage', 'reclaim', 'evict large']],
  ])('%s', async (_n, host, after, expected) => {
    const w = world(host, after)
    await w.look()
    expect(w.done).toEqual(expected)
  })
  it('ends one pod at a look, however often it is asked meanwhile', async () => {
    const w = world(hungry)
    await Promise.all([w.look(), w.look()])
    expect(w.done).toEqual(['announce memory', 'evict large'])
  })
  it('stays under pressure for five minutes after', async () => {
    const clock = new FakeClock()
    const pressure = createPressureMemory(clock)
    expect(pressure(well)).toEqual(NONE)
    expect(pressure(hungry)).toEqual({ ...NONE, memory: true })
    await clock.advance(299_000)
    expect(pressure(well).memory).toBe(true)
    await clock.advance(2_000)
    expect(pressure(well)).toEqual(NONE)
    expect(pressure(undefined)).toEqual({ memory: undefined, disk: undefined, processes: undefined })
  })
  it('knows each shortage', () => expect(shortages({ memoryAvailable: 1, disk: { total: 9, available: 1 }, processes: { limit: 100, running: 96 } }).map((s) => s.resource)).toEqual(['memory', 'disk', 'processes']))
  it.each<[string, Pod, Partial<typeof NONE>, string | undefined]>([
    ['takes who asked for memory', pod('a', 10), { memory: true }, undefined],
    ['takes no pod that asked for nothing', pod('a'), { memory: true }, 'The node had condition: [MemoryPressure]. '],
    ['but one that bears it', { ...pod('a'), spec: { ...pod('a').spec, tolerations: [{ key: 'node.kubernetes.io/memory-pressure', operator: 'Exists', effect: 'NoSchedule' }] } }, { memory: true }, undefined],
    ['takes none when the disk is full', pod('a', 10), { disk: true }, 'The node had condition: [DiskPressure]. '],
    ['but what the cluster needs', pod('a', 0, 2_000_001_000), { disk: true, memory: true }, undefined],
  ])('%s', (_n, p, under, expected) => expect(refusalUnder({ ...NONE, ...under }, p)?.message).toBe(expected))
})

it('an evicted pod is Failed, says why, and is not restarted', async () => {
  const b = await workerBench(podOf())
  b.worker.evict('The node was low on resource: memory. ')
  await b.rest()
  expect(b.status()).toMatchObject({ phase: 'Failed', reason: 'Evicted', message: 'The node was low on resource: memory. ' })
  expect(b.status().conditions!.find((c) => c.type === 'DisruptionTarget')).toMatchObject({ status: 'True', reason: 'TerminationByKubelet' })
  expect(b.events.map((e) => e.reason)).toContain('Evicted')
  expect(await b.running()).toBeUndefined()
  b.worker.wake()
  await b.rest()
  expect(await b.running()).toBeUndefined()
})
