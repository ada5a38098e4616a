/** The controller over the real API server, asked over real sockets. */
import { once } from 'node:events'
import { createServer, request as httpRequest, type IncomingMessage, type Server } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { EndpointSlices, Events, IngressClasses, Ingresses, Secrets, Services } from '../../shared/api/resources.ts'
import { realClock } from '../../shared/clock.ts'
// oxlint-disable-next-line no-restricted-imports -- tests run against the real API server
import { startWorld } from '../apiserver/testing.ts'
import { createClientFactory, createEventRecorder, createInformerFactory } from '../client/index.ts'
import type { Client } from '../client/types.ts'
// oxlint-disable-next-line no-restricted-imports -- the policy that the cluster ships
import { policyFor } from '../controllers/testing.ts'
// oxlint-disable-next-line no-restricted-imports -- certificates for the test
import { createAuthority, createLeaf, type CertificateAndKey } from '../cluster/pki/certificates.ts'
import { createIngressController } from './index.ts'

const namespace = 'default'
const ends: (() => unknown)[] = []
afterEach(async () => { for (const end of ends.splice(0).reverse()) await end() })

let client: Client
let controller: ReturnType<typeof createIngressController>
let ca: CertificateAndKey
beforeEach(async () => {
  const denied: string[] = []
  const world = await startWorld({ authorizer: policyFor('system:ingress', denied) })
  ends.push(async () => { await world.close(); if (denied.length) throw new Error(`the policy forbids: ${denied.join()}`) })
  const factory = createClientFactory(world.server)
  client = factory.clientFor('test')
  const own = factory.clientFor('system:ingress')
  const informers = createInformerFactory(own, realClock)
  const events = createEventRecorder(own, { component: 'ingress', clock: realClock })
  ca = await createAuthority(Date.now())
  controller = createIngressController({ client: own, informers, clock: realClock, events, fallback: () => createLeaf(ca, { commonName: 'fallback', use: 'server', dns: ['localhost'] }, Date.now()), ports: { http: [0], https: [0] } })
  ends.push(() => informers.stop(), () => events.stop(), () => controller.stop())
  await controller.start()
})

