import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import type { ObjectHistory } from '../../../shared/api/object-history.ts'
import { startWorld, type World } from '../testing.ts'
import type { Attributes, UserInfo } from '../types.ts'

const CONFIG_MAPS = '/api/v1/namespaces/default/configmaps'
const HISTORIES = '/apis/pilothouse.dev/v1/namespaces/default/objecthistories'
const configMap = (data: Record<string, string>): object => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c', labels: { a: 'b' } }, data })

const metadataOf = (body: object): { uid: string; resourceVersion: string } => (body as { metadata: { uid: string; resourceVersion: string } }).metadata

async function world(options: Parameters<typeof startWorld>[0] = {}): Promise<World> {
  const w = await startWorld(options)
  onTestFinished(() => w.close())
  return w
}
const history = async (w: World, name: string): Promise<ObjectHistory> => (await w.ask('GET', `${HISTORIES}/${name}`)).body as unknown as ObjectHistory
/** Writes a ConfigMap three ways and deletes it; the revisions, oldest first. */
async function lived(w: World): Promise<number[]> {
  const revisions: number[] = []
  const note = (answer: { status: number; body: Record<string, unknown> }): void => {
    expect(answer.status).toBeLessThan(300)
    revisions.push(Number(metadataOf(answer.body).resourceVersion))
  }
  note(await w.ask('POST', CONFIG_MAPS, configMap({ color: 'red', 'a.b': '1' })))
  note(await w.ask('PATCH', `${CONFIG_MAPS}/c?fieldManager=painter`, { data: { color: 'blue' } }, { 'content-type': 'application/merge-patch+json' }))
  note(await w.ask('PUT', `${CONFIG_MAPS}/c`, configMap({ shape: 'round' })))
  return revisions
}

