/** A second real client beside kubectl: @kubernetes/client-node, with the built app on a real engine. */
import { createConnection, createServer, type AddressInfo } from 'node:net'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, Readable, Writable } from 'node:stream'
import { ApiextensionsV1Api, Attach, CoreV1Api, Cp, CustomObjectsApi, Exec, KubeConfig, KubernetesObjectApi, Log, makeInformer, PortForward, Watch, type KubernetesObject, type V1ConfigMap, type V1Status } from '@kubernetes/client-node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { App, eventually } from './app.ts'

let app: App
let config: KubeConfig
let folder: string
const PATIENCE = { timeout: 60_000, interval: 50 }
// Says what it hears, and what it has been told; cp needs a tar, for which an image of an earlier day may have no link.
const MAIN = 'busybox ln -sf busybox /bin/tar; mkdir -p /www; echo hello > /www/index.html; busybox httpd -p 8080 -h /www; echo first; while read line; do echo "heard $line"; [ "$line" = bye ] && exit 0; done; exit 1'
const crd = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata: { name: 'kites.clients.example.com' }, spec: { group: 'clients.example.com', scope: 'Namespaced', names: { plural: 'kites', singular: 'kite', kind: 'Kite' }, versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object', properties: { spec: { type: 'object', properties: { tail: { type: 'integer' }, colour: { type: 'string' } } } } } } }] } }
const kite = (name: string, spec: object) => ({ apiVersion: 'clients.example.com/v1', kind: 'Kite', metadata: { name, namespace: 'default' }, spec })

beforeAll(async () => {
  app = await App.start()
  folder = mkdtempSync(join(tmpdir(), 'clients-'))
  config = new KubeConfig()
  config.loadFromFile(app.ready.kubeconfig)
  const core = config.makeApiClient(CoreV1Api)
  await core.createNamespacedPod({ namespace: 'default', body: { metadata: { name: 'one' }, spec: { restartPolicy: 'Never', terminationGracePeriodSeconds: 1, containers: [{ name: 'main', image: 'busybox:local', imagePullPolicy: 'Never', stdin: true, command: ['sh', '-c', MAIN], readinessProbe: { httpGet: { path: '/', port: 8080 }, periodSeconds: 1 } }] } } })
  await config.makeApiClient(ApiextensionsV1Api).createCustomResourceDefinition({ body: crd as never })
  await app.ok('35', ['wait', '--for=condition=Ready', 'pod/one', '--timeout=60s'])
  await app.ok('35', ['wait', '--for=condition=Established', 'crd/kites.clients.example.com', '--timeout=60s'])
})
afterAll(async () => {
  await app?.dispose()
  rmSync(folder, { recursive: true, force: true })
})

/** Keeps what is written to it. */
class Kept extends Writable {
  text = ''
  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString()
    done()
  }
}
const run = (command: string[], stdin: Readable | null = null): Promise<{ stdout: string; stderr: string; status: V1Status }> => new Promise((resolve, reject) => {
  const [out, err] = [new Kept(), new Kept()]
  new Exec(config).exec('default', 'one', 'main', command, out, err, stdin, false, (status) => resolve({ stdout: out.text, stderr: err.text, status })).catch(reject)
})

describe('informer', () => {
  it('lists, then tells of what comes, changes and goes, and begins anew when the server ends its watch', async () => {
    const custom = config.makeApiClient(CustomObjectsApi)
    const where = { group: 'clients.example.com', version: 'v1', namespace: 'default', plural: 'kites' }
    await custom.createNamespacedCustomObject({ ...where, body: kite('early', { tail: 1 }) })
    const informer = makeInformer<KubernetesObject>(config, '/apis/clients.example.com/v1/namespaces/default/kites', () => custom.listNamespacedCustomObject(where) as never)
    const seen: string[] = []
    const faults: unknown[] = []
    for (const verb of ['add', 'update', 'delete'] as const) informer.on(verb, (object) => { seen.push(`${verb} ${object.metadata?.name}`) })
    informer.on('error', (e) => { faults.push(e) })
    let connected = 0
    informer.on('connect', () => { connected++ })
    await informer.start()
    try {
      expect(seen).toEqual(['add early'])
      await custom.createNamespacedCustomObject({ ...where, body: kite('late', { tail: 2 }) })
      await expect.poll(() => seen, PATIENCE).toContain('add late')
      const before = connected
      // The kind is served in another way from now on: the server ends the watches on it.
      const [printed, more] = [{ name: 'Tail', type: 'integer', jsonPath: '.spec.tail' }, { op: 'add', path: '/spec/versions/0/additionalPrinterColumns' }]
      await config.makeApiClient(ApiextensionsV1Api).patchCustomResourceDefinition({ name: crd.metadata.name, body: [{ ...more, value: [printed] }] })
      await expect.poll(() => connected, PATIENCE).toBeGreaterThan(before)
      await custom.deleteNamespacedCustomObject({ ...where, name: 'late' })
      await expect.poll(() => seen, PATIENCE).toContain('delete late')
      expect(seen.filter((s) => s === 'add early')).toHaveLength(1)
      expect(informer.list().map((o) => o.metadata?.name)).toEqual(['early'])
      expect(faults).toEqual([])
    } finally {
      await informer.stop()
    }
  })
})

