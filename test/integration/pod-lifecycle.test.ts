/** A pod's life with real containers: hooks, probes, last words, limits, ephemeral containers, resizes. */
import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Pods } from '../../shared/api/resources.ts'
import type { Container, Pod } from '../../shared/api/types.ts'
import { realClock } from '../../shared/clock.ts'
import { createUsageReader } from '../../electron/kubelet/stats/index.ts'
import { docker, startKubeletWorld, sweep, until, type KubeletWorld } from './runtime-world.ts'

const CLUSTER = `it-lifecycle-${process.pid}`
const SLEEP = 'trap "exit 0" TERM; while :; do sleep 0.1; done'
const box = (command: string, more: Partial<Container> = {}): Container => ({ name: 'c', image: 'busybox:local', command: ['sh', '-c', command], ...more })
const running = (pod: Pod): boolean => pod.status?.phase === 'Running' && (pod.status.containerStatuses ?? []).every((s) => s.state?.running)
const NONE = {} as NonNullable<NonNullable<Pod['status']>['containerStatuses']>[number]
const first = (pod: Pod) => pod.status?.containerStatuses?.[0] ?? NONE
const over = (pod: Pod): boolean => first(pod).state?.terminated !== undefined

let world: KubeletWorld
beforeAll(async () => {
  await sweep(CLUSTER)
  world = await startKubeletWorld(CLUSTER)
  await world.kubelet()
})
afterAll(() => world?.close())

describe('hooks', () => {
  it('preStop over http reaches the container, with its headers, before the container ends', async () => {
    const handler: Container['lifecycle'] = { preStop: { httpGet: { path: '/bye', port: 8080 as never, httpHeaders: [{ name: 'X-Why', value: 'preStop' }] } } }
    await world.run('http-hook', { terminationGracePeriodSeconds: 30, containers: [box(`trap "exit 0" TERM; printf 'HTTP/1.1 200 OK\\r\\nContent-Length: 0\\r\\n\\r\\n' | nc -l -p 8080 > /proc/1/fd/1; ${SLEEP}`, { lifecycle: handler })] })
    await world.wait('http-hook', 'runs', running)
    const [c] = await world.containers('http-hook')
    await until('it listens', async () => (await world.runtime().execSync(c!.Id, ['sh', '-c', 'cat /proc/net/tcp /proc/net/tcp6'], 30_000)).output.includes(':1F90 '))
    const seen: string[] = []
    const reading = (async () => { for await (const some of world.runtime().logs(c!.Id, { follow: true }, AbortSignal.timeout(60_000))) seen.push(...some.map((l) => l.text)) })()
    await world.admin.delete(Pods, 'http-hook', 'default')
    await reading
    expect(seen.join('\n')).toMatch(/^GET \/bye HTTP\/1\.1/)
    expect(seen.join('\n').toLowerCase()).toContain('x-why: prestop')
  })
  it('that fail are told, and sleep counts inside the grace period', async () => {
    await world.run('bad-hook', { containers: [box(SLEEP, { lifecycle: { preStop: { exec: { command: ['false'] } } } })] })
    await world.run('sleeper', { terminationGracePeriodSeconds: 1, containers: [box(SLEEP, { lifecycle: { preStop: { sleep: { seconds: 1 } } } })] })
    await world.wait('bad-hook', 'runs', running)
    await world.wait('sleeper', 'runs', running)
    await world.admin.delete(Pods, 'bad-hook', 'default')
    await world.admin.delete(Pods, 'sleeper', 'default')
    await until('both are gone', async () => !(await world.pod('bad-hook')) && !(await world.pod('sleeper')))
    await expect.poll(() => world.reasons('bad-hook'), { timeout: 60_000 }).toEqual(expect.arrayContaining(['FailedPreStopHook', 'Killing']))
  })
})

