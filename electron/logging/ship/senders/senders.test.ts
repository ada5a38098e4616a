import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import 'reflect-metadata'
import { FluentServer } from '@fluent-org/logger'
import * as x509 from '@peculiar/x509'
import { afterEach, describe, expect, test } from 'vitest'
import type { LogLevel } from '../../../../shared/logs/types.ts'
import { bulkIndex, forwardReceiver, httpReceiver, syslogReceiver } from '../receivers.ts'
import type { Sender, SenderOptions, ShipLine } from '../types.ts'
import { datadog } from './datadog.ts'
import { elasticsearch } from './elasticsearch.ts'
import { file } from './file.ts'
import { fluentd } from './fluentd.ts'
import { loki } from './loki.ts'
import { otlp } from './otlp.ts'
import { syslog } from './syslog.ts'

const TIME = Date.parse('2026-01-02T03:04:05.678Z')
const source = { stream: 'stdout', namespace: 'shop', pod: 'web-1', podUid: 'u1', container: 'app', node: 'n1', restart: 2, workload: 'Deployment/web', labels: { app: 'web', 'app.kubernetes.io/name': 'shop' } } as const
const line = (id: number, text: string, level: LogLevel = '', more: object = {}): ShipLine => ({ record: { id, time: TIME, nanos: 901_234, level, source: 1, text }, source: { ...source, ...more } })
const signal = new AbortController().signal
const options = (address: string, more: Partial<SenderOptions> = {}): SenderOptions => ({ address, target: '', username: '', transport: 'tcp', insecure: false, secret: '', clusterId: 'abcd', ...more })
const opened: { close(): Promise<void> }[] = []
const closing = <T extends { close(): Promise<void> }>(x: T): T => { opened.push(x); return x }
afterEach(async () => { for (const x of opened.splice(0)) await x.close() })
const lines = [line(7, 'plain \u001b[31mred\u001b[0m', 'error'), line(8, '{"msg":"한글"}')]

describe('elasticsearch', () => {
  test('creates documents with ids of their own: what is sent twice is there once', async () => {
    const index = bulkIndex()
    const receiver = closing(await httpReceiver(index.reply))
    const sender = closing(elasticsearch(options(`${receiver.address}/`, { username: 'elastic', secret: 'pass:word' })))
    for (let i = 0; i < 2; i++) expect(await sender.send(lines, signal)).toEqual({ rejected: 0, reason: '' })
    expect([...index.docs]).toMatchObject([
      ['abcd-7', { _index: 'pilothouse-logs', '@timestamp': '2026-01-02T03:04:05.678901234Z', message: 'plain red', level: 'error', stream: 'stdout', kubernetes: { namespace_name: 'shop', pod_name: 'web-1', container_name: 'app', host: 'n1', workload: 'Deployment/web' } }],
      ['abcd-8', { message: '{"msg":"한글"}' }],
    ])
    expect(index.docs.get('abcd-7')?.['kubernetes']).toHaveProperty('labels', { app: 'web', 'app_kubernetes_io/name': 'shop' })
    expect(receiver.calls[0]?.headers['authorization']).toBe(`Basic ${Buffer.from('elastic:pass:word').toString('base64')}`)
  })
  test('a document that is refused for good is counted; one for which there was no room is sent again', async () => {
    const refusing = bulkIndex((doc) => (doc['message'] === 'bad' ? { status: 400, type: 'mapper_parsing_exception' } : undefined))
    const receiver = closing(await httpReceiver(refusing.reply))
    const sender = closing(elasticsearch(options(receiver.address, { target: 'mine', secret: 'key' })))
    expect(await sender.send([line(1, 'bad'), line(2, 'good')], signal)).toEqual({ rejected: 1, reason: 'mapper_parsing_exception: because' })
    expect([...refusing.docs.values()]).toMatchObject([{ _index: 'mine', message: 'good' }])
    expect(receiver.calls[0]?.headers['authorization']).toBe('ApiKey key')
    const busy = bulkIndex((_doc, nth) => (nth === 2 ? { status: 429, type: 'es_rejected_execution_exception' } : undefined))
    const other = closing(await httpReceiver(busy.reply))
    const second = closing(elasticsearch(options(other.address)))
    await expect(second.send(lines, signal)).rejects.toThrow('es_rejected_execution_exception')
    expect(await second.send(lines, signal)).toMatchObject({ rejected: 0 })
    expect(busy.docs.size).toBe(2)
  })
})

describe('loki', () => {
  test('pushes streams of labels, with times in nanoseconds', async () => {
    const receiver = closing(await httpReceiver(({ headers }) => ({ status: headers['content-type'] === 'application/json' ? 204 : 400 })))
    const sender = closing(loki(options(`${receiver.address}/loki/api/v1/push`, { target: 'team', secret: 'token' })))
    expect(await sender.send([...lines, line(9, 'more', 'error')], signal)).toMatchObject({ rejected: 0 })
    expect(receiver.calls[0]).toMatchObject({ path: 'POST /loki/api/v1/push', headers: { 'x-scope-orgid': 'team', authorization: 'Bearer token' } })
    const labels = { job: 'pilothouse', namespace: 'shop', pod: 'web-1', container: 'app', node: 'n1', workload: 'Deployment/web', stream: 'stdout' }
    expect(JSON.parse(receiver.calls[0]?.body ?? '')).toEqual({ streams: [
      { stream: { ...labels, level: 'error' }, values: [['1767323045678901234', 'plain \u001b[31mred\u001b[0m'], ['1767323045678901234', 'more']] }, { stream: labels, values: [['1767323045678901234', '{"msg":"한글"}']] },
    ] })
  })
})

