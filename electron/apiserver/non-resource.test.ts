import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { createOpenApi } from './openapi/index.ts'
import { loadDescriptions } from './schema/load.ts'
import { startWorld, type World } from './testing.ts'

const resources = join(import.meta.dirname, '../../resources')
let world: World
beforeAll(async () => {
  world = await startWorld({ openApi: (kinds, schemas) => createOpenApi({ kinds, schemas, descriptions: () => loadDescriptions(resources) }) })
  // The groups are registered in the background.
  await vi.waitFor(async () => { if ((await world.ask('GET', '/readyz')).status !== 200) throw new Error('not ready') }, { timeout: 60_000 })
})
afterAll(() => world.close())

const JSON_TYPE = 'application/json'
const ASKED = 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf'
const GIVEN = 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf'

describe('the root', () => {
  it('lists every path that answers', async () => {
    const { paths } = (await world.ask('GET', '/')).body as unknown as { paths: string[] }
    expect(paths).toEqual(expect.arrayContaining(['/api', '/api/v1', '/apis', '/apis/apps', '/apis/apps/v1', '/apis/rbac.authorization.k8s.io/v1', '/healthz', '/metrics', '/openapi/v3', '/readyz', '/version']))
    expect(paths).toEqual([...new Set(paths)].sort())
    for (const path of paths.filter((p) => !p.startsWith('/openid') && !p.startsWith('/.well-known'))) expect([path, (await world.ask('GET', path)).status]).toEqual([path, 200])
  })
})

