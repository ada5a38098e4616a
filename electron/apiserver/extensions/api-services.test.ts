import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:https'
import { connect, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { createOpenApi } from '../openapi/index.ts'
import { WebSocket, WebSocketServer } from 'ws'
import { serveHttps } from '../https.ts'
import { authenticator, certificate } from '../testing-door.ts'
import { ADMIN, startWorld, type World } from '../testing.ts'

const SERVICES = '/apis/apiregistration.k8s.io/v1/apiservices'
let world: World
let server: Server
let ca: string
let up = true
const asked: { method: string; url: string; user: unknown; groups: unknown; body: string; authorization: unknown }[] = []
const FLUNDERS = { kind: 'APIResourceList', apiVersion: 'v1', groupVersion: 'wardle.example.com/v1', resources: [{ name: 'flunders', singularName: 'flunder', namespaced: true, kind: 'Flunder', verbs: ['create', 'get', 'list'], shortNames: ['fl'] }, { name: 'flunders/status', singularName: '', namespaced: true, kind: 'Flunder', verbs: ['get'] }] }
/** What it answers, by path. */
const DOCUMENTS: Record<string, object> = {
  '/apis/wardle.example.com/v1': FLUNDERS,
  '/openapi/v3': { paths: { 'apis/wardle.example.com/v1': { serverRelativeURL: '/openapi/v3/apis/wardle.example.com/v1?hash=AB' } } },
  '/openapi/v3/apis/wardle.example.com/v1': { openapi: '3.0.0', paths: {} },
  '/openapi/v2': { swagger: '2.0', paths: { '/apis/wardle.example.com/v1/flunders': { get: { responses: {} } } }, definitions: {} },
}

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ext-'))
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', join(folder, 'key'), '-out', join(folder, 'crt'), '-days', '1', '-subj', '/CN=ext', '-addext', 'subjectAltName=DNS:sample.default.svc'], { stdio: 'pipe' })
  ca = readFileSync(join(folder, 'crt'), 'utf8')
  server = createServer({ cert: ca, key: readFileSync(join(folder, 'key')) }, (message, response) => {
    const chunks: Buffer[] = []
    message.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => {
      asked.push({ method: message.method ?? '', url: message.url ?? '', user: message.headers['x-remote-user'], groups: message.headers['x-remote-group'], body: Buffer.concat(chunks).toString(), authorization: message.headers['authorization'] })
      if (!up) return void response.writeHead(500).end()
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify(DOCUMENTS[message.url?.split('?')[0] ?? ''] ?? { kind: 'Flunder', apiVersion: 'wardle.example.com/v1', metadata: { name: 'x' } }))
    })
  })
  rmSync(folder, { recursive: true })
  new WebSocketServer({ server, handleProtocols: (offered) => [...offered][0] ?? false }).on('connection', (ws, message) => ws.on('message', (data: Buffer) => ws.send(`${message.url} ${message.headers['x-remote-user']} ${message.headers.authorization ?? 'none'} ${data.toString()}`)))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  world = await startWorld({ openApi: (kinds, schemas, told) => createOpenApi({ kinds, schemas, told, descriptions: () => ({}) }) })
  world.server.setKubeletDoor({ containerLogs: () => Promise.reject(new Error('none')), portForward: async () => connect({ host: '127.0.0.1', port: (server.address() as AddressInfo).port }) })
})
afterAll(async () => {
  server.closeAllConnections()
  server.close()
  await world.close()
})

const available = (name: string) => vi.waitFor(async () => {
  const { status } = (await world.ask('GET', `${SERVICES}/${name}`)).body as unknown as { status?: { conditions?: { type: string; status: string; reason: string }[] } }
  const condition = status?.conditions?.find((c) => c.type === 'Available')
  if (!condition) throw new Error('not looked at yet')
  return `${condition.status} ${condition.reason}`
})
const groups = async (): Promise<string[]> => ((await world.ask('GET', '/apis')).body as unknown as { groups: { name: string }[] }).groups.map((g) => g.name)

