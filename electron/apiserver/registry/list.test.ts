import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startWorld, type Answer, type World } from '../testing.ts'

const MAPS = '/api/v1/namespaces/default/configmaps'
let world: World
/** The revisions of four moments: a and b, then c, then b changed, then a gone. */
const at: Record<'two' | 'three' | 'changed' | 'gone', number> = { two: 0, three: 0, changed: 0, gone: 0 }
beforeAll(async () => {
  world = await startWorld()
  const post = (name: string): Promise<Answer> => world.ask('POST', MAPS, { metadata: { name } })
  await post('a')
  await post('b')
  at.two = world.store.revision
  await post('c')
  at.three = world.store.revision
  await world.ask('PUT', `${MAPS}/b`, { metadata: { name: 'b' }, data: { changed: 'yes' } })
  at.changed = world.store.revision
  await world.ask('DELETE', `${MAPS}/a`)
  at.gone = world.store.revision
})
afterAll(() => world.close())

type Page = { items: { metadata: { name: string }; data?: Record<string, string> }[]; metadata: { resourceVersion: string; continue?: string; remainingItemCount?: number } }
const list = async (query: string): Promise<Answer> => world.ask('GET', `${MAPS}?${query}`)
const page = async (query: string): Promise<Page> => {
  const answer = await list(query)
  if (answer.status !== 200) throw new Error(JSON.stringify(answer.body))
  return answer.body as unknown as Page
}
const names = (p: Page): string => p.items.map((i) => i.metadata.name).join()
const fill = (query: string): string => query.replaceAll(/\{(\w+)\}/g, (_, moment: keyof typeof at) => String(at[moment]))

describe('which moment a list shows', () => {
  it.each<[string, string]>([
    ['', 'b,c'], ['resourceVersion=0', 'b,c'], ['resourceVersion={two}', 'b,c'], ['resourceVersion={two}&resourceVersionMatch=NotOlderThan', 'b,c'], ['resourceVersion=0&resourceVersionMatch=NotOlderThan', 'b,c'],
    ['resourceVersion={two}&resourceVersionMatch=Exact', 'a,b'], ['resourceVersion={three}&resourceVersionMatch=Exact', 'a,b,c'], ['resourceVersion={gone}&resourceVersionMatch=Exact', 'b,c'],
    // With a limit and without a rule, the revision itself is meant.
    ['resourceVersion={three}&limit=10', 'a,b,c'], ['resourceVersion={three}&limit=10&resourceVersionMatch=NotOlderThan', 'b,c'],
    ['resourceVersion={two}&resourceVersionMatch=Exact&fieldSelector=metadata.name%3Da', 'a'],
  ])('%s: %s', async (query, expected) => {
    expect(names(await page(fill(query)))).toBe(expected)
  })
  it('the past is as it was', async () => {
    const past = await page(`resourceVersion=${at.three}&resourceVersionMatch=Exact`)
    expect([past.metadata.resourceVersion, past.items[1]?.metadata.name, past.items[1]?.data]).toEqual([String(at.three), 'b', undefined])
    expect((await page(`resourceVersion=${at.changed}&resourceVersionMatch=Exact`)).items[1]?.data).toEqual({ changed: 'yes' })
  })
  it('one that has not come yet is waited for by the client', async () => {
    expect((await list(`resourceVersion=${at.gone + 1000}`)).body).toMatchObject({ code: 504, reason: 'Timeout', message: `Timeout: Too large resource version: ${at.gone + 1000}, current: ${world.store.revision}`, details: { retryAfterSeconds: 1, causes: [{ reason: 'ResourceVersionTooLarge' }] } })
  })
})

