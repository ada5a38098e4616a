import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
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
})
