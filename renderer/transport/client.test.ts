import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { StatusError, notFound } from '../../shared/errors.ts'
import { ANSWER_TIMEOUT, CONNECT_TIMEOUT, MAX_CALLS, MessageClient } from './client.ts'
import { FakePipe } from './fake-pipe.ts'

let pipe: FakePipe
let client: MessageClient
beforeEach(() => {
  vi.useFakeTimers()
  pipe = new FakePipe()
  client = new MessageClient(pipe)
})
afterEach(() => vi.useRealTimers())
const get = (signal?: AbortSignal) => client.call('settings.get', {}, signal)
const reason = (p: Promise<unknown>): Promise<string> => p.then(() => 'fulfilled', (e: unknown) => (e instanceof StatusError ? e.reason : (e as Error).name))

describe('call', () => {
  it('matches answers by id, whatever their order', async () => {
    const [a, b] = [get(), get()]
    pipe.say({ type: 'result', id: 2, value: 'b' })
    pipe.say({ type: 'result', id: 1, value: 'a' })
    expect([await a, await b]).toEqual(['a', 'b'])
  })
  it('rejects with the Status of an error', async () => {
    const p = reason(get())
    pipe.say({ type: 'error', id: 1, status: notFound({ group: '', resource: 'pods' }, 'x').status })
    expect(await p).toBe('NotFound')
  })
  it('cancels, and takes no late answer', async () => {
    const stop = new AbortController()
    const p = reason(get(stop.signal))
    stop.abort()
    pipe.say({ type: 'result', id: 1, value: 'late' })
    expect(await p).toBe('AbortError')
    expect(pipe.sent.at(-1)).toEqual({ verb: 'cancel', id: 1 })
  })
  it('sends nothing for a signal that has fired', async () => {
    expect(await reason(get(AbortSignal.abort()))).toBe('AbortError')
    expect(pipe.sent).toEqual([])
  })
  it('waits for a connection, then is sent', async () => {
    pipe.set('lost')
    const p = get()
    expect(pipe.sent).toEqual([])
    pipe.set('open')
    expect(pipe.sent).toEqual([{ verb: 'call', id: 1, name: 'settings.get', request: {} }])
    pipe.say({ type: 'result', id: 1, value: 1 })
    expect(await p).toBe(1)
  })
  it.each([['connection', 'lost', CONNECT_TIMEOUT, 'ServiceUnavailable'], ['answer', 'open', ANSWER_TIMEOUT, 'Timeout']] as const)('gives up without %s', async (_, state, wait, expected) => {
    if (state === 'lost') pipe.set('lost')
    const p = reason(get())
    vi.advanceTimersByTime(wait)
    expect(await p).toBe(expected)
  })
  it('fails what was under way when the connection goes', async () => {
    const p = reason(get())
    pipe.set('lost')
    expect(await p).toBe('ServiceUnavailable')
  })
  it('is bounded', async () => {
    for (let i = 0; i < MAX_CALLS; i++) void get()
    expect(await reason(get())).toBe('TooManyRequests')
  })
})

describe('subscribe', () => {
  it('delivers until unsubscribed', () => {
    const got: unknown[] = []
    const end = client.subscribe('cluster.state', {}, (m) => got.push(m), () => got.push('end'))
    pipe.say({ type: 'message', id: 1, value: 'a' })
    end()
    pipe.say({ type: 'message', id: 1, value: 'b' })
    expect(got).toEqual(['a'])
    expect(pipe.sent.map((m) => m.verb)).toEqual(['subscribe', 'unsubscribe'])
  })
  it('says when and why it ended', () => {
    const ends: unknown[] = []
    client.subscribe('cluster.state', {}, () => {}, (s) => ends.push(s?.reason))
    pipe.say({ type: 'end', id: 1, status: notFound({ group: '', resource: 'x' }, 'y').status })
    expect(ends).toEqual(['NotFound'])
  })
  it('takes state and audit up again after a lost connection, and ends watches and logs', () => {
    const ends: string[] = []
    client.subscribe('cluster.state', {}, () => {}, () => ends.push('state'))
    client.subscribe('audit.tail', {}, () => {}, () => ends.push('audit'))
    client.subscribe('logs.follow', { query: '' }, () => {}, (s) => ends.push(`logs ${s?.reason}`))
    client.subscribe('api.watch', { path: '/api/v1/pods' }, () => {}, (s) => ends.push(`watch ${s?.reason}`))
    pipe.set('lost')
    expect(ends).toEqual(['logs ServiceUnavailable', 'watch ServiceUnavailable'])
    pipe.sent.length = 0
    pipe.set('open')
    expect(pipe.sent.map((m) => [m.verb, m.id])).toEqual([['subscribe', 1], ['subscribe', 2]])
  })
})
