import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { ClientMessage } from '../../../shared/ipc.ts'
import { MessageClient } from '../../transport/client.ts'
import { FakePipe } from '../../transport/fake-pipe.ts'
import { PIECE, openSession } from './session.ts'
import type { End, Session } from './session.ts'

let pipe: FakePipe
let said: string[]
let ends: End[]
let session: Session
let subscription: number
beforeEach(() => {
  pipe = new FakePipe()
  ;[said, ends] = [[], []]
  const request = { namespace: 'a', pod: 'b', command: ['sh'], tty: true, width: 80, height: 24 }
  session = openSession(new MessageClient(pipe), request, { output: (text, shown) => { said.push(text); shown() }, end: (e) => ends.push(e) })
  subscription = pipe.sent[0]?.id ?? -1
})
type Call = Extract<ClientMessage, { verb: 'call' }>
const calls = (name: string): Call[] => pipe.sent.filter((m): m is Call => m.verb === 'call' && m.name === name)
const say = (value: unknown): void => pipe.say({ type: 'message', id: subscription, value })
const answer = (call: Call | undefined): void => pipe.say({ type: 'result', id: call?.id ?? -1, value: null })

describe('a session', () => {
  it('sends what was typed before it had begun, and then piece after piece, each after the other was taken', async () => {
    session.input('early')
    expect(calls('exec.input')).toEqual([])
    say({ type: 'started', session: 's' })
    session.input('x'.repeat(PIECE + 1))
    await vi.waitFor(() => expect(calls('exec.input')).toHaveLength(1))
    expect(calls('exec.input')[0]?.request).toEqual({ session: 's', input: 'early' })
    answer(calls('exec.input')[0])
    await vi.waitFor(() => expect(calls('exec.input')).toHaveLength(2))
    answer(calls('exec.input')[1])
    await vi.waitFor(() => expect(calls('exec.input')[2]?.request).toEqual({ session: 's', input: 'x' }))
  })
  it('says how much is on the screen, and its size', () => {
    say({ type: 'started', session: 's' })
    say({ type: 'output', output: 'hello' })
    session.resize(100, 30)
    expect(said).toEqual(['hello'])
    expect(calls('exec.shown')[0]?.request).toEqual({ session: 's', count: 5 })
    expect(calls('exec.resize')[0]?.request).toEqual({ session: 's', width: 100, height: 30 })
  })
  it.each([
    ['by itself', () => say({ type: 'exit', code: 3, message: '' }), { code: 3, why: '' }],
    ['because it could not start', () => say({ type: 'exit', code: undefined, message: 'no such program' }), { code: undefined, why: 'no such program' }],
    ['because it was refused', () => pipe.say({ type: 'end', id: subscription, status: { message: 'forbidden' } }), { code: undefined, why: 'forbidden' }],
    ['with the connection', () => pipe.set('lost'), { code: undefined, why: 'the connection to the cluster was lost' }],
  ])('ends once, %s', (_, end, expected) => {
    say({ type: 'started', session: 's' })
    end()
    pipe.say({ type: 'end', id: subscription })
    session.input('late')
    expect(ends).toEqual([expected])
    expect(calls('exec.input')).toEqual([])
  })
  it('is closed without a word', () => {
    session.close()
    expect(pipe.sent.at(-1)).toEqual({ verb: 'unsubscribe', id: subscription })
    expect(ends).toEqual([])
  })
})