describe('kinds that are there for old clients', () => {
  it.each([
    ['/api/v1/componentstatuses', { kind: 'ComponentStatusList', items: [{ metadata: { name: 'controller-manager' } }, { metadata: { name: 'scheduler' } }, { metadata: { name: 'etcd-0' }, conditions: [{ type: 'Healthy', status: 'True', message: 'ok' }] }] }, 'v1 ComponentStatus is deprecated in v1.19+'],
    ['/api/v1/componentstatuses/scheduler', { kind: 'ComponentStatus', apiVersion: 'v1', metadata: { name: 'scheduler' } }, 'v1 ComponentStatus is deprecated in v1.19+'],
    ['/api/v1/endpoints', { kind: 'EndpointsList' }, 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice'],
  ])('%s answers, and warns', async (path, body, warning) => expect(await world.ask('GET', path)).toMatchObject({ status: 200, body, headers: { warning: `299 - "${warning}"` } }))
  it('bindings can be written, and nothing else', async () => {
    const { resources } = (await world.ask('GET', '/api/v1')).body as unknown as { resources: { name: string; verbs: string[] }[] }
    expect(resources.filter((r) => r.name === 'bindings')).toMatchObject([{ kind: 'Binding', namespaced: true, verbs: ['create'] }])
    expect((await world.ask('GET', '/api/v1/namespaces/default/bindings')).status).toBe(405)
    expect((await world.ask('POST', '/api/v1/namespaces/default/bindings', { metadata: { name: 'gone' }, target: { name: 'n' } })).body).toMatchObject({ reason: 'NotFound', message: 'pods "gone" not found' })
  })
})

describe('/openapi/v2', () => {
  it.each([
    [undefined, JSON_TYPE], ['*/*', JSON_TYPE], [JSON_TYPE, JSON_TYPE], [ASKED, GIVEN], [GIVEN, GIVEN], [`${ASKED},${JSON_TYPE}`, GIVEN], [`${JSON_TYPE}, ${ASKED}`, JSON_TYPE], [`${JSON_TYPE};q=0.5,${ASKED}`, GIVEN],
  ])('to who accepts %s is %s', async (accept, type) => {
    const { raw, status, headers } = await world.ask('GET', '/openapi/v2', undefined, accept === undefined ? {} : { accept })
    expect([status, raw.body.type === 'bytes' && raw.body.contentType, headers['vary']]).toEqual([200, type, 'Accept'])
    const again = await world.ask('GET', '/openapi/v2', undefined, { ...(accept === undefined ? {} : { accept }), 'if-none-match': headers['etag'] ?? '' })
    expect(again.status).toBe(304)
  })
  it('the two forms have tags of their own', async () => {
    const tags = await Promise.all([JSON_TYPE, ASKED].map(async (accept) => (await world.ask('GET', '/openapi/v2', undefined, { accept })).headers['etag']))
    expect(new Set(tags).size).toBe(2)
  })
  it('anything else is not acceptable', async () => {
    expect((await world.ask('GET', '/openapi/v2', undefined, { accept: 'text/html' })).status).toBe(406)
  })
})

describe('/openapi/v3', () => {
  it('a document that is asked for by its hash never changes; by an older one it is found at its new address', async () => {
    const { paths } = (await world.ask('GET', '/openapi/v3')).body as unknown as { paths: Record<string, { serverRelativeURL: string }> }
    const url = paths['apis/apps/v1']?.serverRelativeURL ?? ''
    const found = await world.ask('GET', url)
    expect(found.headers).toMatchObject({ 'cache-control': 'public, immutable', etag: `"${url.split('hash=')[1]}"`, vary: 'Accept' })
    expect(Date.parse(found.headers['expires'] ?? '')).toBeGreaterThan(world.clock.now() + 364 * 86_400_000)
    const old = await world.ask('GET', '/openapi/v3/apis/apps/v1?hash=OLD')
    expect([old.status, old.headers['location']]).toEqual([301, url])
    expect((await world.ask('GET', '/openapi/v3/apis/apps/v1')).headers).not.toHaveProperty('cache-control')
  })
  it.each(['/openapi/v3/apis/apps', '/openapi/v3/api', '/openapi/v3/apis', '/openapi/v3/version', '/openapi/v3/openid/v1/jwks'])('%s is a document, too', async (path) => {
    expect((await world.ask('GET', path)).body).toMatchObject({ openapi: '3.0.0', paths: { [`${path.slice('/openapi/v3'.length)}/`]: { get: { operationId: expect.stringMatching(/^get/) } } } })
  })
  it('is JSON, and nothing else', async () => {
    expect((await world.ask('GET', '/openapi/v3/apis/apps/v1', undefined, { accept: 'text/html' })).status).toBe(406)
  })
})

describe('tags of documents', () => {
  it.each(['/openapi/v2', '/openapi/v3', '/openapi/v3/apis/apps/v1', '/api/v1', '/apis'])('%s', async (path) => {
    const { headers } = await world.ask('GET', path)
    const tag = headers['etag'] ?? ''
    expect(tag).toMatch(/^"[0-9A-F]{64}"$/)
    const ask = async (given: string): Promise<number> => (await world.ask('GET', path, undefined, { 'if-none-match': given })).status
    expect([await ask(tag), await ask(`"x", W/${tag}`), await ask('*'), await ask('"x"')]).toEqual([304, 304, 304, 200])
  })
  it('change with a custom resource: of its group and of the whole, not of others', async () => {
    const paths = ['/openapi/v2', '/openapi/v3', '/openapi/v3/apis/apps/v1']
    const tags = (): Promise<(string | undefined)[]> => Promise.all(paths.map(async (path) => (await world.ask('GET', path)).headers['etag']))
    const before = await tags()
    const name = 'hats.example.com'
    await world.ask('POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', { metadata: { name }, spec: { group: 'example.com', scope: 'Namespaced', names: { plural: 'hats', kind: 'Hat' }, versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object', description: 'Worn.' } } }] } })
    await expect.poll(async () => (await world.ask('GET', '/openapi/v3/apis/example.com/v1')).status, { timeout: 60_000 }).toBe(200)
    const after = await tags()
    expect(after.map((tag, i) => tag === before[i])).toEqual([false, false, true])
    expect((await world.ask('GET', '/openapi/v2')).body).toMatchObject({ definitions: { 'com.example.v1.Hat': { description: 'Worn.' } } })
    await world.ask('DELETE', `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${name}`)
    await expect.poll(tags, { timeout: 60_000 }).toEqual(before)
  })
})

describe('health', () => {
  const text = async (path: string): Promise<[number, string]> => {
    const { status, body } = await world.ask('GET', path)
    return [status, (body as unknown as { text: string }).text]
  }
  it.each(['healthz', 'livez', 'readyz'])('/%s', async (name) => {
    expect(await text(`/${name}`)).toEqual([200, 'ok'])
    expect(await text(`/${name}/ping`)).toEqual([200, 'ok'])
    expect((await world.ask('GET', `/${name}/nothing`)).status).toBe(404)
    const [status, verbose] = await text(`/${name}?verbose`)
    expect([status, verbose.split('\n').slice(0, 3), verbose.endsWith(`\n${name} check passed\n`)]).toEqual([200, ['[+]ping ok', '[+]log ok', '[+]etcd ok'], true])
    expect((await text(`/${name}?verbose&exclude=ping`))[1]).toContain('[+]ping excluded: ok\n')
    // All that is done once is done.
    expect(verbose).toContain('[+]poststarthook/rbac/bootstrap-roles ok\n[+]poststarthook/scheduling/bootstrap-system-priority-classes ok\n')
    expect(await text(`/${name}/poststarthook/rbac/bootstrap-roles`)).toEqual([200, 'ok'])
  })
  it('only readiness looks at what somebody alive may lack', async () => {
    const [ready, live] = [(await text('/readyz?verbose'))[1], (await text('/livez?verbose'))[1]].map((t) => t.split('\n').filter((line) => line.startsWith('[+]')).map((line) => line.slice(3, -3)))
    expect(ready?.filter((check) => !live?.includes(check))).toEqual(['etcd-readiness', 'informer-sync', 'shutdown'])
    expect(ready?.at(-1)).toBe('shutdown')
    expect((await world.ask('GET', '/livez/shutdown')).status).toBe(404)
    const { paths } = (await world.ask('GET', '/')).body as unknown as { paths: string[] }
    expect(paths.filter((path) => path.startsWith('/readyz/')).map((path) => path.slice('/readyz/'.length)).toSorted()).toEqual(ready?.toSorted())
  })
  it('a check that fails is told with its name and no reason, and can be left out', async () => {
    world.server.readyChecks.set('poststarthook/test', () => 'not finished')
    expect(await text('/readyz')).toEqual([500, expect.stringMatching(/^\[\+\]ping ok\n[^]*\[-\]poststarthook\/test failed: reason withheld\n[^]*readyz check failed\n$/)])
    expect((await text('/livez'))[0]).toBe(500)
    expect(await text('/readyz/poststarthook/test')).toEqual([500, 'internal server error: not finished\n'])
    expect((await text('/readyz?exclude=poststarthook/test'))[0]).toBe(200)
    expect((await text('/readyz?exclude=ping&exclude=poststarthook/test'))[0]).toBe(200)
    world.server.readyChecks.delete('poststarthook/test')
    expect((await text('/readyz'))[0]).toBe(200)
  })
  it('a store whose disk refuses is not ready, and its component not healthy', async () => {
    Object.defineProperty(world.store, 'problem', { configurable: true, value: 'the store could not write: ENOSPC' })
    expect(await text('/readyz')).toEqual([500, expect.stringContaining('[-]etcd failed: reason withheld\n[-]etcd-readiness failed: reason withheld\n')])
    expect(await text('/livez/etcd')).toEqual([500, 'internal server error: the store could not write: ENOSPC\n'])
    expect((await world.ask('GET', '/api/v1/componentstatuses/etcd-0')).body).toMatchObject({ conditions: [{ type: 'Healthy', status: 'False', message: 'the store could not write: ENOSPC' }] })
    Reflect.deleteProperty(world.store, 'problem')
    expect((await text('/readyz'))[0]).toBe(200)
  })
  it('an exclusion that names no check is warned of', async () => {
    expect(await text('/readyz?verbose&exclude=nothing')).toEqual([200, expect.stringContaining('warn: some health checks cannot be excluded: no matches for "nothing"')])
  })
})