async function until<T>(ask: () => Promise<T> | T): Promise<Exclude<NonNullable<T>, false>> {
  let last: unknown
  for (const end = Date.now() + 60_000; Date.now() < end; ) {
    try {
      const answer = await ask()
      if (answer) return answer as Exclude<NonNullable<T>, false>
    } catch (error) {
      last = error
    }
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  throw last ?? new Error('did not come to pass')
}
async function backend(name: string, answer: (request: IncomingMessage) => string = () => name): Promise<{ server: Server; port: number }> {
  const server = createServer((req, res) => res.end(answer(req))).listen(0, '127.0.0.1')
  await once(server, 'listening')
  ends.push(() => { server.closeAllConnections(); server.close() })
  return { server, port: (server.address() as AddressInfo).port }
}
/** A Service whose endpoints are at ports of this machine. */
async function serve(name: string, ports: readonly number[]): Promise<void> {
  await client.create(Services, { metadata: { name, namespace }, spec: { ports: [{ port: 80 }] } })
  for (const port of ports) await client.create(EndpointSlices, { metadata: { name: `${name}-${port}`, namespace, labels: { 'kubernetes.io/service-name': name } }, addressType: 'IPv4', ports: [{ name: '', port, protocol: 'TCP' }], endpoints: [{ addresses: ['127.0.0.1'], conditions: { ready: true } }] })
}
const rule = (host: string, service: string, path = '/') => ({ host, http: { paths: [{ path, pathType: 'Prefix', backend: { service: { name: service, port: { number: 80 } } } }] } })
const ingress = (name: string, spec: object) => client.create(Ingresses, { metadata: { name, namespace }, spec: { ingressClassName: 'pilothouse', ...spec } } as never)
const get = (host: string, path = '/', headers: Record<string, string> = {}): Promise<{ status: number; text: string }> =>
  new Promise((resolve, reject) => {
    httpRequest({ host: '127.0.0.1', port: controller.listening?.http, path, headers: { host, ...headers }, agent: false }, (res) => {
      let text = ''
      res.on('data', (d: Buffer) => { text += d.toString() }).on('end', () => resolve({ status: res.statusCode ?? 0, text }))
    }).on('error', reject).end()
  })
const certificateOf = (servername: string): Promise<string | undefined> =>
  new Promise((resolve, reject) => {
    const r = httpsRequest({ host: '127.0.0.1', port: controller.listening?.https, servername, rejectUnauthorized: false, headers: { host: servername }, agent: false }, (res) => { res.resume(); resolve((res.socket as TLSSocket).getPeerCertificate().subject.CN as string) })
    r.on('error', reject).end()
  })

describe('ingress', () => {
  test('nothing listens until there is an Ingress; then host and path lead to ready endpoints in turn', async () => {
    expect((await until(() => client.get(IngressClasses, 'pilothouse'))).metadata.annotations).toEqual({ 'ingressclass.kubernetes.io/is-default-class': 'true' })
    expect(controller.listening).toBeUndefined()
    const [a, b] = [await backend('a'), await backend('b')]
    await serve('web', [a.port, b.port])
    await serve('empty', [])
    await ingress('one', { rules: [rule('web.test', 'web'), rule('empty.test', 'empty')] })
    const ports = await until(() => controller.listening)
    const answers = await until(async () => { const all = [await get('web.test'), await get('web.test'), await get('web.test'), await get('web.test')]; return all.every((x) => x.status === 200) && all })
    expect(answers.map((x) => x.text).sort()).toEqual(['a', 'a', 'b', 'b'])
    expect(await get('empty.test')).toEqual({ status: 503, text: '503 Service Unavailable: The Service default/empty has no ready endpoint on port 80.\n' })
    expect((await get('other.test', '/', { accept: 'text/html' })).text).toContain('<h1')
    expect((await get('other.test')).status).toBe(404)
    expect((await until(async () => { const i = await client.get(Ingresses, 'one', namespace); return i.status?.loadBalancer?.ingress && i })).status).toEqual({ loadBalancer: { ingress: [{ ip: '127.0.0.1', ports: [{ port: ports.http, protocol: 'TCP' }] }] } })
    await until(async () => (await client.get(IngressClasses, 'pilothouse')).metadata.annotations?.['pilothouse.dev/addresses'] === `http://127.0.0.1:${ports.http} https://127.0.0.1:${ports.https}`)
    // An endpoint that goes is asked no more; one whose process is gone is said.
    await client.delete(EndpointSlices, `web-${a.port}`, namespace)
    await until(async () => (await Promise.all([get('web.test'), get('web.test'), get('web.test')])).every((x) => x.text === 'b'))
    b.server.closeAllConnections()
    b.server.close()
    expect(await until(async () => { const x = await get('web.test'); return x.status === 502 && x })).toMatchObject({ text: expect.stringContaining('could not be reached') as string })
    for (const line of [/^pilothouse_ingress_served 1$/m, /^pilothouse_ingress_requests_total\{code="200"\} (?:[4-9]|\d\d)$/m, /^pilothouse_ingress_requests_total\{code="404"\} 2$/m, /^pilothouse_ingress_requests_total\{code="502"\} \d+$/m]) await until(async () => line.test(await controller.metrics()))
    await client.delete(Ingresses, 'one', namespace)
    await until(() => controller.listening === undefined)
  })

  test('headers say where a request came from; answers stream; WebSockets pass', async () => {
    const { server, port } = await backend('x', (req) => JSON.stringify({ host: req.headers.host, proto: req.headers['x-forwarded-proto'], for: req.headers['x-forwarded-for'] }))
    const sockets = new WebSocketServer({ server })
    sockets.on('connection', (socket) => socket.on('message', (m) => socket.send(`echo ${m.toString()}`)))
    ends.push(() => { for (const socket of sockets.clients) socket.terminate(); sockets.close() })
    await serve('web', [port])
    await ingress('one', { defaultBackend: { service: { name: 'web', port: { number: 80 } } } })
    await until(() => controller.listening)
    expect(JSON.parse((await until(async () => { const x = await get('any.test'); return x.status === 200 && x })).text)).toEqual({ host: 'any.test', proto: 'http', for: '127.0.0.1' })
    const socket = new WebSocket(`ws://127.0.0.1:${controller.listening?.http}/chat`)
    await once(socket, 'open')
    socket.send('hello')
    expect(String(((await once(socket, 'message')) as [Buffer])[0])).toBe('echo hello')
    socket.close()
    await once(socket, 'close')
  })

  test('TLS by the name that is asked for; a certificate that does not fit is said', async () => {
    await serve('web', [(await backend('secure')).port])
    const leaf = await createLeaf(ca, { commonName: 'mine', use: 'server', dns: ['tls.test'] }, Date.now())
    const base64 = (text: string): string => Buffer.from(text).toString('base64')
    await client.create(Secrets, { metadata: { name: 'good', namespace }, type: 'kubernetes.io/tls', data: { 'tls.crt': base64(leaf.certPem), 'tls.key': base64(leaf.keyPem) } })
    await client.create(Secrets, { metadata: { name: 'bad', namespace }, type: 'kubernetes.io/tls', data: { 'tls.crt': base64(leaf.certPem), 'tls.key': base64(ca.keyPem) } })
    await ingress('one', { tls: [{ hosts: ['tls.test'], secretName: 'good' }, { hosts: ['bad.test'], secretName: 'bad' }], rules: [rule('tls.test', 'web')] })
    await until(() => controller.listening)
    expect(await until(async () => (await certificateOf('tls.test')) === 'mine' && 'mine')).toBe('mine')
    expect([await certificateOf('bad.test'), await certificateOf('unknown.test')]).toEqual(['fallback', 'fallback'])
    await until(async () => (await client.list(Events, { namespace })).items.some((e) => e.reason === 'BadCertificate'))
    const renewed = await createLeaf(ca, { commonName: 'renewed', use: 'server', dns: ['tls.test'] }, Date.now())
    await client.patch(Secrets, 'good', namespace, 'merge', { data: { 'tls.crt': base64(renewed.certPem), 'tls.key': base64(renewed.keyPem) } })
    await until(async () => (await certificateOf('tls.test')) === 'renewed')
  })

  test('another class is somebody else\'s', async () => {
    await client.create(IngressClasses, { metadata: { name: 'nginx' }, spec: { controller: 'k8s.io/ingress-nginx' } })
    await ingress('theirs', { ingressClassName: 'nginx', rules: [rule('web.test', 'web')] })
    await client.create(IngressClasses, { metadata: { name: 'mine' }, spec: { controller: 'pilothouse.dev/ingress' } })
    expect(controller.health().message).toBe('Waits for the first Ingress.')
    await ingress('mine', { ingressClassName: 'mine', rules: [rule('web.test', 'web')] })
    await until(() => controller.listening)
    expect((await client.get(Ingresses, 'theirs', namespace)).status?.loadBalancer ?? {}).toEqual({})
  })
})
