/** Endpoints that are not this machine's to reach: requests and upgrades go over connections that are handed in. */
import { once } from 'node:events'
import { Agent, createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, describe, expect, it } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import type { Ingress } from '../../shared/api/types.ts'
// oxlint-disable-next-line no-restricted-imports -- certificates for the test
import { createAuthority } from '../cluster/pki/certificates.ts'
// oxlint-disable-next-line no-restricted-imports -- the connections that are handed in where the app runs
import { createGateway } from '../kubelet/runtime/docker/gateway/index.ts'
// oxlint-disable-next-line no-restricted-imports -- and the program behind them
import { GatewayProgram, runsHere } from '../kubelet/runtime/docker/gateway/testing.ts'
import { compileRoutes } from './routes.ts'
import { openGateway } from './server.ts'

const ends: (() => unknown)[] = []
afterEach(async () => { for (const end of ends.splice(0).reverse()) await end() })

describe.runIf(runsHere)('ingress through a gateway', () => {
  it('answers, keeps connections, passes WebSockets on, and says who cannot be reached', async () => {
    const program = new GatewayProgram()
    const far = createGateway(async () => { const { stdin, stdout, stderr } = program.begin('tunnel'); return { stdin: stdin as never, stdout, stderr } })
    const backend = createServer((q, r) => r.end(`${q.headers.host} ${q.url}`)).listen(0, '127.0.0.1')
    await once(backend, 'listening')
    let connections = 0
    backend.on('connection', () => { connections++ })
    const sockets = new WebSocketServer({ server: backend })
    sockets.on('connection', (socket) => socket.on('message', (m) => socket.send(`${String(m)}!`)))
    const target = { host: '127.0.0.1', port: (backend.address() as AddressInfo).port }
    const ca = await createAuthority(Date.now())
    const ingress = { metadata: { name: 'a', namespace: 'default' }, spec: { rules: [{ host: 'web.test', http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'web', port: { number: 80 } } } }] } }] } } as Ingress
    let dialled = 0
    const gateway = await openGateway({
      routes: () => compileRoutes([ingress]), chooser: { next: () => target } as never, contextFor: () => undefined, fallback: ca, answered: () => undefined, ports: { http: [0], https: [0] },
      dial: (to) => { dialled++; return far.dial(to) },
    })
    ends.push(() => program.dispose(), () => far.close(), () => { backend.closeAllConnections(); backend.close() }, () => gateway.close())
    const browser = new Agent({ keepAlive: true })
    ends.push(() => browser.destroy())
    const get = (path: string): Promise<string> => new Promise((resolve, reject) => {
      request({ host: '127.0.0.1', port: gateway.http, path, headers: { host: 'web.test' }, agent: browser }, (r) => void text(r).then((t) => resolve(`${r.statusCode} ${t}`), reject)).on('error', reject).end()
    })
    expect([await get('/a'), await get('/b')]).toEqual(['200 web.test /a', '200 web.test /b'])
    expect([dialled, connections]).toEqual([1, 1])
    const socket = new WebSocket(`ws://127.0.0.1:${gateway.http}/`, { headers: { host: 'web.test' } })
    await once(socket, 'open')
    socket.send('over a tunnel')
    expect(String((await once(socket, 'message'))[0])).toBe('over a tunnel!')
    expect(connections).toBe(dialled)
    socket.terminate()
    target.port = 1
    expect(await get('/')).toMatch(/^502 .*ECONNREFUSED/)
  })
})
