/** The whole state is saved while the cluster runs, much is changed, and it is put back: objects, pods, and whoever watches. */
import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CoreV1Api, KubeConfig, makeInformer, type V1ConfigMap } from '@kubernetes/client-node'
import Docker from 'dockerode'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { KubeObject } from '../../shared/api/meta.ts'
import type { ObjectHistory } from '../../shared/api/object-history.ts'
import type { Pod } from '../../shared/api/types.ts'
import { App, eventually, type Result, root } from './app.ts'
import { BUSYBOX } from './busybox.ts'

const docker = new Docker()
let app: App
let folder: string
let file: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'snapshot-'))
  file = join(folder, 'cluster.snapshot')
  app = await App.start()
})
afterAll(async () => {
  await app?.dispose()
  rmSync(folder, { recursive: true })
})

const command = (...args: string[]): Promise<Result> => new Promise((resolve) => {
  execFile(process.execPath, [join(root, 'out', 'main', 'headless.js'), ...args], { timeout: 60_000 }, (error, stdout, stderr) => resolve({ code: error ? Number(error.code) : 0, stdout, stderr }))
})
const apply = (...objects: object[]): Promise<string> => app.ok('35', ['apply', '-f', '-'], { input: objects.map((o) => JSON.stringify(o)).join('\n---\n') })
const deployment = (name: string) => ({
  apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name },
  spec: { replicas: 2, selector: { matchLabels: { app: name } }, template: { metadata: { labels: { app: name } }, spec: { terminationGracePeriodSeconds: 0, containers: [{ name: 'c', image: BUSYBOX, command: ['sh', '-c', `echo I am ${name}; exec sleep 3600`] }] } } },
})
const crd = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata: { name: 'kites.snap.example.com' }, spec: { group: 'snap.example.com', scope: 'Namespaced', names: { plural: 'kites', singular: 'kite', kind: 'Kite' }, versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object', properties: { spec: { type: 'object', properties: { tail: { type: 'integer' } } } } } } }] } }
const config = (data: Record<string, string>) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings' }, data })
/** What nothing but a user changes. */
const KEPT = 'configmaps,secrets,namespaces,deployments,kites.snap.example.com,crd,roles,clusterroles,serviceaccounts,services'
const identity = async (): Promise<string[]> => (await app.json<{ items: (KubeObject & { data?: unknown; spec?: unknown })[] }>('35', ['get', KEPT, '-A'])).items
  .map(({ kind, metadata: m, spec, data }) => JSON.stringify([kind, m.namespace, m.name, m.uid, m.creationTimestamp, m.labels, kind === 'CustomResourceDefinition' ? '' : spec, data])).sort()
const pods = async (label: string): Promise<{ items: Pod[] }> => ({ items: await app.list<Pod>('pods', { selector: `app=${label}` }) })
const containers = async (label: string): Promise<number> => {
  const cluster = readFileSync(join(app.home, 'cluster-id'), 'utf8').trim()
  return (await docker.listContainers({ filters: { label: [`dev.pilothouse.cluster=${cluster}`] } })).filter((c) => c.Labels['io.kubernetes.pod.name']?.startsWith(`${label}-`)).length
}

it('save, change and delete, restore: all is as it was, its pods run, and watchers find their way', async () => {
  await apply(config({ a: '1' }), deployment('web'), crd, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'extra' } }, { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's', namespace: 'extra' }, stringData: { p: 'geheim' } })
  await app.ok('35', ['wait', '--for=condition=Established', 'crd/kites.snap.example.com', '--timeout=60s'])
  await apply({ apiVersion: 'snap.example.com/v1', kind: 'Kite', metadata: { name: 'red' }, spec: { tail: 3 } })
  await app.ok('35', ['rollout', 'status', 'deploy/web', '--timeout=60s'])
  const before = await identity()
  const settings = await app.json<KubeObject>('35', ['get', 'cm', 'settings'])

  const saved = await command('snapshot', 'save', file, '--home', app.home)
  expect(saved).toMatchObject({ code: 0, stderr: '' })
  expect(saved.stdout).toMatch(new RegExp(`^Saved \\d+ objects at revision \\d+, \\d+ KiB: ${file}\n$`))
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(await app.kubectl('35', ['get', '--raw', '/snapshot', '--as=bob'])).toMatchObject({ code: 1, stderr: expect.stringContaining('forbidden') as unknown })
  await eventually('the audit log has it', async () => readdirSync(join(app.home, 'audit')).map((name) => readFileSync(join(app.home, 'audit', name), 'utf8')).join(''), (text) => /"requestURI":"\/snapshot".*"code":200/.test(text) && /"requestURI":"\/snapshot".*"code":403/.test(text))
  const refused = await command('snapshot', 'restore', file, '--home', app.home)
  expect(refused).toMatchObject({ code: 1, stdout: '', stderr: `A Pilothouse runs on ${app.home}. Stop it, then run this again; or use File > Restore Snapshot in its window.\n` })

  const kube = new KubeConfig()
  kube.loadFromFile(app.ready.kubeconfig)
  const core = kube.makeApiClient(CoreV1Api)
  const informer = makeInformer<V1ConfigMap>(kube, '/api/v1/namespaces/default/configmaps', () => core.listNamespacedConfigMap({ namespace: 'default' }))
  let ended = false
  const again = (): void => { if (!ended) informer.start().catch(() => setTimeout(again, 100)) }
  informer.on('error', again)
  await informer.start()
  try {
    await apply(config({ a: '2', b: 'new' }), deployment('later'))
    await app.ok('35', ['delete', 'namespace/extra', 'deployment/web', 'crd/kites.snap.example.com', '--timeout=60s'])
    await app.ok('35', ['rollout', 'status', 'deploy/later', '--timeout=60s'])
    await eventually('web is gone', () => containers('web'), (n) => n === 0)
    await expect.poll(() => informer.get('settings', 'default')?.data, { timeout: 60_000 }).toEqual({ a: '2', b: 'new' })
    const seen = (await app.json<KubeObject>('35', ['get', 'cm', 'settings'])).metadata.resourceVersion ?? ''

    await app.stop()
    const restored = await command('snapshot', 'restore', file, '--home', app.home)
    expect(restored).toMatchObject({ code: 0, stderr: '' })
    expect(restored.stdout).toMatch(/^Restored \d+ objects of revision \d+; the cluster goes on at revision \d+ when it starts\.\nWhat was there before is kept, .*: .*\/etcd\.before-restore-\S+\n$/)
    app = await App.start({ home: app.home, args: ['--port', new URL(app.ready.apiServer).port] })

    expect(await identity()).toEqual(before)
    // The same version means the same state; what came later is above all that anybody has seen.
    expect((await app.json<KubeObject>('35', ['get', 'cm', 'settings'])).metadata.resourceVersion).toBe(settings.metadata.resourceVersion)
    // What it was before the restore can still be read, and the restore itself is one of its revisions.
    const history = await app.json<ObjectHistory>('35', ['get', 'history', 'configmaps:settings'])
    expect(history.revisions.map((r) => r.operation)).toEqual(['Restored', 'Updated', 'Created'])
    expect(JSON.parse(await app.ok('35', ['get', '--raw', `/apis/pilothouse.dev/v1/namespaces/default/objecthistories/configmaps:settings/at?revision=${seen}`]))).toMatchObject({ data: { a: '2', b: 'new' } })
    const changed = (await apply(config({ a: '3' })), await app.json<KubeObject>('35', ['get', 'cm', 'settings']))
    expect(Number(changed.metadata.resourceVersion)).toBeGreaterThan(Number(seen) + 500)
    expect(await app.ok('35', ['get', '--raw', `/api/v1/namespaces/default/configmaps?watch=1&resourceVersion=${seen}`])).toMatch(/"type":"ERROR".*"reason":"Expired".*"code":410/)
    await expect.poll(() => informer.get('settings', 'default')?.data, { timeout: 60_000 }).toEqual({ a: '3' })

    await app.ok('35', ['rollout', 'status', 'deploy/web', '--timeout=90s'])
    const { items } = await eventually('pods of web run', () => pods('web'), (l) => l.items.length === 2 && l.items.every((p) => p.status?.containerStatuses?.every((c) => c.ready)))
    for (const { metadata } of items) {
      // What was restored says that it runs: that is so once its containers are made again.
      await eventually(`${metadata.name} can be entered`, () => app.kubectl('35', ['exec', metadata.name, '--', 'hostname']), (r) => r.code === 0 && r.stdout === `${metadata.name}\n`)
      await eventually('it has said so', () => app.ok('35', ['logs', metadata.name]), (text) => text === 'I am web\n')
    }
    expect((await pods('later')).items).toEqual([])
    await eventually('what came later is gone from the engine', () => containers('later'), (n) => n === 0)
    await eventually('web has two pods on the engine', () => containers('web'), (n) => n === 4)
    await apply({ apiVersion: 'snap.example.com/v1', kind: 'Kite', metadata: { name: 'blue' }, spec: { tail: 1 } })
  } finally {
    ended = true
    await informer.stop()
  }
})

