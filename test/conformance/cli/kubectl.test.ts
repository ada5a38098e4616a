import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, it, onTestFinished } from 'vitest'
import type { KubeObject } from '../../../shared/api/meta.ts'
import type { Deployment, Pod, ReplicationController, Service } from '../../../shared/api/types.ts'
import { root } from '../../integration/app.ts'
import { inside, standing } from '../network/dns-pod.ts'
import { AGNHOST, BUSYBOX, create, eventually, get, kubectl, namespace, ok, ready } from '../cluster.ts'

const SLEEP = ['sleep', '1000']
const container = (image = BUSYBOX): object => ({ name: 'main', image, command: SLEEP, resources: { requests: { cpu: '1m' } } })
const template = (app: string, image?: string): object => ({ metadata: { labels: { app } }, spec: { terminationGracePeriodSeconds: 0, containers: [container(image)] } })
const rc = (name: string, ns: string, replicas = 1, image?: string): object => ({ apiVersion: 'v1', kind: 'ReplicationController', metadata: { name, namespace: ns, labels: { app: name } }, spec: { replicas, selector: { app: name }, template: template(name, image) } })
const deployment = (ns: string, image = BUSYBOX): object => ({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'd', namespace: ns }, spec: { replicas: 1, selector: { matchLabels: { app: 'd' } }, template: template('d', image) } })
const pod = (name: string, ns: string): object => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: ns, labels: { app: name } }, spec: { terminationGracePeriodSeconds: 0, containers: [container()] } })
const running = (ns: string, app: string, count: number): Promise<{ items: Pod[] }> =>
  eventually(`${count} pods of ${app} run`, () => get<{ items: Pod[] }>('pods', '-n', ns, '-l', `app=${app}`), ({ items }) => items.length === count && items.every((p) => p.status?.phase === 'Running'))

it('version', async () => {
  const text = await ok(['version'])
  expect(text).toMatch(/Client Version: v1\.\d+/)
  expect(text).toMatch(/Server Version: v1\.\d+/)
})

it('api-versions', async () => {
  expect((await ok(['api-versions'])).split('\n')).toContain('v1')
})

it('cluster-info', async () => {
  const text = await ok(['cluster-info'])
  expect(text).toContain('Kubernetes control plane')
  expect(text).toContain(`is running at`)
  expect(text).toContain(ready().apiServer)
})

it('describe rc and pods', async () => {
  const ns = await namespace()
  await create(rc('primary', ns), { apiVersion: 'v1', kind: 'Service', metadata: { name: 'primary', namespace: ns, labels: { app: 'primary' } }, spec: { ports: [{ port: 6379 }], selector: { app: 'primary' } } })
  const [first] = (await running(ns, 'primary', 1)).items
  if (!first) throw new Error('no pod')
  const describe = async (kind: string, name: string): Promise<string> => (await ok(['describe', kind, name, '-n', ns])).replaceAll(/[ \t]+/g, ' ')
  const ofPod = await describe('pod', first.metadata.name)
  for (const line of [`Name: ${first.metadata.name}`, `Namespace: ${ns}`, `Node: ${first.spec.nodeName}`, 'Labels: app=primary', 'Status: Running', `IP: ${first.status?.podIP}`, 'Controlled By: ReplicationController/primary', `Image: ${BUSYBOX}`, 'State: Running', 'QoS Class: Burstable']) expect(ofPod).toContain(line)
  const ofRc = await describe('rc', 'primary')
  for (const line of ['Name: primary', `Namespace: ${ns}`, 'Selector: app=primary', 'Labels: app=primary', 'Replicas: 1 current / 1 desired', 'Pods Status: 1 Running / 0 Waiting / 0 Succeeded / 0 Failed', 'Pod Template:', `Image: ${BUSYBOX}`, 'Events:']) expect(ofRc).toContain(line)
  const ofService = await describe('service', 'primary')
  for (const line of ['Name: primary', 'Type: ClusterIP', 'Port: <unset> 6379/TCP', 'Endpoints:', 'Session Affinity: None']) expect(ofService).toContain(line)
  const ofNode = await describe('node', first.spec.nodeName ?? '')
  for (const line of [`Name: ${first.spec.nodeName}`, 'Labels:', 'Annotations:', 'CreationTimestamp:', 'Conditions:', 'Addresses:', 'Capacity:', 'Container Runtime Version:', 'Kubelet Version:', 'Non-terminated Pods:']) expect(ofNode).toContain(line)
  const ofNamespace = await describe('namespace', ns)
  for (const line of [`Name: ${ns}`, 'Labels:', 'Annotations:', 'Status: Active', 'No resource quota', 'No LimitRange resource.']) expect(ofNamespace).toContain(line)
})

