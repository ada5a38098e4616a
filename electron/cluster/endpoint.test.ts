import { describe, expect, it } from 'vitest'
import { badRequest } from '../../shared/errors.ts'
import type { ServerMessage } from '../../shared/ipc.ts'
import { type CallHandlers, checkMessage, createEndpoint, type SubscriptionHandlers } from './endpoint.ts'

const setup = (call: CallHandlers['api'], subscribe: SubscriptionHandlers['api.watch'] = async () => {}) => {
  const sent: ServerMessage[] = []
  const endpoint = createEndpoint({ api: call } as CallHandlers, { 'api.watch': subscribe } as SubscriptionHandlers)
  return { sent, connection: endpoint.connect((m) => sent.push(m)) }
}
const settled = () => new Promise((resolve) => setImmediate(resolve))

describe('checkMessage', () => {
  it.each([
    [null, 'a message must be an object'],
    [[], 'a message must be an object'],
    [{ verb: 'call', id: 'x' }, 'id must be a whole number'],
    [{ verb: 'call', id: -1 }, 'id must be a whole number'],
    [{ verb: 'run', id: 1 }, 'verb must be call, cancel, subscribe or unsubscribe'],
    [{ verb: 'call', id: 1 }, 'name must be a string'],
    [{ verb: 'call', id: 1, name: 'api', request: 3 }, 'request must be an object'],
  ])('refuses %j', (message, why) => expect(checkMessage(message)).toBe(why))
  it('drops what does not belong to a message', () => expect(checkMessage({ verb: 'cancel', id: 3, extra: 1 })).toEqual({ verb: 'cancel', id: 3 }))
})

describe('endpoint', () => {
  it('answers a call with its value, and a failure with a Status', async () => {
    const { sent, connection } = setup(async (r) => { if ((r as { fail?: boolean }).fail) throw badRequest('no'); return 42 })
    connection.receive({ verb: 'call', id: 1, name: 'api', request: {} })
    connection.receive({ verb: 'call', id: 2, name: 'api', request: { fail: true } })
    await settled()
    expect(sent[0]).toEqual({ type: 'result', id: 1, value: 42 })
    expect(sent[1]).toMatchObject({ type: 'error', id: 2, status: { reason: 'BadRequest', message: 'no' } })
  })
  it('refuses names it does not know, also those of Object.prototype', async () => {
    const { sent, connection } = setup(async () => 1)
    connection.receive({ verb: 'call', id: 1, name: 'constructor', request: {} })
    connection.receive({ verb: 'subscribe', id: 2, name: 'nothing', request: {} })
    expect(sent.map((m) => m.type)).toEqual(['error', 'error'])
  })
  it('cancels a call: its signal aborts and nothing is answered', async () => {
    let aborted = false
    const { sent, connection } = setup((_r, signal) => new Promise((_, reject) => signal.addEventListener('abort', () => { aborted = true; reject(new Error('gone')) })))
    connection.receive({ verb: 'call', id: 1, name: 'api', request: {} })
    connection.receive({ verb: 'cancel', id: 1 })
    await settled()
    expect([aborted, sent]).toEqual([true, []])
  })
  it('streams a subscription, ends it with a reason, and says nothing after unsubscribe', async () => {
    let emit: (v: unknown) => void = () => {}
    let fail: (e: unknown) => void = () => {}
    const { sent, connection } = setup(async () => 1, (_r, e) => new Promise((_, reject) => { emit = e; fail = reject }))
    connection.receive({ verb: 'subscribe', id: 1, name: 'api.watch', request: {} })
    emit('a')
    fail(badRequest('over'))
    await settled()
    expect(sent).toMatchObject([{ type: 'message', value: 'a' }, { type: 'end', status: { message: 'over' } }])
    connection.receive({ verb: 'subscribe', id: 2, name: 'api.watch', request: {} })
    connection.receive({ verb: 'unsubscribe', id: 2 })
    emit('late')
    await settled()
    expect(sent).toHaveLength(2)
  })
  it('a closed connection ends everything it owned', async () => {
    const signals: AbortSignal[] = []
    const { sent, connection } = setup(async () => 1, (_r, _e, signal) => { signals.push(signal); return new Promise(() => {}) })
    connection.receive({ verb: 'subscribe', id: 1, name: 'api.watch', request: {} })
    connection.close()
    expect(signals[0]?.aborted).toBe(true)
    connection.receive({ verb: 'call', id: 2, name: 'api', request: {} })
    await settled()
    expect(sent).toEqual([])
  })
})
