import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { ApiRequest, ApiServer } from '../apiserver/types.ts'
import { FakeClock } from '../../shared/clock.ts'
import { notFound, serviceUnavailable } from '../../shared/errors.ts'
import type { PortForward } from '../../shared/ipc.ts'
import { DASHBOARD_USER } from './handlers.ts'
import { createPortForwards, GRACE_MS, targetPort, type PortForwards } from './port-forwards.ts'

const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web-1', namespace: 'default', uid: 'u1' }, spec: { nodeName: 'n1', containers: [{ name: 'c', ports: [{ name: 'http', containerPort: 8080 }] }] }, status: { conditions: [{ type: 'Ready', status: 'True' }] } }
const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web', namespace: 'default' }, spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 'http' }] } }

let echo: Server
let allowed: boolean
let dialed: unknown[][]
let refusing: boolean
let clock: FakeClock
let forwards: PortForwards
beforeEach(async () => {
  ;[allowed, dialed, refusing, clock] = [true, [], false, new FakeClock()]
  echo = createServer((s) => s.pipe(s)).listen(0, '127.0.0.1')
  await once(echo, 'listening')
  const answer = ({ path }: ApiRequest): { status: number; value: object } => {
    if (path.endsWith('/selfsubjectaccessreviews')) return { status: 201, value: { status: { allowed, reason: 'not you' } } }
    if (path.endsWith('/pods/web-1')) return { status: 200, value: pod }
    if (path.endsWith('/services/web')) return { status: 200, value: service }
    if (path.endsWith('/pods')) return { status: 200, value: { items: [pod] } }
    return { status: 404, value: notFound({ group: '', resource: 'pods' }, 'x').status }
  }
  const api: ApiServer = { handle: async (r) => { const { status, value } = answer(r); return { status, body: { type: 'object', value } } } }
  forwards = createPortForwards({
    api: () => api, user: DASHBOARD_USER, clock,
    dial: () => async (node, to, port) => {
      dialed.push([node, to.name, port])
      if (refusing) throw serviceUnavailable('nobody listens')
      return connect((echo.address() as AddressInfo).port, '127.0.0.1')
    },
  })
})
afterEach(() => { forwards.close(); echo.close() })
const start = (more: object = {}): Promise<PortForward> => forwards.start({ kind: 'Pod', namespace: 'default', name: 'web-1', port: 80, localPort: 0, ...more })
async function talk(port: number): Promise<{ socket: Socket; answer: string }> {
  const socket = connect(port, '127.0.0.1')
  socket.write('hello')
  const [data] = (await Promise.race([once(socket, 'data'), once(socket, 'close')])) as [Buffer | boolean]
  return { socket, answer: Buffer.isBuffer(data) ? data.toString() : '' }
}

describe('a forwarded port', () => {
  it('leads into the pod, is listed, and is closed with its connections when it is stopped', async () => {
    const lists: PortForward[][] = []
    forwards.subscribe((all) => lists.push(all))
    const entry = await start()
    const { socket, answer } = await talk(entry.localPort)
    expect(answer).toBe('hello')
    expect(dialed).toEqual([['n1', 'web-1', 80]])
    expect(lists.map((l) => l.length)).toEqual([0, 1])
    const closed = once(socket, 'close')
    await forwards.stop({ id: entry.id })
    await closed
    expect(lists.at(-1)).toEqual([])
    await expect(once(connect(entry.localPort, '127.0.0.1'), 'connect')).rejects.toThrow('ECONNREFUSED')
  })
  it('of a service leads to a pod that is ready, at the port behind the name', async () => {
    const entry = await start({ kind: 'Service', name: 'web' })
    ;(await talk(entry.localPort)).socket.destroy()
    expect(dialed).toEqual([['n1', 'web-1', 8080]])
  })
  it.each([
    ['a pod that is not there', { name: 'gone' }, /not found/],
    ['a port that the service has not', { kind: 'Service', name: 'web', port: 81 }, /has no port 81/],
    ['nonsense', { kind: 'Node' }, /Unsupported value/],
    ['a port beyond all', { port: 70000 }, /whole number from 1 to 65535/],
  ])('to %s is refused before it listens', async (_, more, message) => {
    await expect(start(more)).rejects.toThrow(message)
  })
  it('needs leave, which is asked for again at each connection', async () => {
    const entry = await start()
    allowed = false
    expect((await talk(entry.localPort)).answer).toBe('')
    expect(dialed).toEqual([])
    await expect(start()).rejects.toMatchObject({ reason: 'Forbidden' })
  })
  it('whose number is taken says so', async () => {
    await expect(start({ localPort: (echo.address() as AddressInfo).port })).rejects.toThrow(/in use/)
  })
  it('says why its last connection failed, until one works again', async () => {
    let now: PortForward[] = []
    forwards.subscribe((all) => { now = all })
    const entry = await start()
    refusing = true
    await talk(entry.localPort)
    await vi.waitFor(() => expect(now[0]?.error).toBe('nobody listens'))
    refusing = false
    ;(await talk(entry.localPort)).socket.destroy()
    await vi.waitFor(() => expect(now[0]?.error).toBe(''))
  })
  it('outlives a page that is loaded again, and ends a while after the last', async () => {
    const leave = forwards.subscribe(() => undefined)
    const entry = await start()
    leave()
    clock.advance(GRACE_MS - 1)
    const again = forwards.subscribe(() => undefined)
    clock.advance(GRACE_MS)
    ;(await talk(entry.localPort)).socket.destroy()
    again()
    clock.advance(GRACE_MS)
    await expect(once(connect(entry.localPort, '127.0.0.1'), 'connect')).rejects.toThrow('ECONNREFUSED')
  })
})
it.each([[undefined, 80], [8000, 8000], ['http', 8080]])('target port %j is %d', (target, expected) => {
  expect(targetPort({ ...service, spec: { ports: [{ port: 80, targetPort: target }] } } as never, 80, pod as never)).toBe(expected)
})
