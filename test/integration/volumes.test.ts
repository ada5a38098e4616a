/** Volumes on a real engine: what outlives a kubelet, what goes with the pod, and what the engine does for an app that is not root. */
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Events, Pods } from '../../shared/api/resources.ts'
import type { Pod } from '../../shared/api/types.ts'
import { createDockerRuntime } from '../../electron/kubelet/runtime/docker/index.ts'
import { createHost } from '../../electron/kubelet/volumes/host.ts'
import { readMounts } from '../../electron/kubelet/volumes/mountinfo.ts'
import { docker, startKubeletWorld, sweep, until, type KubeletWorld } from './runtime-world.ts'

const CLUSTER = `it-volumes-${process.pid}`
const running = (pod: Pod): boolean => (pod.status?.containerStatuses ?? []).some((s) => s.state?.running) && pod.status?.phase === 'Running'
const SLEEP = 'trap "exit 0" TERM; while :; do sleep 0.1; done'
let world: KubeletWorld
const inside = async (name: string, command: string): Promise<string> => {
  const c = (await world.containers(name)).find((x) => x.State === 'running')
  return (await world.runtime().execSync(c!.Id, ['sh', '-c', command], 30_000)).output.trim()
}

beforeAll(async () => {
  await sweep(CLUSTER)
  world = await startKubeletWorld(CLUSTER)
  await world.kubelet()
})
afterAll(() => world?.close())

describe('a pod\'s volumes', () => {
  it('keep what containers wrote through init, restart of a container and restart of the kubelet; nothing of it stays when the pod goes', async () => {
    const volumeMounts = [{ name: 'mem', mountPath: '/mem' }, { name: 'disk', mountPath: '/disk' }, { name: 'disk', mountPath: '/disk/sub/nested', subPath: 'other/deep' }]
    await world.run('keeps', {
      volumes: [{ name: 'mem', emptyDir: { medium: 'Memory', sizeLimit: '1Mi' } }, { name: 'disk', emptyDir: {} }],
      initContainers: [{ name: 'i', image: 'busybox:local', command: ['sh', '-c', 'echo init > /mem/f; mkdir -p /disk/sub; echo deep > /disk/sub/nested/f; mkdir /disk/closed; echo x > /disk/closed/f'], volumeMounts }],
      containers: [{ name: 'c', image: 'busybox:local', command: ['sh', '-c', SLEEP], volumeMounts }],
    })
    const pod = await world.wait('keeps', 'runs', running)
    const look = (): Promise<string> => inside('keeps', 'cat /mem/f /disk/sub/nested/f; dd if=/dev/zero of=/mem/big bs=1024 count=2048 2>/dev/null || echo full; rm -f /mem/big')
    expect(await look()).toBe('init\ndeep\nfull')
    const uid = pod.metadata.uid!
    expect((await readMounts()).filter((m) => m.path.includes(uid)).map((m) => m.type)).toEqual(['tmpfs'])
    await docker.getContainer((await world.containers('keeps')).find((c) => c.State === 'running')!.Id).kill()
    await world.wait('keeps', 'runs again', (p) => running(p) && p.status?.containerStatuses?.[0]?.restartCount === 1)
    expect(await look()).toBe('init\ndeep\nfull')
    await world.quit()
    await world.kubelet()
    await world.wait('keeps', 'runs on', running)
    expect(await look()).toBe('init\ndeep\nfull')
    await world.admin.delete(Pods, 'keeps', 'default')
    await until('keeps is gone', async () => !(await world.pod('keeps')))
    expect((await readMounts()).filter((m) => m.path.includes(uid))).toEqual([])
    await expect(stat(join(world.dataDir, 'pods', uid))).rejects.toThrow('ENOENT')
  })
  it('wait for what is missing and say so', async () => {
    await world.run('waits', { volumes: [{ name: 'v', nfs: { server: 'x', path: '/' } }], containers: [{ name: 'c', image: 'busybox:local', volumeMounts: [{ name: 'v', mountPath: '/v' }] }] })
    const event = await until('FailedMount', async () => (await world.admin.list(Events, { namespace: 'default' })).items.find((e) => e.reason === 'FailedMount' && e.involvedObject.name === 'waits'))
    expect(event.message).toBe('MountVolume.SetUp failed for volume "v" : volumes of kind nfs are not supported by this node')
  })
  it('are not mounted when they must be read-only with all below them; if possible means not', async () => {
    const mount = (recursiveReadOnly: string) => [{ name: 'v', mountPath: '/v', readOnly: true, recursiveReadOnly }]
    const containers = ['Enabled', 'IfPossible'].map((mode) => ({ name: mode.toLowerCase(), image: 'busybox:local', command: ['sh', '-c', SLEEP], volumeMounts: mount(mode) }))
    await world.run('deep', { volumes: [{ name: 'v', emptyDir: {} }], containers })
    const message = 'volume "v" requested recursive read-only mode, but it is not supported by the runtime'
    const pod = await world.wait('deep', 'one runs, one cannot', (p) => p.status?.containerStatuses?.some((s) => s.state?.running) === true && p.status.containerStatuses.some((s) => s.state?.waiting?.reason === 'CreateContainerConfigError'))
    const [strict, lenient] = containers.map((c) => pod.status!.containerStatuses!.find((s) => s.name === c.name)!)
    expect(strict!.state).toMatchObject({ waiting: { reason: 'CreateContainerConfigError', message } })
    expect(lenient).toMatchObject({ state: { running: {} }, volumeMounts: [{ name: 'v', mountPath: '/v', readOnly: true, recursiveReadOnly: 'Disabled' }] })
    const event = await until('the event', async () => (await world.admin.list(Events, { namespace: 'default' })).items.find((e) => e.reason === 'Failed' && e.involvedObject.name === 'deep'))
    expect(event.message).toBe(`Error: ${message}`)
  })
})

