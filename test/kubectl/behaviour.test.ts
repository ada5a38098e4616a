/** What kubectl's commands come to: what stands in the cluster after them. The nodes are hollow, as no container is needed. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import https from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import type { KubeList, KubeObject } from '../../shared/api/meta.ts'
import type { ConfigMap, Deployment, Event, Pod } from '../../shared/api/types.ts'
import { Api } from '../bench/http.ts'
import { App, eventually, type Result } from '../integration/app.ts'

let app: App
let files: string
beforeAll(async () => {
  app = await App.start({ args: ['--runtime', 'hollow', '--nodes', '3'] })
  files = mkdtempSync(join(tmpdir(), 'manifests-'))
})
afterAll(async () => {
  await app?.dispose()
  rmSync(files, { recursive: true, force: true })
})

const k = (...args: string[]): Promise<Result> => app.kubectl('35', args)
const ok = (...args: string[]): Promise<string> => app.ok('35', args)
const json = <T>(...args: string[]): Promise<T> => app.json<T>('35', args)
const create = (object: object): Promise<Result> => app.kubectl('35', ['create', '-f', '-'], { input: JSON.stringify(object) })
const file = (name: string, object: object): string => {
  const path = join(files, name)
  writeFileSync(path, JSON.stringify(object))
  return path
}
const map = (name: string, data: Record<string, string>, metadata: object = {}) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, ...metadata }, data })
/** What kubectl has no command for: a request with the administrator's certificate. */
function request(method: string, path: string, contentType: string, body: object): Promise<{ status: number; body: unknown }> {
  const config = parse(readFileSync(app.ready.kubeconfig, 'utf8')) as { clusters: { cluster: Record<string, string> }[]; users: { user: Record<string, string> }[] }
  const pem = (data: string | undefined) => Buffer.from(data ?? '', 'base64')
  const [cluster, user] = [config.clusters[0]?.cluster, config.users[0]?.user]
  const tls = { ca: pem(cluster?.['certificate-authority-data']), cert: pem(user?.['client-certificate-data']), key: pem(user?.['client-key-data']) }
  return new Promise((resolve, reject) => {
    https.request(`${app.ready.apiServer}${path}`, { method, ...tls, agent: false, timeout: 90_000, headers: { 'content-type': contentType } }, (response) => {
      let text = ''
      response.on('data', (d) => { text += String(d) }).on('end', () => resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) as unknown }))
    }).on('error', reject).end(JSON.stringify(body))
  })
}
const podsOf = async (selector: string): Promise<Pod[]> => (await json<KubeList<Pod>>('get', 'pods', '-l', selector)).items

