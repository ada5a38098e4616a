/** What people do with kubectl all day, against the real API over its HTTPS door; the nodes are hollow, as no container is needed. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import https from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import type { KubeList, KubeObject } from '../../shared/api/meta.ts'
import type { ConfigMap, Deployment, Event, Pod, ReplicaSet } from '../../shared/api/types.ts'
import { App, eventually, type Result } from './app.ts'

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
const create = (object: object, ...args: string[]): Promise<Result> => app.kubectl('35', ['create', ...args, '-f', '-'], { input: JSON.stringify(object) })
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
    https.request(`${app.ready.apiServer}${path}`, { method, ...tls, agent: false, timeout: 10_000, headers: { 'content-type': contentType } }, (response) => {
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

  it('a server-side apply says who is in the way, and takes over when forced', async () => {
    await ok('apply', '--server-side', '-f', file('a.json', map('shared', { a: '1', b: '1' })))
    const theirs = file('b.json', map('shared', { a: '2' }))
    const refused = await k('apply', '--server-side', '--field-manager=other', '-f', theirs)
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('Apply failed with 1 conflict: conflict with "kubectl": .data.a')])
    expect((await json<ConfigMap>('get', 'cm', 'shared')).data).toEqual({ a: '1', b: '1' })
    await ok('apply', '--server-side', '--field-manager=other', '--force-conflicts', '-f', theirs)
    expect((await json<ConfigMap>('get', 'cm', 'shared')).data).toEqual({ a: '2', b: '1' })
  })

  it('a dry run of any verb answers and changes nothing', async () => {
    await ok('create', 'configmap', 'dry', '--from-literal=a=1')
    await ok('create', 'deployment', 'dry', '--image=i')
    await ok('rollout', 'status', 'deployment/dry', '--timeout=90s')
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

  it('an unknown field is an error, a warning or nothing, as it is asked; a name can be generated', async () => {
    const typo = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { generateName: 'made-' }, dat: {} }
    expect(await create(typo)).toMatchObject({ code: 1, stderr: expect.stringContaining('unknown field "dat"') })
    expect(await create(typo, '--validate=warn')).toMatchObject({ code: 0, stderr: expect.stringContaining('Warning: unknown field "dat"'), stdout: expect.stringMatching(/^configmap\/made-[a-z0-9]{5} created/) })
    expect(await create(typo, '--validate=ignore')).toMatchObject({ code: 0, stderr: '' })
  })

  it('an update of what has changed meanwhile is a conflict', async () => {
    await ok('create', 'configmap', 'raced', '--from-literal=a=1')
    const r = await app.kubectl('35', ['replace', '--raw', '/api/v1/namespaces/default/configmaps/raced', '-f', '-'], { input: JSON.stringify(map('raced', { a: '2' }, { resourceVersion: '1' })) })
    expect(r.stderr).toMatch(/Conflict.*the object has been modified; please apply your changes to the latest version and try again/)
    expect((await json<ConfigMap>('get', 'cm', 'raced')).data).toEqual({ a: '1' })
  })

  it('a patch that fails says where', async () => {
    await ok('create', 'configmap', 'tested', '--from-literal=a=1')
    expect((await k('patch', 'cm', 'tested', '--type=json', '-p', '[{"op":"test","path":"/data/a","value":"2"}]')).stderr).toMatch(/The request is invalid: \/data\/a: Test operation failed/)
  })

  it('diff shows what apply would do, and does not', async () => {
    const first = file('d.json', map('diffed', { a: '1' }))
    await ok('apply', '-f', first)
    const r = await k('diff', '-f', file('d.json', map('diffed', { a: '2' })))
    expect([r.code, r.stdout]).toEqual([1, expect.stringMatching(/-\s+a: "1"\n\+\s+a: "2"/)])
    expect((await json<ConfigMap>('get', 'cm', 'diffed')).data).toEqual({ a: '1' })
  })
})

describe('reading', () => {
  it('lists in pieces, by labels and by fields, and says what it does not understand', async () => {
    for (const [name, tier] of [['one', 'a'], ['two', 'a'], ['three', 'b']]) await create(map(name ?? '', {}, { labels: { suite: 'read', tier } }))
    const names = async (...args: string[]) => (await ok('get', 'cm', '-o', 'name', ...args)).split('\n').filter(Boolean).map((n) => n.slice('configmap/'.length))
    expect(await names('-l', 'suite=read', '--chunk-size=1')).toEqual(['one', 'three', 'two'])
    expect(await names('-l', 'suite=read,tier in (a),!x')).toEqual(['one', 'two'])
    expect(await names('--field-selector=metadata.name=two')).toEqual(['two'])
    expect((await k('get', 'cm', '-l', 'a b')).stderr).toMatch(/unable to parse requirement: found 'a b'/)
    expect((await k('get', 'pods', '--field-selector=status.nonsense=x')).stderr).toMatch(/field label not supported: status.nonsense/)
    const piece = JSON.parse(await ok('get', '--raw', '/api/v1/namespaces/default/configmaps?labelSelector=suite%3Dread&limit=2')) as KubeList<ConfigMap>
    expect([piece.items.length, typeof piece.metadata.continue]).toEqual([2, 'string'])
  })

  it.each(['28', '34', '35'] as const)('kubectl 1.%s explains, lists what there is, may be asked about rights, and describes every kind', async (release) => {
    expect(await app.ok(release, ['explain', 'deployment.spec.strategy'])).toMatch(/DeploymentStrategy/)
    expect(await app.ok(release, ['api-resources'])).toMatch(/deployments\s+deploy\s+apps\/v1\s+true\s+Deployment/)
    expect((await app.ok(release, ['auth', 'can-i', 'create', 'deployments'])).trim()).toBe('yes')
    expect((await app.kubectl(release, ['auth', 'can-i', 'create', 'deployments', '--as=joe'])).stdout.trim()).toBe('no')
    for (const kind of ['namespaces', 'nodes', 'pods', 'configmaps', 'secrets', 'serviceaccounts', 'services', 'leases', 'deployments', 'replicasets', 'roles', 'rolebindings', 'clusterroles', 'clusterrolebindings', 'events']) {
      const r = await app.kubectl(release, ['describe', kind, '-A'].filter((a) => a !== '-A' || !/^(namespaces|nodes|cluster)/.test(kind)))
      // Releases before 1.31 describe a Service by its Endpoints, of which the server says what upstream's says.
      const said = r.stderr.replace(/^No resources found.*\n/, '').replace(/^Warning: v1 Endpoints is deprecated .*\n/, release === '28' && kind === 'services' ? '' : '$&')
      expect([kind, r.code, said]).toEqual([kind, 0, ''])
    }
  })
})

describe('a deployment', () => {
  it('has a history that can be gone back in, can be paused, and restarted', async () => {
    await ok('create', 'deployment', 'hist', '--image=one')
    const status = () => ok('rollout', 'status', 'deployment/hist', '--timeout=90s')
    await status()
    await ok('rollout', 'pause', 'deployment/hist')
    await ok('set', 'image', 'deployment/hist', 'one=two')
    expect((await json<KubeList<ReplicaSet>>('get', 'rs', '-l', 'app=hist')).items).toHaveLength(1)
    await ok('rollout', 'resume', 'deployment/hist')
    await status()
    expect((await ok('rollout', 'history', 'deployment/hist')).match(/^\d+/gm)).toEqual(['1', '2'])
    await ok('rollout', 'undo', 'deployment/hist')
    await status()
    expect((await json<Deployment>('get', 'deployment', 'hist')).spec.template.spec?.containers[0]?.image).toBe('one')
    await ok('rollout', 'restart', 'deployment/hist')
    await status()
    expect((await ok('rollout', 'history', 'deployment/hist')).match(/^\d+/gm)).toEqual(['2', '3', '4'])
  })

  it('recreated, has no new pod before the last old one has gone', async () => {
    const spec = { replicas: 2, strategy: { type: 'Recreate' }, selector: { matchLabels: { app: 'rec' } }, template: { metadata: { labels: { app: 'rec' } }, spec: { containers: [{ name: 'c', image: 'i' }] } } }
    await create({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'rec' }, spec })
    await ok('rollout', 'status', 'deployment/rec', '--timeout=90s')
    const old = await podsOf('app=rec')
    const { metadata } = JSON.parse(await ok('get', '--raw', '/api/v1/namespaces/default/pods?limit=1')) as KubeList<Pod>
    await ok('set', 'image', 'deployment/rec', 'c=j')
    await ok('rollout', 'status', 'deployment/rec', '--timeout=90s')
    const changes = (await ok('get', '--raw', `/api/v1/namespaces/default/pods?labelSelector=app%3Drec&watch=1&timeoutSeconds=3&resourceVersion=${metadata.resourceVersion}`)).split('\n').filter(Boolean).map((l) => JSON.parse(l) as { type: string; object: Pod })
    const firstNew = changes.findIndex((c) => c.type === 'ADDED')
    expect(firstNew).toBeGreaterThan(0)
    expect(changes.slice(0, firstNew).filter((c) => c.type === 'DELETED').map((c) => c.object.metadata.name).sort()).toEqual(old.map((p) => p.metadata.name).sort())
  })

  const left = async (name: string) => (await json<KubeList<KubeObject>>('get', 'rs,pods', '-l', `app=${name}`)).items
  const deleted = async (name: string, cascade: string) => {
    await ok('create', 'deployment', name, '--image=i')
    await ok('rollout', 'status', `deployment/${name}`, '--timeout=90s')
    await ok('delete', 'deployment', name, `--cascade=${cascade}`, '--timeout=90s')
  }
  it('deleted with cascade orphan leaves its ReplicaSet and its pod, which is still the set\'s', async () => {
    await deleted('orphaned', 'orphan')
    const objects = await left('orphaned')
    expect(objects.map((o) => [o.kind, o.metadata.ownerReferences?.[0]?.kind])).toEqual([['ReplicaSet', undefined], ['Pod', 'ReplicaSet']])
  })
  it('deleted with cascade foreground has taken all along when it is gone', async () => {
    await deleted('waited', 'foreground')
    expect(await left('waited')).toEqual([])
  })
  it('deleted with cascade background takes all along by and by', async () => {
    await deleted('left', 'background')
    expect(await eventually('nothing left', () => left('left'), (l) => l.length === 0)).toEqual([])
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

it('a namespace goes with all that is in it; those of the system stay', async () => {
  await ok('create', 'namespace', 'full')
  await ok('create', 'deployment', 'd', '--image=i', '-n', 'full')
  await ok('create', 'configmap', 'c', '-n', 'full')
  await ok('delete', 'namespace', 'full', '--timeout=60s')
  expect((await k('get', 'all,cm', '-n', 'full')).stdout).toBe('')
  expect((await k('create', 'configmap', 'c', '-n', 'full')).stderr).toMatch(/namespaces "full" not found/)
  expect((await k('delete', 'namespace', 'kube-system')).stderr).toMatch(/this namespace may not be deleted/)
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