it('watch: from a revision on, with bookmarks, until it is aborted', async () => {
  const core = config.makeApiClient(CoreV1Api)
  const { metadata } = await core.listNamespacedConfigMap({ namespace: 'default' })
  await core.createNamespacedConfigMap({ namespace: 'default', body: { metadata: { name: 'watched', labels: { of: 'watch' } }, data: { a: 'b' } } })
  const seen: string[] = []
  let ended: unknown
  const controller = await new Watch(config).watch('/api/v1/namespaces/default/configmaps', { resourceVersion: metadata?.resourceVersion, labelSelector: 'of=watch', allowWatchBookmarks: true },
    (phase, object: V1ConfigMap) => { if (phase !== 'BOOKMARK') seen.push(`${phase} ${object.metadata?.name ?? ''}`) }, (e) => { ended = e ?? 'ended' })
  await core.deleteNamespacedConfigMap({ name: 'watched', namespace: 'default' })
  await expect.poll(() => seen, PATIENCE).toEqual(['ADDED watched', 'DELETED watched'])
  controller.abort()
  await expect.poll(() => ended, PATIENCE).toBeDefined()
})

describe('in a container', () => {
  it('exec: both outputs, the input and the exit code', async () => {
    expect(await run(['sh', '-c', 'cat; echo err >&2; exit 3'], Readable.from(['in\n']))).toMatchObject({ stdout: 'in\n', stderr: 'err\n', status: { status: 'Failure', reason: 'NonZeroExitCode', details: { causes: [{ reason: 'ExitCode', message: '3' }] } } })
    expect((await run(['true'])).status).toMatchObject({ status: 'Success' })
  })
  it('cp: there and back', async () => {
    const bytes = 'x'.repeat(300_000)
    writeFileSync(join(folder, 'there'), bytes)
    const cp = new Cp(config)
    await cp.cpToPod('default', 'one', 'main', folder, '/tmp')
    // The library's promises do not wait for the copy.
    await eventually('the file is there', () => run(['stat', '-c', '%s', '/tmp/there']), ({ stdout }) => stdout === '300000\n')
    const back = join(folder, 'back')
    await cp.cpFromPod('default', 'one', 'main', 'there', back, '/tmp')
    await expect.poll(() => existsSync(join(back, 'there')) && readFileSync(join(back, 'there'), 'utf8') === bytes, PATIENCE).toBe(true)
  })
  it('port-forward: a request and its answer', async () => {
    const forward = new PortForward(config)
    const server = createServer((socket) => { void forward.portForward('default', 'one', [8080], socket, null, socket) })
    await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve) })
    try {
      const socket = createConnection((server.address() as AddressInfo).port, '127.0.0.1')
      const kept = new Kept()
      socket.pipe(kept)
      socket.write('GET / HTTP/1.0\r\n\r\n')
      await expect.poll(() => kept.text, PATIENCE).toMatch(/^HTTP\/1\.[01] 200 OK\r\n[^]*\r\n\r\nhello\n$/)
      socket.destroy()
    } finally {
      server.close()
    }
  })
  it('attach: what is typed and what is answered; log -f: the same, and what was said before, to the end', async () => {
    const [out, err, log, input] = [new Kept(), new Kept(), new Kept(), new PassThrough()]
    await new Log(config).log('default', 'one', 'main', log, { follow: true })
    await new Attach(config).attach('default', 'one', 'main', out, err, input, false)
    input.write('you\n')
    await expect.poll(() => out.text, PATIENCE).toContain('heard you\n')
    await expect.poll(() => log.text, PATIENCE).toBe('first\nheard you\n')
    input.write('bye\n')
    await expect.poll(() => [log.text, log.writableFinished], PATIENCE).toEqual(['first\nheard you\nheard bye\n', true])
  })
  it('log: its options', async () => {
    const log = new Kept()
    await new Log(config).log('default', 'one', 'main', log, { tailLines: 1, timestamps: true })
    await expect.poll(() => log.text, PATIENCE).toMatch(/^\d{4}-\d\d-\d\dT\S+Z heard bye\n$/)
    await expect(new Log(config).log('default', 'one', 'absent', new Kept())).rejects.toMatchObject({ code: 400 })
  })
})

it('object API: objects of any kind, a custom one too', async () => {
  const objects = KubernetesObjectApi.makeApiClient(config)
  for (const [object, patch, changed] of [
    [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'any', namespace: 'default' }, data: { a: 'b' } }, { data: { c: 'd' } }, { data: { a: 'b', c: 'd' } }],
    [{ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata: { name: 'any', namespace: 'default' }, rules: [] }, { rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }] }, { rules: [{ verbs: ['get'] }] }],
    [kite('any', { tail: 3 }), { spec: { colour: 'red' } }, { spec: { tail: 3, colour: 'red' } }],
  ] as const) {
    const header = { apiVersion: object.apiVersion, kind: object.kind, metadata: { name: 'any', namespace: 'default' } }
    await objects.create(object as never)
    await expect(objects.create(object as never)).rejects.toMatchObject({ code: 409 })
    const type = object.kind === 'Kite' ? 'application/merge-patch+json' : 'application/strategic-merge-patch+json'
    expect(await objects.patch({ ...header, ...patch } as never, undefined, undefined, undefined, undefined, type as never)).toMatchObject(changed)
    const live = await objects.read(header)
    expect(await objects.replace({ ...live, metadata: { ...live.metadata, labels: { replaced: 'yes' } } } as never)).toMatchObject({ metadata: { labels: { replaced: 'yes' } } })
    expect((await objects.list(object.apiVersion, object.kind, 'default', undefined, undefined, undefined, undefined, 'replaced=yes')).items).toHaveLength(1)
    await objects.delete(header)
    await eventually(`${object.kind} is gone`, () => objects.read(header).then(() => 200, (e: { code: number }) => e.code), (code) => code === 404)
  }
})
