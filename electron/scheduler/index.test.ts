import { afterEach, describe, expect, it, vi } from 'vitest'
import { Nodes, Pods, ReplicaSets } from '../../shared/api/resources.ts'
import type { Pod, ReplicaSet } from '../../shared/api/types.ts'
import { FakeClock } from '../../shared/clock.ts'
import { serviceUnavailable } from '../../shared/errors.ts'
import { FakeCluster } from './fake-cluster.ts'
import { makeNode, makePod } from './fixtures.ts'
import { createScheduler, type Scheduler } from './index.ts'

let running: Scheduler | undefined
afterEach(async () => { await running?.stop(); running = undefined })

async function setup(nodes: ReturnType<typeof makeNode>[]) {
  const cluster = new FakeCluster()
  const clock = new FakeClock()
  for (const node of nodes) cluster.of(Nodes).set(node)
  const scheduler = createScheduler({ client: cluster.client, informers: cluster.informers, recorder: cluster.recorder, clock })
  running = scheduler
  await scheduler.start()
  return { cluster, clock, scheduler }
}
const until = (check: () => void): Promise<void> => vi.waitFor(check, { interval: 2 })
const whole = { labels: {}, cpu: '4' }

describe('kube-scheduler', () => {
  it('binds, and says so', async () => {
    const { cluster, scheduler } = await setup([makeNode('a')])
    const pod = makePod('web')
    cluster.of(Pods).set(pod)
    await until(() => expect(cluster.nodeOf('web')).toBe('a'))
    await until(() => expect(cluster.events).toEqual([{ pod: 'web', type: 'Normal', reason: 'Scheduled', message: 'Successfully assigned default/web to a' }]))
    expect(scheduler.lastDecision(pod.metadata.uid ?? '')).toMatchObject({ outcome: 'assigned', node: 'a', nodes: [{ name: 'a' }], total: 1, attempts: 1 })
    expect(scheduler.health().healthy).toBe(true)
  })

  it('leaves the pods of other schedulers, bound, finished and deleted ones alone', async () => {
    const { cluster } = await setup([makeNode('a', { pods: '2' })])
    cluster.of(Pods).set(makePod('other', { spec: { schedulerName: 'mine' } }))
    cluster.of(Pods).set(makePod('going', { terminating: true }))
    cluster.of(Pods).set({ ...makePod('done', { on: 'a' }), status: { phase: 'Succeeded' } })
    cluster.of(Pods).set(makePod('bound', { on: 'a' }))
    cluster.of(Pods).set(makePod('web'))
    await until(() => expect(cluster.nodeOf('web')).toBe('a'))
    expect([cluster.nodeOf('other'), cluster.nodeOf('going')]).toEqual([undefined, undefined])
  })

  it('says why a pod fits nowhere, once, and places it when there is room', async () => {
    const { cluster, clock } = await setup([makeNode('a'), makeNode('b', { taints: [{ key: 'k', value: 'v', effect: 'NoSchedule' }] })])
    cluster.of(Pods).set(makePod('big', whole))
    await until(() => expect(cluster.nodeOf('big')).toBe('a'))
    cluster.of(Pods).set(makePod('late', whole))
    const message = '0/2 nodes are available: 1 Insufficient cpu, 1 node(s) had untolerated taint(s) {k: v}. ' +
      'no new claims to deallocate, preemption: 0/2 nodes are available: 1 No preemption victims found for incoming pod, 1 Preemption is not helpful for scheduling.'
    await until(() => expect(cluster.patches).toEqual([{ pod: 'late', condition: expect.objectContaining({ status: 'False', reason: 'Unschedulable', message }) }]))
    expect(cluster.events.at(-1)).toEqual({ pod: 'late', type: 'Warning', reason: 'FailedScheduling', message })
    cluster.of(Pods).delete(cluster.of(Pods).get('big', 'default') as never)
    await clock.advance(1_000)
    await until(() => expect(cluster.nodeOf('late')).toBe('a'))
  })

  it('holds what a pod has until a resize to less is done, and then places who waits for it', async () => {
    const { cluster, clock } = await setup([makeNode('a')])
    const sized = (asked: string, has: string): Pod => ({ ...makePod('sized', { labels: {}, cpu: asked, on: 'a', uid: 'sized' }), status: { containerStatuses: [{ name: 'c', allocatedResources: { cpu: has } }] } as unknown as Pod['status'] })
    cluster.of(Pods).set(sized('4', '4'))
    cluster.of(Pods).set(makePod('waits', { labels: {}, cpu: '2' }))
    await until(() => expect(cluster.patches.at(-1)).toMatchObject({ pod: 'waits', condition: { reason: 'Unschedulable' } }))
    cluster.of(Pods).set(sized('1', '4'))
    await clock.advance(20_000)
    expect(cluster.nodeOf('waits')).toBeUndefined()
    cluster.of(Pods).set(sized('1', '1'))
    await clock.advance(20_000)
    await until(() => expect(cluster.nodeOf('waits')).toBe('a'))
  })

  it('places a waiting pod when a node joins, is uncordoned, or grows', async () => {
    const { cluster, clock } = await setup([])
    cluster.of(Pods).set(makePod('p', whole))
    await until(() => expect(cluster.patches[0]?.condition.message).toBe('no nodes available to schedule pods'))
    cluster.of(Nodes).set(makeNode('a', { unschedulable: true, cpu: '1' }))
    await clock.advance(1_000)
    await until(() => expect(cluster.patches[1]?.condition.message).toContain('1 node(s) were unschedulable'))
    cluster.of(Nodes).set(makeNode('a', { cpu: '1' }))
    await clock.advance(2_000)
    await until(() => expect(cluster.patches[2]?.condition.message).toContain('1 Insufficient cpu'))
    cluster.of(Nodes).set(makeNode('a'))
    await clock.advance(4_000)
    await until(() => expect(cluster.nodeOf('p')).toBe('a'))
  })

  it('gives the room back when a binding is refused, and tries again after the back-off', async () => {
    const { cluster, clock } = await setup([makeNode('a')])
    let refusals = 1
    cluster.beforeBind = () => { if (refusals-- > 0) throw serviceUnavailable('not now') }
    cluster.of(Pods).set(makePod('p', whole))
    await until(() => expect(cluster.events.at(-1)).toMatchObject({ reason: 'FailedScheduling', message: 'binding rejected: not now' }))
    await clock.advance(1_000)
    await until(() => expect(cluster.nodeOf('p')).toBe('a'))
  })

  it('takes the room of a binding that is under way as taken', async () => {
    const { cluster } = await setup([makeNode('a'), makeNode('b')])
    let release = (): void => {}
    const gate = new Promise<void>((resolve) => { release = resolve })
    cluster.beforeBind = () => gate
    for (const name of ['p', 'q', 'r']) cluster.of(Pods).set(makePod(name, whole))
    await until(() => expect(cluster.patches.map((p) => p.pod)).toHaveLength(1))
    release()
    await until(() => expect(['p', 'q', 'r'].map((n) => cluster.nodeOf(n)).filter(Boolean).sort()).toEqual(['a', 'b']))
  })

  it('a pod that is deleted while it is being bound is let go', async () => {
    const { cluster, clock } = await setup([makeNode('a')])
    cluster.beforeBind = (pod) => { if (pod.metadata.name === 'p') cluster.of(Pods).delete(pod) }
    cluster.of(Pods).set(makePod('p', whole))
    cluster.of(Pods).set(makePod('q', whole))
    // Its room goes to the next one, and nobody tries it again.
    await clock.advance(1_000)
    await until(() => expect(cluster.nodeOf('q')).toBe('a'))
    expect(cluster.events.filter((e) => e.pod === 'p')).toEqual([])
  })

  it('holds gated pods back until their gates are gone', async () => {
    const { cluster } = await setup([makeNode('a')])
    const pod = makePod('p', { spec: { schedulingGates: [{ name: 'g' }] } })
    cluster.of(Pods).set(pod)
    await until(() => expect(cluster.patches[0]?.condition).toMatchObject({ reason: 'SchedulingGated' }))
    expect(cluster.nodeOf('p')).toBeUndefined()
    cluster.of(Pods).set({ ...pod, spec: { ...pod.spec, schedulingGates: [] } })
    await until(() => expect(cluster.nodeOf('p')).toBe('a'))
  })

  it('spreads the pods of a ReplicaSet evenly', async () => {
    const { cluster } = await setup(['a', 'b', 'c'].map((n) => makeNode(n)))
    cluster.of(ReplicaSets).set({ apiVersion: 'apps/v1', kind: 'ReplicaSet', metadata: { name: 'rs', namespace: 'default' }, spec: { selector: { matchLabels: { app: 'w' } } } } as ReplicaSet)
    for (let i = 0; i < 9; i++) cluster.of(Pods).set(makePod(`w${i}`, { labels: { app: 'w' }, owner: 'rs' }))
    await until(() => expect(cluster.of(Pods).list().every((p) => p.spec.nodeName)).toBe(true))
    const counts = ['a', 'b', 'c'].map((n) => cluster.of(Pods).list().filter((p) => p.spec.nodeName === n).length)
    expect(counts).toEqual([3, 3, 3])
  })

  it('leaves no timer and nothing under way when it has stopped', async () => {
    const { cluster, clock, scheduler } = await setup([])
    cluster.of(Pods).set(makePod('p'))
    await until(() => expect(cluster.patches).toHaveLength(1))
    await scheduler.stop()
    expect(clock.waiting).toBe(0)
    cluster.of(Nodes).set(makeNode('a'))
    await clock.advance(10_000)
    expect(cluster.nodeOf('p')).toBeUndefined()
  })
})
