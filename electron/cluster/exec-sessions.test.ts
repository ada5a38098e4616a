import { PassThrough } from 'node:stream'
import { describe, expect, it, vi } from 'vitest'
import type { ApiRequest, ApiServer, ContainerSession } from '../apiserver/types.ts'
import { CHANNEL_PROTOCOLS } from '../apiserver/streams/framing.ts'
import { serveRemoteCommand } from '../apiserver/streams/remote-command.ts'
import { acceptWebSocket, chooseProtocol } from '../apiserver/streams/websocket.ts'
import { forbidden } from '../../shared/errors.ts'
import type { ExecMessage } from '../../shared/ipc.ts'
import { createExecSessions, endOf, pathFor, WINDOW } from './exec-sessions.ts'
import { DASHBOARD_USER } from './handlers.ts'

class FakeProcess implements ContainerSession {
  readonly stdin = new PassThrough()
  readonly stdout = new PassThrough()
  readonly stderr = new PassThrough()
  readonly sizes: number[][] = []
  killed = false
  end: (code: number) => void = () => undefined
  readonly exit = new Promise<number>((resolve) => { this.end = (code) => { this.stdout.end(); this.stderr.end(); resolve(code) } })
  async resize(width: number, height: number): Promise<void> { this.sizes.push([width, height]) }
  kill(): void { this.killed = true; this.end(-1) }
}
function world() {
  const process = new FakeProcess()
  const asked: ApiRequest[] = []
  const api: ApiServer = {
    async handle(request) {
      asked.push(request)
      if (request.path.includes('/secret/')) return { status: 403, body: { type: 'object', value: forbidden({ group: '', resource: 'pods' }, 'x', 'no').status } }
      return { status: 101, body: { type: 'upgrade', handler: (r, socket, head) => acceptWebSocket(r, socket, head, chooseProtocol(r.headers, CHANNEL_PROTOCOLS) ?? '', (ws) => serveRemoteCommand(ws, async () => process)) } }
    },
  }
  const said: ExecMessage[] = []
  const sessions = createExecSessions(() => api, DASHBOARD_USER)
  const stop = new AbortController()
  const run = (more: object = {}): Promise<void> => sessions.run({ namespace: 'default', pod: 'web', command: ['sh'], tty: true, width: 80, height: 24, ...more }, (m) => said.push(m), stop.signal)
  const session = (): string => (said[0] as { session: string }).session
  const output = (): string => said.map((m) => (m.type === 'output' ? m.output : '')).join('')
  return { process, asked, said, sessions, stop, run, session, output }
}

describe('a terminal', () => {
  it('carries what is typed and what comes back, its size, and how it ended', async () => {
    const w = world()
    const running = w.run()
    await vi.waitFor(() => expect(w.said[0]?.type).toBe('started'))
    await vi.waitFor(() => expect(w.process.sizes).toEqual([[80, 24]]))
    w.sessions.input({ session: w.session(), input: 'ls\r' })
    w.sessions.resize({ session: w.session(), width: 100, height: 30 })
    await vi.waitFor(() => expect(w.process.stdin.read()?.toString()).toBe('ls\r'))
    const han = Buffer.from('한')
    w.process.stdout.write(han.subarray(0, 2))
    w.process.stdout.write(han.subarray(2))
    await vi.waitFor(() => expect(w.output()).toBe('한'))
    expect(w.process.sizes).toEqual([[80, 24], [100, 30]])
    w.process.end(7)
    await running
    expect(w.said.at(-1)).toEqual({ type: 'exit', code: 7, message: '' })
    expect(w.asked[0]).toMatchObject({ path: '/api/v1/namespaces/default/pods/web/exec', user: DASHBOARD_USER })
    expect(() => w.sessions.input({ session: w.session(), input: 'x' })).toThrow('the session has ended')
  })
  it('ends with its page', async () => {
    const w = world()
    const running = w.run()
    await vi.waitFor(() => expect(w.said[0]?.type).toBe('started'))
    w.stop.abort()
    await running
    await vi.waitFor(() => expect(w.process.killed).toBe(true))
    expect(w.said.some((m) => m.type === 'exit')).toBe(false)
  })
  it('says what the API server says when it refuses', async () => {
    await expect(world().run({ namespace: 'secret' })).rejects.toMatchObject({ reason: 'Forbidden' })
  })
  it('holds its output back until the page has shown what it has', async () => {
    const w = world()
    const running = w.run({ tty: false })
    await vi.waitFor(() => expect(w.said[0]?.type).toBe('started'))
    const total = WINDOW * 8
    let written = 0
    const pump = (): void => {
      while (written < total) {
        written += 65536
        if (!w.process.stdout.write('x'.repeat(65536))) return void w.process.stdout.once('drain', pump)
      }
    }
    pump()
    await vi.waitFor(() => expect(w.output().length).toBeGreaterThan(WINDOW))
    // What the sockets and streams between hold is bounded, so it stops well before the end.
    await vi.waitFor(() => expect(w.process.stdout.writableNeedDrain).toBe(true))
    expect(written).toBeLessThan(total)
    let shown = 0
    await vi.waitFor(() => {
      w.sessions.shown({ session: w.session(), count: w.output().length - shown })
      shown = w.output().length
      expect(shown).toBe(total)
    }, { interval: 5 })
    w.process.end(0)
    await running
  })
})
it.each([
  [{ namespace: 'a', pod: 'b', command: ['sh', '-c', 'x y'], tty: true, container: 'c' }, '/api/v1/namespaces/a/pods/b/exec?stdin=true&stdout=true&stderr=false&tty=true&container=c&command=sh&command=-c&command=x+y'],
  [{ namespace: 'a', pod: 'b', attach: true, tty: false }, '/api/v1/namespaces/a/pods/b/attach?stdin=true&stdout=true&stderr=true&tty=false'],
])('%j asks for %s', (request, path) => {
  expect(pathFor(request)).toBe(path)
})
it.each([[{ namespace: 'a', pod: 'b', command: [] }], [{ namespace: 'a', pod: 'b', command: [1] }], [{ namespace: 1, pod: 'b', command: ['sh'] }], [{ namespace: 'a', pod: 'b', command: ['sh'], tty: 'yes' }]])('%j is refused', (request) => {
  expect(() => pathFor(request)).toThrow(/must/)
})
it.each([
  [{ status: 'Success' }, { code: 0, message: '' }],
  [{ status: 'Failure', message: 'command terminated', details: { causes: [{ reason: 'ExitCode', message: '126' }] } }, { code: 126, message: '' }],
  [{ status: 'Failure', message: 'no such program' }, { code: undefined, message: 'no such program' }],
])('%j is %j', (status, end) => {
  expect(endOf(status)).toEqual(end)
})
