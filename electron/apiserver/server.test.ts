import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { short, startWorld, type World } from './testing.ts'

const MAPS = '/api/v1/namespaces/default/configmaps'
const map = (name: string, data: Record<string, string> = { a: '1' }, extra: object = {}): object => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, ...extra }, data })

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.close())

describe('a config map, through its life', () => {
  it('is created, read, listed, changed, watched and deleted', async () => {
    const stream = await world.watch(`${MAPS}?fieldSelector=metadata.name%3Dlife`)
    const made = await world.ask('POST', MAPS, map('life'))
    expect(made.status).toBe(201)
    expect(made.body).toMatchObject({ kind: 'ConfigMap', metadata: { name: 'life', namespace: 'default', uid: expect.any(String), resourceVersion: String(world.store.revision) } })
    expect(Object.isFrozen(made.body.metadata)).toBe(true)
    expect(short(await stream.next())).toEqual(['ADDED life'])
    expect((await world.ask('GET', `${MAPS}/life`)).body).toBe(made.body)
    expect((await world.ask('POST', MAPS, map('life'))).body).toMatchObject({ code: 409, reason: 'AlreadyExists', message: 'configmaps "life" already exists' })
    const before = world.store.revision
    expect((await world.ask('PUT', `${MAPS}/life`, map('life'))).status).toBe(200)
    expect(world.store.revision).toBe(before)
    const changed = await world.ask('PUT', `${MAPS}/life`, map('life', { a: '2' }, { resourceVersion: String(before) }))
    expect(changed.body).toMatchObject({ data: { a: '2' } })
    expect(short(await stream.next())).toEqual(['MODIFIED life'])
    expect((await world.ask('PUT', `${MAPS}/life`, map('life', { a: '3' }, { resourceVersion: String(before) }))).body).toMatchObject({ code: 409, reason: 'Conflict' })
    const gone = await world.ask('DELETE', `${MAPS}/life`)
    expect(gone.body).toMatchObject({ kind: 'Status', status: 'Success', details: { name: 'life', kind: 'configmaps' } })
    const [event] = (await stream.next()) ?? []
    expect(event).toMatchObject({ type: 'DELETED', object: { metadata: { name: 'life', resourceVersion: String(world.store.revision) } } })
    expect((await world.ask('GET', `${MAPS}/life`)).body).toMatchObject({ code: 404, message: 'configmaps "life" not found' })
    stream.close()
    expect(await stream.next()).toBeUndefined()
  })
})

describe('patches', () => {
  const types = [
    ['application/merge-patch+json', { data: { b: '2', a: null } }],
    ['application/strategic-merge-patch+json', { data: { b: '2', a: null } }],
    ['application/json-patch+json', [{ op: 'add', path: '/data/b', value: '2' }, { op: 'remove', path: '/data/a' }]],
  ] as const
  it.each(types)('%s', async (type, patch) => {
    await world.ask('POST', MAPS, map('patched'))
    const done = await world.ask('PATCH', `${MAPS}/patched`, patch as object, { 'content-type': type })
    expect(done.body).toMatchObject({ data: { b: '2' } })
    expect(done.body.data).not.toHaveProperty('a')
    await world.ask('DELETE', `${MAPS}/patched`)
  })
  it('apply creates, then changes, then meets a conflict, then forces', async () => {
    const path = (manager: string, force = false): string => `${MAPS}/applied?fieldManager=${manager}&force=${force}`
    const type = { 'content-type': 'application/apply-patch+yaml' }
    const config = (a: string): string => `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: applied\ndata:\n  a: "${a}"\n`
    expect((await world.ask('PATCH', path('one'), config('1'), type)).status).toBe(201)
    expect((await world.ask('PATCH', path('one'), config('2'), type)).body).toMatchObject({ data: { a: '2' } })
    expect((await world.ask('PATCH', path('two'), config('3'), type)).body).toMatchObject({ code: 409, reason: 'Conflict' })
    expect((await world.ask('PATCH', path('two', true), config('3'), type)).body).toMatchObject({ data: { a: '3' } })
  })
})

