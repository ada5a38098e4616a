import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { Pods } from '../../shared/api/resources.ts'
import type { Node } from '../../shared/api/types.ts'
import { FakeClock } from '../../shared/clock.ts'
import { createClientFactory, createEventRecorder, createInformerFactory } from '../client/index.ts'
import { eventually, FakeApiServer } from '../client/testing.ts'
import { createKubelet } from './kubelet.ts'
import { createHollowRuntime } from './runtime/hollow/index.ts'
import { RuntimeError } from './runtime/types.ts'

describe('a kubelet', () => {
  it('reads the state of the engine again when that failed, though the engine says nothing more', async () => {
    const clock = new FakeClock()
    const server = new FakeApiServer()
    const client = createClientFactory({ handle: (r) => server.handle({ ...r, path: r.path.replace(/\/status$/, '') }) }).clientFor('system:node:n')
    const informers = createInformerFactory(client, clock)
    const recorder = createEventRecorder(client, { component: 'kubelet', clock })
    const hollow = createHollowRuntime({ clock })
    let broken = true
    const runtime = { ...hollow, listContainers: async (f?: { node?: string }) => { if (broken) throw new RuntimeError('Unknown', 'server error'); return hollow.listContainers(f) } }
    const dataDir = await mkdtemp(join(tmpdir(), 'kubelet-'))
    const kubelet = createKubelet({ client, informers, clock, runtime, recorder, nodeName: 'n', dataDir })
    onTestFinished(async () => {
      await kubelet.stop()
      await informers.stop()
      await recorder.stop()
      await hollow.close()
      await rm(dataDir, { recursive: true })
    })
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
    const clock = new FakeClock()
    const server = new FakeApiServer()
    const client = createClientFactory({ handle: (r) => server.handle({ ...r, path: r.path.replace(/\/status$/, '') }) }).clientFor('system:node:n')
    const informers = createInformerFactory(client, clock)
    const recorder = createEventRecorder(client, { component: 'kubelet', clock })
    const hollow = createHollowRuntime({ clock })
    const dataDir = await mkdtemp(join(tmpdir(), 'kubelet-'))
    const turns: (() => void)[] = []
    const kubelet = createKubelet({ client, informers, clock, runtime: hollow, recorder, nodeName: 'n', dataDir, podInformer: informers.informer(Pods), begin: (start) => void turns.push(start) })
    onTestFinished(async () => {
      await kubelet.stop()
      await informers.stop()
      await recorder.stop()
      await hollow.close()
      await rm(dataDir, { recursive: true })
    })
    await kubelet.start()
    await eventually(() => [...server.objects.values()].some((o) => o.kind === 'Node'), 'registered')
    const draft = (name: string, labels = {}) => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name, labels, namespace: 'ns', uid: `uid-${name}`, generation: 1 }, spec: { nodeName: 'n', containers: [{ name: 'c', image: 'i', imagePullPolicy: 'IfNotPresent' }] } }) as never
    server.put('/api/v1/pods/stays', draft('stays'))
    server.put('/api/v1/pods/goes', draft('goes'))
    await eventually(() => turns.length === 2, 'both wait for their turn')
    expect(await hollow.listPodSandboxes({ node: 'n' })).toEqual([])
    server.put('/api/v1/pods/stays', draft('stays', { now: 'yes' }))
    server.remove('/api/v1/pods/goes')
    await eventually(() => informers.informer(Pods).get('stays', 'ns')?.metadata.labels?.['now'] === 'yes' && !informers.informer(Pods).get('goes', 'ns'), 'told of the rest')
    expect(turns).toHaveLength(2)
    for (const turn of turns) turn()
    await eventually(async () => (await hollow.listContainers({ node: 'n' })).length > 0, 'a container')
    expect((await hollow.listPodSandboxes({ node: 'n' })).map((s) => s.pod.name)).toEqual(['stays'])
  })
})