const freshness = async (): Promise<object | undefined> => {
  const { body } = await world.ask('GET', '/apis', undefined, { accept: 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList' })
  const [found] = (body as unknown as { items: { metadata: { name: string }; versions: { freshness: string; resources: object[] }[] }[] }).items.find((g) => g.metadata.name === 'wardle.example.com')?.versions ?? []
  return found && { freshness: found.freshness, resources: found.resources }
}

describe('the APIServices', () => {
  it('of this server are local and available', async () => {
    expect(await available('v1.apps')).toBe('True Local')
    expect((await world.ask('GET', `${SERVICES}/v1.`)).body).toMatchObject({ metadata: { labels: { 'kube-aggregator.kubernetes.io/automanaged': 'onstart' } }, spec: { version: 'v1', groupPriorityMinimum: 18000, versionPriority: 1 } })
    expect((await world.ask('GET', `${SERVICES}/v2.autoscaling`)).body).toMatchObject({ spec: { groupPriorityMinimum: 17500, versionPriority: 30 } })
    // The aggregator's own group has none.
    expect((await world.ask('GET', `${SERVICES}/v1.apiregistration.k8s.io`)).status).toBe(404)
    const { body } = await world.ask('GET', `${SERVICES}/v1.apps`, undefined, { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' })
    expect(body).toMatchObject({ rows: [{ cells: ['v1.apps', 'Local', 'True', expect.any(String)] }] })
  })
  it('come and go with custom resources', async () => {
    await world.ask('POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', { metadata: { name: 'tabs.example.com' }, spec: { group: 'example.com', scope: 'Namespaced', names: { plural: 'tabs', kind: 'Tab' }, versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }] } })
    expect(await available('v1.example.com')).toBe('True Local')
    expect((await world.ask('GET', `${SERVICES}/v1.example.com`)).body).toMatchObject({ metadata: { labels: { 'kube-aggregator.kubernetes.io/automanaged': 'true' } }, spec: { groupPriorityMinimum: 1000, versionPriority: 100 } })
    await world.ask('DELETE', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/tabs.example.com')
    await expect.poll(async () => (await world.ask('GET', `${SERVICES}/v1.example.com`)).status).toBe(404)
  })
  it('of another server are found through its Service, and its answers passed on', async () => {
    const made = await world.ask('POST', SERVICES, { metadata: { name: 'v1.wardle.example.com' }, spec: { group: 'wardle.example.com', version: 'v1', groupPriorityMinimum: 2000, versionPriority: 200, caBundle: Buffer.from(ca).toString('base64'), service: { name: 'sample', namespace: 'default' } } })
    expect(made.status).toBe(201)
    expect(await available('v1.wardle.example.com')).toBe('False ServiceNotFound')
    expect(await freshness()).toEqual({ freshness: 'Stale', resources: [] })
    for (const path of ['', '/namespaces/default/flunders', '/anything']) expect((await world.ask('GET', `/apis/wardle.example.com/v1${path}`)).body).toMatchObject({ code: 503, reason: 'ServiceUnavailable', message: 'the server is currently unable to handle the request' })
    await world.ask('POST', '/api/v1/namespaces/default/pods', { metadata: { name: 'sample-pod' }, spec: { nodeName: 'n', containers: [{ name: 'c', image: 'x' }] } })
    await world.ask('POST', '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices', { metadata: { name: 'sample-1', labels: { 'kubernetes.io/service-name': 'sample' } }, addressType: 'IPv4', ports: [{ name: '', port: 443 }], endpoints: [{ addresses: ['10.0.0.9'], targetRef: { kind: 'Pod', name: 'sample-pod', namespace: 'default' } }] })
    await world.ask('POST', '/api/v1/namespaces/default/services', { metadata: { name: 'sample' }, spec: { ports: [{ port: 443 }] } })
    await vi.waitFor(async () => expect(await available('v1.wardle.example.com')).toBe('True Passed'))
    expect(await groups()).toContain('wardle.example.com')
    expect(await freshness()).toMatchObject({ freshness: 'Current', resources: [{ resource: 'flunders', subresources: [{ subresource: 'status' }] }] })
    expect((await world.ask('GET', '/apis/wardle.example.com/v1')).body).toMatchObject({ resources: FLUNDERS.resources })
    const { raw } = await world.ask('POST', '/apis/wardle.example.com/v1/namespaces/default/flunders?dryRun=All', { a: 1 }, { authorization: 'Bearer secret', 'x-remote-user': 'liar' }, { name: 'u', groups: ['g', 'h'] })
    const text = raw.body.type === 'stream' ? Buffer.concat(await (raw.body.stream as Readable).toArray() as Buffer[]).toString() : ''
    expect(JSON.parse(text)).toMatchObject({ kind: 'Flunder' })
    expect(asked.at(-1)).toEqual({ method: 'POST', url: '/apis/wardle.example.com/v1/namespaces/default/flunders?dryRun=All', user: 'u', groups: 'g, h', body: '{"a":1}', authorization: undefined })
    await world.ask('DELETE', '/apis/wardle.example.com/v1/namespaces/default/flunders/x', { propagationPolicy: 'Background' })
    await vi.waitFor(() => expect(asked.at(-1)).toMatchObject({ method: 'DELETE', body: '{"propagationPolicy":"Background"}' }), { timeout: 60_000 })
  })
  it('stand where their priority puts them', async () => {
    const last = async (): Promise<string | undefined> => (await groups()).filter((name) => name !== 'pilothouse.dev').at(-1)
    expect(await last()).toBe('wardle.example.com')
    const rank = (groupPriorityMinimum: number) => world.ask('PATCH', `${SERVICES}/v1.wardle.example.com`, { spec: { groupPriorityMinimum } }, { 'content-type': 'application/merge-patch+json' })
    await rank(17_999)
    await expect.poll(groups).toEqual(expect.arrayContaining(['apiregistration.k8s.io', 'wardle.example.com', 'apps']))
    await expect.poll(async () => (await groups()).slice(0, 3)).toEqual(['apiregistration.k8s.io', 'wardle.example.com', 'apps'])
    await rank(2000)
    await expect.poll(last).toBe('wardle.example.com')
  })
  it('of another server are trusted by their certificate alone, unless one says that nobody cares', async () => {
    const trust = (spec: object) => world.ask('PATCH', `${SERVICES}/v1.wardle.example.com`, { spec }, { 'content-type': 'application/merge-patch+json' })
    await trust({ caBundle: null })
    await vi.waitFor(async () => expect(await available('v1.wardle.example.com')).toBe('False FailedDiscoveryCheck'))
    await trust({ insecureSkipTLSVerify: true })
    await vi.waitFor(async () => expect(await available('v1.wardle.example.com')).toBe('True Passed'))
    expect((await trust({ caBundle: Buffer.from(ca).toString('base64') })).body).toMatchObject({ code: 422, message: expect.stringContaining('insecureSkipTLSVerify') })
    await trust({ insecureSkipTLSVerify: null, caBundle: Buffer.from(ca).toString('base64') })
    await vi.waitFor(async () => expect(await available('v1.wardle.example.com')).toBe('True Passed'))
  })
  it('of another server speak other protocols through this one, as their subresources like', async () => {
    const { cert, key, ca: own } = certificate()
    const door = await serveHttps({ server: world.server, port: 0, tls: { cert, key, ca: own }, authenticator })
    const path = '/apis/wardle.example.com/v1/namespaces/default/flunders/x/console?tty=1'
    const client = new WebSocket(`wss://127.0.0.1:${door.port}${path}`, ['plain'], { ca: own, headers: { authorization: 'Bearer good' } })
    client.on('open', () => client.send('hello'))
    const [data] = (await once(client, 'message')) as [Buffer]
    expect(data.toString()).toBe(`${path} ${ADMIN.name} none hello`)
    expect(client.protocol).toBe('plain')
    client.close(4001, 'done')
    expect(((await once(client, 'close')) as [number])[0]).toBe(4001)
    // Whom this server does not know, it does not pass on.
    const stranger = new WebSocket(`wss://127.0.0.1:${door.port}${path}`, { ca: own, headers: { authorization: 'Bearer bad' } })
    const [, refusal] = (await once(stranger, 'unexpected-response')) as [unknown, { statusCode: number }]
    expect(refusal.statusCode).toBe(401)
    await door.close()
  })
  it('of another server are asked for what their discovery does not name, too', async () => {
    const before = asked.length
    expect((await world.ask('GET', '/apis/wardle.example.com/v1/namespaces/default/secretflunders/x/part', undefined, {}, { name: 'u', groups: [] })).status).toBe(200)
    expect(asked.slice(before)).toMatchObject([{ method: 'GET', url: '/apis/wardle.example.com/v1/namespaces/default/secretflunders/x/part', user: 'u' }])
    expect((await world.ask('GET', '/apis/wardle.example.com/v1')).body).toMatchObject({ resources: FLUNDERS.resources })
  })
  it('of another server are described among all others', async () => {
    const before = asked.length
    expect((await world.ask('GET', '/openapi/v3')).body).toMatchObject({ paths: { 'apis/apps/v1': {}, 'apis/wardle.example.com/v1': { serverRelativeURL: '/openapi/v3/apis/wardle.example.com/v1?hash=AB' } } })
    expect(Object.keys(((await world.ask('GET', '/openapi/v2')).body as unknown as { paths: object }).paths)).toEqual(expect.arrayContaining(['/apis/apps/v1/deployments', '/apis/wardle.example.com/v1/flunders']))
    // The server is asked by this one; for its document, by who wants it.
    expect(asked.slice(before)).toMatchObject(['/openapi/v3', '/openapi/v2'].map((url) => ({ url, user: 'system:aggregator', groups: 'system:authenticated' })))
    const { raw } = await world.ask('GET', '/openapi/v3/apis/wardle.example.com/v1?hash=AB', undefined, {}, { name: 'u', groups: [] })
    const text = raw.body.type === 'stream' ? Buffer.concat(await (raw.body.stream as Readable).toArray() as Buffer[]).toString() : ''
    expect(JSON.parse(text)).toEqual(DOCUMENTS['/openapi/v3/apis/wardle.example.com/v1'])
    expect(asked.at(-1)).toMatchObject({ url: '/openapi/v3/apis/wardle.example.com/v1?hash=AB', user: 'u' })
  })
  it('of a server that does not answer are not available, until it does', async () => {
    up = false
    await world.ask('PATCH', `${SERVICES}/v1.wardle.example.com`, { metadata: { labels: { look: 'again' } } }, { 'content-type': 'application/merge-patch+json' })
    await vi.waitFor(async () => expect(await available('v1.wardle.example.com')).toBe('False FailedDiscoveryCheck'))
    // What it had is remembered, and cannot be asked for.
    expect(await freshness()).toMatchObject({ freshness: 'Stale', resources: [{ resource: 'flunders' }] })
    expect((await world.ask('GET', '/apis/wardle.example.com/v1/namespaces/default/flunders')).status).toBe(503)
    up = true
    await vi.waitFor(async () => { await world.turn(1_000); expect(await available('v1.wardle.example.com')).toBe('True Passed') })
    await world.ask('DELETE', `${SERVICES}/v1.wardle.example.com`)
    await expect.poll(groups).not.toContain('wardle.example.com')
    expect((await world.ask('GET', '/apis/wardle.example.com/v1/namespaces/default/flunders')).status).toBe(404)
  })
  it('that never answered takes nothing away that is here', async () => {
    await world.ask('PATCH', `${SERVICES}/v1.batch`, { spec: { groupPriorityMinimum: 2000, versionPriority: 200, insecureSkipTLSVerify: true, service: { name: 'none', namespace: 'default' } } }, { 'content-type': 'application/merge-patch+json' })
    await vi.waitFor(async () => expect(await available('v1.batch')).toBe('False ServiceNotFound'))
    expect((await world.ask('GET', '/apis/batch/v1/jobs')).status).toBe(200)
  })
  it.each([
    [{ name: 'x' }, {}, 'metadata.name: Invalid value'], [{}, { groupPriorityMinimum: 0 }, 'must be positive and less than 20000'], [{}, { service: {} }, 'spec.service.name: Required value'],
    [{}, { insecureSkipTLSVerify: true }, 'local APIServices may not have insecureSkipTLSVerify'],
  ])('%j %j is refused', async (metadata, spec, message) => {
    expect((await world.ask('POST', SERVICES, { metadata: { name: 'v1.a.example.com', ...metadata }, spec: { group: 'a.example.com', version: 'v1', groupPriorityMinimum: 1, versionPriority: 1, ...spec } })).body).toMatchObject({ code: 422, message: expect.stringContaining(message) })
  })
})