test('datadog: the intake, with its key and its tags', async () => {
  const receiver = closing(await httpReceiver(({ headers, path }) => (headers['dd-api-key'] !== 'key' ? { status: 403, body: { errors: ['Forbidden'] } } : { status: path === 'POST /api/v2/logs' ? 202 : 404, body: {} })))
  const sender = closing(datadog(options(receiver.address, { secret: 'key' })))
  expect(await sender.send(lines, signal)).toMatchObject({ rejected: 0 })
  expect(JSON.parse(receiver.calls[0]?.body ?? '')).toMatchObject([
    { ddsource: 'kubernetes', ddtags: 'kube_namespace:shop,pod_name:web-1,kube_container_name:app,kube_workload:Deployment/web,stream:stdout', hostname: 'n1', service: 'web', message: 'plain red', status: 'error', timestamp: TIME }, { message: '{"msg":"한글"}' },
  ])
  await expect(closing(datadog(options(receiver.address, { secret: 'wrong' }))).send(lines, signal)).rejects.toThrow('answered with status 403: {"errors":["Forbidden"]}')
})

describe('otlp', () => {
  test('resources by the names of the conventions, severities, what was refused in part', async () => {
    const receiver = closing(await httpReceiver((_call, nth) => (nth === 1 ? { status: 200, body: {} } : { status: 200, body: { partialSuccess: { rejectedLogRecords: '1', errorMessage: 'too old' } } })))
    const sender = closing(otlp(options(receiver.address)))
    const same = lines.map((l) => ({ ...l, source: (lines[0] as ShipLine).source }))
    expect(await sender.send(same, signal)).toMatchObject({ rejected: 0 })
    const { resourceLogs } = JSON.parse(receiver.calls[0]?.body ?? '') as { resourceLogs: { resource: { attributes: object[] }; scopeLogs: { logRecords: object[] }[] }[] }
    expect(receiver.calls[0]?.path).toBe('POST /v1/logs')
    expect(resourceLogs).toHaveLength(1)
    expect(resourceLogs[0]?.resource.attributes).toEqual(expect.arrayContaining([['service.name', 'web'], ['k8s.namespace.name', 'shop'], ['k8s.pod.name', 'web-1'], ['k8s.container.name', 'app'], ['k8s.deployment.name', 'web'], ['k8s.pod.label.app', 'web']].map(([key, stringValue]) => ({ key, value: { stringValue } }))))
    expect(resourceLogs[0]?.scopeLogs[0]?.logRecords).toMatchObject([{ timeUnixNano: '1767323045678901234', severityNumber: 17, severityText: 'ERROR', body: { stringValue: 'plain red' } }, { body: { stringValue: '{"msg":"한글"}' } }])
    expect(await sender.send(same, signal)).toEqual({ rejected: 1, reason: 'too old' })
  })
})

test.each<[string, (o: SenderOptions) => Sender]>([['elasticsearch', elasticsearch], ['loki', loki], ['datadog', datadog], ['otlp', otlp]])('%s: busy is tried again, refused is counted, away is said', async (_name, make) => {
  const receiver = await httpReceiver((_call, nth) => (nth === 1 ? { status: 503, body: 'busy' } : { status: 400, body: 'never' }))
  const sender = closing(make(options(receiver.address)))
  await expect(sender.send(lines, signal)).rejects.toThrow('answered with status 503: busy')
  expect(await sender.send(lines, signal)).toEqual({ rejected: 2, reason: 'answered with status 400: never' })
  await receiver.close()
  await expect(sender.send(lines, signal)).rejects.toThrow(/ECONNREFUSED|ECONNRESET|hang up/)
})

describe('fluentd', () => {
  test('forwards with an acknowledgement, and again without one', async () => {
    const receiver = closing(await forwardReceiver({ silent: 1 }))
    const sender = closing(fluentd(options(receiver.address, { target: 'kube' })))
    await expect(sender.send(lines, signal)).rejects.toThrow(/closed|ECONNRESET|Premature/)
    expect(receiver.entries).toEqual([])
    for (let i = 0; i < 2; i++) expect(await sender.send(lines, signal)).toMatchObject({ rejected: 0 })
    expect(receiver.entries).toHaveLength(4)
    expect(receiver.entries[0]).toMatchObject({ tag: 'kube', time: { seconds: Math.floor(TIME / 1000), nanos: 678_901_234 }, record: { log: 'plain red', level: 'error', stream: 'stdout', kubernetes: { pod_name: 'web-1', labels: { app: 'web' } } } })
  })
  test('with a shared key, which both sides prove', async () => {
    const receiver = closing(await forwardReceiver({ key: 'secret' }))
    expect(await closing(fluentd(options(receiver.address, { secret: 'secret' }))).send(lines, signal)).toMatchObject({ rejected: 0 })
    await expect(closing(fluentd(options(receiver.address, { secret: 'wrong' }))).send(lines, signal)).rejects.toThrow('the shared key was refused: shared_key mismatch')
    expect(receiver.entries).toHaveLength(2)
  })
})

