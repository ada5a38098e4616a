import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { internalError } from '../../../shared/errors.ts'
import { startWorld, type World } from '../testing.ts'
import { parseProxyName } from './proxy.ts'

let world: World
let server: Server
const dialled: number[] = []
beforeAll(async () => {
  server = createServer((message, response) => {
    if (message.url === '/page') return void response.writeHead(200, { 'content-type': 'text/html' }).end('<a href="/next">n</a><img src="//other/x"><a href="here">h</a>')
    if (message.url === '/packed') return void response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'content-encoding': 'gzip' }).end(gzipSync('<a href="/next">n</a>'))
    if (message.url === '/broken') return void response.writeHead(200, { 'content-type': 'text/html', 'content-encoding': 'gzip' }).end('no gzip')
    if (message.url === '/moved') return void response.writeHead(302, { location: '/there' }).end()
    if (message.url === '/absolute') return void response.writeHead(307, { location: `http://${message.headers.host}/there`, 'access-control-allow-origin': '*' }).end()
    if (message.url === '/away') return void response.writeHead(302, { location: 'https://example.com/there' }).end()
    const chunks: Buffer[] = []
    message.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => response.writeHead(message.url === '/teapot' ? 418 : 200, { 'content-type': 'text/plain', 'x-own': 'yes' }).end(`${message.method} ${message.url} ${Buffer.concat(chunks).toString()} ${message.headers['authorization'] ?? ''}`))
  })
  const sockets = new WebSocketServer({ server, handleProtocols: (offered) => [...offered][0] ?? false })
  sockets.on('connection', (ws, message) => ws.on('message', (data: Buffer) => ws.send(`${message.url} ${message.headers.authorization ?? 'none'} ${data.toString()}`)))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  world = await startWorld()
  world.server.setKubeletDoor({
    containerLogs: async (node, pod, options) => Readable.from([`${node} ${pod.name} ${JSON.stringify(options)}`]),
    async portForward(_node, _pod, port) {
      dialled.push(port)
      if (port === 9) throw internalError(new Error('dial tcp 10.0.0.9:9: connect ECONNREFUSED 10.0.0.9:9'))
      return connect({ host: '127.0.0.1', port: (server.address() as AddressInfo).port })
    },
    page: async (node, path) => (path === '/stats/summary' ? { status: 200, contentType: 'application/json', text: JSON.stringify({ node }) } : path === '/healthz' ? { status: 500, contentType: 'text/plain', text: 'unwell' } : undefined),
  })
  await world.ask('POST', '/api/v1/nodes', { metadata: { name: 'n' } })
  await world.ask('POST', '/api/v1/namespaces/default/pods', { metadata: { name: 'web' }, spec: { nodeName: 'n', containers: [{ name: 'c', image: 'x', ports: [{ name: 'http', containerPort: 8080 }] }] } })
  await world.ask('POST', '/api/v1/namespaces/default/services', { metadata: { name: 'web' }, spec: { ports: [{ name: 'a', port: 80, targetPort: 8080 }, { name: 'b', port: 81, targetPort: 8081 }] } })
  await world.ask('POST', '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices', { metadata: { name: 'web-1', labels: { 'kubernetes.io/service-name': 'web' } }, addressType: 'IPv4', ports: [{ name: 'a', port: 8080 }, { name: 'b', port: 8081 }], endpoints: [{ addresses: ['10.0.0.9'], targetRef: { kind: 'Pod', name: 'web', namespace: 'default' } }] })
  await world.ask('POST', '/api/v1/namespaces/default/services', { metadata: { name: 'empty' }, spec: { ports: [{ port: 80 }] } })
})
afterAll(async () => {
  server.close()
  await world.close()
})

const BASE = '/api/v1/namespaces/default'
async function proxied(method: string, path: string, body?: string): Promise<{ status: number; text: string; headers: Readonly<Record<string, string>> }> {
  const { raw } = await world.ask(method, BASE + path, body, { authorization: 'Bearer secret' })
  const bytes = raw.body.type === 'stream' ? Buffer.concat(await (raw.body.stream as Readable).toArray() as Buffer[]) : raw.body.type === 'bytes' ? Buffer.from(raw.body.bytes) : Buffer.from(JSON.stringify(raw.body.type === 'object' ? raw.body.value : ''))
  return { status: raw.status, text: bytes.toString(), headers: raw.headers ?? {} }
}