describe('answers to bad requests', () => {
  const bad: [string, string, string, object | string | undefined, object][] = [
    ['a missing namespace', 'POST', '/api/v1/namespaces/nope/configmaps', map('x'), { code: 404, message: 'namespaces "nope" not found' }],
    ['a bad name', 'POST', MAPS, map('Bad_'), { code: 422, reason: 'Invalid' }],
    ['no name', 'POST', MAPS, { metadata: {} }, { code: 422, message: 'ConfigMap "" is invalid: metadata.name: Required value: name or generateName is required' }],
    ['another kind', 'POST', MAPS, { kind: 'Pod', apiVersion: 'v1', metadata: { name: 'x' } }, { code: 400, reason: 'BadRequest' }],
    ['another version', 'POST', MAPS, { kind: 'ConfigMap', apiVersion: 'v2', metadata: { name: 'x' } }, { code: 400, message: 'ConfigMap in version "v2" cannot be handled as a ConfigMap: no kind "ConfigMap" is registered for version "v2" in scheme "pkg/api/legacyscheme/scheme.go:30"' }],
    ['broken JSON', 'POST', MAPS, '{"a":', { code: 400 }],
    ['an unknown field, strictly', 'POST', `${MAPS}?fieldValidation=Strict`, { ...map('x'), foo: 1 }, { code: 400, message: 'ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: unknown field "foo"' }],
    ['a foreign namespace', 'POST', MAPS, map('x', {}, { namespace: 'other' }), { code: 400, message: 'the namespace of the provided object does not match the namespace sent on the request' }],
    ['an unknown resource', 'GET', '/api/v1/nothings', undefined, { code: 404, message: 'the server could not find the requested resource' }],
    ['a deletion across namespaces', 'DELETE', '/api/v1/configmaps', undefined, { code: 405 }],
    ['an object without its namespace', 'GET', '/api/v1/configmaps/x', undefined, { code: 404 }],
    ['an unknown path', 'GET', '/nothing', undefined, { code: 404 }],
    ['a bad selector', 'GET', `${MAPS}?labelSelector=a%3D%3D%3Db`, undefined, { code: 400 }],
    ['an unknown field selector', 'GET', `${MAPS}?fieldSelector=data%3Db`, undefined, { code: 400 }],
    ['a bad dryRun', 'POST', `${MAPS}?dryRun=Some`, map('x'), { code: 422 }],
    ['the default namespace going', 'DELETE', '/api/v1/namespaces/default', undefined, { code: 403, message: 'namespaces "default" is forbidden: this namespace may not be deleted' }],
    ['a revision of the future', 'GET', `${MAPS}?resourceVersion=999999`, undefined, { code: 504, reason: 'Timeout' }],
    ['a broken escape', 'GET', '/api/v1/namespaces/%zz/pods', undefined, { code: 400 }],
  ]
  it.each(bad)('%s', async (_name, method, path, body, expected) => {
    const revision = world.store.revision
    expect((await world.ask(method, path, body)).body).toMatchObject({ kind: 'Status', status: 'Failure', ...expected })
    expect(world.store.revision).toBe(revision)
  })
  it('warns of an unknown field unless told otherwise', async () => {
    const answer = await world.ask('POST', `${MAPS}?dryRun=All`, { ...map('x'), foo: 1 })
    expect(answer.headers['warning']).toBe('299 - "unknown field \\"foo\\""')
    expect(answer.body).not.toHaveProperty('foo')
    expect((await world.ask('GET', `${MAPS}/x`)).status).toBe(404)
  })
})

