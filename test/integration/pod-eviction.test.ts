/** A node whose machine runs short: told to the kubelet as the machine would, with real pods. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { Events, Nodes } from '../../shared/api/resources.ts'
import type { Container } from '../../shared/api/types.ts'
import type { HostFacts } from '../../electron/kubelet/host.ts'
import { NODE, startKubeletWorld, sweep, until, type KubeletWorld } from './runtime-world.ts'

const CLUSTER = `it-eviction-${process.pid}`
const SLEEP = 'trap "exit 0" TERM; while :; do sleep 0.1; done'
const box = (command: string, more: Partial<Container> = {}): Container => ({ name: 'c', image: 'busybox:local', command: ['sh', '-c', command], ...more })
const well: HostFacts = { memoryAvailable: 2 ** 32, disk: { total: 2 ** 40, available: 2 ** 39 }, processes: { limit: 10_000, running: 100 } }

let host = well
let world: KubeletWorld
beforeAll(async () => {
  await sweep(CLUSTER)
  world = await startKubeletWorld(CLUSTER, { lookAtHost: async () => host })
  await world.kubelet()
})
afterAll(() => world?.close())

it('ends the pod that takes the most beyond what it asked for, keeps the others, and takes nobody new who asked for nothing', async () => {
  // 40 MiB in a shell variable.
  await world.run('greedy', { containers: [box(`x=$(head -c 41943040 /dev/zero | tr '\\0' a 2>/dev/null || busybox head -c 41943040 /dev/zero | busybox tr '\\0' a); ${SLEEP}`)] })
  await world.run('modest', { containers: [box(SLEEP, { resources: { requests: { memory: '64Mi' } } })] })
  for (const name of ['greedy', 'modest']) await world.wait(name, 'runs', (p) => p.status?.containerStatuses?.[0]?.state?.running !== undefined)
  host = { ...well, memoryAvailable: 50 * 2 ** 20 }
  const greedy = await world.wait('greedy', 'is evicted', (p) => p.status?.phase === 'Failed')
  host = well
  expect(greedy.status).toMatchObject({ reason: 'Evicted', message: expect.stringMatching(/^The node was low on resource: memory\. Threshold quantity: 102400Ki, available: 51200Ki\. Pod greedy was using \d+Ki, request is 0Ki/) })
  expect(greedy.status!.conditions!.find((c) => c.type === 'DisruptionTarget')).toMatchObject({ status: 'True', reason: 'TerminationByKubelet' })
  expect((await world.pod('modest'))!.status!.phase).toBe('Running')
  const node = await until('the node says so', async () => { const n = await world.admin.get(Nodes, NODE); return n.status?.conditions?.find((c) => c.type === 'MemoryPressure')?.status === 'True' && n })
  expect(node.status!.conditions!.find((c) => c.type === 'MemoryPressure')).toMatchObject({ reason: 'KubeletHasInsufficientMemory' })
  await world.run('late', { containers: [box(SLEEP)] })
  expect((await world.wait('late', 'is refused', (p) => p.status?.phase === 'Failed')).status).toMatchObject({ reason: 'Evicted', message: 'The node had condition: [MemoryPressure]. ' })
  expect((await world.admin.list(Events, { namespace: 'default' })).items.map((e) => e.reason)).toEqual(expect.arrayContaining(['Evicted']))
})

it('ends the pod whose emptyDir holds more than its limit, and not the one within it', async () => {
  const volumes = [{ name: 'v', emptyDir: { sizeLimit: '2Mi' } }]
  const write = (mib: number): Container => box(`dd if=/dev/zero of=/v/f bs=1048576 count=${mib}; ${SLEEP}`, { volumeMounts: [{ name: 'v', mountPath: '/v' }] })
  // The node may still be thought short of memory: whoever asked for some is taken.
  const asks = { resources: { requests: { memory: '16Mi' } } }
  await world.run('full', { volumes, containers: [{ ...write(3), ...asks }] })
  await world.run('within', { volumes, containers: [{ ...write(1), ...asks }] })
  await world.wait('within', 'runs', (p) => p.status?.containerStatuses?.[0]?.state?.running !== undefined)
  const full = await world.wait('full', 'is evicted', (p) => p.status?.phase === 'Failed')
  expect(full.status).toMatchObject({ reason: 'Evicted', message: 'Usage of EmptyDir volume "v" exceeds the limit "2Mi". ' })
  expect((await world.pod('within'))!.status!.phase).toBe('Running')
})

it('ends the pod that writes more over its image, or says more, than its container may, and not the one within it', async () => {
  const limited = (command: string): Container => box(command, { resources: { requests: { memory: '16Mi' }, limits: { memory: '64Mi', 'ephemeral-storage': '2Mi' } } })
  const idle = { ...box(SLEEP, { resources: { requests: { memory: '16Mi' }, limits: { 'ephemeral-storage': '1Gi' } } }), name: 'idle' }
  await world.run('writer', { containers: [limited(`dd if=/dev/zero of=/tmp/f bs=1048576 count=3; ${SLEEP}`), idle] })
  await world.run('talker', { containers: [limited(`seq 1 100000; ${SLEEP}`)] })
  await world.run('modest-writer', { containers: [limited(`dd if=/dev/zero of=/tmp/f bs=1048576 count=1; ${SLEEP}`)] })
  await world.wait('modest-writer', 'runs', (p) => p.status?.containerStatuses?.[0]?.state?.running !== undefined)
  for (const [name, message] of [['writer', 'Container c exceeded its local ephemeral storage limit "2Mi". '], ['talker', 'Pod ephemeral local storage usage exceeds the total limit of containers 2Mi. ']] as const)
    expect((await world.wait(name, 'is evicted', (p) => p.status?.phase === 'Failed')).status).toMatchObject({ reason: 'Evicted', message })
  expect((await world.pod('modest-writer'))!.status!.phase).toBe('Running')
})
