/** `--reset` leaves the machine as it was before the first start, also after the app was killed in the middle of its work. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { KubeList } from '../../shared/api/meta.ts'
import type { Pod } from '../../shared/api/types.ts'
import { App, eventually, resetHome } from '../integration/app.ts'
import { BUSYBOX, ensureBusybox } from '../integration/busybox.ts'
import { clusterId } from './engine-view.ts'
import { PrivateEngine } from './private-engine.ts'

const engine = new PrivateEngine({ live: false })
const folder = mkdtempSync(join(tmpdir(), 'reset-'))
const mine = join(folder, 'mine')
let apps: App[] = []
beforeAll(async () => {
  await engine.start()
  await ensureBusybox(engine.docker)
  mkdirSync(mine)
  writeFileSync(join(mine, 'thesis.doc'), 'x')
})
afterAll(async () => {
  try {
    for (const app of apps) await app.kill()
    for (const app of apps) await resetHome(app.home, engine.env)
  } finally {
    await engine.dispose()
    rmSync(folder, { recursive: true, force: true })
  }
})

/** All that the engine has, whoever made it. */
async function onEngine(): Promise<string[]> {
  const { docker } = engine
  const [containers, networks, { Volumes: volumes }, images] = await Promise.all([docker.listContainers({ all: true }), docker.listNetworks(), docker.listVolumes(), docker.listImages({ all: true })])
  return [...containers.map((c) => `container ${c.Id}`), ...networks.map((n) => `network ${n.Name}`), ...volumes.map((v) => `volume ${v.Name}`), ...images.map((i) => `image ${i.Id} ${i.RepoTags?.join() ?? ''}`)].sort()
}
/** What the machine has that names a cluster: rules, links and routes, mounts, cgroups, processes. Others may use it meanwhile. */
function onMachine(id: string, home: string): string[] {
  const lines = (command: string, ...args: string[]): string[] => execFileSync(command, args, { encoding: 'utf8' }).split('\n').filter((l) => l.includes(id) || l.includes(home)).map((l) => `${command}: ${l}`)
  const trees = ['', ...readdirSync('/sys/fs/cgroup')].map((tree) => join('/sys/fs/cgroup', tree, `pilothouse-${id}`)).filter((path) => existsSync(path))
  const mounts = readFileSync('/proc/mounts', 'utf8').split('\n').filter((l) => l.includes(home))
  const processes = readdirSync('/proc').filter((n) => /^\d+$/.test(n)).filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes(home)
    } catch {
      return false // It has ended meanwhile.
    }
  })
  return [...lines('iptables-save'), ...lines('ip', '-d', 'link'), ...lines('ip', 'route'), ...trees.map((t) => `cgroup ${t}`), ...mounts.map((m) => `mount ${m}`), ...processes.map((p) => `process ${p}`)]
}
const OBJECTS = [
  { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'data' }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '10Mi' } } } },
  { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'whole', labels: { app: 'whole' } }, spec: {
    resources: { limits: { memory: '64Mi' } },
    volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }, { name: 'memory', emptyDir: { medium: 'Memory' } }, { name: 'mine', hostPath: { path: mine } }, { name: 'image', image: { reference: 'pilothouse.dev/hello:1' } }],
    containers: [{ name: 'c', image: BUSYBOX, command: ['sh', '-c', 'echo x > /data/x; echo x > /memory/x; exec sleep 86400'], volumeMounts: [{ name: 'data', mountPath: '/data' }, { name: 'memory', mountPath: '/memory' }, { name: 'mine', mountPath: '/mine' }, { name: 'image', mountPath: '/image' }] }],
  } },
  { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' }, spec: { replicas: 2, selector: { matchLabels: { app: 'web' } }, template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'c', image: 'pilothouse.dev/hello:1' }] } } } },
  { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' }, spec: { type: 'NodePort', selector: { app: 'web' }, ports: [{ port: 80 }] } },
  { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'web' }, spec: { podSelector: { matchLabels: { app: 'web' } }, policyTypes: ['Ingress'], ingress: [{}] } },
]
async function start(home: string): Promise<App> {
  const app = await App.start({ home, env: engine.env })
  apps.push(app)
  return app
}
async function used(app: App): Promise<void> {
  await app.ok('35', ['create', '-f', '-'], { input: OBJECTS.map((o) => JSON.stringify(o)).join('\n---\n') })
  await eventually('all run', () => app.json<KubeList<Pod>>('35', ['get', 'pods']), (l) => l.items.length === 3 && l.items.every((p) => p.status?.conditions?.some((c) => c.type === 'Ready' && c.status === 'True')))
}

it('of a cluster beside another leaves the other whole, and what both need; of the last one leaves nothing', async () => {
  const before = await onEngine()
  const [a, b] = await Promise.all([start(join(folder, 'a', 'home')), start(join(folder, 'b', 'home'))])
  const [idA, idB] = [clusterId(a.home), clusterId(b.home)]
  await Promise.all([used(a), used(b)])
  // While it makes more of everything.
  await a.ok('35', ['scale', 'deployment/web', '--replicas=6'])
  await a.kill()
  expect(onMachine(idA, a.home).some((l) => l.startsWith('iptables-save'))).toBe(true)
  expect(onMachine(idA, a.home).some((l) => l.startsWith('cgroup'))).toBe(true)

  const first = await resetHome(a.home, engine.env)
  expect(first).toMatchObject({ code: 0, stdout: expect.stringContaining('cgroups of pods') })
  expect(first.stdout).not.toContain('image pilothouse.dev')
  expect(onMachine(idA, a.home)).toEqual([])
  expect(existsSync(a.home)).toBe(false)
  expect((await onEngine()).filter((l) => l.includes(idA))).toEqual([])
  expect(await b.ok('35', ['get', 'pods', '--no-headers'])).toMatch(/^(\S+ +1\/1 +Running +0 [^\n]*\n){3}$/)

  // The other one is stopped, its last pods gone from the engine as well: it still needs the images of both.
  await b.stop()
  expect((await onEngine()).some((l) => l.includes('pilothouse.dev/pause:1'))).toBe(true)
  const last = await resetHome(b.home, engine.env)
  expect(last.stdout).toContain('image pilothouse.dev/pause:1')
  expect(onMachine(idB, b.home)).toEqual([])
  expect(existsSync(b.home)).toBe(false)
  // What others have made beside it (here kubectl its cache) stays, and so does the folder around both.
  expect(readdirSync(folder).toSorted()).toEqual(['a', 'b', 'mine'])
  expect(await onEngine()).toEqual(before)
  expect(readdirSync(mine)).toEqual(['thesis.doc'])
  apps = []
})
