/** Documents of other servers, among those of this one: asked when somebody asks, kept by their tags, and never in the way. */
import { describe, expect, it } from 'vitest'
import { FakeClock } from '../../../shared/clock.ts'
import type { Answer } from '../connect/post.ts'
import { Reader } from '../codec/protobuf/reader.ts'
import type { ApiRequest, ApiResponse } from '../types.ts'
import { createOpenApi } from './index.ts'
import { createOthers, isElsewhere, together, type Remote } from './others.ts'

const GET = { get: { responses: { 200: { description: 'OK', schema: { $ref: '#/definitions/Flunder' } } } } }
const SECOND = { swagger: '2.0', info: { title: 'wardle', version: 'v0' }, paths: { '/apis/wardle.example.com/v1/flunders': GET, '/version/': GET }, definitions: { Flunder: { type: 'object', description: 'of wardle' } } }
const entry = (hash: string) => ({ serverRelativeURL: `/openapi/v3/apis/wardle.example.com/v1?hash=${hash}` })
const THIRD = { paths: { 'apis/wardle.example.com/v1': entry('A'), 'apis/apps/v1': entry('B'), version: entry('C'), 'apis/wardle.example.com': { serverRelativeURL: 'https://elsewhere' } } }

const KINDS: readonly [] = []

function world() {
  const clock = new FakeClock()
  const documents: Record<string, { etag: string; body: unknown } | undefined> = { '/openapi/v3': { etag: '"1"', body: THIRD }, '/openapi/v2': { etag: '"2"', body: SECOND } }
  const asked: string[] = []
  let fault: Error | undefined
  let remotes: Remote[] = []
  const remote = (more: Partial<Remote> = {}): Remote => ({
    name: 'v1.wardle.example.com', group: 'wardle.example.com', version: 'v1', answers: true, as: remote,
    async get(path, headers): Promise<Answer> {
      asked.push(`${path} ${headers['if-none-match'] ?? ''}`.trim())
      if (fault) throw fault
      const found = documents[path]
      if (!found) return { status: 404, headers: {}, body: Buffer.from('404 page not found') }
      if (headers['if-none-match'] === found.etag) return { status: 304, headers: {}, body: Buffer.alloc(0) }
      return { status: 200, headers: { etag: found.etag }, body: Buffer.from(typeof found.body === 'string' ? found.body : JSON.stringify(found.body)) }
    },
    forward: async (): Promise<ApiResponse> => ({ status: 200, body: { type: 'empty' } }),
    ...more,
  })
  const others = createOthers(() => remotes, clock)
  const own = createOpenApi({ kinds: () => KINDS, schemas: {}, descriptions: () => ({}), told: others.told })
  const all = together(own, others)
  const json = async (document: { bytes(): Uint8Array | Promise<Uint8Array> }): Promise<{ paths: Record<string, unknown>; definitions?: Record<string, unknown>; components?: { schemas: Record<string, unknown> } }> => JSON.parse(Buffer.from(await document.bytes()).toString())
  return {
    clock, documents, asked, all, own, json, remote,
    serve: (...some: Remote[]) => void (remotes = some),
    fail: (error: Error | undefined) => void (fault = error),
    taken: () => asked.splice(0),
    index: async () => Object.keys((await json(await all.v3Index())).paths).filter((p) => p.includes('wardle')),
    paths: async () => Object.keys((await json(await all.v2())).paths).filter((p) => p.includes('wardle') || p.includes('version')),
  }
}

describe('without other servers', () => {
  it('nothing waits', () => {
    const { all, own } = world()
    expect(all.v3Index()).toBe(own.v3Index())
    expect(all.v3('apis/wardle.example.com/v1')).toBeUndefined()
    expect(all.v2()).not.toBeInstanceOf(Promise)
  })
})

