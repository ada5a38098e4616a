import http2 from 'node:http2'
import { createServer, type Server } from 'node:http'
import { connect, createServer as createTcp, type AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Container, Probe } from '../../shared/api/types.ts'
import { FakeClock } from '../../shared/clock.ts'
import { checkedStatus, checkRequest } from './probe-grpc.ts'
import { portOf, probeOnce } from './probe-once.ts'
import type { CountProbe } from './probe-counts.ts'
import { createProber } from './probes.ts'
import type { ContainerRuntime } from './runtime/types.ts'
import { podOf } from './testing.ts'

const asked: { url: string; headers: Record<string, unknown> }[] = []
let web: Server
let health: http2.Http2Server
let silent: ReturnType<typeof createTcp>
const portOfServer = (s: { address(): unknown }): number => (s.address() as AddressInfo).port
beforeAll(async () => {
  web = createServer((q, r) => {
    asked.push({ url: q.url ?? '', headers: q.headers })
    if (q.url === '/local') r.writeHead(302, { location: '/ok' }).end()
    else if (q.url === '/away') r.writeHead(302, { location: 'http://elsewhere.example/' }).end('see there')
    else if (q.url === '/loop') r.writeHead(302, { location: '/loop' }).end()
    else r.writeHead(q.url === '/ok' ? 200 : 500).end('body')
  })
  health = http2.createServer()
  health.on('stream', (stream, headers) => {
    if (headers[':path'] !== '/grpc.health.v1.Health/Check') return stream.respond({ ':status': 404 }, { endStream: true })
    const chunks: Buffer[] = []
    stream.on('data', (c: Buffer) => chunks.push(c))
    stream.on('end', () => {
      const service = Buffer.concat(chunks).subarray(7).toString()
      if (service === 'none') return stream.respond({ ':status': 200, 'content-type': 'application/grpc', 'grpc-status': '5', 'grpc-message': 'unknown%20service' }, { endStream: true })
      stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true })
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }))
      stream.end(Buffer.from([0, 0, 0, 0, 2, 8, service === 'ill' ? 2 : 1]))
    })
  })
  silent = createTcp(() => undefined)
  await Promise.all([web, health, silent].map((s) => new Promise<void>((r) => void s.listen(0, '127.0.0.1', r))))
})
afterAll(() => { web.close(); health.close(); silent.close() })

const runtime = { name: 'docker', dial: (_s: string, port: number) => new Promise((resolve, reject) => { const s = connect(port, '127.0.0.1', () => resolve(s)); s.on('error', reject) }), execSync: async (_id: string, command: string[]) => ({ exitCode: command[0] === 'true' ? 0 : 3, output: 'said' }) } as unknown as ContainerRuntime
const container: Container = { name: 'a', ports: [{ name: 'http', containerPort: 81 }] }
const once = (probe: Probe) => probeOnce(runtime, { timeoutSeconds: 1, ...probe }, { container, id: 'c', sandboxId: 's', host: '10.0.0.7' })
const get = (path: string, more: object = {}): Probe => ({ httpGet: { path, port: portOfServer(web), ...more } as never })

