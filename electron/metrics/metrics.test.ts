import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { Jobs, Nodes, Pods } from '../../shared/api/resources.ts'
import type { Job, Node, Pod } from '../../shared/api/types.ts'
import { FakeClock, rfc3339 } from '../../shared/clock.ts'
import { createClientFactory, createInformerFactory } from '../client/index.ts'
import { FakeApiServer } from '../client/testing.ts'
import { HOLLOW_NOTE, madeUp } from './hollow.ts'
import { createMetrics } from './index.ts'
import { createRestarts } from './restarts.ts'
import { runningContainers, usageBetween } from './sampler.ts'
import type { Reading } from '../../shared/reading.ts'
import { workloadsOf } from './workload.ts'

const START = Date.parse('2026-01-01T00:00:00Z')
function pod(name: string, more: { namespace?: string; node?: string; containers?: string[]; labels?: Record<string, string>; owner?: [kind: string, name: string]; requests?: Record<string, string> } = {}): Pod {
  const { namespace = 'default', node = 'n1', containers = ['app'], labels, owner, requests } = more
  return {
    apiVersion: 'v1', kind: 'Pod',
    metadata: { name, namespace, uid: `uid-${name}`, ...(labels ? { labels } : {}), ...(owner ? { ownerReferences: [{ apiVersion: 'v1', kind: owner[0], name: owner[1], uid: 'o', controller: true }] } : {}) },
    spec: { nodeName: node, containers: containers.map((c) => ({ name: c, image: 'x', ...(requests ? { resources: { requests } } : {}) })) },
    status: { phase: 'Running', containerStatuses: containers.map((c) => ({ name: c, image: 'x', imageID: '', ready: true, restartCount: 0, containerID: `docker://${name}-${c}`, state: { running: { startedAt: rfc3339(START) } } })) },
  } as Pod
}
const node = (name: string): Node => ({ apiVersion: 'v1', kind: 'Node', metadata: { name, labels: { zone: 'a' } }, spec: {} })

async function world(hollow = false) {
  const server = new FakeApiServer()
  const clock = new FakeClock(START)
  const informers = createInformerFactory(createClientFactory(server).clientFor('metrics'), clock)
  const pods = informers.informer(Pods)
  const nodes = informers.informer(Nodes)
  const jobs = informers.informer(Jobs)
  server.put('/api/v1/nodes/n1', node('n1') as never)
  const readings = new Map<string, Reading>()
  const asked: string[][] = []
  let broken = false
  const directory = await mkdtemp(join(tmpdir(), 'metrics-'))
  const metrics = createMetrics({
    pods, nodes, jobs, clock, directory, specOf: () => ({}),
    reader: hollow ? undefined : { read: async (targets) => { asked.push(targets.map((t) => t.containerId)); if (broken) throw new Error('the engine is away'); return new Map(readings) } },
  })
  informers.start()
  await informers.synced()
  await metrics.start()
  const settle = async (): Promise<void> => { for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve)) }
  return {
    clock, metrics, asked, readings, settle,
    /** Until so many rounds are measured and written. */
    rounds: async (n: number) => { while (!metrics.health().message.startsWith(`Measured ${n} times`)) await new Promise((resolve) => setImmediate(resolve)); await settle() },
    put: async (p: Pod) => { server.put(`/api/v1/pods/${p.metadata.name}`, p as never); await settle() },
    remove: async (p: Pod) => { server.remove(`/api/v1/pods/${p.metadata.name}`); await settle() },
    breakReader: (value: boolean) => { broken = value },
    end: async () => { await metrics.stop(); await informers.stop(); await rm(directory, { recursive: true }) },
  }
}