describe('with another server', () => {
  it('the index has its entry and no other of it, and who asks for the document is sent to it', async () => {
    const w = world()
    const before = w.own.v3Index().etag
    w.serve(w.remote())
    const { paths } = await w.json(await w.all.v3Index())
    expect(paths['apis/wardle.example.com/v1']).toEqual(entry('A'))
    expect(Object.keys(paths)).toEqual(expect.arrayContaining(['version', 'api']))
    expect([paths['version'], paths['apis/apps/v1'], paths['apis/wardle.example.com']]).toEqual([expect.not.objectContaining(entry('C')), undefined, undefined])
    expect((await w.all.v3Index()).etag).not.toBe(before)
    const found = await w.all.v3('apis/wardle.example.com/v1')
    expect(found && isElsewhere(found) && (await found.forward({} as ApiRequest)).status).toBe(200)
    expect(await w.all.v3('apis/wardle.example.com/v9')).toBeUndefined()
    w.serve()
    expect(await w.index()).toEqual([])
    expect((await w.all.v3Index()).etag).toBe(before)
  })
  it('version 2 has its paths and definitions, in both forms, under another tag', async () => {
    const w = world()
    const [json, protobuf] = [w.own.v2().etag, w.own.v2Protobuf().etag]
    w.serve(w.remote())
    expect(await w.paths()).toEqual(['/apis/wardle.example.com/v1/flunders'])
    expect((await w.json(await w.all.v2())).definitions).toEqual({ Flunder: SECOND.definitions.Flunder })
    const bytes = Buffer.from(await (await w.all.v2Protobuf()).bytes())
    expect([bytes.includes('of wardle'), bytes.includes('/apis/wardle.example.com/v1/flunders')]).toEqual([true, true])
    for (const reader = new Reader(bytes); !reader.done; reader.slice()) expect([1, 2, 8, 9, 12, 13]).toContain(reader.uint32() >>> 3)
    expect([(await w.all.v2()).etag === json, (await w.all.v2Protobuf()).etag === protobuf]).toEqual([false, false])
  })
  it('is asked when somebody asks, once a minute, then by its tag, and at once when it has changed', async () => {
    const w = world()
    w.serve(w.remote())
    await Promise.all([w.index(), w.index()])
    expect([await w.index(), w.taken()]).toEqual([['apis/wardle.example.com/v1'], ['/openapi/v3']])
    await w.clock.advance(60_000)
    expect([await w.index(), w.taken()]).toEqual([['apis/wardle.example.com/v1'], ['/openapi/v3 "1"']])
    w.serve(w.remote({ as: {} }))
    w.documents['/openapi/v3'] = { etag: '"9"', body: { paths: { 'apis/wardle.example.com/v1': entry('Z') } } }
    expect((await w.json(await w.all.v3Index())).paths['apis/wardle.example.com/v1']).toEqual(entry('Z'))
    expect(w.taken()).toEqual(['/openapi/v3 "1"'])
  })
  it.each<[string, (w: ReturnType<typeof world>) => void]>([
    ['that breaks', (w) => w.fail(new Error('connect: connection refused'))],
    ['that is known not to answer', (w) => w.serve(w.remote({ answers: false }))],
    ['that says no JSON', (w) => { w.documents['/openapi/v2'] = w.documents['/openapi/v3'] = { etag: '"x"', body: '<html>' } }],
    ['whose document has no form', (w) => { w.documents['/openapi/v2'] = { etag: '"x"', body: { paths: { '/apis/wardle.example.com/v1/x': { parameters: [{ in: 'cookie' }] } } } } }],
  ])('%s, what it said before stays', async (_, change) => {
    const w = world()
    w.serve(w.remote())
    const before = [await w.index(), await w.paths()]
    await w.clock.advance(60_000)
    change(w)
    expect([await w.index(), await w.paths()]).toEqual(before)
    w.fail(undefined)
    w.serve(w.remote())
    w.documents['/openapi/v2'] = { etag: '"3"', body: { paths: {} } }
    await w.clock.advance(60_000)
    expect(await w.paths()).toEqual([])
  })
  it('that has no version 3 has one made of its version 2', async () => {
    const w = world()
    delete w.documents['/openapi/v3']
    w.serve(w.remote())
    const url = ((await w.json(await w.all.v3Index())).paths['apis/wardle.example.com/v1'] as { serverRelativeURL: string }).serverRelativeURL
    const found = await w.all.v3('apis/wardle.example.com/v1')
    if (!found || isElsewhere(found)) throw new Error('it is not here')
    expect(url).toBe(`/openapi/v3/apis/wardle.example.com/v1?hash=${found.etag}`)
    const { paths, components } = await w.json(found)
    expect([Object.keys(paths), components]).toEqual([['/apis/wardle.example.com/v1/flunders'], { schemas: SECOND.definitions }])
    delete w.documents['/openapi/v2']
    await w.clock.advance(60_000)
    expect(await w.index()).toEqual([])
  })
})
