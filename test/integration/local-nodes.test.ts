/** Several nodes on one real engine: added, switched off and on, and removed, with kubectl. */
import Docker from 'dockerode'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { LocalNode } from '../../shared/api/local-node.ts'
import type { KubeList } from '../../shared/api/meta.ts'
import type { Node, Pod } from '../../shared/api/types.ts'
import { bytes } from '../../shared/quantity.ts'
import { App, eventually } from './app.ts'

const docker = new Docker()
let app: App
beforeAll(async () => { app = await App.start({ args: ['--nodes', '2'] }) })
afterAll(() => app?.dispose())

const kubectl = (...args: string[]): Promise<string> => app.ok('35', args)
const get = <T>(...args: string[]): Promise<T> => app.json<T>('35', ['get', ...args])
const cluster = async (): Promise<string> => {
  const [pod] = (await get<KubeList<Pod>>('pods')).items
  const [sandbox] = await docker.listContainers({ all: true, filters: { label: [`io.kubernetes.pod.uid=${pod?.metadata.uid}`] } })
  return sandbox?.Labels['dev.pilothouse.cluster'] ?? ''
}
const containers = async (id: string, node: string): Promise<string[]> =>
  (await docker.listContainers({ all: true, filters: { label: [`dev.pilothouse.cluster=${id}`, `dev.pilothouse.node=${node}`] } })).map((c) => c.State)
const podOn = async (node: string): Promise<Pod | undefined> => (await app.list<Pod>('pods', { selector: 'app=web' })).find((p) => p.spec.nodeName === node && !p.metadata.deletionTimestamp)
const isReady = (pod: Pod | undefined): boolean => pod?.status?.conditions?.some((c) => c.type === 'Ready' && c.status === 'True') ?? false

const daemonSet = JSON.stringify({
  apiVersion: 'apps/v1', kind: 'DaemonSet', metadata: { name: 'web' },
  spec: { selector: { matchLabels: { app: 'web' } }, template: { metadata: { labels: { app: 'web' } }, spec: { terminationGracePeriodSeconds: 1, containers: [{ name: 'c', image: 'pilothouse.dev/hello:1' }] } } },
})

const movable = JSON.stringify({
  apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'mover' },
  spec: { selector: { matchLabels: { app: 'mover' } }, template: { metadata: { labels: { app: 'mover' } }, spec: {
    terminationGracePeriodSeconds: 1, tolerations: ['unreachable', 'not-ready'].map((taint) => ({ key: `node.kubernetes.io/${taint}`, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 0 })),
    affinity: { nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, preference: { matchExpressions: [{ key: 'disk', operator: 'In', values: ['fast'] }] } }] } },
    containers: [{ name: 'c', image: 'pilothouse.dev/hello:1' }] } } },
})

it('two nodes from the start, a third with kubectl; off, on, and gone', async () => {
  expect(app.ready.nodes).toEqual(['pilothouse', 'pilothouse-2'])
  const [first, second] = (await eventually('they say how large they are', () => app.api.get<KubeList<Node>>('/api/v1/nodes'), (l) => l.items.length === 2 && l.items.every((n) => n.status?.capacity?.['memory']))).items
  const { MemTotal: all } = (await docker.info()) as { MemTotal: number }
  expect(bytes(first?.status?.capacity?.['memory'])).toBe(Math.floor(all / 2 / 2 ** 20) * 2 ** 20)
  expect(first?.status?.capacity?.['memory']).toBe(second?.status?.capacity?.['memory'])
  await app.ok('35', ['apply', '-f', '-'], { input: daemonSet })
  await app.ok('35', ['apply', '-f', '-'], { input: JSON.stringify({ apiVersion: 'pilothouse.dev/v1', kind: 'LocalNode', metadata: { name: 'third' }, spec: { cpu: '500m', memory: '256Mi', labels: { disk: 'fast' } } }) })
  await kubectl('wait', 'node/third', '--for=create', '--timeout=60s')
  await kubectl('wait', 'node/third', '--for=condition=Ready', '--timeout=60s')
  expect(await kubectl('get', 'nodes', '-l', 'disk=fast', '-o', 'name')).toBe('node/third\n')
  await eventually('one pod a node', () => Promise.all(['pilothouse', 'pilothouse-2', 'third'].map(podOn)), (pods) => pods.every(isReady))
  const id = await cluster()
  const before = await podOn('third')
  // Beside it one that may move, and moves at once.
  await app.ok('35', ['apply', '-f', '-'], { input: movable })
  await kubectl('wait', 'deployment/mover', '--for=condition=Available', '--timeout=60s')

  await kubectl('patch', 'localnode', 'third', '--type=merge', '-p', '{"spec":{"running":false}}')
  await kubectl('wait', 'localnode/third', '--for=condition=Running=false', '--timeout=60s')
  expect([...new Set(await containers(id, 'third'))]).toEqual(['exited'])
  expect(await kubectl('get', 'localnodes')).toMatch(/third +Stopped +500m +256Mi/)
  expect(isReady(await podOn('pilothouse-2'))).toBe(true)
  expect((await app.kubectl('35', ['logs', before?.metadata.name ?? ''])).stderr).toContain('third')

  // Nobody was told: the lease that is not renewed says so, and what may move is made anew elsewhere.
  await kubectl('wait', 'node/third', '--for=condition=Ready=Unknown', '--timeout=120s')
  const moved = await eventually('the pod has moved', () => app.list<Pod>('pods', { selector: 'app=mover' }), (l) => l.some((p) => isReady(p) && p.spec.nodeName !== 'third' && !p.metadata.deletionTimestamp))
  expect(moved.length).toBeGreaterThan(0)
  expect(await kubectl('get', 'node', 'third')).toMatch(/NotReady/)

  await kubectl('patch', 'localnode', 'third', '--type=merge', '-p', '{"spec":{"running":true}}')
  await kubectl('wait', 'node/third', '--for=condition=Ready', '--timeout=60s')
  const after = await eventually('its pod runs again', () => podOn('third'), (p) => isReady(p) && (p?.status?.containerStatuses?.[0]?.restartCount ?? 0) === 1)
  expect(after?.metadata.uid).toBe(before?.metadata.uid)

  await kubectl('delete', 'localnode', 'third', '--timeout=60s')
  expect(await containers(id, 'third')).toEqual([])
  expect(await kubectl('get', 'nodes', '-o', 'name')).toBe('node/pilothouse\nnode/pilothouse-2\n')
  expect((await get<KubeList<LocalNode>>('localnodes')).items.map((n) => n.metadata.name)).toEqual(['pilothouse', 'pilothouse-2'])
}, 420_000)