describe('one try', () => {
  it('exec', async () => {
    expect(await once({ exec: { command: ['true'] } })).toEqual({ ok: true, output: 'said' })
    expect(await once({ exec: { command: ['false'] } })).toEqual({ ok: false, output: 'said' })
  })
  it.each<[string, object]>([
    ['/ok', { ok: true, output: 'body' }], ['/broken', { ok: false, output: 'HTTP probe failed with statuscode: 500' }], ['/local', { ok: true, output: 'body' }],
    ['/away', { ok: true, warning: expect.stringContaining('terminated redirects') }], ['/loop', { ok: false, output: expect.stringContaining('stopped after 10 redirects') }],
  ])('http %s', async (path, expected) => expect(await once(get(path))).toMatchObject(expected))
  it('http says who asks, and what the user adds', async () => {
    await once(get('/ok', { httpHeaders: [{ name: 'X-A', value: 'b' }, { name: 'Host', value: 'web.example' }] }))
    expect(asked.at(-1)!.headers).toMatchObject({ 'user-agent': expect.stringMatching(/^kube-probe\//), 'x-a': 'b', host: 'web.example' })
    await once(get('/ok', { httpHeaders: [{ name: 'User-Agent', value: '' }] }))
    expect(asked.at(-1)!.headers['user-agent']).toBeUndefined()
    expect(asked.at(-1)!.headers['host']).toBe(`10.0.0.7:${portOfServer(web)}`)
  })
  it('http and tcp to another host', async () => {
    expect(await once(get('/ok', { host: '127.0.0.1' }))).toMatchObject({ ok: true })
    expect(await once({ tcpSocket: { host: '127.0.0.1', port: portOfServer(silent) as never } })).toMatchObject({ ok: true })
    expect(await once({ tcpSocket: { host: '127.0.0.1', port: 1 as never } })).toMatchObject({ ok: false, output: expect.stringContaining('ECONNREFUSED') })
  })
  it('http that never answers', async () => expect(await once({ timeoutSeconds: 0.05, httpGet: { path: '/', port: portOfServer(silent) as never } })).toMatchObject({ ok: false, output: expect.stringContaining('context deadline exceeded') }))
  it.each<[string, object]>([
    ['', { ok: true }], ['web', { ok: true }], ['ill', { ok: false, output: 'service unhealthy (responded with "NOT_SERVING")' }], ['none', { ok: false, output: expect.stringContaining('code = 5 desc = unknown service') }],
  ])('grpc of service %j', async (service, expected) => expect(await once({ grpc: { port: portOfServer(health), service } })).toMatchObject(expected))
  it('grpc that never answers, and where nobody listens', async () => {
    expect(await once({ timeoutSeconds: 0.05, grpc: { port: portOfServer(silent) } })).toMatchObject({ ok: false, output: expect.stringMatching(/did not complete|health rpc/) })
    expect(await once({ grpc: { port: 1 } })).toMatchObject({ ok: false })
  })
  it('ports by name', () => {
    expect(portOf(container, 'http')).toBe(81)
    expect(portOf(container, '82')).toBe(82)
    expect(() => portOf(container, 'nope')).toThrow('couldn\'t find port: "nope"')
  })
})

it('health check messages', () => {
  expect([...checkRequest('')]).toEqual([0, 0, 0, 0, 0])
  expect([...checkRequest('ab')]).toEqual([0, 0, 0, 0, 4, 10, 2, 97, 98])
  expect(checkRequest('x'.repeat(200)).readUInt32BE(1)).toBe(203)
  expect(checkedStatus(Buffer.from([0, 0, 0, 0, 2, 8, 1]))).toBe(1)
  expect(checkedStatus(Buffer.from([0, 0, 0, 0, 0]))).toBe(0)
  expect(() => checkedStatus(Buffer.from('HTTP'))).toThrow('no health check')
})

describe('thresholds', () => {
  const rest = async (): Promise<void> => { for (let i = 0; i < 10; i++) await new Promise((r) => setImmediate(r)) }
  it('a liveness probe may bring its own grace period, and ends with its pod while readiness goes on', async () => {
    const clock = new FakeClock()
    let exitCode = 1
    let changes = 0
    const tries: Parameters<CountProbe>[] = []
    const counting = { name: 'docker', execSync: async () => ({ exitCode, output: '' }) } as unknown as ContainerRuntime
    const exec = { command: ['x'] }
    const c: Container = { name: 'a', livenessProbe: { exec, periodSeconds: 10, failureThreshold: 2, terminationGracePeriodSeconds: 7 }, readinessProbe: { exec, periodSeconds: 1, failureThreshold: 1 } }
    const prober = createProber(counting, clock, { event: () => undefined, flush: async () => undefined }, () => { changes++ }, (...tried) => tries.push(tried), () => 0)
    prober.watch(podOf(), c, 'one', 's', 'h', clock.now())
    await clock.advance(0); await rest()
    await clock.advance(10_000); await rest()
    expect(prober.unhealthy.get('one')).toEqual({ message: 'Container a failed liveness probe, will be restarted', graceSeconds: 7 })
    prober.watch(podOf(), c, 'two', 's', 'h', clock.now())
    exitCode = 0
    await clock.advance(1_000); await rest()
    expect(prober.ready('two')).toBe(true)
    prober.ending('two')
    exitCode = 1
    for (let i = 0; i < 40; i++) { await clock.advance(1_000); await rest() }
    expect(prober.ready('two')).toBe(false)
    expect(prober.unhealthy.has('two')).toBe(false)
    expect(changes).toBeGreaterThan(1)
    // Both lives of the container.
    expect(tries.filter(([, kind]) => kind === 'liveness')).toEqual([['a', 'liveness', false, 0], ['a', 'liveness', false, 0], ['a', 'liveness', true, 0]])
  })
})
