/** A thousand watchers of one resource cost one encoding of each event. */
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest'
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
async function written(stream: WatchStream): Promise<Buffer[]> {
  const lines: Buffer[] = []
  while (!lines.at(-1)?.includes('"last"')) {
    const events = await stream.next()
    if (!events) throw new Error('the watch has ended')
    lines.push(...events.map(encodeEvent))
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
    const reading = Promise.all(streams.map(written))
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
