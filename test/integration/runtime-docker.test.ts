import { describe, expect, it, onTestFinished } from 'vitest'
import { createDockerRuntime } from '../../electron/kubelet/runtime/docker/index.ts'
import { describeRuntime } from '../../electron/kubelet/runtime/contract.ts'
import type { RuntimeEvent } from '../../electron/kubelet/runtime/types.ts'
import { docker, sweep, until } from './runtime-world.ts'
import { createServer } from 'node:net'
import { connect } from 'node:net'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const CLUSTER = `it-runtime-${process.pid}`
const IMAGE = 'pilothouse.dev/hello:1'

describeRuntime('docker', async () => {
  await sweep(CLUSTER)
  const runtime = createDockerRuntime({ clusterId: CLUSTER, socketPath: '/var/run/docker.sock' })
  await runtime.pullImage(IMAGE, undefined, () => undefined, AbortSignal.timeout(60_000))
  // The reset of a cluster beside us takes the built-in images along where no container has them.
  const holders = await Promise.all([IMAGE, 'pilothouse.dev/pause:1'].map((Image) => docker.createContainer({ Image })))
  return {
    runtime, image: IMAGE,
    close: async () => {
      await runtime.close()
      await Promise.all(holders.map((c) => c.remove()))
      await sweep(CLUSTER)
    },
  }
})

describe('an engine that is not there', () => {
  it('is said with what to do, and noticed when it comes up', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'engine-'))
    const socketPath = join(folder, 'engine.sock')
    const runtime = createDockerRuntime({ clusterId: 'it-absent', socketPath })
    const events: RuntimeEvent[] = []
    const subscription = runtime.subscribe((e) => events.push(e))
    const door = createServer((near) => {
      const far = connect('/var/run/docker.sock')
      near.pipe(far).pipe(near)
      near.on('error', () => far.destroy())
      far.on('error', () => near.destroy())
    })
    onTestFinished(async () => {
      subscription.close()
      await runtime.close()
      await new Promise((r) => { door.close(r) })
      await sweep('it-absent')
      await rm(folder, { recursive: true, force: true })
    })
    await expect(runtime.version()).rejects.toMatchObject({ reason: 'EngineUnavailable', message: expect.stringMatching(/start it|Docker Desktop/) })
    await until('unavailable', () => events.some((e) => e.type === 'unavailable'))
    await new Promise<void>((r) => { door.listen(socketPath, r) })
    await until('available', () => events.some((e) => e.type === 'available'))
    expect((await runtime.version()).name).toBe('docker')
  })
})