describe('the sampling loop', () => {
  test('measures while there are pods, and only then', async () => {
    const w = await world()
    await w.clock.advance(60_000)
    expect([w.asked.length, w.clock.waiting]).toEqual([0, 0])
    const p = pod('web-1')
    await w.put(p)
    await w.clock.advance(2000)
    await w.rounds(1)
    expect(w.asked).toEqual([['web-1-app']])
    await w.clock.advance(15_000)
    await w.rounds(2)
    expect(w.asked).toHaveLength(2)
    await w.remove(p)
    await w.clock.advance(15_000)
    await w.rounds(3)
    await w.clock.advance(60_000)
    expect(w.asked).toHaveLength(2)
    expect(w.clock.waiting).toBe(0)
    await w.end()
  })

  test('usage of pods, nodes, namespaces and workloads, now and before', async () => {
    const w = await world()
    const hash = { 'pod-template-hash': 'abc', app: 'web' }
    await w.put(pod('web-abc-1', { labels: hash, owner: ['ReplicaSet', 'web-abc'], containers: ['app', 'side'] }))
    await w.put(pod('db-0', { namespace: 'data', owner: ['StatefulSet', 'db'] }))
    // 1 s of cpu in 2 s since the start is half a core.
    const at = (time: number, cpu: number): void => {
      for (const id of ['web-abc-1-app', 'web-abc-1-side', 'db-0-app']) w.readings.set(id, { time, cpuNanos: cpu, memoryBytes: 10 << 20, rxBytes: cpu / 1e6, txBytes: cpu / 2e6, readBytes: cpu / 1e5, writeBytes: 0 })
    }
    at(START + 2000, 1e9)
    await w.clock.advance(2000)
    await w.rounds(1)
    expect(w.metrics.objects.pods('default')).toEqual([{
      apiVersion: 'metrics.k8s.io/v1beta1', kind: 'PodMetrics', metadata: { name: 'web-abc-1', namespace: 'default', labels: hash, creationTimestamp: rfc3339(START + 2000) },
      timestamp: rfc3339(START + 2000), window: '2s', containers: [{ name: 'app', usage: { cpu: '500000000n', memory: '10240Ki' } }, { name: 'side', usage: { cpu: '500000000n', memory: '10240Ki' } }],
    }])
    // 3 s in the next 15 s are 200 m; the pod's network is counted once.
    at(START + 17_000, 4e9)
    await w.clock.advance(15_000)
    await w.rounds(2)
    expect(w.metrics.objects.nodes()).toMatchObject([{ metadata: { name: 'n1', labels: { zone: 'a' } }, window: '15s', usage: { cpu: '600000000n', memory: '30720Ki' } }])
    const round = (list: (number | null)[]): (number | null)[] => list.map((n) => n && Math.round(n))
    const of = async (scope: Parameters<typeof w.metrics.history>[0]) => { const h = await w.metrics.history(scope, { spanMs: 3_600_000 }); return [h.times, round(h.cpu), round(h.rx), round(h.read)] }
    const times = [START + 2000, START + 17_000]
    expect(await of({ kind: 'pod', namespace: 'default', name: 'web-abc-1' })).toEqual([times, [1000, 400], [0, 200], [10_000, 4000]])
    expect(await of({ kind: 'container', namespace: 'default', pod: 'web-abc-1', name: 'side' })).toEqual([times, [500, 200], [0, 0], [5000, 2000]])
    expect(await of({ kind: 'workload', namespace: 'default', workload: 'Deployment', name: 'web' })).toEqual([times, [1000, 400], [0, 200], [10_000, 4000]])
    expect(await of({ kind: 'namespace', name: 'data' })).toEqual([times, [500, 200], [0, 200], [5000, 2000]])
    expect(await of({ kind: 'node', name: 'n1' })).toEqual([times, [1500, 600], [0, 400], [15_000, 6000]])
    expect(await of({ kind: 'node', name: 'other' })).toEqual([[], [], [], []])
    const cadvisor = await w.metrics.cadvisor(['n1', 'other'])
    // Of both nodes together: nobody takes a text that begins with one family twice.
    expect(cadvisor.match(/^# TYPE container_cpu_usage_cores gauge$/gm)).toHaveLength(1)
    const of1 = 'id="/docker/db-0-app",image="x",name="db-0-app",namespace="data",pod="db-0"'
    for (const line of [`container_fs_reads_bytes_total{container="app",${of1}} 40000`, `container_cpu_usage_seconds_total{container="app",cpu="total",${of1}} 4`, 'container_network_receive_bytes_total{interface="eth0",namespace="default",pod="web-abc-1"} 4000']) expect(cadvisor.split('\n')).toContain(line)
    const resource = await w.metrics.resource('n1')
    for (const line of [`container_cpu_usage_seconds_total{container="app",namespace="data",pod="db-0"} 4 ${START + 17_000}`, `container_memory_working_set_bytes{container="side",namespace="default",pod="web-abc-1"} 10485760 ${START + 17_000}`,
      `pod_cpu_usage_seconds_total{namespace="default",pod="web-abc-1"} 8 ${START + 17_000}`, `pod_memory_working_set_bytes{namespace="default",pod="web-abc-1"} 20971520 ${START + 17_000}`, 'node_cpu_usage_seconds_total 12', 'node_memory_working_set_bytes 31457280', 'resource_scrape_error 0']) expect(resource.split('\n')).toContain(line)
    expect(await w.metrics.resource('other')).toContain('\nnode_cpu_usage_seconds_total 0\n')
    expect(w.metrics.summary('n1')).toMatchObject({ node: { nodeName: 'n1', cpu: { usageNanoCores: 600_000_000 } }, pods: [{ podRef: { name: 'web-abc-1' } }, { podRef: { name: 'db-0' }, memory: { workingSetBytes: 10 << 20 } }] })
    await w.end()
  })

  test('an engine that is away is said, and measured again when it is back', async () => {
    const w = await world()
    w.breakReader(true)
    await w.put(pod('web-1'))
    await w.clock.advance(2000)
    await w.settle()
    expect(w.metrics.health()).toEqual({ healthy: false, message: 'Usage cannot be measured: the engine is away' })
    w.breakReader(false)
    await w.clock.advance(15_000)
    await w.rounds(1)
    expect(w.metrics.health().healthy).toBe(true)
    await w.end()
  })
})

describe('hollow pods', () => {
  test('their usage is made up of their requests, and says so', async () => {
    const w = await world(true)
    await w.put(pod('web-1', { requests: { cpu: '100m', memory: '64Mi' } }))
    await w.clock.advance(1_800_000)
    const [metrics] = w.metrics.objects.pods()
    expect(metrics?.metadata.annotations).toEqual({ 'pilothouse.dev/note': HOLLOW_NOTE })
    const history = await w.metrics.history({ kind: 'namespace', name: 'default' }, { spanMs: 3_600_000 })
    expect(history.note).toBe(HOLLOW_NOTE)
    expect(history.times).toHaveLength(31)
    expect(Math.min(...history.cpu.map(Number))).toBeGreaterThanOrEqual(20)
    expect(Math.max(...history.cpu.map(Number))).toBeLessThanOrEqual(80)
    expect(w.clock.waiting).toBe(0)
    await w.end()
  })
  test('the same whenever it is asked, and none before the container started', () => {
    expect(madeUp(pod('a'), START + 5000)).toEqual(madeUp(pod('a'), START + 5000))
    expect(madeUp(pod('a'), START - 1)).toBeUndefined()
  })
})

test('restarts are counted from the first look on; those of a pod that is new count all', () => {
  const restarts = createRestarts()
  const with_ = (name: string, restartCount: number): Pod => { const p = pod(name); return { ...p, status: { ...p.status, containerStatuses: p.status?.containerStatuses?.map((s) => ({ ...s, restartCount })) } } as Pod }
  const seen = (...pods: Pod[]) => [...restarts.since(pods)].map(([key, r]) => [key, r.count])
  expect(seen(with_('a', 7))).toEqual([])
  expect(seen(with_('a', 9), with_('b', 1), with_('c', 0))).toEqual([['uid-a/app', 2], ['uid-b/app', 1]])
  expect(seen(with_('a', 9))).toEqual([])
})

test.each<[string, Reading, Reading | undefined, { cpu: number; rx: number }]>([
  ['the first: since the start', { time: 10_000, cpuNanos: 5e9, memoryBytes: 1, rxBytes: 900 }, undefined, { cpu: 500, rx: 0 }],
  ['between two', { time: 20_000, cpuNanos: 6e9, memoryBytes: 1, rxBytes: 900 }, { time: 10_000, cpuNanos: 5e9, memoryBytes: 1, rxBytes: 400 }, { cpu: 100, rx: 50 }],
  ['a counter that was begun anew', { time: 20_000, cpuNanos: 1, memoryBytes: 1 }, { time: 10_000, cpuNanos: 5e9, memoryBytes: 1 }, { cpu: 0, rx: 0 }],
])('usage: %s', (_title, now, before, expected) => expect(usageBetween(now, before, 0)).toMatchObject(expected))

test('only what runs is measured', () => {
  const p = pod('a', { containers: ['x', 'y'] })
  const statuses = p.status?.containerStatuses ?? []
  const ended = { ...p, status: { ...p.status, containerStatuses: [statuses[0], { ...statuses[1], state: { terminated: { exitCode: 0 } } }] } } as Pod
  expect(runningContainers(ended).map((c) => c.name)).toEqual(['x'])
})

test.each([
  ['of nobody', pod('a'), []],
  ['of a Deployment', pod('a', { owner: ['ReplicaSet', 'web-abc'], labels: { 'pod-template-hash': 'abc' } }), [{ kind: 'Deployment', name: 'web' }]],
  ['of a ReplicaSet', pod('a', { owner: ['ReplicaSet', 'web'] }), [{ kind: 'ReplicaSet', name: 'web' }]],
  ['of a Job', pod('a', { owner: ['Job', 'once'] }), [{ kind: 'Job', name: 'once' }]],
  ["of a CronJob's Job, which counts for both", pod('a', { owner: ['Job', 'often-1'] }), [{ kind: 'Job', name: 'often-1' }, { kind: 'CronJob', name: 'often' }]],
  ['of a Job that is gone', pod('a', { owner: ['Job', 'gone'] }), [{ kind: 'Job', name: 'gone' }]],
])('the workloads of a pod %s', (_, p, expected) => {
  const jobs: Record<string, Job> = { 'default/once': { metadata: {} } as Job, 'default/often-1': { metadata: { ownerReferences: [{ kind: 'CronJob', name: 'often', controller: true }] } } as Job }
  expect(workloadsOf(p, (name, namespace) => jobs[`${namespace}/${name}`])).toEqual(expected)
})
