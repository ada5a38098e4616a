import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Component } from '../client/component.ts'
import { RuntimeError, type ContainerState, type LogLine, type LogOptions, type RuntimeEvent } from '../kubelet/runtime/types.ts'
import { FakeClock } from '../../shared/clock.ts'
import { createLogCollector, type LogCollector } from './collector.ts'
import { createComponentLogSink } from './component-sink.ts'
import { openLogStore } from './store.ts'
import { found } from './testing.ts'
import { formatTimestamp } from './timestamp.ts'
import type { LogStore } from './types.ts'

const START = Date.parse('2026-01-01T00:00:00Z')
const at = (ms: number): string => formatTimestamp(START + ms)

/** An engine with containers whose lines can be written, whose streams can break, and which counts its readers. */
class FakeSource {
  readonly containers = new Map<string, ContainerState>()
  readonly lines = new Map<string, LogLine[]>()
  readonly #listeners = new Set<(e: RuntimeEvent) => void>()
  #changed: (() => void)[] = []
  #generation = 0
  #clean = false
  following = 0
  maxFollowing = 0
  down = false

  add(id: string, state: ContainerState['state'], attempt = 0): void {
    this.containers.set(id, { id, pod: { name: `pod-${id}`, namespace: 'default', uid: `uid-${id}` }, node: '', sandboxId: 's', name: 'c', attempt, state, image: 'i', imageId: 'i', createdAt: START, labels: {} })
    this.lines.set(id, this.lines.get(id) ?? [])
  }
  write(id: string, ms: number, text: string, stream: LogLine['stream'] = 'stdout'): void {
    this.lines.get(id)?.push({ timestamp: at(ms), stream, text })
    this.#wake()
  }
  end(id: string): void {
    this.containers.set(id, { ...(this.containers.get(id) as ContainerState), state: 'exited' })
    this.#wake()
  }
  /** Somebody else removes it: what is being read ends with what is there, as if that were all. */
  remove(id: string): void {
    this.containers.delete(id)
    this.lines.delete(id)
    this.container(id, 'died')
    this.container(id, 'removed')
    this.#wake()
  }
  emit(event: RuntimeEvent): void {
    for (const l of this.#listeners) l(event)
  }
  container(id: string, action: 'created' | 'started' | 'died' | 'removed'): void {
    this.emit({ type: 'container', podUid: `uid-${id}`, id, action })
  }
  /** All streams break off, as when the engine goes down; or end, as if that were all. */
  break(clean = false): void {
    this.#generation++
    this.#clean = clean
    this.#wake()
  }
  #wake(): void {
    for (const f of this.#changed.splice(0)) f()
  }

  async listContainers(filter?: { podUid?: string }): Promise<readonly ContainerState[]> {
    if (this.down) throw new RuntimeError('EngineUnavailable', 'the engine does not answer')
    return [...this.containers.values()].filter((c) => !filter?.podUid || c.pod.uid === filter.podUid)
  }
  async *logs(id: string, options: LogOptions, signal: AbortSignal): AsyncIterable<LogLine[]> {
    if (this.down) throw new RuntimeError('EngineUnavailable', 'the engine does not answer')
    const lines = this.lines.get(id)
    if (!lines) throw new RuntimeError('NotFound', 'no such container')
    const generation = this.#generation
    this.following++
    this.maxFollowing = Math.max(this.maxFollowing, this.following)
    try {
      for (let i = 0; ;) {
        signal.throwIfAborted()
        if (generation !== this.#generation && this.#clean) return
        if (generation !== this.#generation) throw new RuntimeError('EngineUnavailable', 'the connection was lost')
        const line = lines[i]
        if (line) {
          i++
          if (options.since === undefined || Date.parse(line.timestamp) >= options.since - 1) yield [line]
        } else if (!options.follow || this.containers.get(id)?.state !== 'running') return
        else await new Promise<void>((resolve) => { this.#changed.push(resolve); signal.addEventListener('abort', () => resolve(), { once: true }) })
      }
    } finally {
      this.following--
    }
  }
  subscribe(listener: (e: RuntimeEvent) => void): { close(): void } {
    this.#listeners.add(listener)
    return { close: () => this.#listeners.delete(listener) }
  }
}

let directory: string
let store: LogStore
let collector: Component | undefined
const clock = new FakeClock(START)
const begin = async (source: FakeSource, maxFollowers?: number): Promise<LogCollector> => {
  const logs = createLogCollector({ store, source, clock, node: 'node-1', ...(maxFollowers ? { maxFollowers } : {}) })
  collector = logs
  await logs.start()
  return logs
}
const stored = async (pod?: string): Promise<string[]> => (await found(store, pod ? `namespace:default pod:${pod}` : '', 1_000)).map((e) => e.text)
const until = async (check: () => Promise<void> | void): Promise<void> => vi.waitFor(check, { interval: 5 })

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'collector-'))
  store = await openLogStore({ directory, clock })
})
afterEach(async () => {
  await collector?.stop()
  collector = undefined
  await store.close()
  await rm(directory, { recursive: true })
})

describe('log collector', () => {
  it('collects what is there, what comes, and what starts', async () => {
    const source = new FakeSource()
    source.add('a', 'running')
    source.write('a', 1, 'one')
    await begin(source)
    await until(async () => expect(await stored()).toEqual(['one']))
    source.write('a', 2, 'two', 'stderr')
    source.add('b', 'running', 3)
    source.write('b', 3, 'three')
    source.container('b', 'started')
    await until(async () => expect(await stored()).toEqual(['one', 'two', 'three']))
    const entries = await found(store, '')
    expect(entries[1]).toMatchObject({ time: START + 2, stream: 'stderr', namespace: 'default', pod: 'pod-a', podUid: 'uid-a', container: 'c', node: 'node-1', restart: 0 })
    expect(entries[2]).toMatchObject({ restart: 3 })
    expect(collector?.health()).toEqual({ healthy: true, message: '2 containers followed.' })
  })

  it('where a stream breaks, it goes on with the line after the last one, also within one instant', async () => {
    const source = new FakeSource()
    source.add('a', 'running')
    source.write('a', 1, 'one')
    await begin(source)
    await until(async () => expect(await stored()).toEqual(['one']))
    source.break()
    source.write('a', 1, 'one')
    source.write('a', 2, 'two')
    await until(async () => {
      await clock.advance(1_000)
      expect(await stored()).toEqual(['one', 'one', 'two'])
    })
  })

  it('joins a trace, and tells what kind of line it is and whose', async () => {
    const source = new FakeSource()
    source.add('a', 'running')
    collector = createLogCollector({ store, source, clock, node: 'node-1', pod: () => ({ labels: { app: 'web' }, workload: 'Deployment/web' }) })
    await collector.start()
    for (const [i, text] of ['INFO start', 'java.lang.IllegalStateException: no', '\tat a.B.c(B.java:1)', 'Caused by: x', '\tat a.B.d(B.java:2)'].entries()) source.write('a', i, text)
    await until(async () => {
      await clock.advance(1_000)
      expect(await stored()).toHaveLength(2)
    })
    const { batch } = await store.scan({ query: 'label.app:web workload:web level:error', after: 0, limit: 10 })
    expect(batch.entries.map((e) => e.text)).toEqual(['java.lang.IllegalStateException: no\n\tat a.B.c(B.java:1)\nCaused by: x\n\tat a.B.d(B.java:2)'])
    expect(batch.entries[0]).toMatchObject({ level: 'error', time: START + 1 })
  })

  it('does not read again what an earlier run read to the end', async () => {
    const source = new FakeSource()
    source.add('a', 'exited')
    source.write('a', 1, 'one')
    await begin(source)
    await until(async () => expect(await stored()).toEqual(['one']))
    await collector?.stop()
    await store.close()
    store = await openLogStore({ directory, clock })
    const read = vi.spyOn(source, 'logs')
    await begin(source)
    await until(() => expect(collector?.health().message).toBe('0 containers followed.'))
    expect(read).not.toHaveBeenCalled()
  })

  it('resumes after a restart without gap or double, also among lines of the same instant', async () => {
    const source = new FakeSource()
    source.add('a', 'running')
    for (const text of ['x', 'same', 'same']) source.write('a', 5, text)
    await begin(source)
    await until(async () => expect(await stored()).toEqual(['x', 'same', 'same']))
    await collector?.stop()
    expect(source.following).toBe(0)
    await store.close()
    // While nobody listens: a third equal line, one that was stamped a little earlier, and one that is later.
    source.write('a', 5, 'same')
    source.write('a', 4, 'late', 'stderr')
    source.write('a', 6, 'y')
    store = await openLogStore({ directory, clock })
    await begin(source)
    await until(async () => expect(await stored()).toEqual(['late', 'x', 'same', 'same', 'same', 'y']))
  })

  it('goes on by itself when streams break, and when the engine was away', async () => {
    const source = new FakeSource()
    source.add('a', 'running')
    source.write('a', 1, 'one')
    await begin(source)
    await until(async () => expect(await stored()).toEqual(['one']))
    source.down = true
    source.break()
    source.write('a', 2, 'two')
    for (let i = 0; i < 3; i++) {
      await until(() => expect(clock.waiting).toBeGreaterThan(0))
      await clock.advance(4_000)
    }
    source.down = false
    source.emit({ type: 'resync' })
    await until(async () => {
      await clock.advance(10_000)
      expect(await stored()).toEqual(['one', 'two'])
    })
    source.write('a', 3, 'three')
    await until(async () => expect(await stored()).toEqual(['one', 'two', 'three']))
  })

  it('drains a container that was gone before anyone looked, once', async () => {
    const source = new FakeSource()
    await begin(source)
    source.add('a', 'exited')
    source.write('a', 1, 'last words')
    source.container('a', 'started')
    source.container('a', 'died')
    await until(async () => expect(await stored()).toEqual(['last words']))
    source.emit({ type: 'resync' })
    source.container('a', 'died')
    await until(() => expect(collector?.health().message).toBe('0 containers followed.'))
    expect(await stored()).toEqual(['last words'])
  })

  it('reads to the end of a container that ends while it is followed', async () => {
    const source = new FakeSource()
    source.add('a', 'running')
    await begin(source)
    await until(() => expect(source.following).toBe(1))
    source.write('a', 1, 'one')
    source.write('a', 2, 'two')
    source.end('a')
    source.container('a', 'died')
    await until(async () => {
      await clock.advance(500)
      expect(collector?.health().message).toBe('0 containers followed.')
    })
    expect(await stored()).toEqual(['one', 'two'])
    source.containers.delete('a')
    source.container('a', 'removed')
  })

  it('lets who removes a container wait until its last lines have been read', async () => {
    const source = new FakeSource()
    source.add('a', 'running')
    source.write('a', 1, 'one')
    const logs = await begin(source)
    await until(() => expect(source.following).toBe(1))
    // One that runs is not waited for: its stream would not end.
    await logs.read('a')
    source.container('a', 'died')
    let read = false
    const reading = logs.read('a').then(() => { read = true })
    source.write('a', 2, 'last words')
    await until(async () => expect(await stored()).toEqual(['one', 'last words']))
    expect(read).toBe(false)
    source.end('a')
    await reading
    await logs.read('nobody')
  })

  it('says in the log and counts what the engine had thrown away before it could be read', async () => {
    const source = new FakeSource()
    source.add('a', 'running')
    source.write('a', 1, 'one')
    const logs = await begin(source)
    await until(async () => expect(await stored()).toEqual(['one']))
    await logs.stop()
    // Meanwhile it has written more than the engine keeps.
    source.lines.set('a', [])
    source.write('a', 4_001, 'nine')
    source.write('a', 4_002, 'ten')
    await logs.start()
    const text = 'Pilothouse: lines between 2026-01-01T00:00:00.001Z and 2026-01-01T00:00:04.001Z are lost: the container engine had thrown them away before they could be read'
    await until(async () => expect(await stored()).toEqual(['one', text, 'nine', 'ten']))
    expect(logs.lost()).toEqual({ gaps: 1, ms: 4_000 })
    expect((await found(store, 'pod:pod-a level:warn')).map((e) => [e.time, e.text])).toEqual([[START + 1, text]])
    // Nothing is said where nothing is missing.
    await logs.stop()
    await logs.start()
    source.write('a', 4_003, 'eleven')
    await until(async () => expect((await stored()).at(-1)).toBe('eleven'))
    expect(logs.lost()).toEqual({ gaps: 1, ms: 4_000 })
  })

  it('says in the log and counts what a container that was removed at last took along', async () => {
    const source = new FakeSource()
    source.add('a', 'running')
    source.write('a', 1, 'one')
    const logs = await begin(source)
    await until(async () => expect(await stored()).toEqual(['one']))
    source.container('a', 'died')
    // Its stream does not come to an end.
    const reading = logs.read('a')
    await until(() => expect(clock.waiting).toBeGreaterThan(0))
    await clock.advance(30_000)
    await reading
    const text = 'Pilothouse: lines after 2026-01-01T00:00:00.001Z may be lost: the container is removed before its log could be read to the end'
    await until(async () => expect(await stored()).toEqual(['one', text]))
    expect(logs.lost()).toMatchObject({ gaps: 1 })
  })

  const removed = (time: number): string => `Pilothouse: lines after ${new Date(time).toISOString()} may be lost: the container was removed before its log could be read to the end`
  it.each<[string, number, number]>([
    ['says so, and counts it, where it was read far behind', 1_000, 1], ['says nothing where it was read as it was written', 4_900, 0],
  ])('of a container that somebody else has removed it %s', async (_, written, gaps) => {
    const now = clock.now()
    const source = new FakeSource()
    source.add('a', 'running')
    const logs = await begin(source)
    source.write('a', now - START, 'one')
    await until(async () => expect(await stored()).toEqual(['one']))
    await clock.advance(5_000)
    source.write('a', now - START + written, 'two')
    await until(async () => expect(await stored()).toEqual(['one', 'two']))
    source.remove('a')
    await until(() => expect(logs.health().message).toBe('0 containers followed.'))
    expect(await stored()).toEqual(['one', 'two', ...(gaps ? [removed(now + written)] : [])])
    expect(logs.lost()).toEqual({ gaps, ms: gaps * 4_000 })
  })

  it('nothing is missing of one that was silent for long before it was removed', async () => {
    const source = new FakeSource()
    source.add('a', 'running')
    const logs = await begin(source)
    source.write('a', clock.now() - START, 'one')
    await until(async () => expect(await stored()).toEqual(['one']))
    await clock.advance(60_000)
    source.remove('a')
    await until(() => expect(logs.health().message).toBe('0 containers followed.'))
    expect(await stored()).toEqual(['one'])
    expect(logs.lost().gaps).toBe(0)
  })

  it('says so of one that was removed while its stream was broken, and of one that had no place yet', async () => {
    const source = new FakeSource()
    for (const id of ['a', 'b']) source.add(id, 'running')
    source.write('a', 1, 'one')
    source.write('b', 2, 'never read')
    const logs = await begin(source, 1)
    await until(async () => expect(await stored()).toEqual(['one']))
    source.remove('b')
    await until(async () => expect(await stored('pod-b')).toEqual([removed(START)]))
    // That it came to an end before says nothing.
    source.break(true)
    await until(() => expect(source.following).toBe(0))
    await until(async () => { await clock.advance(500); expect(source.following).toBe(1) })
    source.break()
    await until(() => expect(source.following).toBe(0))
    source.remove('a')
    await until(async () => { await clock.advance(30_000); expect(await stored('pod-a')).toEqual(['one', removed(START + 1)]) })
    expect(logs.lost().gaps).toBe(2)
  })

  it('one that has no place yet is read before it is removed', async () => {
    const source = new FakeSource()
    for (const id of ['a', 'b']) source.add(id, 'running')
    source.write('b', 2, 'read')
    const logs = await begin(source, 1)
    source.end('b')
    source.container('b', 'died')
    await logs.read('b')
    expect(await stored('pod-b')).toEqual(['read'])
  })

  it('follows only so many at once, and the others in their turn', async () => {
    const source = new FakeSource()
    for (let i = 0; i < 20; i++) {
      source.add(`c${i}`, 'exited')
      source.write(`c${i}`, i, `line ${i}`)
    }
    await begin(source, 3)
    await until(async () => expect(await stored()).toEqual(Array.from({ length: 20 }, (_, i) => `line ${i}`)))
    expect(source.maxFollowing).toBeLessThanOrEqual(3)
  })

  it('keeps up with a container that writes without pause', async () => {
    const source = new FakeSource()
    source.add('a', 'exited')
    for (let i = 0; i < 30_000; i++) source.write('a', i / 10, `line ${i}`)
    await begin(source)
    await until(async () => expect((await found(store, '', 1))[0]?.text).toBe('line 29999'))
    expect((await found(store, '', 1))[0]?.id).toBe(30_000)
  })

  it('says so when the engine does not answer', async () => {
    const source = new FakeSource()
    source.down = true
    await begin(source)
    expect(collector?.health()).toEqual({ healthy: false, message: 'Logs are not collected: the engine does not answer' })
  })
})

describe('component logs', () => {
  it('are stored beside the others', async () => {
    const sink = createComponentLogSink(store)
    sink({ time: 7, component: 'kube-scheduler', level: 'warning', message: 'could not bind', fields: { pod: 'default/web', error: 'no such "node"', n: 2, empty: '', list: ['a'] } })
    expect(await found(store, 'component:kube-scheduler')).toEqual([{
      time: 7, id: 1, workload: '', labels: {}, stream: 'component', namespace: '', pod: 'kube-scheduler', podUid: '', container: '', node: '', restart: 0,
      text: 'warning could not bind pod=default/web error="no such \\"node\\"" n=2 empty="" list=["a"]',
    }])
  })
})
