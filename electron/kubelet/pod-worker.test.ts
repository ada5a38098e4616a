import { describe, expect, it } from 'vitest'
import type { Pod } from '../../shared/api/types.ts'
import { RuntimeError } from './runtime/types.ts'
import { podOf, workerBench, type WorkerBench } from './testing.ts'

const condition = (b: WorkerBench, type: string): string | undefined => b.status().conditions?.find((c) => c.type === type)?.status
const first = (b: WorkerBench) => b.status().containerStatuses![0]!
const crash = async (b: WorkerBench, code = 1): Promise<void> => {
  b.hollow.exit((await b.running())!.id, code)
  await b.rest()
}
const deleting = (seconds: number) => (pod: Pod): Pod => ({ ...pod, metadata: { ...pod.metadata, deletionTimestamp: '2026-01-01T00:00:00Z', deletionGracePeriodSeconds: seconds } })

describe('a pod worker', () => {
  it('starts a pod and says so', async () => {
    const b = await workerBench(podOf())
    expect(b.status()).toMatchObject({ phase: 'Running', podIP: expect.stringMatching(/^10\./), hostIP: '192.0.2.1', qosClass: 'BestEffort' })
    expect(first(b)).toMatchObject({ ready: true, started: true, restartCount: 0, state: { running: {} } })
    expect(condition(b, 'Ready')).toBe('True')
    expect(b.events.map((e) => e.reason)).toEqual(['Pulled', 'Created', 'Started'])
  })

  it('says that limits of the pod as a whole hold for each container where there are several', async () => {
    const limits = { resources: { limits: { cpu: '1' } } }
    expect((await workerBench(podOf(limits))).events.map((e) => e.reason)).not.toContain('PodLevelLimitsPerContainer')
    const b = await workerBench(podOf({ ...limits, containers: [{ name: 'a', image: 'i' }, { name: 'b', image: 'i' }] }))
    expect(b.events[0]).toEqual({ reason: 'PodLevelLimitsPerContainer', message: 'Limits of the pod as a whole (spec.resources.limits) hold on this node for each of its containers, not for their sum' })
    expect(await b.running()).toBeDefined()
  })
  it('waits longer after each crash: at once, then 10 s doubling to 300 s', async () => {
    const b = await workerBench(podOf())
    await crash(b)
    expect(first(b)).toMatchObject({ restartCount: 1, state: { running: {} } })
    for (const [i, seconds] of [10, 20, 40, 80, 160, 300, 300].entries()) {
      await crash(b)
      expect(first(b).state?.waiting).toMatchObject({ reason: 'CrashLoopBackOff', message: expect.stringContaining(`back-off ${seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`} restarting failed container=a`) })
      await b.advance(seconds * 1000 - 1)
      expect(await b.running()).toBeUndefined()
      await b.advance(1)
      expect(first(b)).toMatchObject({ restartCount: i + 2, state: { running: {} } })
    }
    await b.advance(601_000)
    await crash(b)
    expect(first(b)).toMatchObject({ restartCount: 9, state: { running: {} } })
    await crash(b)
    expect(first(b).state?.waiting?.message).toContain('back-off 10s')
  })

  it('goes on waiting where another kubelet left off', async () => {
    const b = await workerBench(podOf())
    await crash(b)
    for (const s of [10, 20, 40]) { await crash(b); await b.advance(s * 1000) }
    await crash(b)
    b.worker.stop()
    const [sandboxes, containers] = [await b.hollow.listPodSandboxes(), await b.hollow.listContainers()]
    const c = await workerBench(b.pod(), { hollow: b.hollow, clock: b.clock, found: { sandboxes, containers } })
    expect(first(c).state?.waiting?.message).toContain('back-off 1m20s')
    await c.advance(79_999)
    expect(await c.running()).toBeUndefined()
    await c.advance(1)
    expect(first(c)).toMatchObject({ restartCount: 5, state: { running: {} } })
  })

  it('keeps ready what was ready when it is found running, until the probe says otherwise', async () => {
    const probed = podOf({ containers: [{ name: 'a', image: 'i:1', readinessProbe: { exec: { command: ['x'] }, periodSeconds: 5, failureThreshold: 2 }, startupProbe: { exec: { command: ['x'] } } } as never] })
    const b = await workerBench(probed)
    expect(condition(b, 'Ready')).toBe('False')
    await b.advance(1_000)
    expect(condition(b, 'Ready')).toBe('True')
    b.worker.stop()
    const found = { sandboxes: await b.hollow.listPodSandboxes(), containers: await b.hollow.listContainers() }
    const c = await workerBench(b.pod(), { hollow: b.hollow, clock: b.clock, found, runtime: { execSync: async () => ({ exitCode: 1, output: 'no' }) } })
    expect(condition(c, 'Ready')).toBe('True')
    await c.advance(1_000)
    expect(condition(c, 'Ready')).toBe('True')
    await c.advance(5_000)
    expect(condition(c, 'Ready')).toBe('False')
    expect(first(c)).toMatchObject({ started: true, restartCount: 0 })
  })

  it('waits longer after each failed pull', async () => {
    let pulls = 0
    const b = await workerBench(podOf(), { runtime: { imageStatus: async () => undefined, pullImage: async () => { pulls++; throw new RuntimeError('ImageNotFound', 'manifest unknown') } } })
    expect(first(b).state?.waiting).toMatchObject({ reason: 'ErrImagePull', message: 'manifest unknown' })
    await b.advance(1_000)
    expect(first(b).state?.waiting).toMatchObject({ reason: 'ImagePullBackOff', message: 'Back-off pulling image "i:1": ErrImagePull: manifest unknown' })
    const times: number[] = []
    for (let i = 0; i < 90; i++) {
      const before = pulls
      await b.advance(1_000)
      if (pulls > before) times.push(i)
    }
    expect(times).toEqual([8, 28, 68])
  })

  it('ends a deleted pod and lets the API forget it', async () => {
    const b = await workerBench(podOf())
    const stops: number[] = []
    const stop = b.runtime.stopContainer
    b.runtime.stopContainer = (id, grace) => { stops.push(grace); return stop(id, grace) }
    await b.update(deleting(5))
    expect(stops).toEqual([5])
    expect(b.deleted()).toBe(true)
    expect([...(await b.hollow.listContainers()), ...(await b.hollow.listPodSandboxes())]).toEqual([])
    expect(b.status().phase).toBe('Running')
  })

  it('hurries when a second delete is shorter', async () => {
    const b = await workerBench(podOf())
    const stops: number[] = []
    const stop = b.runtime.stopContainer
    b.runtime.stopContainer = async (id, grace) => {
      stops.push(grace)
      // Stubborn: only SIGKILL ends it.
      if (grace === 0) return stop(id, 0)
      await new Promise<void>((r) => b.clock.after(grace * 1000, r))
      return stop(id, 0)
    }
    await b.update(deleting(30))
    expect(b.deleted()).toBe(false)
    await b.update(deleting(0))
    expect(stops).toEqual([30, 0])
    await b.advance(30_000)
    expect(b.deleted()).toBe(true)
  })

  it('is ready when its gates are', async () => {
    const b = await workerBench(podOf({ readinessGates: [{ conditionType: 'x/gate' }] }))
    const gate = (status: string) => (p: Pod): Pod => ({ ...p, status: { ...p.status, conditions: [...(p.status?.conditions ?? []).filter((c) => c.type !== 'x/gate'), { type: 'x/gate', status }] } as never })
    expect([condition(b, 'ContainersReady'), condition(b, 'Ready')]).toEqual(['True', 'False'])
    await b.update(gate('True'))
    expect(condition(b, 'Ready')).toBe('True')
    await b.update(gate('False'))
    expect(condition(b, 'Ready')).toBe('False')
  })

  it('fails after activeDeadlineSeconds', async () => {
    const b = await workerBench(podOf({ activeDeadlineSeconds: 60 }))
    await b.advance(59_000)
    expect(b.status().phase).toBe('Running')
    await b.advance(1_000)
    expect(b.status()).toMatchObject({ phase: 'Failed', reason: 'DeadlineExceeded' })
    expect(await b.running()).toBeUndefined()
  })

  it('puts right what somebody else wrote into its fields', async () => {
    const b = await workerBench(podOf())
    await b.update((p) => ({ ...p, status: { ...p.status, phase: 'Pending', conditions: p.status!.conditions!.map((c) => (c.type === 'Ready' ? { ...c, status: 'False' } : c)) } as never }))
    expect(b.status().phase).toBe('Running')
    expect(condition(b, 'Ready')).toBe('True')
  })

  it('is over, not waiting, when postStart fails and nothing is restarted', async () => {
    const b = await workerBench(podOf({ restartPolicy: 'Never', containers: [{ name: 'a', image: 'i:1', lifecycle: { postStart: { tcpSocket: { port: 80 as never } } } }] }))
    // A hollow process ends well when it is stopped.
    expect(b.status().phase).toBe('Succeeded')
    expect(first(b).state?.terminated).toBeDefined()
    expect(b.events.find((e) => e.reason === 'FailedPostStartHook')?.message).toContain('tcpSocket cannot be run')
  })

  it('starts an ephemeral container once, whatever becomes of it', async () => {
    const b = await workerBench(podOf())
    await b.update((p) => ({ ...p, metadata: { ...p.metadata, generation: 2 }, spec: { ...p.spec, ephemeralContainers: [{ name: 'e', image: 'i:1' }] } }))
    expect(b.status().ephemeralContainerStatuses).toMatchObject([{ name: 'e', ready: false, state: { running: {} } }])
    b.hollow.exit((await b.running('e'))!.id, 3)
    await b.rest()
    expect(b.status()).toMatchObject({ phase: 'Running', ephemeralContainerStatuses: [{ state: { terminated: { exitCode: 3 } }, restartCount: 0 }] })
    expect(condition(b, 'Ready')).toBe('True')
    expect(await b.running('e')).toBeUndefined()
  })

  it('says how volumes are mounted: never read-only below the mount itself', async () => {
    const b = await workerBench(podOf({ volumes: [{ name: 'v', emptyDir: {} }], containers: [{ name: 'a', image: 'i:1', volumeMounts: [{ name: 'v', mountPath: '/r', readOnly: true, recursiveReadOnly: 'IfPossible' }, { name: 'v', mountPath: '/w' }] }] }))
    expect(first(b).volumeMounts).toEqual([{ name: 'v', mountPath: '/r', readOnly: true, recursiveReadOnly: 'Disabled' }, { name: 'v', mountPath: '/w' }])
  })
  it('starts again what a rule of its own says, though its pod never restarts', async () => {
    const b = await workerBench(podOf({ restartPolicy: 'Never', containers: [{ name: 'a', image: 'i:1', restartPolicy: 'Never', restartPolicyRules: [{ action: 'Restart', exitCodes: { operator: 'In', values: [42] } }] }] }))
    await crash(b, 42)
    expect(first(b)).toMatchObject({ restartCount: 1, state: { running: {} } })
    await crash(b, 1)
    expect(b.status().phase).toBe('Failed')
  })

  it('hears that memory ran out also when that is told after the end', async () => {
    const b = await workerBench(podOf({ restartPolicy: 'Never' }))
    const { id } = (await b.running())!
    await crash(b, 137)
    expect(first(b).state?.terminated?.reason).toBe('Error')
    b.hollow.outOfMemory(id)
    await b.rest()
    expect(first(b).state?.terminated).toMatchObject({ reason: 'OOMKilled', exitCode: 137 })
  })
  it('restarts a container whose postStart fails', async () => {
    let fails = true
    const b = await workerBench(podOf({ containers: [{ name: 'a', image: 'i:1', lifecycle: { postStart: { exec: { command: ['x'] } } } } as never] }), { runtime: { execSync: async () => ({ exitCode: fails ? 1 : 0, output: 'oh' }) } })
    expect(b.events).toContainEqual({ reason: 'FailedPostStartHook', message: expect.stringContaining('exited with 1: oh') })
    expect(first(b).state?.waiting?.reason).toMatch(/PostStartHookError|CrashLoopBackOff/)
    fails = false
    await b.advance(10_000)
    expect(first(b)).toMatchObject({ ready: true, state: { running: {} } })
  })
})