describe('writing', () => {
  it.each([
    ['json', '[{"op":"replace","path":"/spec/replicas","value":2}]', 2], ['merge', '{"spec":{"replicas":3}}', 3], ['strategic', '{"spec":{"replicas":4}}', 4],
  ])('a %s patch of the scale subresource scales', async (type, patch, replicas) => {
    const name = `scaled-${type}`
    await ok('create', 'deployment', name, '--image=i', '--replicas=1')
    expect(await ok('patch', 'deployment', name, '--subresource=scale', `--type=${type}`, '-p', patch)).toBe(`scale.autoscaling/${name} patched\n`)
    const scale = await json<KubeObject & { spec: object; status: { selector?: string } }>('get', 'deployment', name, '--subresource=scale')
    expect([scale.kind, scale.spec, scale.status.selector]).toEqual(['Scale', { replicas }, `app=${name}`])
    await ok('rollout', 'status', `deployment/${name}`, '--timeout=90s')
    expect(await podsOf(`app=${name}`)).toHaveLength(replicas)
  })

  it('a server-side apply of the scale subresource scales, and owns the number', async () => {
    await ok('create', 'deployment', 'applied', '--image=i')
    const apply = (force: boolean) => request('PATCH', `/apis/apps/v1/namespaces/default/deployments/applied/scale?fieldManager=scaler&force=${force}`, 'application/apply-patch+yaml', { apiVersion: 'autoscaling/v1', kind: 'Scale', metadata: { name: 'applied', namespace: 'default' }, spec: { replicas: 2 } })
    expect(await apply(false)).toMatchObject({ status: 409, body: { reason: 'Conflict', message: expect.stringContaining('.spec.replicas') } })
    expect(await apply(true)).toMatchObject({ status: 200, body: { kind: 'Scale', spec: { replicas: 2 } } })
    const after = await json<Deployment>('get', 'deployment', 'applied', '--show-managed-fields')
    expect(after.spec.replicas).toBe(2)
    expect(after.metadata.managedFields?.find((m) => m.manager === 'scaler')).toMatchObject({ operation: 'Apply', fieldsV1: { 'f:spec': { 'f:replicas': {} } } })
  })

  it('a dry run of any verb answers and changes nothing', async () => {
    await ok('create', 'configmap', 'dry', '--from-literal=a=1')
    await ok('create', 'deployment', 'dry', '--image=i')
    // Nothing of its own is left to be written down.
    await ok('wait', 'deployment/dry', '--for=jsonpath={.status.conditions[?(@.type=="Progressing")].reason}=NewReplicaSetAvailable', '--timeout=90s')
    await ok('wait', 'deployment/dry', '--for=condition=Available', '--timeout=90s')
    const state = async () => [(await json<ConfigMap>('get', 'cm', 'dry')).metadata.resourceVersion, (await json<Deployment>('get', 'deploy', 'dry')).metadata.resourceVersion]
    const before = await state()
    const changed = file('dry.json', map('dry', { a: '2' }))
    for (const args of [
      ['create', 'configmap', 'dry-2'], ['replace', '-f', changed], ['apply', '--server-side', '--force-conflicts', '-f', changed], ['patch', 'cm', 'dry', '-p', '{"data":{"a":"2"}}'],
      ['label', 'cm', 'dry', 'x=y'], ['delete', 'cm', 'dry'], ['delete', 'cm', '--all'], ['scale', 'deployment/dry', '--replicas=5'], ['set', 'image', 'deployment/dry', 'i=j'], ['delete', 'deployment', 'dry', '--cascade=foreground'],
    ]) expect(await ok(...args, '--dry-run=server')).toMatch(/server dry run|patched/)
    expect(await state()).toEqual(before)
    expect((await k('get', 'cm', 'dry-2')).stderr).toMatch(/NotFound/)
  })

})

describe('a deployment', () => {
  it('recreated, has no new pod before the last old one has gone', async () => {
    const spec = { replicas: 2, strategy: { type: 'Recreate' }, selector: { matchLabels: { app: 'rec' } }, template: { metadata: { labels: { app: 'rec' } }, spec: { containers: [{ name: 'c', image: 'i' }] } } }
    await create({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'rec' }, spec })
    await ok('rollout', 'status', 'deployment/rec', '--timeout=90s')
    const old = await podsOf('app=rec')
    const { metadata } = JSON.parse(await ok('get', '--raw', '/api/v1/namespaces/default/pods?limit=1')) as KubeList<Pod>
    await ok('set', 'image', 'deployment/rec', 'c=j')
    await ok('rollout', 'status', 'deployment/rec', '--timeout=90s')
    // All of it has happened: who watches from then on is told it again, in the order in which it did.
    const changes: { type: string; object: Pod }[] = []
    const watch = await new Api(app.ready).watch<Pod>(`/api/v1/namespaces/default/pods?labelSelector=app%3Drec&watch=1&resourceVersion=${metadata.resourceVersion}`, (e) => changes.push(e as { type: string; object: Pod }))
    const firstNew = await eventually('a new pod', async () => changes.findIndex((c) => c.type === 'ADDED'), (n) => n >= 0)
    watch.close()
    expect(changes.slice(0, firstNew).filter((c) => c.type === 'DELETED').map((c) => c.object.metadata.name).sort()).toEqual(old.map((p) => p.metadata.name).sort())
  })
})