it('saves also what does not run; what is no snapshot restores nothing; reset takes the kept states along', async () => {
  await app.stop()
  const closed = join(folder, 'closed.snapshot')
  expect(await command('snapshot', 'save', closed, '--home', app.home)).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining(closed) as unknown })
  const cut = join(folder, 'cut.snapshot')
  writeFileSync(cut, readFileSync(closed).subarray(0, -10))
  const none = mkdtempSync(join(tmpdir(), 'no-cluster-'))
  for (const [args, code, why] of [
    [['restore', cut, '--home', app.home], 1, `${cut} is cut off: it has no end.`],
    [['restore', app.ready.kubeconfig, '--home', app.home], 1, `${app.ready.kubeconfig} is no snapshot of Pilothouse.`],
    [['restore', join(folder, 'none'), '--home', app.home], 1, `There is no file ${join(folder, 'none')}.`],
    [['save', join(folder, 'none', 'x'), '--home', app.home], 1, `There is no folder ${join(folder, 'none')}.`],
    [['save', closed, '--home', none], 1, `${none} holds no cluster; name its folder with --home.`],
    [['copy', closed], 2, 'snapshot takes save or restore, and one file'],
  ] as const) {
    const answer = await command('snapshot', ...args)
    expect([answer.code, answer.stdout], args.join(' ')).toEqual([code, ''])
    expect(answer.stderr).toContain(why)
  }
  rmSync(none, { recursive: true })
  expect(readdirSync(app.home).filter((name) => name.startsWith('etcd.'))).toHaveLength(1)
  app = await App.start({ home: app.home })
  expect(await app.ok('35', ['get', 'kites', '-o', 'name'])).toBe('kite.snap.example.com/blue\nkite.snap.example.com/red\n')
  const { home } = app
  await app.dispose()
  expect(existsSync(home)).toBe(false)
})
