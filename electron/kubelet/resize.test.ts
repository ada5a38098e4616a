import { describe, expect, it } from 'vitest'
import type { Container, Pod } from '../../shared/api/types.ts'
import { needsRestart, resized } from './resize.ts'
import { createRoom } from './room.ts'
import { podOf, workerBench, type WorkerBench } from './testing.ts'

type Resources = NonNullable<Container['resources']>
const sized = (cpu: string, memory = '64Mi', more: Partial<Container> = {}): Container => ({ name: 'a', image: 'i:1', resources: { requests: { cpu, memory }, limits: { cpu: '4', memory: '1Gi' } }, ...more })
const to = (c: Container) => (pod: Pod): Pod => ({ ...pod, metadata: { ...pod.metadata, generation: (pod.metadata.generation ?? 0) + 1 }, spec: { ...pod.spec, containers: [c] } })
const condition = (b: WorkerBench, type: string) => b.status().conditions?.find((c) => c.type === type)
const first = (b: WorkerBench) => b.status().containerStatuses![0]!

describe('what differs', () => {
  it.each<[Resources | undefined, Resources | undefined, string[]]>([
    [undefined, {}, []], [{ requests: { cpu: '1' } }, { requests: { cpu: '1000m' } }, []], [{ requests: { cpu: '1' } }, { requests: { cpu: '2' } }, ['cpu']],
    [{ limits: { memory: '1Gi', cpu: '1' } }, { limits: { memory: '1024Mi', cpu: '1' }, requests: { memory: '1Gi' } }, ['memory']],
  ])('%j and %j: %j', (a, b, expected) => expect(resized(a, b)).toEqual(expected))
  it('a restart is needed where the policy of what changed says so', () => {
    const c: Container = { name: 'a', resizePolicy: [{ resourceName: 'cpu', restartPolicy: 'NotRequired' }, { resourceName: 'memory', restartPolicy: 'RestartContainer' }] }
    expect([needsRestart(c, ['cpu']), needsRestart(c, ['memory'])]).toEqual([false, true])
  })
})

describe('a resize', () => {
  it('is carried out in place', async () => {
    const calls: object[] = []
    const b = await workerBench(podOf({ containers: [sized('1')] }), { runtime: { updateContainerResources: async (_id, r) => void calls.push(r) } })
    expect(first(b)).toMatchObject({ allocatedResources: { cpu: '1', memory: '64Mi' }, resources: { limits: { cpu: '4', memory: '1Gi' } } })
    await b.update(to(sized('2')))
    expect(calls).toEqual([{ cpuShares: 2048, cpuQuota: 400_000, cpuPeriod: 100_000, memoryBytes: 1 << 30, oomScoreAdj: expect.any(Number) }])
    expect(first(b)).toMatchObject({ restartCount: 0, allocatedResources: { cpu: '2' }, resources: { requests: { cpu: '2' } } })
    expect(condition(b, 'PodResizeInProgress')).toBeUndefined()
    expect(b.events.map((e) => e.reason)).toContain('ResizeCompleted')
  })
  it('begins the container anew where its policy says so', async () => {
    const policy = { resizePolicy: [{ resourceName: 'cpu', restartPolicy: 'RestartContainer' }] }
    const b = await workerBench(podOf({ containers: [sized('1', '64Mi', policy)] }))
    await b.update(to(sized('2', '64Mi', policy)))
    expect(first(b)).toMatchObject({ restartCount: 1, allocatedResources: { cpu: '2' }, resources: { requests: { cpu: '2' } } })
  })
  it('waits for room, and says for what', async () => {
    const b = await workerBench(podOf({ containers: [sized('1')] }))
    const context = b.context as { -readonly [K in keyof typeof b.context]: (typeof b.context)[K] }
    context.resize = () => ({ reason: 'Deferred', message: 'no room' })
    await b.update(to(sized('2')))
    expect(condition(b, 'PodResizePending')).toMatchObject({ status: 'True', reason: 'Deferred', message: 'no room' })
    expect(first(b)).toMatchObject({ allocatedResources: { cpu: '1' } })
    expect(b.worker.resizePending).toBe(true)
    context.resize = () => undefined
    b.worker.wake()
    await b.rest()
    expect(condition(b, 'PodResizePending')).toBeUndefined()
    expect(first(b)).toMatchObject({ allocatedResources: { cpu: '2' } })
  })
  it('that fails says so and is tried again', async () => {
    let broken = true
    const b = await workerBench(podOf({ containers: [sized('1')] }), { runtime: { updateContainerResources: async () => { if (broken) throw new Error('device busy') } } })
    await b.update(to(sized('2')))
    expect(condition(b, 'PodResizeInProgress')).toMatchObject({ status: 'True', reason: 'Error', message: 'device busy' })
    expect(first(b)).toMatchObject({ allocatedResources: { cpu: '2' }, resources: { requests: { cpu: '1' } } })
    broken = false
    await b.advance(10_000)
    expect(condition(b, 'PodResizeInProgress')).toBeUndefined()
  })
})

describe('room', () => {
  const pod = (uid: string, cpu: string, phase = 'Running'): Pod => podOf({ containers: [sized(cpu)] }, { uid }) && { ...podOf({ containers: [sized(cpu)] }, { uid }), status: { phase } }
  it('is that of the node less what the others have', () => {
    const here = [pod('a', '2'), pod('b', '1')]
    const room = createRoom(() => ({ cpuMillis: 4000, memoryBytes: 1 << 30, pods: 3 }), () => here)
    for (const p of here) expect(room.admit(p)).toBeUndefined()
    expect(room.admit(pod('c', '2'))).toEqual({ reason: 'OutOfcpu', message: "Node didn't have enough resource: cpu, requested: 2000, used: 3000, capacity: 4000" })
    expect(room.resize(pod('a', '5'))?.reason).toBe('Infeasible')
    expect(room.resize(pod('a', '3500m'))?.reason).toBe('Deferred')
    expect(room.resize(pod('a', '3'))).toBeUndefined()
    room.leave('b')
    here.pop()
    expect(room.resize(pod('a', '3500m'))).toBeUndefined()
    expect(room.admit(pod('c', '501m'))?.reason).toBe('OutOfcpu')
    here[0] = pod('a', '3500m', 'Succeeded')
    expect(room.admit(pod('c', '4'))).toBeUndefined()
  })
})