describe('nodes', () => {
  it('are cordoned, drained and tainted; a pod that fits nowhere says why, and when it fits says no more of it', async () => {
    await ok('create', 'deployment', 'moved', '--image=i', '--replicas=6')
    await ok('rollout', 'status', 'deployment/moved', '--timeout=90s')
    await ok('drain', 'hollow-1', '--ignore-daemonsets', '--force', '--timeout=60s')
    await ok('rollout', 'status', 'deployment/moved', '--timeout=90s')
    expect((await podsOf('app=moved')).filter((p) => p.spec.nodeName === 'hollow-1')).toEqual([])
    expect(await ok('get', 'nodes')).toMatch(/hollow-1\s+Ready,SchedulingDisabled/)
    await ok('taint', 'node', 'hollow-2', 'a=b:NoExecute')
    await eventually('evicted from the tainted node', () => podsOf('app=moved'), (l) => l.length === 6 && l.every((p) => p.spec.nodeName === 'hollow-3'))
    await ok('run', 'fits', '--image=i', '--overrides={"spec":{"nodeSelector":{"disk":"ssd"}}}')
    const told = await eventually('FailedScheduling', async () => (await json<KubeList<Event>>('get', 'events', '--field-selector=reason=FailedScheduling,involvedObject.name=fits')).items, (l) => l.length > 0)
    expect(told[0]?.message).toMatch(/^0\/3 nodes are available: .*1 node\(s\) didn't match Pod's node affinity\/selector/)
    expect(told[0]?.message).toMatch(/1 node\(s\) had untolerated taint\(s\)/)
    expect(told[0]?.message).toMatch(/1 node\(s\) were unschedulable/)
    await ok('label', 'node', 'hollow-3', 'disk=ssd')
    await ok('wait', '--for=condition=Ready', 'pod/fits', '--timeout=90s')
    const { status } = await json<Pod>('get', 'pod', 'fits')
    expect(status?.conditions?.map((c) => [c.status, c.reason, c.message])).toEqual(status?.conditions?.map(() => ['True', undefined, undefined]))
    await ok('taint', 'node', 'hollow-2', 'a=b:NoExecute-')
    await ok('uncordon', 'hollow-1')
  })
})

describe('what an object was', () => {
  const HISTORIES = '/apis/pilothouse.dev/v1/namespaces/default/objecthistories'
  it('is listed, read and brought back, also after it was deleted and the app was killed', async () => {
    await ok('create', 'configmap', 'settings', '--from-literal=color=red')
    const { metadata: first } = await json<ConfigMap>('get', 'configmap', 'settings')
    await ok('patch', 'configmap', 'settings', '-p', '{"data":{"color":"blue"}}')
    const rows = (await ok('get', 'history', 'configmaps:settings', '--no-headers')).trim().split('\n').map((l) => l.split(/\s{2,}/))
    expect(rows.map(([, operation, , manager, changes]) => [operation, manager, changes])).toEqual([['Updated', 'kubectl-patch', 'data.color'], ['Created', 'kubectl-create', undefined]])
    await app.kill()
    app = await App.start({ home: app.home, args: ['--runtime', 'hollow'] })
    const then = JSON.parse(await ok('get', '--raw', `${HISTORIES}/configmaps:settings/at?revision=${first.resourceVersion}`)) as ConfigMap
    expect(then).toMatchObject({ kind: 'ConfigMap', metadata: { uid: first.uid }, data: { color: 'red' } })
    await ok('delete', 'configmap', 'settings')
    const restore = JSON.stringify({ apiVersion: 'pilothouse.dev/v1', kind: 'ObjectRestore', revision: Number(first.resourceVersion) })
    await ok('create', '--raw', `${HISTORIES}/configmaps:settings/restore`, '-f', file('restore.json', JSON.parse(restore) as object))
    expect((await json<ConfigMap>('get', 'configmap', 'settings')).data).toEqual({ color: 'red' })
    expect((await json<KubeObject & { complete: boolean; revisions: { operation: string }[] }>('get', 'history', 'configmaps:settings'))).toMatchObject({ complete: true, revisions: [{ operation: 'Created' }, { operation: 'Deleted' }, { operation: 'Updated' }, { operation: 'Created' }] })
    const refused = await k('get', 'history', 'configmaps:absent')
    expect([refused.code, refused.stderr]).toEqual([1, 'Error from server (NotFound): objecthistories.pilothouse.dev "configmaps:absent" not found\n'])
  })
})
