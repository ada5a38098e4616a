import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Pod } from '../../../shared/api/types.ts'
import { startWorld, type Answer, type World } from '../testing.ts'
import { ACCOUNT_WAIT_MS } from './service-account.ts'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.close())

const pod = (namespace: string, name: string, spec: object = {}): Promise<Answer> =>
  world.ask('POST', `/api/v1/namespaces/${namespace}/pods`, { apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec: { containers: [{ name: 'c', image: 'i' }], ...spec } })
const account = (namespace: string, name: string, extra: object = {}): Promise<Answer> =>
  world.ask('POST', `/api/v1/namespaces/${namespace}/serviceaccounts`, { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name }, ...extra })
const namespace = (name: string): Promise<Answer> => world.ask('POST', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } })

describe('the account of a pod', () => {
  it('must exist', async () => {
    const refused = await pod('default', 'a', { serviceAccountName: 'x' })
    expect(refused.body).toMatchObject({ code: 403, reason: 'Forbidden', message: 'pods "a" is forbidden: error looking up service account default/x: serviceaccount "x" not found' })
  })
  it('is the default one where none is named, and lends its pull secrets', async () => {
    await account('default', 'pulls', { imagePullSecrets: [{ name: 'registry' }] })
    expect(((await pod('default', 'b')).body as unknown as Pod).spec).toMatchObject({ serviceAccountName: 'default', serviceAccount: 'default' })
    expect(((await pod('default', 'c', { serviceAccountName: 'pulls' })).body as unknown as Pod).spec.imagePullSecrets).toEqual([{ name: 'registry' }])
    expect(((await pod('default', 'd', { serviceAccountName: 'pulls', imagePullSecrets: [{ name: 'own' }] })).body as unknown as Pod).spec.imagePullSecrets).toEqual([{ name: 'own' }])
  })
  it('a new namespace may be a moment late with it', async () => {
    await namespace('late')
    const { watchers } = world.store.stats()
    const waiting = pod('late', 'a')
    expect((await account('late', 'other')).status).toBe(201)
    expect(world.store.stats().watchers).toBe(watchers + 1)
    expect((await account('late', 'default')).status).toBe(201)
    expect((await waiting).status).toBe(201)
    expect(world.store.stats().watchers).toBe(watchers)
  })
  it('but not for ever', async () => {
    await namespace('never')
    const waiting = pod('never', 'a')
    await world.clock.advance(ACCOUNT_WAIT_MS)
    expect((await waiting).body).toMatchObject({ code: 403, message: 'pods "a" is forbidden: error looking up service account never/default: serviceaccount "default" not found' })
  })
})

describe('the token of its account', () => {
  const MOUNT = '/var/run/secrets/kubernetes.io/serviceaccount'
  const specOf = async (name: string, spec: object): Promise<Pod['spec']> => ((await pod('default', name, spec)).body as unknown as Pod).spec
  it('is mounted into every container, with the CA and the namespace', async () => {
    const spec = await specOf('t1', { initContainers: [{ name: 'i', image: 'i' }] })
    const [volume] = spec.volumes ?? []
    expect(volume?.name).toMatch(/^kube-api-access-[a-z0-9]{5}$/)
    expect(volume?.projected?.sources?.map((s) => s.serviceAccountToken?.path ?? s.configMap?.name ?? s.downwardAPI?.items?.[0]?.path)).toEqual(['token', 'kube-root-ca.crt', 'namespace'])
    for (const container of [...spec.containers, ...(spec.initContainers ?? [])]) expect(container.volumeMounts).toEqual([{ name: volume?.name, mountPath: MOUNT, readOnly: true }])
  })
  it('is not, where pod or account say so; the pod has the last word', async () => {
    await account('default', 'quiet', { automountServiceAccountToken: false })
    expect((await specOf('t2', { automountServiceAccountToken: false })).volumes).toBeUndefined()
    expect((await specOf('t3', { serviceAccountName: 'quiet' })).volumes).toBeUndefined()
    expect((await specOf('t4', { serviceAccountName: 'quiet', automountServiceAccountToken: true })).volumes).toHaveLength(1)
  })
  it('a volume without a name is refused as such', async () => {
    const { status, body } = await pod('default', 'nameless', { volumes: [{ emptyDir: {} }] })
    expect([status, body['message']]).toEqual([422, 'Pod "nameless" is invalid: spec.volumes[0].name: Required value'])
  })
  it('leaves what a container mounts there itself', async () => {
    const own = { name: 'own', mountPath: MOUNT }
    const spec = await specOf('t5', { containers: [{ name: 'c', image: 'i', volumeMounts: [own] }], volumes: [{ name: 'own', emptyDir: {} }] })
    expect(spec.containers[0]?.volumeMounts).toEqual([own])
    expect(spec.volumes).toHaveLength(1)
  })
})
