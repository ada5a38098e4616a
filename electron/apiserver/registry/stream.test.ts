import { describe, expect, it } from 'vitest'
import type { WatchEvent } from '../../../shared/api/meta.ts'
import { EventStream } from './stream.ts'

const event = (name: string): WatchEvent => ({ type: 'ADDED', object: { apiVersion: 'v1', kind: 'Pod', metadata: { name } } })

describe('EventStream', () => {
  it('gives what waits at once, and what comes in one turn together', async () => {
    const stream = new EventStream(() => undefined)
    stream.push(event('a'))
    stream.push(event('b'))
    expect(await stream.next()).toHaveLength(2)
    const next = stream.next()
    stream.push(event('c'))
    stream.push(event('d'))
    expect(await next).toHaveLength(2)
  })
  it('cuts off a reader who is too slow, with the reason, once', async () => {
    let ended = 0
    const stream = new EventStream(() => ended++, undefined, { events: 2, bytes: 100 })
    for (const name of ['a', 'b', 'c', 'd']) stream.push(event(name))
    expect(await stream.next()).toMatchObject([{ type: 'ERROR', object: { code: 410, reason: 'Expired' } }])
    expect(await stream.next()).toBeUndefined()
    expect(ended).toBe(1)
  })
  it('counts bytes as well as events, from when the reader last took some', async () => {
    const stream = new EventStream(() => undefined, () => 40, { events: 100, bytes: 100 })
    for (let i = 0; i < 3; i++) {
      stream.push(event('a'))
      stream.push(event('b'))
      expect(await stream.next()).toHaveLength(2)
    }
    for (const name of ['a', 'b', 'c']) stream.push(event(name))
    expect(await stream.next()).toMatchObject([{ type: 'ERROR', object: { code: 410, message: 'the watcher is too slow: more than 100 bytes of events wait for it' } }])
  })
  it('does not count what there was before the watch began', async () => {
    const stream = new EventStream(() => undefined, () => 40, { events: 2, bytes: 100 })
    stream.start(['a', 'b', 'c', 'd'].map(event))
    expect(await stream.next()).toHaveLength(4)
  })
  it('wakes its reader when it ends', async () => {
    const stream = new EventStream(() => undefined)
    const next = stream.next()
    stream.close()
    expect(await next).toBeUndefined()
  })
})
