import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Pods } from '../../shared/api/resources.ts'
import type { Pod } from '../../shared/api/types.ts'
import { expired, internalError } from '../../shared/errors.ts'
import type { ClientMessage } from '../../shared/ipc.ts'
import { MessageClient } from '../transport/client.ts'
import { FakePipe } from '../transport/fake-pipe.ts'
import { Api } from './api.ts'
import { paced, ResourceStore } from './store.ts'

const pod = (name: string, version: number): Pod => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'x', resourceVersion: String(version) }, spec: { containers: [] } })
let pipe: FakePipe
let store: ResourceStore<Pod>
let frames: (() => void)[]
beforeEach(() => {
  vi.useFakeTimers()
  pipe = new FakePipe()
  frames = []
  store = new ResourceStore(new Api(new MessageClient(pipe)), Pods, (run) => {
    frames.push(run)
    return () => void (frames = frames.filter((f) => f !== run))
  })
  store.start()
})
afterEach(() => {
  store.stop()
  vi.useRealTimers()
})
const last = (): ClientMessage => pipe.sent.at(-1) as ClientMessage
const path = (): string => (last() as { request: { path: string } }).request.path
const flush = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0)
const answer = async (status: number, body: unknown): Promise<void> => {
  pipe.say({ type: 'result', id: last().id, value: { status, body } })
  await flush()
}
const list = (items: Pod[], resourceVersion = '10', more = ''): Promise<void> => answer(200, { apiVersion: 'v1', kind: 'PodList', metadata: { resourceVersion, ...(more ? { continue: more } : {}) }, items })
const watch = (...events: unknown[]): void => pipe.say({ type: 'message', id: last().id, value: events })
const frame = (): void => {
  for (const run of frames.splice(0)) run()
}
const names = (): string[] => store.get().items.map((p) => `${p.metadata.name}@${p.metadata.resourceVersion}`).sort()

describe('ResourceStore', () => {
  it('lists page by page, then watches from the version of the list', async () => {
    expect(store.get().state).toBe('loading')
    await list([pod('a', 1)], '10', 'next')
    expect(path()).toContain('continue=next')
    await list([pod('b', 2)], '10')
    expect(store.get().state).toBe('live')
    expect(names()).toEqual(['a@1', 'b@2'])
    expect(path()).toBe('/api/v1/pods?watch=true&resourceVersion=10&allowWatchBookmarks=true')
  })
  it('applies events once a frame, and tells its readers once', async () => {
    await list([pod('a', 1), pod('b', 2)])
    const seen = vi.fn()
    store.subscribe(seen)
    const before = store.get()
    for (let i = 0; i < 1000; i++) watch({ type: 'MODIFIED', object: pod('a', 11 + i) })
    watch({ type: 'ADDED', object: pod('c', 2000) }, { type: 'DELETED', object: pod('b', 2001) })
    expect(store.get()).toBe(before)
    expect(frames).toHaveLength(1)
    frame()
    expect(seen).toHaveBeenCalledTimes(1)
    expect(names()).toEqual(['a@1010', 'c@2000'])
    expect(store.get().inNamespace('y')).toEqual([])
    expect(store.get().get('c', 'x')?.metadata.resourceVersion).toBe('2000')
  })
  it('a deletion and a new object of the same name in one frame leave the new one', async () => {
    await list([pod('a', 1)])
    watch({ type: 'DELETED', object: pod('a', 11) }, { type: 'ADDED', object: pod('a', 12) })
    frame()
    expect(names()).toEqual(['a@12'])
  })
  it('goes on from the newest bookmark when a watch runs out', async () => {
    await list([])
    watch({ type: 'BOOKMARK', object: { metadata: { resourceVersion: '77' } } })
    pipe.say({ type: 'end', id: last().id })
    await vi.advanceTimersByTimeAsync(1000)
    expect(path()).toContain('watch=true&resourceVersion=77')
  })
  it.each([
    ['an end with 410', () => pipe.say({ type: 'end', id: last().id, status: expired().status })],
    ['an ERROR event with 410', () => watch({ type: 'ERROR', object: expired().status })],
  ])('lists again after %s', async (_, happens) => {
    await list([pod('a', 1), pod('b', 2)])
    happens()
    expect(last().verb === 'call' || pipe.sent.at(-2)?.verb === 'call').toBe(true)
    expect(path()).toMatch(/^\/api\/v1\/pods\?limit=/)
    await list([pod('b', 20)], '20')
    expect(names()).toEqual(['b@20'])
  })
  it('keeps what it has, marked stale, when a watch fails; and recovers', async () => {
    await list([pod('a', 1)])
    pipe.say({ type: 'end', id: last().id, status: internalError(new Error('boom')).status })
    expect(store.get()).toMatchObject({ state: 'stale' })
    expect(store.get().error?.message).toContain('boom')
    expect(names()).toEqual(['a@1'])
    await vi.advanceTimersByTimeAsync(1000)
    await list([pod('a', 5)], '30')
    expect(store.get().state).toBe('live')
    expect(store.get().error).toBeUndefined()
  })
  it('says the API\'s sentence when the first list fails, and tries again', async () => {
    await answer(403, { kind: 'Status', code: 403, reason: 'Forbidden', message: 'pods is forbidden: no' })
    expect(store.get()).toMatchObject({ state: 'error' })
    expect(store.get().error?.message).toBe('pods is forbidden: no')
    await vi.advanceTimersByTimeAsync(1000)
    await list([pod('a', 1)])
    expect(store.get().state).toBe('live')
  })
  it('stops for good', async () => {
    await list([pod('a', 1)])
    watch({ type: 'MODIFIED', object: pod('a', 2) })
    store.stop()
    expect(last().verb).toBe('unsubscribe')
    expect(frames).toEqual([])
  })
})

describe('the pace of pictures', () => {
  it('shows the first change at once and those right after it together; what is cancelled does not come', async () => {
    const shown: string[] = []
    const frame = paced((run) => { run(); return () => undefined }, 100)
    frame(() => shown.push('first'))
    expect(shown).toEqual(['first'])
    await vi.advanceTimersByTimeAsync(30)
    frame(() => shown.push('next'))
    await vi.advanceTimersByTimeAsync(69)
    expect(shown).toEqual(['first'])
    await vi.advanceTimersByTimeAsync(1)
    expect(shown).toEqual(['first', 'next'])
    frame(() => shown.push('never'))()
    await vi.advanceTimersByTimeAsync(500)
    frame(() => shown.push('later'))
    expect(shown).toEqual(['first', 'next', 'later'])
  })
})
