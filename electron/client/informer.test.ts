import { getEventListeners } from 'node:events'
import { afterEach, describe, expect, it } from 'vitest'
import type { AnyObject } from '../../shared/api/meta.ts'
import { ConfigMaps } from '../../shared/api/resources.ts'
import { FakeClock } from '../../shared/clock.ts'
import { internalError } from '../../shared/errors.ts'
import { addLogSink } from '../../shared/log.ts'
import { createClientFactory, createInformerFactory } from './index.ts'
import { FakeApiServer, eventually } from './testing.ts'
import type { InformerFactory } from './types.ts'

const at = (name: string, namespace = 'a'): string => `/api/v1/configmaps/${namespace}-${name}`
const map = (name: string, data: string, namespace = 'a'): AnyObject => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace }, data: { x: data } })

describe('informer', () => {
  let factory: InformerFactory | undefined
  afterEach(() => factory?.stop())
  const setUp = (resyncMs = 0) => {
    const server = new FakeApiServer()
    server.put(at('one'), map('one', '1'))
    server.put(at('two', 'b'), map('two', '1', 'b'))
    const clock = new FakeClock()
    factory = createInformerFactory(createClientFactory(server).clientFor('tester'), clock, { random: () => 0, resyncMs })
    const informer = factory.informer(ConfigMaps, { indexers: { value: (m) => [m.data?.x ?? ''] } })
    const log: string[] = []
    informer.addHandlers({
      onAdd: (o, initial) => log.push(`+${o.metadata.name}${initial ? '*' : ''}`),
      onUpdate: (o, old) => log.push(o === old ? `=${o.metadata.name}` : `~${o.metadata.name}`),
      onDelete: (o) => log.push(`-${o.metadata.name}`),
    })
    factory.start()
    return { server, clock, informer, log }
  }

  it('lists, indexes by namespace and value, then follows the watch', async () => {
    const { server, informer, log } = setUp()
    await informer.synced()
    expect(log).toEqual(['+one*', '+two*'])
    expect(informer.list('b').map((o) => o.metadata.name)).toEqual(['two'])
    await eventually(() => server.watching === 1)
    server.put(at('one'), map('one', '2'))
    server.put(at('three'), map('three', '2'))
    server.remove(at('two', 'b'))
    await eventually(() => log.length === 5)
    expect(log.slice(2)).toEqual(['~one', '+three', '-two'])
    expect(informer.byIndex('value', '2').map((o) => o.metadata.name)).toEqual(['one', 'three'])
    expect(informer.byIndex('value', '1')).toEqual([])
    expect(informer.list('b')).toEqual([])
    expect(Object.isFrozen(informer.get('one', 'a')?.data)).toBe(true)
    expect(server.requests.at(-1)?.query.get('allowWatchBookmarks')).toBe('true')
  })

  it('lists again when the server has compacted, and reports what went meanwhile', async () => {
    const { server, clock, informer, log } = setUp()
    await informer.synced()
    await eventually(() => server.watching === 1)
    server.silently(() => {
      server.remove(at('one'))
      server.put(at('two', 'b'), { ...map('two', '9', 'b'), metadata: { name: 'two', namespace: 'b', uid: 'another' } })
      server.put(at('new'), map('new', '1'))
    })
    server.compact()
    await eventually(() => clock.waiting > 0)
    await clock.advance(800)
    await eventually(() => clock.waiting > 0)
    await clock.advance(1600)
    await eventually(() => log.length >= 6)
    expect(log.slice(2).sort()).toEqual(['+new', '+two', '-one', '-two'])
    expect(log.indexOf('-two')).toBeLessThan(log.indexOf('+two'))
  })

  it('backs off while the server fails and goes on from where it was', async () => {
    const { server, clock, informer, log } = setUp()
    await informer.synced()
    await eventually(() => server.watching === 1)
    server.fault = (r) => (r.query.get('watch') ? internalError(new Error('down')) : undefined)
    server.endWatches()
    const waits: number[] = []
    for (let i = 0; i < 7; i++) {
      await eventually(() => clock.waiting > 0)
      const before = server.requests.length
      let waited = 0
      for (; server.requests.length === before && waited < 40_000; waited += 100) await clock.advance(100)
      waits.push(waited)
    }
    expect(waits).toEqual([800, 1600, 3200, 6400, 12_800, 25_600, 30_000])
    server.put(at('late'), map('late', '1'))
    server.fault = () => undefined
    await eventually(() => clock.waiting > 0)
    await clock.advance(30_000)
    await eventually(() => log.includes('+late'))
    expect(server.requests.filter((r) => !r.query.get('watch'))).toHaveLength(1)
  })

  it('keeps handlers apart: one that throws is logged and the others go on', async () => {
    const errors: string[] = []
    const remove = addLogSink((r) => r.level === 'error' && errors.push(r.message))
    const { server, informer, log } = setUp()
    informer.addHandlers({ onAdd: () => { throw new Error('mine') } })
    await informer.synced()
    const late: string[] = []
    informer.addHandlers({ onAdd: (o, initial) => late.push(`${o.metadata.name}${initial}`) })
    expect(late).toEqual(['onetrue', 'twotrue'])
    await eventually(() => server.watching === 1)
    server.put(at('three'), map('three', '1'))
    await eventually(() => log.includes('+three'))
    expect(errors).toHaveLength(3)
    remove()
  })

  it('resyncs when asked to, and refuses another function under the name of an index', async () => {
    const { clock, informer, log } = setUp(10_000)
    await informer.synced()
    await clock.advance(20_000)
    expect(log.slice(2)).toEqual(['=one', '=two', '=one', '=two'])
    expect(() => factory?.informer(ConfigMaps, { indexers: { value: () => [] } })).toThrow(/exists already/)
  })

  it('a factory waits for all with one listener, until the signal says that it is late', async () => {
    const { informer } = setUp()
    const abort = new AbortController()
    for (let i = 0; i < 12; i++) factory?.informer(ConfigMaps, { namespace: `n${i}` })
    factory?.start()
    const waiting = factory?.synced(abort.signal)
    expect(getEventListeners(abort.signal, 'abort')).toHaveLength(1)
    await waiting
    expect(getEventListeners(abort.signal, 'abort')).toHaveLength(0)
    abort.abort(new Error('late'))
    await expect(factory?.synced(abort.signal)).rejects.toThrow('late')
    await expect(informer.synced(abort.signal)).resolves.toBeUndefined()
  })
})
