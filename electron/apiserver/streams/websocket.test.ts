import { EventEmitter } from 'node:events'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { WebSocket } from 'ws'
import { IDLE_MS } from './idle.ts'
import { watchOver } from './websocket.ts'

class FakeSocket extends EventEmitter {
  isPaused = false
  answers = true
  readonly sent: unknown[] = []
  readonly terminate = vi.fn<() => void>()
  readonly close = vi.fn<(code: number, reason: string) => void>()
  ping(): void { if (this.answers) this.emit('pong') }
  send(data: unknown): void { this.sent.push(data) }
}
let ws: FakeSocket
beforeEach(() => {
  vi.useFakeTimers()
  ws = new FakeSocket()
  watchOver(ws as unknown as WebSocket)
})
afterEach(() => {
  ws.emit('close')
  vi.useRealTimers()
})

it('a connection on which nothing is said for four hours is closed', () => {
  vi.advanceTimersByTime(IDLE_MS - 1)
  expect(ws.close).not.toHaveBeenCalled()
  vi.advanceTimersByTime(1)
  expect(ws.close).toHaveBeenCalledWith(1001, 'idle for too long')
  expect(ws.terminate).not.toHaveBeenCalled()
})
it.each<[string, () => void]>([['heard', () => ws.emit('message')], ['said', () => { (ws as unknown as WebSocket).send('x') }]])('not while something is %s', (_what, talk) => {
  for (let i = 0; i < 3; i++) {
    vi.advanceTimersByTime(IDLE_MS - 1)
    talk()
  }
  expect([ws.close.mock.calls.length, ws.sent.every((s) => s === 'x')]).toEqual([0, true])
})
it('one whose other side does not answer is ended', () => {
  ws.answers = false
  vi.advanceTimersByTime(30_000)
  expect(ws.terminate).not.toHaveBeenCalled()
  vi.advanceTimersByTime(30_000)
  expect(ws.terminate).toHaveBeenCalledOnce()
})
it('but not while we do not listen to it', () => {
  ws.answers = false
  ws.isPaused = true
  vi.advanceTimersByTime(300_000)
  expect(ws.terminate).not.toHaveBeenCalled()
})
it('nothing of it goes on when the connection has ended', () => {
  expect(vi.getTimerCount()).toBe(2)
  ws.emit('close')
  expect(vi.getTimerCount()).toBe(0)
})