describe('the end of a container', () => {
  it('has the end of its message, or of its log when it failed', async () => {
    await world.run('words', { restartPolicy: 'Never', containers: [box('i=0; while [ $i -lt 500 ]; do echo "line $i of many" >> /dev/termination-log; i=$((i+1)); done', { terminationMessagePath: '/dev/termination-log' })] })
    await world.run('fallback', { restartPolicy: 'Never', containers: [box('echo why; exit 1', { terminationMessagePolicy: 'FallbackToLogsOnError' })] })
    await world.run('own-path', { restartPolicy: 'Never', securityContext: { runAsUser: 1000 }, containers: [box('printf said > /dev/my-log', { terminationMessagePath: '/dev/my-log' })] })
    const words = first(await world.wait('words', 'ends', over)).state!.terminated!
    expect(words.message).toHaveLength(4096)
    expect(words.message).toMatch(/line 499 of many\n$/)
    expect(first(await world.wait('fallback', 'ends', over)).state!.terminated).toMatchObject({ exitCode: 1, reason: 'Error', message: 'why\n' })
    expect(first(await world.wait('own-path', 'ends', over)).state!.terminated).toMatchObject({ exitCode: 0, message: 'said' })
  })
  it('is OOMKilled when it takes more memory than it may', async () => {
    await world.run('hungry', { restartPolicy: 'Never', containers: [box('x=aaaaaaaaaaaaaaaa; while :; do x=$x$x; done', { resources: { limits: { memory: '16Mi' } } })] })
    // The engine may tell it after the end.
    const pod = await world.wait('hungry', 'ends, of this', (p) => first(p).state?.terminated?.reason === 'OOMKilled')
    expect(first(pod).state!.terminated).toMatchObject({ exitCode: 137 })
    expect(pod.status).toMatchObject({ phase: 'Failed', qosClass: 'Burstable' })
  })
  it('says what could not be started', async () => {
    await world.run('nothing', { restartPolicy: 'Never', containers: [{ name: 'c', image: 'busybox:local', command: ['/no/such/program'] }] })
    const pod = await world.wait('nothing', 'Failed', (p) => p.status?.phase === 'Failed')
    expect(first(pod).state!.terminated).toMatchObject({ reason: 'StartError', exitCode: expect.any(Number), message: expect.stringContaining('no such file') })
  })
  it('comes at the deadline of its pod', async () => {
    await world.run('deadline', { activeDeadlineSeconds: 1, containers: [box(SLEEP)] })
    const pod = await world.wait('deadline', 'Failed', (p) => p.status?.phase === 'Failed')
    expect(pod.status).toMatchObject({ reason: 'DeadlineExceeded' })
    expect(pod.status!.conditions!.find((c) => c.type === 'Ready')).toMatchObject({ status: 'False', reason: 'PodFailed' })
  })
})

describe('limits of the pod as a whole', () => {
  it('hold for the sum of its containers, which are measured all the same, and go with it', async () => {
    const fill = (name: string): string => `dd if=/dev/zero of=/dev/shm/${name} bs=1M count=30`
    await world.run('together', { restartPolicy: 'Never', resources: { limits: { cpu: '500m', memory: '48Mi' } }, containers: [box(`${fill('a')}; touch /dev/shm/done; ${SLEEP}`), { ...box(`until [ -f /dev/shm/go ]; do sleep 0.1; done; exec ${fill('b')}`), name: 'd' }] })
    const pod = await world.wait('together', 'runs', running)
    expect(pod.status?.qosClass).toBe('Guaranteed')
    const [one] = await world.containers('together')
    const { HostConfig } = await docker.getContainer(one!.Id).inspect()
    const group = `/pilothouse-${CLUSTER}/pod${pod.metadata.uid}`
    expect(HostConfig).toMatchObject({ CgroupParent: group, Memory: 48 << 20, CpuQuota: 50_000 })
    const reader = createUsageReader(world.runtime(), realClock)
    expect((await reader.read([{ containerId: one!.Id, podUid: pod.metadata.uid! }], AbortSignal.timeout(30_000))).get(one!.Id)?.memoryBytes).toBeGreaterThan(0)
    const id = first(pod).containerID!.split('://')[1]!
    await until('the first has its part', async () => (await world.runtime().execSync(id, ['ls', '/dev/shm/done'], 30_000)).exitCode === 0)
    await world.runtime().execSync(id, ['touch', '/dev/shm/go'], 30_000)
    // 30 and 30 are more than 48, though neither is.
    await world.wait('together', 'somebody is killed', (p) => (p.status?.containerStatuses ?? []).some((s) => s.state?.terminated?.reason === 'OOMKilled'))
    await world.admin.delete(Pods, 'together', 'default', { gracePeriodSeconds: 1 })
    await until('it has gone', async () => (await world.pod('together')) === undefined)
    expect((await readdir('/sys/fs/cgroup', { recursive: false })).filter((tree) => existsSync(`/sys/fs/cgroup/${tree}${group}`))).toEqual([])
    expect(existsSync(`/sys/fs/cgroup${group}`)).toBe(false)
  })
})