describe('parameters that do not go together', () => {
  const TOKEN = Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', rv: 1, start: 'a' })).toString('base64url')
  it.each<[string, number, string]>([
    ['resourceVersionMatch=Exact', 422, 'resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided'],
    ['resourceVersionMatch=Exact&resourceVersion=0', 422, 'resourceVersionMatch: Forbidden: resourceVersionMatch "exact" is forbidden for resourceVersion "0"'],
    ['resourceVersionMatch=Sometime&resourceVersion=1', 422, 'resourceVersionMatch: Unsupported value: "Sometime": supported values: "", "Exact", "NotOlderThan"'],
    [`resourceVersionMatch=Exact&resourceVersion=1&continue=${TOKEN}`, 422, 'resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden when continue is provided'],
    ['sendInitialEvents=true', 422, 'sendInitialEvents: Forbidden: sendInitialEvents is forbidden for list'],
    [`resourceVersion=1&continue=${TOKEN}`, 400, 'specifying resource version is not allowed when using continue'],
    ['resourceVersion=x', 400, 'invalid resource version: resourceVersion: Invalid value: "x": strconv.ParseUint: parsing "x": invalid syntax'],
    ['resourceVersion=-1&watch=1', 400, 'parsing "-1": invalid syntax'],
    [`resourceVersion=${'9'.repeat(20)}`, 400, 'value out of range'],
    ['limit=x', 400, 'strconv.ParseInt: parsing "x": invalid syntax'], ['limit=', 400, 'strconv.ParseInt: parsing "": invalid syntax'], ['limit=1e3&watch=1', 400, 'strconv.ParseInt: parsing "1e3": invalid syntax'],
    ['timeoutSeconds=x', 400, 'strconv.ParseInt: parsing "x": invalid syntax'], ['timeoutSeconds=&limit=x', 400, 'strconv.ParseInt: parsing "": invalid syntax'], ['watch=1&limit=x&timeoutSeconds=y', 400, 'strconv.ParseInt: parsing "y": invalid syntax'],
    ['labelSelector=a%20in%20b', 400, "unable to parse requirement: found 'b' expected: '('"], ['fieldSelector=metadata.name%3D%5Cx', 400, 'invalid field selector: invalid escape sequence: \\x'],
    [`limit=${2n ** 63n}`, 400, `strconv.ParseInt: parsing "${2n ** 63n}": value out of range`],
    ['watch=1&resourceVersionMatch=NotOlderThan', 422, 'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided'],
    ['watch=1&sendInitialEvents=true', 422, 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan'],
    ['watch=1&sendInitialEvents=true&resourceVersionMatch=Exact&resourceVersion=1', 422, 'resourceVersionMatch: Unsupported value: "Exact": supported values: "NotOlderThan"'],
    [`watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&continue=${TOKEN}`, 422, 'resourceVersionMatch is forbidden when continue is provided'],
    ['watch=1&timeoutSeconds=soon', 400, 'strconv.ParseInt: parsing "soon": invalid syntax'],
  ])('%s', async (query, code, message) => {
    const { body } = await list(query)
    expect(body).toMatchObject({ kind: 'Status', code })
    expect(body['message']).toContain(message)
  })
})

describe('a token that nobody was given', () => {
  const token = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  const V = 'meta.k8s.io/v1'
  it.each<[string, string]>([
    ['!', ': illegal base64 data at input byte 0'], ['e30=', ': illegal base64 data at input byte 3'], [Buffer.from('{').toString('base64url'), ': unexpected end of JSON input'],
    [token({}), ': server does not recognize this encoded version '], [token(null), ': server does not recognize this encoded version '], [token({ v: 'v2', rv: 1, start: 'a' }), ': server does not recognize this encoded version v2'],
    [token({ v: V, rv: 0, start: 'a' }), ': incorrect encoded start resourceVersion (version meta.k8s.io/v1)'], [token({ v: V, rv: 1, start: '' }), ': encoded start key empty (version meta.k8s.io/v1)'],
    [token({ v: V, rv: 1, start: '../secrets/x' }), ': ../secrets/x'], [token({ v: V, rv: 1, start: 'a/../../b' }), ': a/../../b'], [token({ v: V, rv: 1, start: '//a' }), ': //a'],
  ])('%s', async (text, why) => expect((await list(`continue=${encodeURIComponent(text)}`)).body).toMatchObject({ code: 400, reason: 'BadRequest', message: `invalid continue token: continue key is not valid${why}` }))
  it.each([[-5, 200], [0, 200]])('and a limit of %i asks for all', async (limit) => expect(names(await page(`limit=${limit}`))).toBe('b,c'))
})

describe('a get', () => {
  it.each<[string, number, object]>([
    ['', 200, { metadata: { name: 'b' } }], ['resourceVersion=0', 200, {}], ['resourceVersion={two}', 200, { data: { changed: 'yes' } }],
    ['resourceVersion=999999', 504, { reason: 'Timeout', message: expect.stringMatching(/^Timeout: Too large resource version: 999999, current: \d+$/) }], ['resourceVersion=x', 400, { message: expect.stringContaining('invalid resource version') }],
    // The path names one object: it is got, whatever else is asked.
    ['watch=1', 200, { metadata: { name: 'b' } }],
  ])('?%s', async (query, status, body) => expect((await world.ask('GET', fill(`${MAPS}/b?${query}`))).body).toMatchObject(status < 300 ? body : { code: status, ...body }))
})

describe('which moment a watch begins at', () => {
  const STREAMED = 'sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true'
  const END = { type: 'BOOKMARK', object: { kind: 'ConfigMap', apiVersion: 'v1', metadata: { annotations: { 'k8s.io/initial-events-end': 'true' } } } }
  const some = (...names: string[]): object[] => names.map((name) => ({ type: 'ADDED', object: { metadata: { name } } }))
  it.each<[string, object[]]>([
    // With what there is, which is not said to be all.
    ['', some('b', 'c')], ['resourceVersion=0', some('b', 'c')], ['allowWatchBookmarks=true', some('b', 'c')],
    // From then on.
    ['resourceVersion={three}', [{ type: 'MODIFIED', object: { metadata: { name: 'b' } } }, { type: 'DELETED', object: { metadata: { name: 'a' } } }]],
    // With what there is, and the end of it.
    [STREAMED, [...some('b', 'c'), END]], [`${STREAMED}&resourceVersion=0`, [...some('b', 'c'), END]], [`${STREAMED}&resourceVersion={two}`, [...some('b', 'c'), END]], [`${STREAMED}&fieldSelector=metadata.name%3Dnobody`, [END]],
    [`${STREAMED.replace('Bookmarks=true', 'Bookmarks=false')}`, some('b', 'c')],
  ])('%s', async (query, expected) => {
    const stream = await world.watch(fill(`${MAPS}?${query}`))
    expect(await stream.next()).toMatchObject(expected)
    stream.close()
  })
  it('without anything that there is, where that is asked', async () => {
    const stream = await world.watch(`${MAPS}?${STREAMED.replace('Events=true', 'Events=false')}`)
    const next = stream.next()
    await world.ask('POST', MAPS, { metadata: { name: 'later' } })
    expect(await next).toMatchObject(some('later'))
    await world.ask('DELETE', `${MAPS}/later`)
    stream.close()
  })
  it.each([['resourceVersion=999999'], [`${STREAMED}&resourceVersion=999999`]])('%s is told that it has not come', async (query) => {
    const stream = await world.watch(`${MAPS}?${query}`)
    expect(await stream.next()).toMatchObject([{ type: 'ERROR', object: { code: 504, reason: 'Timeout', message: expect.stringMatching(/^Timeout: Too large resource version: 999999, current: \d+$/), details: { causes: [{ reason: 'ResourceVersionTooLarge' }] } } }])
    expect(await stream.next()).toBeUndefined()
  })
})

describe('how long a watch lasts', () => {
  it.each([['timeoutSeconds=5', 5], ['timeoutSeconds=-1', 0], ['timeoutSeconds=99999999999', 2_000_000]])('%s', async (query, seconds) => {
    const stream = await world.watch(`${MAPS}?${query}&resourceVersion=${world.store.revision}&allowWatchBookmarks=true`)
    if (seconds > 1000) return stream.close()
    const ended = stream.next()
    await world.clock.advance(seconds * 1000 + 1)
    // The last word of one that takes bookmarks is how far it came.
    expect(await ended).toMatchObject([{ type: 'BOOKMARK', object: { metadata: { resourceVersion: String(world.store.revision) } } }])
    expect(await stream.next()).toBeUndefined()
  })
  it('is at least half an hour where nobody says, with a bookmark a minute', async () => {
    const stream = await world.watch(`${MAPS}?resourceVersion=${world.store.revision}&allowWatchBookmarks=true`)
    for (let minute = 1; minute < 30; minute++) {
      const next = stream.next()
      await world.clock.advance(60_000)
      expect((await next)?.map((e) => e.type)).toEqual(['BOOKMARK'])
    }
    let ended = false
    for (let minute = 30; !ended; minute++) {
      const next = stream.next()
      await world.clock.advance(60_000)
      ended = (await next) === undefined
      expect(minute).toBeLessThan(62)
    }
  })
})

describe('pages over a compaction', () => {
  it('begin to be told again, or go on with what there is now', async () => {
    for (const name of ['p1', 'p2', 'p3', 'p4', 'p5']) await world.ask('POST', MAPS, { metadata: { name, labels: { paged: 'yes' } } })
    const first = await page('limit=2&labelSelector=paged')
    const whole = await page('limit=3')
    expect([names(first), whole.metadata.remainingItemCount]).toEqual(['p1,p2', 4])
    await world.ask('DELETE', `${MAPS}/p3`)
    await world.ask('POST', MAPS, { metadata: { name: 'p6', labels: { paged: 'yes' } } })
    expect(names(await page(`limit=10&labelSelector=paged&continue=${first.metadata.continue}`))).toBe('p3,p4,p5')
    await world.store.compact(world.store.revision)
    for (const [query, token] of [['limit=2&labelSelector=paged', first.metadata.continue], ['limit=2', whole.metadata.continue]] as const) {
      const late = await list(`${query}&continue=${token}`)
      expect(late.body).toMatchObject({ code: 410, reason: 'Expired', message: expect.stringMatching(/^The provided continue parameter is too old to display a consistent list result\. .*inconsistent list/) })
      const onward = (late.body['metadata'] as unknown as { continue: string }).continue
      const next = await page(`${query}&continue=${onward}`)
      // What there is by now, and from here on all of one moment again.
      expect(Number(next.metadata.resourceVersion)).toBe(world.store.revision)
      await world.ask('POST', MAPS, { metadata: { name: `z${query.length}`, labels: { paged: 'yes' } } })
      const last = await page(`${query}&continue=${next.metadata.continue}`)
      expect(last.metadata.resourceVersion).toBe(next.metadata.resourceVersion)
      expect(`${names(next)},${names(last)}`).toBe(query.includes('label') ? 'p4,p5,p6' : 'p2,p4,p5,p6')
    }
  })
  it('neither a list nor a watch is told of what is forgotten', async () => {
    expect((await list(`resourceVersion=${at.two}&resourceVersionMatch=Exact`)).body).toMatchObject({ code: 410, reason: 'Expired', message: 'The resourceVersion for the provided list is too old.' })
    const stream = await world.watch(`${MAPS}?resourceVersion=${at.two}`)
    expect(await stream.next()).toMatchObject([{ type: 'ERROR', object: { kind: 'Status', code: 410, reason: 'Expired', message: expect.stringMatching(/^too old resource version: \d+ \(\d+\)$/) } }])
    expect(await stream.next()).toBeUndefined()
  })
})
