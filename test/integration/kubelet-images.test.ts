import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Events, Nodes, Secrets, Services } from '../../shared/api/resources.ts'
import type { Pod } from '../../shared/api/types.ts'
import { BUSYBOX, ensureBusybox } from './busybox.ts'
import { startLimitedDoor, startRegistry, USER, type Registry } from './registry.ts'
import { docker, NODE, startKubeletWorld, sweep, until, type KubeletWorld } from './runtime-world.ts'

const CLUSTER = `it-kubelet-images-${process.pid}`
const SLEEP = ['sh', '-c', 'trap "exit 0" TERM; while :; do sleep 0.1; done']
const running = (p: Pod): boolean => p.status?.containerStatuses?.every((s) => s.state?.running) ?? false
const waits = (p: Pod) => p.status?.containerStatuses?.[0]?.state?.waiting
let world: KubeletWorld
let open: Registry
let secured: Registry
const pulled: string[] = []

beforeAll(async () => {
  await sweep(CLUSTER)
  await ensureBusybox(docker)
  ;[open, secured] = await Promise.all([startRegistry(false), startRegistry(true)])
  world = await startKubeletWorld(CLUSTER)
  await world.kubelet()
})
afterAll(async () => {
  await world?.close()
  // Only what this file has pulled.
  for (const reference of pulled) await docker.getImage(reference).remove({ force: true }).catch((e: { statusCode?: number }) => { if (e.statusCode !== 404) throw e })
  await Promise.all([open?.stop(), secured?.stop()])
})
const messages = async (name: string): Promise<string[]> => (await world.admin.list(Events, { namespace: 'default' })).items.filter((e) => e.involvedObject?.name === name).map((e) => `${e.reason}: ${e.message}`)

describe('a registry', () => {
  it('gives an image: progress, size, and the node lists it', async () => {
    const image = await open.push(docker, BUSYBOX, 'own/box:1')
    pulled.push(image)
    await world.run('pulls', { containers: [{ name: 'c', image, command: SLEEP }] })
    await world.wait('pulls', 'runs', running)
    const said = await until('events', async () => { const all = await messages('pulls'); return all.includes(`Pulling: Pulling image "${image}"`) && all.some((m) => m.startsWith('Pulled:')) && all })
    expect(said.find((m) => m.startsWith('Pulled:'))).toMatch(/Successfully pulled image ".*" in \S+ \(\S+ including waiting\)\. Image size: [1-9]\d{6,} bytes\./)
    await until('the node lists it', async () => (await world.admin.get(Nodes, NODE)).status?.images?.some((i) => i.names?.includes(image)))
    await docker.getImage(image).inspect()
  })
  it('tells a pull byte by byte', async () => {
    const image = await open.push(docker, BUSYBOX, 'own/bytes:1')
    pulled.push(image)
    const seen: number[] = []
    const info = await world.runtime().pullImage(image, undefined, (p) => { if (p.totalBytes) seen.push(p.currentBytes / p.totalBytes) }, new AbortController().signal)
    expect(info.sizeBytes).toBeGreaterThan(3 << 20)
    expect(seen.at(-1)).toBe(1)
  })
  it('without the tag: ErrImagePull, then ImagePullBackOff', async () => {
    const image = `${open.host}/own/absent:9`
    await world.run('absent', { containers: [{ name: 'c', image }] })
    // The first of the two stands there for a moment only.
    await until('ErrImagePull', async () => (await messages('absent')).includes('Failed: Error: ErrImagePull'))
    const pod = await world.wait('absent', 'ImagePullBackOff', (p) => waits(p)?.reason === 'ImagePullBackOff')
    expect(waits(pod)?.message).toMatch(/^Back-off pulling image ".*": ErrImagePull: .*(not found|manifest unknown)/)
  })
  it('that refuses the connection: ErrImagePull says so', async () => {
    await world.run('refused', { containers: [{ name: 'c', image: '127.0.0.1:1/own/box:1' }] })
    const pod = await world.wait('refused', 'ErrImagePull', (p) => /ErrImagePull|ImagePullBackOff/.test(waits(p)?.reason ?? ''))
    expect(waits(pod)?.message).toMatch(/connection refused/)
  })
  it('that dies half-way and comes back gives its image all the same', async () => {
    const image = await open.push(docker, BUSYBOX, 'own/dying:1')
    const door = await startLimitedDoor(open.host, 1 << 20)
    try {
      const through = image.replace(open.host, door.host)
      pulled.push(through)
      await world.run('dying', { containers: [{ name: 'c', image: through, command: SLEEP }] })
      await until('the connection is cut', () => door.cut() > 0)
      expect(waits((await world.pod('dying'))!)).toBeDefined()
      door.heal()
      await world.wait('dying', 'runs', running, 150_000)
    } finally {
      await door.stop()
    }
  })
  it('that wants a password gets that of imagePullSecrets', async () => {
    const image = await secured.push(docker, BUSYBOX, 'own/secret:1')
    pulled.push(image)
    await world.run('denied', { containers: [{ name: 'c', image }] })
    await world.wait('denied', 'is refused', (p) => /ErrImagePull|ImagePullBackOff/.test(waits(p)?.reason ?? ''))
    const auths = { [secured.host]: { auth: Buffer.from(`${USER.username}:${USER.password}`).toString('base64') } }
    await world.admin.create(Secrets, { metadata: { name: 'pull', namespace: 'default' }, type: 'kubernetes.io/dockerconfigjson', data: { '.dockerconfigjson': Buffer.from(JSON.stringify({ auths })).toString('base64') } })
    await world.run('allowed', { imagePullSecrets: [{ name: 'pull' }], containers: [{ name: 'c', image, command: SLEEP }] })
    const pod = await world.wait('allowed', 'runs', running)
    expect(pod.status?.containerStatuses?.[0]).toMatchObject({ image, imageID: expect.stringContaining('sha256:') })
  })
})