describe('the history of an object', () => {
  let w: World
  let revisions: number[]
  beforeAll(async () => {
    w = await startWorld()
    revisions = await lived(w)
    return () => w.close()
  })
  it('says what was done, by whom, and to what', async () => {
    expect(await history(w, 'configmaps:c')).toMatchObject({
      kind: 'ObjectHistory', apiVersion: 'pilothouse.dev/v1', metadata: { name: 'configmaps:c', namespace: 'default' }, complete: true,
      revisions: [
        { revision: revisions[2], operation: 'Updated', manager: 'test', changes: ['data[a.b]', 'data.color', 'data.shape'] },
        { revision: revisions[1], operation: 'Updated', manager: 'painter', changes: ['data.color'] },
        { revision: revisions[0], operation: 'Created', manager: 'test', changes: [] },
      ],
    })
  })
  it('is a table for kubectl, a row for each revision', async () => {
    const { body } = await w.ask('GET', `${HISTORIES}/configmaps:c`, undefined, { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' })
    expect(body).toMatchObject({ kind: 'Table', rows: [{ cells: [revisions[2], 'Updated', expect.any(String), 'test', 'data[a.b],data.color,data.shape'] }, {}, {}] })
  })
  it('gives the object as it was at any revision, not only at its own', async () => {
    const at = async (revision: number): Promise<object> => (await w.ask('GET', `${HISTORIES}/configmaps:c/at?revision=${revision}`)).body
    expect(await at(revisions[0]!)).toMatchObject({ kind: 'ConfigMap', metadata: { resourceVersion: `${revisions[0]}` }, data: { color: 'red' } })
    await w.ask('POST', CONFIG_MAPS, { metadata: { name: 'other' } })
    expect(await at(revisions[2]! + 1)).toMatchObject({ data: { shape: 'round' } })
  })
  it('also of what has no namespace', async () => {
    expect((await history(w, 'namespaces:default')).revisions.at(-1)).toMatchObject({ operation: 'Created' })
  })
  it.each<[string, string, string, object | undefined, number, string]>([
    ['no such kind', 'GET', '/nothings:c', undefined, 404, 'not found'],
    ['no such object', 'GET', '/configmaps:absent', undefined, 404, 'not found'],
    ['no name of an object', 'GET', '/c', undefined, 400, 'names no object'],
    ['no revision', 'GET', '/configmaps:c/at', undefined, 400, 'a resourceVersion is wanted'],
    ['a revision that is no number', 'GET', '/configmaps:c/at?revision=1e3', undefined, 400, 'a resourceVersion is wanted'],
    ['before it was there', 'GET', '/configmaps:c/at?revision=1', undefined, 404, 'configmaps "c" not found'],
    ['of what is not stored', 'GET', '/componentstatuses:etcd-0', undefined, 404, 'not found'],
    ['writing history', 'PUT', '/configmaps:c', {}, 405, ''],
    ['deleting history', 'DELETE', '/configmaps:c', undefined, 405, ''],
    ['a list of all', 'GET', '', undefined, 405, ''],
    ['restoring without a revision', 'POST', '/configmaps:c/restore', { apiVersion: 'pilothouse.dev/v1', kind: 'ObjectRestore' }, 400, 'revision'],
  ])('refuses %s', async (_what, method, path, body, status, message) => {
    const answer = await w.ask(method, `${HISTORIES}${path}`, body)
    expect(answer.body).toMatchObject({ kind: 'Status', code: status })
    expect(answer.body['message']).toContain(message)
  })
})

describe('restoring', () => {
  const restore = (w: World, name: string, revision: number, query = '', user?: UserInfo) => w.ask('POST', `${HISTORIES}/${name}/restore${query}`, { apiVersion: 'pilothouse.dev/v1', kind: 'ObjectRestore', revision }, {}, user)
  it('puts an object back to what it was, as a new revision', async () => {
    const w = await world()
    const [first, , last] = await lived(w)
    expect((await restore(w, 'configmaps:c', first!, '?dryRun=All')).body).toMatchObject({ data: { color: 'red', 'a.b': '1' } })
    expect((await w.ask('GET', `${CONFIG_MAPS}/c`)).body).toMatchObject({ metadata: { resourceVersion: `${last}` } })
    const { status, body } = await restore(w, 'configmaps:c', first!)
    expect([status, body]).toMatchObject([200, { metadata: { labels: { a: 'b' } }, data: { color: 'red', 'a.b': '1' } }])
    expect(body['data']).not.toHaveProperty('shape')
    expect((await history(w, 'configmaps:c')).revisions).toHaveLength(4)
  })
  it('brings a deleted object back, with a life of its own', async () => {
    const w = await world()
    const [, second] = await lived(w)
    const { body: before } = await w.ask('GET', `${CONFIG_MAPS}/c`)
    await w.ask('DELETE', `${CONFIG_MAPS}/c`)
    expect((await history(w, 'configmaps:c')).revisions[0]).toMatchObject({ operation: 'Deleted' })
    const { status, body } = await restore(w, 'configmaps:c', second!)
    expect([status, body]).toMatchObject([201, { data: { color: 'blue' } }])
    expect(metadataOf(body).uid).not.toBe(metadataOf(before).uid)
  })
  it('leaves the status alone, and obeys what cannot be changed', async () => {
    const w = await world()
    const path = '/apis/apps/v1/namespaces/default/deployments'
    const deployment = (replicas: number, image: string): object => ({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' }, spec: { replicas, selector: { matchLabels: { a: 'b' } }, template: { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image }] } } } })
    const made = await w.ask('POST', path, deployment(1, 'one'))
    await w.ask('PATCH', `${path}/web`, { spec: { replicas: 3 } }, { 'content-type': 'application/merge-patch+json' })
    await w.ask('PATCH', `${path}/web/status`, { status: { replicas: 3 } }, { 'content-type': 'application/merge-patch+json' })
    const { body } = await restore(w, 'deployments.apps:web', Number(metadataOf(made.body).resourceVersion))
    expect(body).toMatchObject({ spec: { replicas: 1 }, status: { replicas: 3 } })
  })
  it('takes the permission to write the object, as reading its past takes that to read it', async () => {
    const may = new Set<string>()
    const asked = ({ user, verb, resource, subresource }: Attributes): boolean => user.name !== 'eve' || may.has(`${verb} ${resource}${subresource ? `/${subresource}` : ''}`)
    const w = await world({ authorizer: { authorize: (a) => ({ allowed: asked(a), reason: '' }) } })
    const [first] = await lived(w)
    const eve = { name: 'eve', groups: ['system:authenticated'] }
    const status = async (): Promise<number[]> => [(await w.ask('GET', `${HISTORIES}/configmaps:c`, undefined, {}, eve)).status, (await w.ask('GET', `${HISTORIES}/configmaps:c/at?revision=${first}`, undefined, {}, eve)).status, (await restore(w, 'configmaps:c', first!, '', eve)).status]
    expect(await status()).toEqual([403, 403, 403])
    for (const right of ['get objecthistories', 'get objecthistories/at', 'create objecthistories/restore']) may.add(right)
    expect(await status()).toEqual([403, 403, 403])
    may.add('get configmaps')
    expect(await status()).toEqual([200, 200, 403])
    may.add('update configmaps')
    expect(await status()).toEqual([200, 200, 200])
  })
  it('of a Secret takes the permission to read Secrets: that of other objects is not enough', async () => {
    const may = new Set(['get objecthistories', 'get objecthistories/at', 'create objecthistories/restore', 'get configmaps', 'update configmaps', 'list secrets'])
    const w = await world({ authorizer: { authorize: ({ user, verb, resource, subresource }) => ({ allowed: user.name !== 'eve' || may.has(`${verb} ${resource}${subresource ? `/${subresource}` : ''}`), reason: '' }) } })
    const { body } = await w.ask('POST', '/api/v1/namespaces/default/secrets', { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, stringData: { p: 'geheim' } })
    const revision = Number(metadataOf(body).resourceVersion)
    const eve = { name: 'eve', groups: ['system:authenticated'] }
    for (const path of ['secrets:s', `secrets:s/at?revision=${revision}`]) {
      const answer = await w.ask('GET', `${HISTORIES}/${path}`, undefined, {}, eve)
      expect(answer).toMatchObject({ status: 403, body: { message: expect.stringContaining('secrets "s" is forbidden') as unknown } })
    }
    may.add('get secrets')
    const past = await w.ask('GET', `${HISTORIES}/secrets:s/at?revision=${revision}`, undefined, {}, eve)
    expect(past).toMatchObject({ status: 200, body: { data: { p: Buffer.from('geheim').toString('base64') } } })
    expect((await restore(w, 'secrets:s', revision, '', eve)).status).toBe(403)
  })
})
