/** A thousand watchers of one resource cost one encoding of each event. */
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest'
import { encodeProtobufEvent } from '../codec/protobuf/encode.ts'
import { encodeEvent } from '../encode.ts'
import { startWorld, type World } from '../testing.ts'
import type { WatchStream } from '../types.ts'

const MAPS = '/api/v1/namespaces/default/configmaps'
const WATCHERS = 1000
let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.close())
afterEach(() => vi.restoreAllMocks())

/** What the door would write, to the end of a marked event. */
async function written(stream: WatchStream, encode = encodeEvent): Promise<Buffer[]> {
  const lines: Buffer[] = []
  while (!lines.at(-1)?.includes('last')) {
    const events = await stream.next()
    if (!events) throw new Error('the watch has ended')
    lines.push(...events.map(encode))
  }
  return lines
}

it.each<[form: string, query: (i: number) => string]>([
  ['from one revision on', () => 'resourceVersion=REVISION'],
  ['with the state before, or from now on', (i) => (i % 2 ? 'sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=false' : 'resourceVersion=REVISION')],
  ['with selectors of their own, all of which it meets', (i) => `resourceVersion=REVISION&labelSelector=${encodeURIComponent(i % 2 ? 'app' : 'app=a')}`],
])('%s', async (_form, query) => {
  const revision = world.store.revision
  const streams: WatchStream[] = []
  for (let i = 0; i < WATCHERS; i++) streams.push(await world.watch(`${MAPS}?${query(i).replace('REVISION', String(revision))}`))
  const encoded = new Map<string, number>()
  const stringify = JSON.stringify
  vi.spyOn(JSON, 'stringify').mockImplementation((value: unknown, ...rest: unknown[]) => {
    const metadata = (value as { kind?: string; metadata?: { name?: string; resourceVersion?: string } } | undefined)?.metadata
    if (metadata?.resourceVersion) encoded.set(`${metadata.name}@${metadata.resourceVersion}`, (encoded.get(`${metadata.name}@${metadata.resourceVersion}`) ?? 0) + 1)
    return (stringify as (...args: unknown[]) => string)(value, ...rest)
  })
  try {
    const reading = Promise.all(streams.map((s) => written(s)))
    const names = ['one', 'two', 'last']
    for (const name of names) await world.ask('POST', MAPS, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, labels: { app: 'a' } }, data: { text: 'x'.repeat(1000) } })
    const lines = await reading
    const news = lines.map((l) => l.slice(-names.length))
    for (const [i, line] of (news[0] ?? []).entries()) expect(new Set(news.map((n) => n[i])).size, line.toString()).toBe(1)
    // Once for the watchers, and at most once before, for the log on disk.
    const counts = [...encoded].filter(([key]) => names.some((n) => key.startsWith(`${n}@`))).map(([, n]) => n)
    expect(counts).toHaveLength(names.length)
    expect(Math.max(...counts)).toBeLessThanOrEqual(2)
  } finally {
    for (const stream of streams) stream.close()
    for (const name of ['one', 'two', 'last']) await world.ask('DELETE', `${MAPS}/${name}`)
  }
})

it.each<[form: string, accept: string, encode: typeof encodeEvent]>([
  ['tables', 'application/json;as=Table;v=v1;g=meta.k8s.io', encodeEvent], ['metadata alone', 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io', encodeEvent],
  ['protobuf', 'application/vnd.kubernetes.protobuf', encodeProtobufEvent], ['metadata alone in protobuf', 'application/vnd.kubernetes.protobuf;as=PartialObjectMetadata;v=v1;g=meta.k8s.io', encodeProtobufEvent],
])('as %s, too', async (_form, accept, encode) => {
  const streams: WatchStream[] = []
  for (let i = 0; i < WATCHERS; i++) {
    const { body } = (await world.ask('GET', `${MAPS}?watch=true&resourceVersion=${world.store.revision}`, undefined, { accept })).raw
    if (body.type === 'watch') streams.push(body.stream)
  }
  expect(streams).toHaveLength(WATCHERS)
  try {
    const reading = Promise.all(streams.map((s) => written(s, encode)))
    const names = ['one', 'two', 'last']
    for (const name of names) await world.ask('POST', MAPS, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { text: 'x'.repeat(1000) } })
    const lines = await reading
    for (const [i, name] of names.entries()) {
      expect(new Set(lines.map((l) => l[i])).size, name).toBe(1)
      expect(lines[0]?.[i]?.includes(name)).toBe(true)
    }
  } finally {
    for (const stream of streams) stream.close()
    for (const name of ['one', 'two', 'last']) await world.ask('DELETE', `${MAPS}/${name}`)
  }
})
