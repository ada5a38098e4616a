import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { Pods } from '../../shared/api/resources.ts'
import type { Node } from '../../shared/api/types.ts'
import { FakeClock } from '../../shared/clock.ts'
import { createClientFactory, createEventRecorder, createInformerFactory } from '../client/index.ts'
import { eventually, FakeApiServer } from '../client/testing.ts'
import { createKubelet, type KubeletOptions } from './kubelet.ts'
import { createHollowRuntime, type HollowRuntime } from './runtime/hollow/index.ts'
import { RuntimeError, type ContainerRuntime } from './runtime/types.ts'

/** A kubelet of node `n` over a server that keeps what it is told, with a hollow engine; all of it ends with the test. */
async function setUp(options: { runtime?: (hollow: HollowRuntime) => ContainerRuntime; begin?: KubeletOptions['begin'] } = {}) {
  const clock = new FakeClock()
  const server = new FakeApiServer()
  const client = createClientFactory({ handle: (r) => server.handle({ ...r, path: r.path.replace(/\/status$/, '') }) }).clientFor('system:node:n')
  const informers = createInformerFactory(client, clock)
  const recorder = createEventRecorder(client, { component: 'kubelet', clock })
  const hollow = createHollowRuntime({ clock })
  const dataDir = await mkdtemp(join(tmpdir(), 'kubelet-'))
  const pods = informers.informer(Pods)
  const kubelet = createKubelet({ client, informers, clock, runtime: options.runtime?.(hollow) ?? hollow, recorder, nodeName: 'n', dataDir, podInformer: pods, ...(options.begin ? { begin: options.begin } : {}) })
  onTestFinished(async () => {
    await kubelet.stop()
    await informers.stop()
    await recorder.stop()
    await hollow.close()
    await rm(dataDir, { recursive: true })
  })
  return { clock, server, hollow, kubelet, pods }
}

describe('a kubelet', () => {
  it('reads the state of the engine again when that failed, though the engine says nothing more', async () => {
    let broken = true
    const { clock, server, kubelet } = await setUp({ runtime: (hollow) => ({ ...hollow, listContainers: async (f?: { node?: string }) => { if (broken) throw new RuntimeError('Unknown', 'server error'); return hollow.listContainers(f) } }) })
    const ready = () => ([...server.objects.values()].find((o) => o.kind === 'Node') as unknown as Node | undefined)?.status?.conditions?.find((c) => c.type === 'Ready')
    await kubelet.start()
    await eventually(() => ready()?.message?.includes('server error') ?? false, 'NotReady, with the reason')
    expect(ready()?.status).toBe('False')
    broken = false
    await clock.advance(10_000)
    await eventually(() => ready()?.status === 'True', 'Ready')
    expect(kubelet.health().healthy).toBe(true)
  })

  it('begins with a pod when it is its turn, as the pod is then', async () => {
    const turns: (() => void)[] = []
    const { server, hollow, kubelet, pods } = await setUp({ begin: (start) => void turns.push(start) })
    await kubelet.start()
    await eventually(() => [...server.objects.values()].some((o) => o.kind === 'Node'), 'registered')
    const draft = (name: string, labels = {}) => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name, labels, namespace: 'ns', uid: `uid-${name}`, generation: 1 }, spec: { nodeName: 'n', containers: [{ name: 'c', image: 'i', imagePullPolicy: 'IfNotPresent' }] } }) as never
    server.put('/api/v1/pods/stays', draft('stays'))
    server.put('/api/v1/pods/goes', draft('goes'))
    await eventually(() => turns.length === 2, 'both wait for their turn')
    expect(await hollow.listPodSandboxes({ node: 'n' })).toEqual([])
    server.put('/api/v1/pods/stays', draft('stays', { now: 'yes' }))
    server.remove('/api/v1/pods/goes')
    await eventually(() => pods.get('stays', 'ns')?.metadata.labels?.['now'] === 'yes' && !pods.get('goes', 'ns'), 'told of the rest')
    expect(turns).toHaveLength(2)
    for (const turn of turns) turn()
    await eventually(async () => (await hollow.listContainers({ node: 'n' })).length > 0, 'a container')
    expect((await hollow.listPodSandboxes({ node: 'n' })).map((s) => s.pod.name)).toEqual(['stays'])
  })

  it('gives the room of a pod that the API has forgotten to the one that comes for it, while the first still ends', async () => {
    let let_go = (): void => undefined
    const ends = new Promise<void>((resolve) => { let_go = resolve })
    const { server, hollow, kubelet } = await setUp({ runtime: (h) => ({ ...h, stopContainer: async (id: string, grace: number) => { await ends; return h.stopContainer(id, grace) } }) })
    await kubelet.start()
    const cpu = (): string | undefined => ([...server.objects.values()].find((o) => o.kind === 'Node') as unknown as Node | undefined)?.status?.capacity?.['cpu']
    await eventually(() => cpu() !== undefined, 'a capacity')
    const whole = (name: string) => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'ns', uid: `uid-${name}`, generation: 1 }, spec: { nodeName: 'n', containers: [{ name: 'c', image: 'i', imagePullPolicy: 'IfNotPresent', resources: { requests: { cpu: cpu() } } }] } }) as never
    const running = async () => (await hollow.listContainers({ node: 'n' })).filter((c) => c.state === 'running').map((c) => c.pod.name).sort()
    server.put('/api/v1/pods/first', whole('first'))
    await eventually(async () => (await running()).length === 1, 'the first runs')
    server.remove('/api/v1/pods/first')
    server.put('/api/v1/pods/second', whole('second'))
    await eventually(async () => (await running()).length === 2, 'the second runs beside what is left of the first')
    expect([...server.objects.values()].filter((o) => (o as { status?: { phase?: string } }).status?.phase === 'Failed')).toEqual([])
    let_go()
    await eventually(async () => (await running()).join() === 'second', 'the first has ended')
  })
})
