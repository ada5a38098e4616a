/** What every container runtime must do, as a test suite over a factory: the hollow one runs it as a unit test, docker as an integration test. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ContainerConfig, ContainerRuntime, LogLine, RuntimeEvent, SandboxConfig } from './types.ts'

export interface ContractSubject {
  readonly runtime: ContainerRuntime
  /** An image that is present and whose containers run until they are stopped. */
  readonly image: string
  close(): Promise<void>
}

const pod = (uid: string): SandboxConfig['pod'] => ({ name: `pod-${uid}`, namespace: 'contract', uid })
const sandboxConfig = (uid: string, attempt = 0): SandboxConfig => ({ pod: pod(uid), node: `node-${uid}`, attempt, hostname: `pod-${uid}`, hostNetwork: false, portMappings: [], labels: { extra: 'yes' } })

async function eventually(what: string, check: () => boolean | Promise<boolean>, ms = 90_000): Promise<void> {
  const end = Date.now() + ms
  while (!(await check())) {
    if (Date.now() > end) throw new Error(`waited ${ms} ms in vain for: ${what}`)
    await new Promise((r) => setTimeout(r, 10))
  }
}

export function describeRuntime(name: string, make: () => Promise<ContractSubject>): void {
  describe(`the runtime contract: ${name}`, () => {
    let subject: ContractSubject
    let runtime: ContainerRuntime
    const events: RuntimeEvent[] = []
    let subscription: { close(): void }
    beforeAll(async () => {
      subject = await make()
      runtime = subject.runtime
      subscription = runtime.subscribe((e) => events.push(e))
    })
    afterAll(async () => {
      subscription?.close()
      await subject?.close()
    })
    const containerConfig = async (uid: string, sandboxId: string, attempt = 0): Promise<ContainerConfig> => ({
      pod: pod(uid), node: `node-${uid}`, sandboxId, name: 'main', attempt, image: subject.image, imageId: (await runtime.imageStatus(subject.image))!.id, env: [], mounts: [], tty: false, stdin: false,
      resources: { oomScoreAdj: 1000 }, security: { readOnlyRootFilesystem: false, noNewPrivileges: false, privileged: false, addCapabilities: [], dropCapabilities: [] }, labels: { mine: 'yes' },
    })

    it('says what it is', async () => {
      const v = await runtime.version()
      expect(v).toMatchObject({ name: runtime.name, os: 'linux', arch: expect.stringMatching(/^(amd64|arm64)$/) })
      expect(v.cpus).toBeGreaterThan(0)
      expect(v.memoryBytes).toBeGreaterThan(1 << 20)
      await eventually('available and resync', () => events.some((e) => e.type === 'available') && events.some((e) => e.type === 'resync'))
    })

    it('carries a pod through its life', async () => {
      const sandbox = await runtime.runPodSandbox(sandboxConfig('life'))
      expect(await runtime.runPodSandbox(sandboxConfig('life'))).toBe(sandbox)
      expect(await runtime.podSandboxStatus(sandbox)).toMatchObject({ id: sandbox, pod: pod('life'), node: 'node-life', attempt: 0, ready: true, ip: expect.stringMatching(/^\d+(\.\d+){3}$/), labels: { extra: 'yes' } })
      const config = await containerConfig('life', sandbox)
      const id = await runtime.createContainer(config)
      expect(await runtime.createContainer(config)).toBe(id)
      expect(await runtime.containerStatus(id)).toMatchObject({ state: 'created', name: 'main', attempt: 0, sandboxId: sandbox, image: subject.image, imageId: config.imageId, labels: { mine: 'yes' } })
      await runtime.startContainer(id)
      await runtime.startContainer(id)
      const up = await runtime.containerStatus(id)
      expect(up).toMatchObject({ state: 'running', startedAt: expect.any(Number) })
      expect(up).not.toHaveProperty('exitCode')
      await eventually('started', () => events.some((e) => e.type === 'container' && e.id === id && e.action === 'started' && e.podUid === 'life'))
      // It has begun before it listens.
      await eventually('it is met', () => runtime.dial(sandbox, 80, 60_000).then((s) => { s.destroy(); return true }, (e: Error) => { if (!e.message.includes('ECONNREFUSED')) throw e; return false }))
      expect(await runtime.stats(id)).toMatchObject({ containerId: id, cpuNanos: expect.any(Number) })
      await runtime.stopContainer(id, 60)
      await runtime.stopContainer(id, 60)
      expect(await runtime.containerStatus(id)).toMatchObject({ state: 'exited', exitCode: 0, finishedAt: expect.any(Number) })
      await eventually('died', () => events.some((e) => e.type === 'container' && e.id === id && e.action === 'died'))
      const lines: LogLine[] = []
      for await (const some of runtime.logs(id, { follow: false, tail: 10 }, new AbortController().signal)) lines.push(...some)
      expect(lines.length).toBeGreaterThan(0)
      expect(lines[0]!.timestamp).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/)
      const again = await runtime.createContainer({ ...config, attempt: 1 })
      expect(again).not.toBe(id)
      await runtime.startContainer(again)
      expect((await runtime.listContainers({ podUid: 'life' })).map((c) => [c.attempt, c.state]).sort()).toEqual([[0, 'exited'], [1, 'running']])
      await runtime.stopContainer(again, 0)
      await runtime.stopPodSandbox(sandbox)
      await runtime.stopPodSandbox(sandbox)
      expect((await runtime.podSandboxStatus(sandbox))?.ready).toBe(false)
      for (const c of [id, again]) await runtime.removeContainer(c)
      await runtime.removeContainer(id)
      await runtime.removePodSandbox(sandbox)
      await runtime.removePodSandbox(sandbox)
      expect(await runtime.containerStatus(id)).toBeUndefined()
      expect(await runtime.podSandboxStatus(sandbox)).toBeUndefined()
      await eventually('removed', () => events.some((e) => e.type === 'sandbox' && e.id === sandbox && e.action === 'removed'))
    })

    it('lists by node and by pod', async () => {
      const a = await runtime.runPodSandbox(sandboxConfig('la'))
      const b = await runtime.runPodSandbox(sandboxConfig('lb'))
      expect((await runtime.listPodSandboxes({ node: 'node-la' })).map((s) => s.id)).toEqual([a])
      expect((await runtime.listPodSandboxes({ podUid: 'lb' })).map((s) => s.id)).toEqual([b])
      expect((await runtime.listPodSandboxes()).map((s) => s.id)).toEqual(expect.arrayContaining([a, b]))
      expect(await runtime.listContainers({ node: 'nobody' })).toEqual([])
      for (const s of [a, b]) await runtime.removePodSandbox(s)
    })

    it('follows a log until it is told to stop', async () => {
      const sandbox = await runtime.runPodSandbox(sandboxConfig('follow'))
      const id = await runtime.createContainer(await containerConfig('follow', sandbox))
      await runtime.startContainer(id)
      const abort = new AbortController()
      const lines: string[] = []
      const reading = (async () => { for await (const some of runtime.logs(id, { follow: true }, abort.signal)) lines.push(...some.map((l) => l.text)) })()
      await eventually('a line', () => lines.length > 0)
      abort.abort()
      await reading
      expect(lines[0]).not.toBe('')
      await runtime.removeContainer(id)
      await runtime.removePodSandbox(sandbox)
    })

    it('refuses what cannot be', async () => {
      await expect(runtime.startContainer('f'.repeat(64))).rejects.toMatchObject({ name: 'RuntimeError' })
      await expect(runtime.imageStatus('Not A Name')).rejects.toMatchObject({ reason: 'InvalidImageName' })
      await expect(runtime.dial('f'.repeat(64), 80, 1_000)).rejects.toMatchObject({ reason: 'NotFound' })
      expect((await runtime.listImages()).some((i) => i.names.includes(subject.image))).toBe(true)
    })
  })
}