test.each(['', 'sesame'])('the Fluentd project\'s own server takes the lines, with the shared key %j', async (secret) => {
  const got: [string, Record<string, unknown>][] = []
  const server = new FluentServer({ listenOptions: { port: 0, host: '127.0.0.1' }, ...(secret ? { security: { serverHostname: 'receiver', sharedKey: secret, authorize: false, userDict: {} } } : {}) })
  server.on('entry', (tag, _time, record) => got.push([tag, record]))
  await server.listen()
  closing({ close: () => server.close() })
  const sender = fluentd(options(`127.0.0.1:${server.port}`, { secret }))
  opened.unshift(sender)
  expect(await sender.send(lines, signal)).toMatchObject({ rejected: 0 })
  expect(got).toMatchObject([['pilothouse', { log: 'plain red', level: 'error' }], ['pilothouse', { log: '{"msg":"한글"}' }]])
})

describe('syslog', () => {
  async function certificate(): Promise<{ key: string; cert: string }> {
    const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
    const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
    const cert = await x509.X509CertificateGenerator.createSelfSigned({ serialNumber: '01', name: 'CN=localhost', notBefore: new Date(Date.now() - 1e6), notAfter: new Date(Date.now() + 1e9), signingAlgorithm: algorithm, keys, extensions: [new x509.SubjectAlternativeNameExtension([{ type: 'ip', value: '127.0.0.1' }])] })
    return { key: x509.PemConverter.encode(await crypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY'), cert: cert.toString('pem') }
  }
  test.each(['tcp', 'udp', 'tls'] as const)('over %s: RFC 5424', async (transport) => {
    const receiver = closing(await syslogReceiver(transport, transport === 'tls' ? await certificate() : undefined))
    const sender = closing(syslog(options(receiver.address, { transport, insecure: true })))
    expect(await sender.send([...lines, line(9, 'two\nlines "quoted"', 'warn', { node: '', container: '', pod: 'odd pod]"\\' })], signal)).toMatchObject({ rejected: 0 })
    await receiver.until(3)
    expect(receiver.faults).toEqual([])
    const byText = new Map(receiver.messages.map((m) => [m.text, m]))
    expect(byText.get('plain red')).toEqual({ priority: 11, time: '2026-01-02T03:04:05.678901Z', host: 'n1', app: 'app', proc: 'web-1', id: 'stdout', data: '[pilothouse@32473 namespace="shop" pod="web-1" container="app" workload="Deployment/web" stream="stdout" id="7"]', text: 'plain red' })
    expect(byText.get('{"msg":"한글"}')?.priority).toBe(14)
    expect(byText.get('two\nlines "quoted"')).toMatchObject({ priority: 12, host: 'pilothouse', app: 'odd_pod]"\\', data: expect.stringContaining('pod="odd pod\\]\\"\\\\"') as string })
  })
  test('a certificate that nobody vouches for is refused, unless it may be any', async () => {
    const receiver = closing(await syslogReceiver('tls', await certificate()))
    await expect(closing(syslog(options(receiver.address, { transport: 'tls' }))).send(lines, signal)).rejects.toThrow(/self-signed/)
  })
  test('when the connection breaks, what was sent last is sent again', async () => {
    const receiver = closing(await syslogReceiver('tcp'))
    const sender = closing(syslog(options(receiver.address)))
    await sender.send([line(1, 'one')], signal)
    await receiver.until(1)
    receiver.cut()
    // Until this side has heard of it, a batch may still be taken by the dead connection: it is the last one then.
    await expect.poll(async () => { await sender.send([line(1, 'one')], signal).catch(() => undefined); return receiver.messages.filter((m) => m.text === 'one').length }).toBeGreaterThanOrEqual(2)
  })
})

test('a file: lines as they are exported, put aside when it is large', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'ship-'))
  try {
    const path = join(directory, 'deep', 'all.log')
    const sender = file(options(path, { target: 'text' }), 200)
    for (let i = 0; i < 4; i++) await sender.send([line(i, `line ${i} ${'x'.repeat(80)}`)], signal)
    expect(readdirSync(join(directory, 'deep')).sort()).toEqual(['all.log', 'all.log.1'])
    expect(readFileSync(`${path}.1`, 'utf8')).toMatch(/^2026-01-02T03:04:05\.678901234Z shop\/web-1\/app line 0 x+\n.*line 1 x+\n/)
    await file(options(join(directory, 'json.log'))).send(lines, signal)
    expect(readFileSync(join(directory, 'json.log'), 'utf8').trim().split('\n').map((l) => (JSON.parse(l) as { message: string }).message)).toEqual(['plain red', '한글'])
  } finally {
    rmSync(directory, { recursive: true })
  }
})