describe('a proxy', () => {
  it.each([
    ['GET', '/pods/web/proxy/some/path%20x?q=1', undefined, 200, 'GET /some/path%20x?q=1  ', 8080],
    ['GET', '/pods/web:9000/proxy/', undefined, 200, 'GET /  ', 9000],
    ['GET', '/pods/http:web:http/proxy/teapot', undefined, 418, 'GET /teapot  ', 8080],
    ['POST', '/services/web:a/proxy/x', 'body', 200, 'POST /x body ', 8080],
    ['PUT', '/services/http:web:81/proxy/x', 'body', 200, 'PUT /x body ', 8081],
    ['PATCH', '/services/web:a/proxy/x', 'body', 200, 'PATCH /x body ', 8080],
    ['DELETE', '/services/web:b/proxy/x', undefined, 200, 'DELETE /x  ', 8081],
    ['HEAD', '/services/web:b/proxy/x', undefined, 200, '', 8081],
    ['OPTIONS', '/services/web:b/proxy/x', undefined, 200, 'OPTIONS /x  ', 8081],
  ] as const)('%s %s', async (method, path, body, status, text, port) => {
    const answer = await proxied(method, path, body)
    // The caller's credentials are for the server alone.
    expect([answer.status, answer.text, dialled.at(-1)]).toEqual([status, text, port])
    expect(answer.headers['x-own']).toBe('yes')
  })
  it('leads a page and a redirect back through itself', async () => {
    expect((await proxied('GET', '/pods/web/proxy/page')).text).toBe(`<a href="${BASE}/pods/web/proxy/next">n</a><img src="//other/x"><a href="here">h</a>`)
    expect((await proxied('GET', '/pods/web/proxy/moved')).headers['location']).toBe(`${BASE}/pods/web/proxy/there`)
    expect((await proxied('GET', '/pods/web:8080/proxy/absolute')).headers).toEqual(expect.objectContaining({ location: `${BASE}/pods/web:8080/proxy/there` }))
    expect((await proxied('GET', '/pods/web:8080/proxy/absolute')).headers['access-control-allow-origin']).toBeUndefined()
    expect((await proxied('GET', '/pods/web/proxy/away')).headers['location']).toBe('https://example.com/there')
    const packed = await proxied('GET', '/services/web:a/proxy/packed')
    expect([packed.text, packed.headers['content-encoding']]).toEqual([`<a href="${BASE}/services/web:a/proxy/next">n</a>`, undefined])
    expect(await proxied('GET', '/services/web:a/proxy/broken')).toMatchObject({ status: 500, text: expect.stringContaining('InternalError') as string })
    expect(await proxied('GET', '/pods/web/proxy?a=b')).toMatchObject({ status: 301, headers: { location: `${BASE}/pods/web/proxy/?a=b` } })
  })
  it.each([
    ['/pods/none/proxy/', 404, 'pods \\"none\\" not found'], ['/pods/web:nope/proxy/', 400, 'has no port'], ['/services/none:80/proxy/', 404, 'not found'], ['/services/web:99/proxy/', 503, 'no service port'],
    ['/pods/web:9/proxy/', 503, 'error trying to reach service: dial tcp web:9: connect: connection refused'], ['/pods/https:web:8080/proxy/', 503, 'error trying to reach service: tls: first record does not look like a TLS handshake'],
    ['/services/empty/proxy/', 503, 'no endpoints available for service \\"empty\\"'],
  ])('%s: %d', async (path, status, text) => {
    const answer = await proxied('GET', path)
    expect(answer.status).toBe(status)
    expect(answer.text).toContain(text)
  })
  it('lets a WebSocket through, with its path, its query and its subprotocol', async () => {
    const { raw } = await world.ask('GET', `${BASE}/pods/web:8080/proxy/echo?x=1`, undefined, { upgrade: 'websocket', connection: 'Upgrade', 'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==', 'sec-websocket-version': '13', 'sec-websocket-protocol': 'chat', authorization: 'Bearer secret' })
    if (raw.body.type !== 'upgrade') throw new Error(`no upgrade but ${JSON.stringify(raw.body)}`)
    const { handler } = raw.body
    const relay = createServer().listen(0, '127.0.0.1')
    await once(relay, 'listening')
    relay.on('upgrade', (message, socket, head) => handler({ method: 'GET', path: `${BASE}/pods/web:8080/proxy/echo`, query: new URLSearchParams('x=1'), headers: message.headers as Record<string, string>, user: { name: 'u', groups: [] }, signal: new AbortController().signal }, socket, head))
    const client = new WebSocket(`ws://127.0.0.1:${(relay.address() as AddressInfo).port}/`, ['chat'], { headers: { authorization: 'Bearer secret' } })
    client.on('open', () => client.send('hello'))
    const [data] = (await once(client, 'message')) as [Buffer]
    expect(data.toString()).toBe('/echo?x=1 none hello')
    expect(client.protocol).toBe('chat')
    client.close(4001, 'done')
    const [code] = (await once(client, 'close')) as [number]
    expect(code).toBe(4001)
    relay.close()
  })
  it('answers for a node', async () => {
    expect((await world.ask('GET', '/api/v1/nodes/n:10250/proxy/pods')).body).toMatchObject({ kind: 'PodList', items: [{ metadata: { name: 'web' } }] })
    expect((await world.ask('GET', '/api/v1/nodes/n/proxy/runningpods')).body).toMatchObject({ kind: 'PodList', items: [] })
  })
  it("gives a container's log, as the pod itself does", async () => {
    const { raw } = await world.ask('GET', '/api/v1/nodes/n/proxy/containerLogs/default/web/c?tailLines=2')
    if (raw.body.type !== 'stream') throw new Error('no stream')
    expect((await raw.body.stream.toArray() as Buffer[]).map(String).join('')).toBe('n web {"container":"c","follow":false,"previous":false,"timestamps":false,"tailLines":2}')
  })
  it.each([
    ['default/web/x', 400, 'container x is not valid for pod web'], ['default/none/c', 404, 'pods "none" not found'], ['other/web/c', 404, 'pods "web" not found'], ['default/web/c?tailLines=-1', 422, expect.stringContaining('tailLines: Invalid value') as string],
  ])('containerLogs/%s: %d', async (path, code, message) => expect((await world.ask('GET', `/api/v1/nodes/n/proxy/containerLogs/${path}`)).body).toMatchObject({ code, message }))
  it.each([
    ['GET', 'n/proxy/stats/summary', 200, { node: 'n' }], ['GET', 'https:n:10250/proxy/stats/summary/', 200, { node: 'n' }], ['GET', 'n/proxy/healthz', 500, { text: 'unwell' }],
    ['GET', 'n/proxy/logs/syslog', 404, { reason: 'NotFound' }], ['GET', 'none/proxy/healthz', 404, { reason: 'NotFound' }], ['POST', 'n/proxy/stats/summary', 405, { reason: 'MethodNotAllowed' }],
  ])('passes on what the kubelet answers: %s %s', async (method, path, status, body) => expect(await world.ask(method, `/api/v1/nodes/${path}`)).toMatchObject({ status, body }))
})

describe('names', () => {
  it.each([['a', { scheme: 'http', name: 'a', port: '' }], ['a:80', { scheme: 'http', name: 'a', port: '80' }], ['https:a:443', { scheme: 'https', name: 'a', port: '443' }], [':a:x', { scheme: 'http', name: 'a', port: 'x' }]])('%s', (text, expected) => expect(parseProxyName(text)).toEqual(expected))
  it.each([['ftp:a:1', 'service'], ['a:b:c:d', 'pod'], [':80', 'node']])('%s is refused', (text, what) => expect(() => parseProxyName(text, what)).toThrow(`invalid ${what} request ${JSON.stringify(text)}`))
})