describe('lists and watches', () => {
  it('pages consistently, and knows what is left', async () => {
    await world.ask('POST', '/api/v1/namespaces', { metadata: { name: 'pages' } })
    const maps = '/api/v1/namespaces/pages/configmaps'
    for (const name of ['a', 'b', 'c', 'd', 'e']) await world.ask('POST', maps, map(name, {}, { labels: { odd: String('ace'.includes(name)) } }))
    const first = await world.ask('GET', `${maps}?limit=2`)
    const meta = first.body.metadata as unknown as Record<string, string>
    expect(meta).toMatchObject({ remainingItemCount: 3 })
    await world.ask('DELETE', `${maps}/d`)
    const rest = await world.ask('GET', `${maps}?limit=5&continue=${meta['continue']}`)
    expect((rest.body.items as unknown as { metadata: { name: string } }[]).map((i) => i.metadata.name)).toEqual(['c', 'd', 'e'])
    const odd = await world.ask('GET', `${maps}?labelSelector=odd%3Dtrue&limit=2`)
    expect((odd.body.items as unknown as { metadata: { name: string } }[]).map((i) => i.metadata.name)).toEqual(['a', 'c'])
    await world.store.compact(world.store.revision)
    const late = (await world.ask('GET', `${maps}?limit=5&continue=${meta['continue']}`)).body
    expect(late).toMatchObject({ code: 410, reason: 'Expired' })
    // The rest as it is now is to be had all the same.
    const remainder = await world.ask('GET', `${maps}?limit=5&continue=${(late['metadata'] as unknown as { continue: string }).continue}`)
    expect((remainder.body['items'] as unknown as { metadata: { name: string } }[]).map((i) => i.metadata.name)).toEqual(['c', 'e'])
    const old = await world.watch(`${maps}?resourceVersion=2`)
    expect(short(await old.next())).toEqual(['ERROR Expired'])
    expect(await old.next()).toBeUndefined()
  })
  it('sends initial events and their end, then bookmarks, then the timeout', async () => {
    const stream = await world.watch('/api/v1/namespaces?sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true&timeoutSeconds=90&fieldSelector=metadata.name%3Ddefault')
    const events = (await stream.next()) ?? []
    expect(short(events)).toEqual(['ADDED default', 'BOOKMARK'])
    expect(events[1]).toMatchObject({ object: { metadata: { annotations: { 'k8s.io/initial-events-end': 'true' } } } })
    await world.clock.advance(60_000)
    expect(short(await stream.next())).toEqual(['BOOKMARK'])
    await world.clock.advance(30_000)
    expect(short(await stream.next())).toEqual(['BOOKMARK'])
    expect(await stream.next()).toBeUndefined()
  })
  it('turns a change of labels into ADDED and DELETED', async () => {
    const stream = await world.watch(`${MAPS}?labelSelector=on%3Dyes&resourceVersion=${world.store.revision}`)
    await world.ask('POST', MAPS, map('moving'))
    await world.ask('PUT', `${MAPS}/moving`, map('moving', {}, { labels: { on: 'yes' } }))
    expect(short(await stream.next())).toEqual(['ADDED moving'])
    await world.ask('PUT', `${MAPS}/moving`, map('moving', {}, { labels: { on: 'no' } }))
    expect(short(await stream.next())).toEqual(['DELETED moving'])
    stream.close()
  })
  it('answers tables', async () => {
    const accept = { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json' }
    const table = await world.ask('GET', '/api/v1/namespaces/default', undefined, accept)
    expect(table.body).toMatchObject({ kind: 'Table', apiVersion: 'meta.k8s.io/v1', rows: [{ cells: ['default', 'Active', expect.any(String)], object: { kind: 'PartialObjectMetadata' } }] })
    expect((await world.ask('GET', MAPS, undefined, { accept: 'application/xml' })).body).toMatchObject({ code: 406 })
    // A write whose answer nobody could read is not done.
    expect((await world.ask('POST', MAPS, { metadata: { name: 'unread' } }, { accept: 'application/xml' })).status).toBe(406)
    expect((await world.ask('GET', `${MAPS}/unread`)).status).toBe(404)
  })
})

describe('deletion', () => {
  it('waits for finalizers', async () => {
    await world.ask('POST', MAPS, map('held', {}, { finalizers: ['example.com/hold'] }))
    const waiting = await world.ask('DELETE', `${MAPS}/held`)
    expect(waiting.body).toMatchObject({ kind: 'ConfigMap', metadata: { deletionTimestamp: expect.any(String), deletionGracePeriodSeconds: 0 } })
    expect((await world.ask('PATCH', `${MAPS}/held`, { metadata: { finalizers: ['example.com/other'] } }, { 'content-type': 'application/merge-patch+json' })).status).toBe(422)
    expect((await world.ask('PATCH', `${MAPS}/held`, { metadata: { finalizers: null } }, { 'content-type': 'application/merge-patch+json' })).status).toBe(200)
    expect((await world.ask('GET', `${MAPS}/held`)).status).toBe(404)
  })
  it('a namespace goes once its finalizers are gone', async () => {
    await world.ask('POST', '/api/v1/namespaces', { metadata: { name: 'short' } })
    expect((await world.ask('DELETE', '/api/v1/namespaces/short')).body).toMatchObject({ status: { phase: 'Terminating' } })
    expect((await world.ask('POST', '/api/v1/namespaces/short/configmaps', map('late'))).body).toMatchObject({ code: 403, message: 'configmaps "late" is forbidden: unable to create new content in namespace short because it is being terminated' })
    expect((await world.ask('PUT', '/api/v1/namespaces/short/finalize', { metadata: { name: 'short' }, spec: { finalizers: [] } })).status).toBe(200)
    expect((await world.ask('GET', '/api/v1/namespaces/short')).status).toBe(404)
  })
  it('checks preconditions', async () => {
    await world.ask('POST', MAPS, map('guarded'))
    expect((await world.ask('DELETE', `${MAPS}/guarded`, { preconditions: { uid: 'other' } })).body).toMatchObject({ code: 409 })
    expect((await world.ask('DELETE', `${MAPS}/guarded?dryRun=All`)).status).toBe(200)
    expect((await world.ask('GET', `${MAPS}/guarded`)).status).toBe(200)
    expect((await world.ask('DELETE', MAPS)).status).toBe(200)
    expect((await world.ask('GET', MAPS)).body.items).toEqual([])
  })
})