describe('a running pod', () => {
  it('takes an ephemeral container that sees the processes of another', async () => {
    await world.run('debugged', { containers: [box(SLEEP)] })
    await world.wait('debugged', 'runs', running)
    await world.admin.patch(Pods, 'debugged', 'default', 'strategic', { spec: { ephemeralContainers: [{ name: 'e', image: 'busybox:local', targetContainerName: 'c', command: ['sh', '-c', 'ps; exit 4'] }] } }, { subresource: 'ephemeralcontainers' } as never)
    const pod = await world.wait('debugged', 'debugger has ended', (p) => p.status?.ephemeralContainerStatuses?.[0]?.state?.terminated !== undefined)
    expect(pod.status!.ephemeralContainerStatuses![0]).toMatchObject({ name: 'e', restartCount: 0, state: { terminated: { exitCode: 4 } } })
    expect(pod.status!.conditions!.find((c) => c.type === 'Ready')!.status).toBe('True')
    expect(await world.logs('debugged', 'e')).toContain('trap "exit 0" TERM')
  })
  it('is resized in place, and begins anew where its policy says so', async () => {
    const resources = (cpu: string, memory: string) => ({ requests: { cpu, memory }, limits: { cpu, memory } })
    await world.run('sized', { containers: [box(SLEEP, { resources: resources('100m', '32Mi'), resizePolicy: [{ resourceName: 'memory', restartPolicy: 'RestartContainer' }] })] })
    await world.wait('sized', 'runs', running)
    const before = (await world.containers('sized'))[0]!.Id
    const resize = (cpu: string, memory: string) => world.admin.patch(Pods, 'sized', 'default', 'strategic', { spec: { containers: [{ name: 'c', resources: resources(cpu, memory) }] } }, { subresource: 'resize' } as never)
    await resize('200m', '32Mi')
    await world.wait('sized', 'has more cpu', (p) => first(p).resources?.limits?.['cpu'] === '200m' && first(p).allocatedResources?.['cpu'] === '200m')
    expect((await docker.getContainer(before).inspect()).HostConfig).toMatchObject({ CpuQuota: 20_000, CpuShares: 204, Memory: 32 << 20 })
    await resize('200m', '48Mi')
    const pod = await world.wait('sized', 'has more memory', (p) => running(p) && first(p).resources?.limits?.['memory'] === '48Mi' && first(p).restartCount > 0 && !p.status!.conditions!.some((c) => c.type.startsWith('PodResize')))
    expect(first(pod).restartCount).toBe(1)
    await resize('900', '48Mi')
    expect((await world.wait('sized', 'waits', (p) => p.status!.conditions!.some((c) => c.type === 'PodResizePending'))).status!.conditions!.find((c) => c.type === 'PodResizePending')).toMatchObject({ reason: 'Infeasible' })
  })
})