it('diff Deployments', async () => {
  const ns = await namespace()
  await create(deployment(ns))
  // Its controller has written what it writes.
  await ok(['rollout', 'status', 'deployment/d', '-n', ns, '--timeout=60s'])
  const same = await eventually('nothing differs', () => kubectl(['diff', '-f', '-'], { input: JSON.stringify(deployment(ns)) }), (r) => r.code === 0)
  expect(same.stdout).toBe('')
  const other = await kubectl(['diff', '-f', '-'], { input: JSON.stringify(deployment(ns, AGNHOST)) })
  expect(other.code).toBe(1)
  expect(other.stdout).toMatch(/^-.*image: .*$/m)
  expect(other.stdout).toContain(AGNHOST)
  expect((await get<Deployment>('deployment', 'd', '-n', ns)).spec.template.spec?.containers[0]?.image).toBe(BUSYBOX)
})

it('expose rc', async () => {
  const ns = await namespace()
  await create(rc('primary', ns))
  await running(ns, 'primary', 1)
  await ok(['expose', 'rc', 'primary', '--name=rm2', '--port=1234', '--target-port=6379', '-n', ns])
  await ok(['expose', 'service', 'rm2', '--name=rm3', '--port=2345', '--target-port=6379', '-n', ns])
  for (const [name, port] of [['rm2', 1234], ['rm3', 2345]] as const) {
    expect((await get<Service>('service', name, '-n', ns)).spec).toMatchObject({ ports: [{ port, targetPort: 6379 }], selector: { app: 'primary' } })
    const slices = await eventually(`endpoints of ${name}`, () => get<{ items: (KubeObject & { endpoints?: object[]; ports?: { port?: number }[] })[] }>('endpointslices', '-n', ns, '-l', `kubernetes.io/service-name=${name}`), (l) => (l.items[0]?.endpoints?.length ?? 0) === 1)
    expect(slices.items[0]?.ports?.[0]?.port).toBe(6379)
  }
})

it('label', async () => {
  const ns = await namespace()
  await create(pod('p', ns))
  await ok(['label', 'pods', 'p', 'testing-label=testing-label-value', '-n', ns])
  expect(await ok(['get', 'pod', 'p', '-L', 'testing-label', '-n', ns])).toContain('testing-label-value')
  await ok(['label', 'pods', 'p', 'testing-label-', '-n', ns])
  expect(await ok(['get', 'pod', 'p', '-L', 'testing-label', '-n', ns])).not.toContain('testing-label-value')
})

it('patch annotations', async () => {
  const ns = await namespace()
  await create(rc('primary', ns, 2))
  const { items } = await running(ns, 'primary', 2)
  for (const p of items) await ok(['patch', 'pod', p.metadata.name, '-n', ns, '-p', '{"metadata":{"annotations":{"x":"y"}}}'])
  const after = await get<{ items: Pod[] }>('pods', '-n', ns, '-l', 'app=primary')
  expect(after.items.map((p) => p.metadata.annotations?.['x'])).toEqual(['y', 'y'])
})

it('run pod restart Never', async () => {
  const ns = await namespace()
  await ok(['run', 'once', '--restart=Never', `--image=${BUSYBOX}`, '-n', ns])
  expect(await get<Pod>('pod', 'once', '-n', ns)).toMatchObject({ spec: { restartPolicy: 'Never', containers: [{ image: BUSYBOX }] }, metadata: { labels: { run: 'once' } } })
})

it('replace image', async () => {
  const ns = await namespace()
  await ok(['run', 'p', `--image=${AGNHOST}`, '--labels=run=p', '-n', ns, '--command', '--', ...SLEEP])
  // Nothing else writes a pod that runs.
  const found = await eventually('it runs', () => get<Pod>('pod', 'p', '-n', ns), (p) => p.status?.phase === 'Running' && p.status.conditions?.find((c) => c.type === 'Ready')?.status === 'True')
  await ok(['replace', '-f', '-', '-n', ns], { input: JSON.stringify({ ...found, spec: { ...found.spec, containers: found.spec.containers.map((c) => ({ ...c, image: BUSYBOX })) } }) })
  expect((await get<Pod>('pod', 'p', '-n', ns)).spec.containers[0]?.image).toBe(BUSYBOX)
})

it('server-side dry-run', async () => {
  const ns = await namespace()
  await ok(['run', 'p', `--image=${BUSYBOX}`, '-n', ns, '--command', '--', ...SLEEP])
  const patch = JSON.stringify({ spec: { containers: [{ name: 'p', image: AGNHOST }] } })
  expect(await ok(['patch', 'pod', 'p', '-n', ns, '--dry-run=server', '-p', patch])).toContain('patched')
  expect((await get<Pod>('pod', 'p', '-n', ns)).spec.containers[0]?.image).toBe(BUSYBOX)
})

