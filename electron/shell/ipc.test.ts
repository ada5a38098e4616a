import { EventEmitter } from 'node:events'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { CHANNEL, type ServerMessage } from '../../shared/ipc.ts'

const electron = vi.hoisted(() => ({ ipcMain: undefined as unknown as EventEmitter }))
vi.mock('electron', () => ({ get ipcMain() { return electron.ipcMain } }))
const { serveIpc, trustedSender } = await import('./ipc.ts')

class Contents extends EventEmitter {
  sent: unknown[] = []
  id = 7
  isDestroyed = () => false
  send = (_channel: string, message: unknown) => { this.sent.push(message) }
}
const page = (url: string, parent: unknown = null) => ({ url, parent })

describe('sender', () => {
  it.each([
    ['our page', page('app://pilothouse/index.html#/pods'), true],
    ['another host', page('app://evil/index.html'), false],
    ['a web page', page('https://pilothouse/index.html'), false],
    ['a frame within our page', page('app://pilothouse/index.html', {}), false],
    ['a frame that has gone', null, false],
  ])('%s', (_name, senderFrame, expected) => expect(trustedSender({ sender: {}, senderFrame } as unknown as Parameters<typeof trustedSender>[0])).toBe(expected))
})

describe('IPC', () => {
  const received: unknown[] = []
  let closed = 0
  let answer: (m: ServerMessage) => void = () => {}
  beforeEach(() => { electron.ipcMain = new EventEmitter(); received.length = 0; closed = 0 })
  const endpoint = { connect: (send: (m: ServerMessage) => void) => { answer = send; return { receive: (m: unknown) => { received.push(m) }, close: () => { closed++ } } } }
  const from = (sender: Contents, url = 'app://pilothouse/index.html') => ({ sender, senderFrame: page(url) })

  it('carries messages both ways, of our page only', () => {
    serveIpc(endpoint)
    const contents = new Contents()
    electron.ipcMain.emit(CHANNEL, from(contents), { verb: 'cancel', id: 1 })
    electron.ipcMain.emit(CHANNEL, from(contents, 'https://evil.example/'), { verb: 'cancel', id: 2 })
    expect(received).toEqual([{ verb: 'cancel', id: 1 }])
    answer({ type: 'end', id: 1 })
    expect(contents.sent).toEqual([{ type: 'end', id: 1 }])
  })
  it('a connection ends with its window, and with a load, but not with a change of the hash', () => {
    serveIpc(endpoint)
    const contents = new Contents()
    electron.ipcMain.emit(CHANNEL, from(contents), {})
    contents.emit('did-start-navigation', { isMainFrame: true, isSameDocument: true })
    expect(closed).toBe(0)
    contents.emit('did-start-navigation', { isMainFrame: true, isSameDocument: false })
    expect(closed).toBe(1)
    electron.ipcMain.emit(CHANNEL, from(contents), {})
    contents.emit('destroyed')
    expect(closed).toBe(2)
    expect(contents.listenerCount('destroyed')).toBe(0)
  })
  it('stops listening and ends all connections when it is stopped', () => {
    const stop = serveIpc(endpoint)
    electron.ipcMain.emit(CHANNEL, from(new Contents()), {})
    stop()
    electron.ipcMain.emit(CHANNEL, from(new Contents()), {})
    expect([closed, received.length]).toEqual([1, 1])
  })
})
