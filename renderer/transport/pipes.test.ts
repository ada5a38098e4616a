import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { FIRST_PAUSE, LONGEST_PAUSE, WebSocketPipe } from './pipes.ts'

class FakeSocket extends EventTarget {
  sent: string[] = []
  send(text: string): void {
    this.sent.push(text)
  }
  close(): void {
    this.dispatchEvent(new Event('close'))
  }
}
let sockets: FakeSocket[]
const open = () => {
  const s = new FakeSocket()
  sockets.push(s)
  return s as unknown as WebSocket
}
beforeEach(() => {
  vi.useFakeTimers()
  sockets = []
})
afterEach(() => vi.useRealTimers())

describe('WebSocketPipe', () => {
  it('carries whole numbers that a JavaScript number would round', () => {
    const pipe = new WebSocketPipe(open)
    const told: unknown[] = []
    pipe.onMessage((message) => told.push(message))
    sockets[0]?.dispatchEvent(new MessageEvent('message', { data: '{"type":"result","id":1,"value":9007199254740993}' }))
    expect(told).toEqual([{ type: 'result', id: 1, value: 9007199254740993n }])
    pipe.send({ verb: 'call', id: 2, name: 'api', request: { body: 9007199254740993n } } as never)
    expect(sockets[0]?.sent).toEqual(['{"verb":"call","id":2,"name":"api","request":{"body":9007199254740993}}'])
  })
  it('opens again with growing pauses, and counts the times it was open', () => {
    const pipe = new WebSocketPipe(open)
    expect(pipe.connection.get()).toMatchObject({ state: 'connecting', epoch: 0 })
    sockets[0]?.dispatchEvent(new Event('open'))
    expect(pipe.connection.get()).toMatchObject({ state: 'open', epoch: 1 })
    let pause = FIRST_PAUSE
    for (let i = 0; i < 8; i++) {
      sockets.at(-1)?.close()
      expect(pipe.connection.get().state).toBe('lost')
      vi.advanceTimersByTime(pause - 1)
      expect(sockets).toHaveLength(i + 1)
      vi.advanceTimersByTime(1)
      expect(sockets).toHaveLength(i + 2)
      pause = Math.min(pause * 2, LONGEST_PAUSE)
    }
    sockets.at(-1)?.dispatchEvent(new Event('open'))
    expect(pipe.connection.get()).toMatchObject({ state: 'open', epoch: 2 })
    sockets.at(-1)?.close()
    vi.advanceTimersByTime(FIRST_PAUSE)
    expect(sockets).toHaveLength(10)
  })
  it('keeps since when it has been lost while it tries', () => {
    const pipe = new WebSocketPipe(open)
    sockets[0]?.close()
    const { since } = pipe.connection.get()
    vi.advanceTimersByTime(FIRST_PAUSE)
    sockets[1]?.close()
    expect(pipe.connection.get().since).toBe(since)
  })
  it('stays closed once closed', () => {
    const pipe = new WebSocketPipe(open)
    pipe.close()
    vi.advanceTimersByTime(60_000)
    expect(sockets).toHaveLength(1)
  })
  it('carries messages as JSON', () => {
    const pipe = new WebSocketPipe(open)
    const got: unknown[] = []
    pipe.onMessage((m) => got.push(m))
    pipe.send({ verb: 'cancel', id: 3 })
    sockets[0]?.dispatchEvent(new MessageEvent('message', { data: '{"type":"end","id":3}' }))
    expect(sockets[0]?.sent).toEqual(['{"verb":"cancel","id":3}'])
    expect(got).toEqual([{ type: 'end', id: 3 }])
  })
})