describe('a container', () => {
  it('of root is refused where runAsNonRoot is asked', async () => {
    await world.run('nonroot', { containers: [{ name: 'c', image: BUSYBOX, command: SLEEP, securityContext: { runAsNonRoot: true } }] })
    const pod = await world.wait('nonroot', 'is refused', (p) => waits(p)?.reason === 'CreateContainerConfigError')
    expect(waits(pod)?.message).toMatch(/^container has runAsNonRoot and image will run as root \(pod: "nonroot_default\(.*\)", container: c\)$/)
  })
  it('has postStart, a sidecar, startup and tcp probes, Services in its environment, a subPath and the downward API', async () => {
    await world.admin.create(Services, { metadata: { name: 'my-db', namespace: 'default' }, spec: { ports: [{ port: 5432 }] } } as never)
    await world.run('much', {
      volumes: [{ name: 'd', downwardAPI: { items: [{ path: 'name', fieldRef: { fieldPath: 'metadata.name' } }] } }, { name: 'e', emptyDir: {} }] as never,
      initContainers: [{ name: 's', image: BUSYBOX, command: ['sh', '-c', 'mkdir -p /tmp/w; httpd -f -p 8080 -h /tmp/w'], restartPolicy: 'Always', startupProbe: { tcpSocket: { port: 8080 }, periodSeconds: 1 } }] as never,
      containers: [{ name: 'c', image: BUSYBOX, command: SLEEP, lifecycle: { postStart: { exec: { command: ['sh', '-c', 'cat /d/name > /e/out; echo " $MY_DB_SERVICE_PORT" >> /e/out'] } } }, readinessProbe: { tcpSocket: { port: 8080 }, periodSeconds: 1 }, volumeMounts: [{ name: 'd', mountPath: '/d' }, { name: 'e', mountPath: '/e', subPath: 'sub' }] }] as never,
    })
    await world.wait('much', 'is ready', (p) => p.status?.conditions?.find((c) => c.type === 'Ready')?.status === 'True')
    const main = (await world.containers('much')).find((c) => c.Labels['io.kubernetes.container.name'] === 'c')!
    expect((await world.runtime().execSync(main.Id, ['cat', '/e/out'], 30_000)).output).toBe('much 5432\n')
  })
})