it('Update Demo create/stop rc', async () => {
  const ns = await namespace()
  await create(rc('demo', ns, 2))
  await running(ns, 'demo', 2)
  await ok(['delete', 'rc', 'demo', '-n', ns])
  const left = await eventually('its pods are gone', () => get<{ items: Pod[] }>('pods', '-n', ns, '-l', 'app=demo'), ({ items }) => items.length === 0)
  expect(left.items).toEqual([])
})

it('Update Demo scale rc', async () => {
  const ns = await namespace()
  await create(rc('demo', ns, 2))
  await running(ns, 'demo', 2)
  for (const replicas of [1, 2]) {
    await ok(['scale', 'rc', 'demo', `--replicas=${replicas}`, '--timeout=60s', '-n', ns])
    await running(ns, 'demo', replicas)
  }
  expect((await get<ReplicationController>('rc', 'demo', '-n', ns)).spec.replicas).toBe(2)
})

/** A running `kubectl proxy`, once it says where it listens; it ends with the test. */
async function proxy(...args: string[]): Promise<string> {
  const child = spawn(join(root, '.cache', 'kubectl', '35', 'kubectl', 'kubectl'), ['proxy', ...args], { env: { PATH: process.env['PATH'], KUBECONFIG: ready().kubeconfig }, stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill())
  for await (const line of createInterface({ input: child.stdout })) if (line.startsWith('Starting to serve on ')) return line.slice('Starting to serve on '.length)
  throw new Error('kubectl proxy ended')
}

it('proxy --port 0', async () => {
  const address = await proxy('-p', '0', '--disable-filter')
  const answer = (await (await fetch(`http://${address}/api/`)).json()) as { versions: string[] }
  expect(answer.versions).toContain('v1')
})

it('proxy --unix-socket', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'kubectl-proxy-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const socketPath = join(folder, 'test')
  await proxy(`--unix-socket=${socketPath}`)
  const text = await new Promise<string>((resolve, reject) => {
    request({ socketPath, path: '/api/' }, (response) => {
      let body = ''
      response.on('data', (chunk) => { body += String(chunk) }).on('end', () => resolve(body))
    }).on('error', reject).end()
  })
  expect(JSON.parse(text)).toMatchObject({ kind: 'APIVersions', versions: ['v1'] })
})

/** A Deployment and its Service: one layer of the guestbook. */
const layer = (name: string, role: string, message: string, replicas: number, port: number, servicePort = port): object[] => {
  const labels = { app: name, role, tier: name === 'frontend' ? 'frontend' : 'backend' }
  return [
    { apiVersion: 'v1', kind: 'Service', metadata: { name, labels }, spec: { ports: [{ port: servicePort, targetPort: port }], selector: labels } },
    { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name }, spec: { replicas, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { terminationGracePeriodSeconds: 0, containers: [{ name: 'c', image: AGNHOST, args: ['guestbook', `--message=${message}`, `--http-port=${port}`], resources: { requests: { cpu: '10m', memory: '10Mi' } }, ports: [{ containerPort: port }] }] } } } },
  ]
}

it('Guestbook', async () => {
  const ns = await namespace()
  const manifests = [...layer('agnhost-primary', 'primary', 'leader', 1, 6379), ...layer('agnhost-replica', 'replica', 'replica', 2, 6379), ...layer('frontend', 'frontend', 'frontend', 3, 8080, 80)]
  const input = manifests.map((m) => JSON.stringify(m)).join('\n---\n')
  await ok(['create', '-n', ns, '-f', '-'], { input })
  for (const name of ['agnhost-primary', 'agnhost-replica', 'frontend']) await ok(['rollout', 'status', '-n', ns, `deployment/${name}`, '--timeout=90s'], { timeout: 100_000 })
  const visitor = await standing(ns)
  const ask = (query: string): Promise<string> => inside(ns, visitor, 'node', '-e', `fetch('http://frontend/guestbook?${query}', { signal: AbortSignal.timeout(30_000) }).then((r) => r.text()).then(console.log, (e) => console.log(e.message))`)
  // Six pods of three layers, each of which finds the next by its Service's name.
  await eventually('the frontend answers', () => ask('cmd=get'), (t) => t.startsWith('{"data":'))
  expect(await eventually('the entry comes back', async () => { await ask('cmd=set&key=messages&value=TestEntry'); return ask('cmd=get&key=messages') }, (t) => t.includes('TestEntry'))).toContain('TestEntry')
  await ok(['delete', '-n', ns, '--grace-period=0', '--force', '-f', '-'], { input })
  await eventually('everything of it is gone', () => get<{ items: { metadata: { name: string } }[] }>('deployments,services,pods', '-n', ns), (l) => l.items.every((o) => o.metadata.name === visitor))
}, 420_000)