describe('for an app that is not root the engine', () => {
  it('changes owners, gives trees to groups, and keeps what is in memory', async () => {
    const runtime = createDockerRuntime({ clusterId: CLUSTER, socketPath: '/var/run/docker.sock' })
    const host = createHost({ local: true, engine: runtime, uid: 1000, platform: 'linux' })
    const folder = await mkdtemp(join(tmpdir(), 'owners-'))
    const owner = async (path: string): Promise<string> => { const s = await stat(path); return `${s.uid}:${s.gid} ${(s.mode & 0o7777).toString(8)}` }
    try {
      await writeFile(join(folder, 'f'), '', { mode: 0o600 })
      await host.giveToGroup(folder, 1234)
      expect([await owner(folder), await owner(join(folder, 'f'))]).toEqual(['0:1234 2770', '0:1234 660'])
      await host.own([{ path: join(folder, 'f'), uid: 55, gid: 66, mode: 0o440 }])
      expect(await owner(join(folder, 'f'))).toBe('55:66 440')
      await expect(host.own([{ path: join(folder, 'absent'), uid: 1, mode: 0o440 }])).rejects.toThrow('absent')
      const of = { podUid: 'pod-of-volumes', volume: 'v' }
      const place = await host.memory('', { of, sizeBytes: 1 << 20, mode: 0o777, gid: 5 })
      expect(await host.memory('', { of, sizeBytes: 1 << 20, mode: 0o777, gid: 5 })).toEqual(place)
      expect((await docker.getVolume(place.engineVolume!).inspect()).Options).toEqual({ type: 'tmpfs', device: 'tmpfs', o: 'size=1048576,gid=5,mode=2777' })
      await runtime.removeVolumes(of.podUid)
      await expect(docker.getVolume(place.engineVolume!).inspect()).rejects.toMatchObject({ statusCode: 404 })
      expect(await docker.listContainers({ all: true, filters: { label: [`dev.pilothouse.cluster=${CLUSTER}`, 'dev.pilothouse.kind=command'] } })).toEqual([])
    } finally {
      await runtime.close()
      await rm(folder, { recursive: true, force: true })
    }
  })
})
