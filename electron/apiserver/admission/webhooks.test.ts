import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:https'
import { connect, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startWorld, type World } from '../testing.ts'

const BASE = '/apis/admissionregistration.k8s.io/v1'
const MAPS = '/api/v1/namespaces/default/configmaps'
interface Asked { uid: string; operation: string; name?: string; namespace?: string; object: { metadata: { name: string; labels?: Record<string, string> } } | null; oldObject: unknown; dryRun: boolean; resource: { resource: string }; subResource?: string; userInfo: { username: string } }
type Reply = object | string | undefined

let world: World
let server: Server
let ca: string
let port: number
let dialled: number[]
let asked: Asked[]
/** What the webhook answers at each path; undefined: nothing at all. */
let replies: Record<string, (request: Asked) => Reply>
const audited: Record<string, string>[] = []

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hook-'))
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', join(folder, 'key'), '-out', join(folder, 'crt'), '-days', '1', '-subj', '/CN=hook', '-addext', 'subjectAltName=DNS:hook.default.svc,DNS:localhost'], { stdio: 'pipe' })
  ca = readFileSync(join(folder, 'crt'), 'utf8')
  server = createServer({ cert: ca, key: readFileSync(join(folder, 'key')) }, (message, response) => {
    const chunks: Buffer[] = []
    message.on('data', (chunk: Buffer) => chunks.push(chunk))
    message.on('end', () => {
      const { request } = JSON.parse(Buffer.concat(chunks).toString()) as { request: Asked }
      asked.push(request)
      const reply = replies[(message.url ?? '').replace(/\?.*/, '')]?.(request)
      if (reply === undefined) return
      response.setHeader('content-type', 'application/json')
      response.end(typeof reply === 'string' ? reply : JSON.stringify({ kind: 'AdmissionReview', apiVersion: 'admission.k8s.io/v1', response: { uid: request.uid, ...reply } }))
    })
  })
  rmSync(folder, { recursive: true })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  port = (server.address() as AddressInfo).port
  world = await startWorld({ audit: { write: (line) => void audited.push((JSON.parse(line) as { annotations: Record<string, string> }).annotations), written: async () => undefined }, auditPolicy: { omitStages: ['RequestReceived'], rules: [{ level: 'Request', namespaces: ['kube-public'] }, { level: 'Metadata' }] } })
  world.server.setKubeletDoor({
    containerLogs: () => Promise.reject(new Error('none')),
    async portForward(_node, _pod, wanted) {
      dialled.push(wanted)
      return connect({ host: '127.0.0.1', port })
    },
  })
  const post = (path: string, body: object) => world.ask('POST', path, body)
  await post('/api/v1/namespaces/default/pods', { metadata: { name: 'hook-pod' }, spec: { nodeName: 'n', containers: [{ name: 'c', image: 'x' }] } })
  await post('/api/v1/namespaces/default/services', { metadata: { name: 'hook' }, spec: { ports: [{ port: 443, targetPort: 8443 }] } })
  await post('/apis/discovery.k8s.io/v1/namespaces/default/endpointslices', { metadata: { name: 'hook-1', labels: { 'kubernetes.io/service-name': 'hook' } }, addressType: 'IPv4', ports: [{ name: '', port: 8443 }], endpoints: [{ addresses: ['10.0.0.9'], targetRef: { kind: 'Pod', name: 'hook-pod', namespace: 'default' } }] })
})
afterAll(async () => {
  server.closeAllConnections()
  server.close()
  await world.close()
})
beforeEach(async () => {
  for (const resource of ['mutatingwebhookconfigurations', 'validatingwebhookconfigurations']) await world.ask('DELETE', `${BASE}/${resource}`)
  await world.ask('DELETE', MAPS)
  asked = []
  dialled = []
  replies = { '/allow': () => ({ allowed: true }) }
})

const rule = { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE', 'UPDATE', 'DELETE'], resources: ['configmaps'] }
const hook = (path: string, more: object = {}) => ({
  name: `${path.slice(1)}.example.com`, sideEffects: 'None', admissionReviewVersions: ['v1'], rules: [rule],
  clientConfig: { service: { name: 'hook', namespace: 'default', path }, caBundle: Buffer.from(ca).toString('base64') }, ...more,
})
const configure = async (kind: 'Mutating' | 'Validating', ...webhooks: object[]): Promise<void> => {
  const made = await world.ask('POST', `${BASE}/${kind.toLowerCase()}webhookconfigurations`, { apiVersion: 'admissionregistration.k8s.io/v1', kind: `${kind}WebhookConfiguration`, metadata: { generateName: 'c-' }, webhooks })
  if (made.status !== 201) throw new Error(JSON.stringify(made.body))
}
const create = (name: string, labels: object = {}, query = '') => world.ask('POST', `${MAPS}${query}`, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, labels } })
const patch = (operations: object[]): object => ({ allowed: true, patchType: 'JSONPatch', patch: Buffer.from(JSON.stringify(operations)).toString('base64') })

describe('a validating webhook', () => {
  it('is asked through its Service, with the whole request', async () => {
    await configure('Validating', hook('/allow'))
    expect((await create('a')).status).toBe(201)
    expect(dialled).toEqual([8443])
    expect(asked[0]).toMatchObject({ operation: 'CREATE', name: 'a', namespace: 'default', resource: { resource: 'configmaps' }, object: { kind: 'ConfigMap', apiVersion: 'v1', metadata: { name: 'a' } }, oldObject: null, dryRun: false, userInfo: { username: 'admin' }, options: { kind: 'CreateOptions', fieldManager: 'test' } })
    await world.ask('DELETE', `${MAPS}/a`)
    expect(asked[1]).toMatchObject({ operation: 'DELETE', object: null, oldObject: { metadata: { name: 'a' } } })
  })
  it('is asked by URL', async () => {
    await configure('Validating', hook('/allow', { clientConfig: { url: `https://localhost:${port}/allow`, caBundle: Buffer.from(ca).toString('base64') } }))
    expect((await create('a')).status).toBe(201)
    expect(asked).toHaveLength(1)
  })
  it.each([
    [{ allowed: false, status: { message: 'not here', reason: 'Because', code: 403 } }, 403, 'admission webhook "deny.example.com" denied the request: not here'],
    [{ allowed: false }, 400, 'admission webhook "deny.example.com" denied the request without explanation'],
  ])('denies: %j', async (reply, code, message) => {
    replies['/deny'] = () => reply
    await configure('Validating', hook('/deny'))
    expect((await create('a')).body).toMatchObject({ code, message })
    expect((await world.ask('GET', `${MAPS}/a`)).status).toBe(404)
  })
  it('warns', async () => {
    replies['/warn'] = () => ({ allowed: true, warnings: ['old'] })
    await configure('Validating', hook('/warn'))
    expect((await create('a')).headers['warning']).toBe('299 - "old"')
  })
  it.each([
    ['answers nonsense', () => 'no JSON', '/odd'], ['answers another request', () => ({ allowed: true, uid: 'x' }), '/odd'], ['is silent', () => undefined, '/odd'],
  ])('that %s fails the request, or is left out where it may fail', async (_, reply, path) => {
    replies[path] = reply
    await configure('Validating', hook(path, { timeoutSeconds: 1 }))
    expect((await create('a')).body).toMatchObject({ code: 500, reason: 'InternalError', message: expect.stringContaining('failed calling webhook "odd.example.com"') })
    await world.ask('DELETE', `${BASE}/validatingwebhookconfigurations`)
    await configure('Validating', hook(path, { timeoutSeconds: 1, failurePolicy: 'Ignore' }))
    expect((await create('a')).status).toBe(201)
  })
  it('whose certificate is not of its CA is not trusted', async () => {
    await configure('Validating', hook('/allow', { clientConfig: { service: { name: 'hook', namespace: 'default', path: '/allow' } } }))
    expect((await create('a')).body).toMatchObject({ code: 500, message: expect.stringMatching(/failed calling webhook .*self-signed/) })
  })
  it('is asked only where rules, selectors and conditions say so', async () => {
    await configure('Validating', hook('/allow', { objectSelector: { matchLabels: { ask: 'yes' } }, matchConditions: [{ name: 'c', expression: 'object.metadata.name != "spared"' }] }))
    await create('a')
    await create('spared', { ask: 'yes' })
    await create('b', { ask: 'yes' })
    expect(asked.map((a) => a.name)).toEqual(['b'])
    await world.ask('PATCH', '/api/v1/namespaces/default', { metadata: { labels: { quiet: 'yes' } } }, { 'content-type': 'application/merge-patch+json' })
    await world.ask('DELETE', `${BASE}/validatingwebhookconfigurations`)
    await configure('Validating', hook('/allow', { namespaceSelector: { matchExpressions: [{ key: 'quiet', operator: 'DoesNotExist' }] } }))
    await create('c')
    expect(asked).toHaveLength(1)
  })
  it('is told of a dry run, or spares its side effects', async () => {
    await configure('Validating', hook('/allow', { sideEffects: 'NoneOnDryRun' }))
    expect((await create('a', {}, '?dryRun=All')).status).toBe(201)
    expect(asked[0]).toMatchObject({ dryRun: true, options: { dryRun: ['All'] } })
  })
  it('sees what mutating ones have made, and never the configurations themselves', async () => {
    replies['/add'] = () => patch([{ op: 'add', path: '/data', value: { added: 'yes' } }])
    await configure('Mutating', hook('/add'))
    await configure('Validating', hook('/allow', { rules: [rule, { apiGroups: ['*'], apiVersions: ['*'], operations: ['*'], resources: ['validatingwebhookconfigurations'] }] }))
    await create('a')
    expect(asked.at(-1)?.object).toMatchObject({ data: { added: 'yes' } })
    const before = asked.length
    await world.ask('DELETE', `${BASE}/validatingwebhookconfigurations`)
    expect(asked).toHaveLength(before)
  })
})

describe('mutating webhooks', () => {
  it('change the object one after the other, and are asked again where they want to', async () => {
    replies['/one'] = ({ object }) => (object?.metadata.labels?.['one'] ? { allowed: true } : patch([{ op: 'add', path: '/metadata/labels', value: { one: 'x' } }]))
    replies['/two'] = () => patch([{ op: 'add', path: '/metadata/labels/two', value: 'x' }])
    await configure('Mutating', hook('/one', { reinvocationPolicy: 'IfNeeded' }), hook('/two'))
    expect((await create('a')).body).toMatchObject({ metadata: { labels: { one: 'x', two: 'x' } } })
    expect(asked.map((a) => Object.keys(a.object?.metadata.labels ?? {}))).toEqual([[], ['one'], ['one', 'two']])
  })
  it('add a container: it gets what any container gets, and who asks for it sees that', async () => {
    const sidecar = { name: 'sidecar', image: 'x' }
    replies['/sidecar'] = ({ object }) => ((object as unknown as { spec: { containers: unknown[] } }).spec.containers.length > 1 ? { allowed: true } : patch([{ op: 'add', path: '/spec/containers/-', value: sidecar }]))
    await configure('Mutating', hook('/sidecar', { reinvocationPolicy: 'IfNeeded', rules: [{ ...rule, resources: ['pods'] }] }))
    await world.ask('POST', '/api/v1/namespaces/default/limitranges', { apiVersion: 'v1', kind: 'LimitRange', metadata: { name: 'lr' }, spec: { limits: [{ type: 'Container', defaultRequest: { cpu: '10m' } }] } })
    const { status, body } = await world.ask('POST', '/api/v1/namespaces/default/pods', { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'injected' }, spec: { containers: [{ name: 'main', image: 'x' }] } })
    expect(status).toBe(201)
    const { containers, volumes } = body['spec'] as unknown as { containers: { name: string; resources: object; volumeMounts: { name: string; mountPath: string }[] }[]; volumes: { name: string }[] }
    for (const { resources, volumeMounts } of containers) {
      expect(resources).toEqual({ requests: { cpu: '10m' } })
      expect(volumeMounts).toEqual([{ name: volumes[0]?.name, mountPath: '/var/run/secrets/kubernetes.io/serviceaccount', readOnly: true }])
    }
    expect([containers.map((c) => c.name), volumes.length]).toEqual([['main', 'sidecar'], 1])
    expect(asked).toHaveLength(2)
    expect(asked[1]?.object).toMatchObject({ spec: { containers: [{ name: 'main' }, { name: 'sidecar', resources: { requests: { cpu: '10m' } } }] } })
    await world.ask('DELETE', '/api/v1/namespaces/default/limitranges/lr')
  })
  it('tell the audit log what they did, and what they have to add', async () => {
    replies['/notes'] = () => ({ ...patch([{ op: 'add', path: '/data', value: { a: 'b' } }]), auditAnnotations: { why: 'because' } })
    replies['/odd'] = () => 'no JSON'
    await configure('Mutating', hook('/notes'), hook('/allow'), hook('/odd', { failurePolicy: 'Ignore' }))
    await configure('Validating', hook('/allow'), hook('/odd', { failurePolicy: 'Ignore' }))
    expect((await create('a')).status).toBe(201)
    // What is changed is told from level Request on.
    expect(Object.keys(audited.at(-1) ?? {}).filter((key) => key.startsWith('patch.'))).toEqual([])
    const { ['mutation.webhook.admission.k8s.io/round_0_index_0']: first = '', ['mutation.webhook.admission.k8s.io/round_0_index_1']: second = '', ...others } = audited.at(-1) ?? {}
    expect(JSON.parse(first)).toEqual({ configuration: expect.stringMatching(/^c-/) as never, webhook: 'notes.example.com', mutated: true })
    expect(JSON.parse(second)).toMatchObject({ webhook: 'allow.example.com', mutated: false })
    expect(JSON.parse(others['mutation.webhook.admission.k8s.io/round_0_index_2'] ?? '')).toMatchObject({ webhook: 'odd.example.com', mutated: false })
    expect(others).toMatchObject({ 'notes.example.com/why': 'because', 'failed-open.mutation.webhook.admission.k8s.io/round_0_index_2': 'odd.example.com', 'failed-open.validation.webhook.admission.k8s.io/round_0_index_1': 'odd.example.com' })
  })
  it('tell it what they changed, from level Request on', async () => {
    replies['/notes'] = () => patch([{ value: { a: 'b' }, path: '/data', op: 'add' }])
    await configure('Mutating', hook('/allow'), hook('/notes'))
    expect((await world.ask('POST', '/api/v1/namespaces/kube-public/configmaps', { metadata: { generateName: 'a-' } })).status).toBe(201)
    const { ['patch.webhook.admission.k8s.io/round_0_index_1']: told = '', ...others } = audited.at(-1) ?? {}
    expect(told).toMatch(/^\{"configuration":"c-[^"]+","webhook":"notes\.example\.com","patch":\[\{"op":"add","path":"\/data","value":\{"a":"b"\}\}\],"patchType":"JSONPatch"\}$/)
    expect(Object.keys(others).filter((key) => key.startsWith('patch.'))).toEqual([])
  })
  it('that say no have changed nothing, which the audit log says', async () => {
    replies['/no'] = () => ({ allowed: false })
    await configure('Mutating', hook('/no'))
    expect((await create('a')).status).toBe(400)
    expect(JSON.parse(audited.at(-1)?.['mutation.webhook.admission.k8s.io/round_0_index_0'] ?? '')).toMatchObject({ webhook: 'no.example.com', mutated: false })
  })
  it('change nothing that goes, and what is no patch is no answer', async () => {
    replies['/one'] = ({ operation }) => (operation === 'DELETE' ? patch([{ op: 'add', path: '/data', value: {} }]) : patch([]))
    replies['/two'] = ({ operation }) => (operation === 'CREATE' ? { allowed: true, patchType: 'JSONPatch', patch: Buffer.from('{}').toString('base64') } : { allowed: true })
    await configure('Mutating', hook('/one'), hook('/two', { failurePolicy: 'Ignore' }))
    expect((await create('a')).status).toBe(201)
    expect(audited.at(-1)).toMatchObject({ 'failed-open.mutation.webhook.admission.k8s.io/round_0_index_1': 'two.example.com' })
    expect((await world.ask('DELETE', `${MAPS}/a`)).body).toMatchObject({ code: 500, message: 'Internal error occurred: admission webhook "one.example.com" attempted to modify the object, which is not supported for this operation' })
  })
  it('whose conditions cannot be told refuse the request, or are not asked', async () => {
    const condition = { matchConditions: [{ name: 'c', expression: 'object.data.none == "x"' }] }
    await configure('Mutating', hook('/allow', { ...condition, failurePolicy: 'Ignore' }))
    expect((await create('a')).status).toBe(201)
    expect(asked).toEqual([])
    await configure('Mutating', hook('/allow', condition))
    expect((await create('b')).body).toMatchObject({ code: 403, reason: 'Forbidden', message: expect.stringContaining(`configmaps "b" is forbidden: expression 'object.data.none == "x"' resulted in error: no such key`) })
  })
  it('add what the schema knows: the rest is dropped', async () => {
    replies['/odd'] = () => patch([{ op: 'add', path: '/nope', value: 1 }, { op: 'add', path: '/data', value: { a: 'b' } }])
    await configure('Mutating', hook('/odd'))
    const { body } = await create('a')
    expect(body).toMatchObject({ data: { a: 'b' } })
    expect(body).not.toHaveProperty('nope')
  })
  it('whose patch does not apply fail the request', async () => {
    replies['/odd'] = () => patch([{ op: 'remove', path: '/nope/nope' }])
    await configure('Mutating', hook('/odd'))
    expect((await create('a')).body).toMatchObject({ code: 500, message: 'Internal error occurred: remove operation does not apply: doc is missing path: "/nope/nope": missing value' })
  })
})

describe('a webhook that knows a kind in another version', () => {
  const SCALERS = '/apis/autoscaling'
  const scaler = (rules: object) => hook('/scale', { rules: [{ apiGroups: ['autoscaling'], apiVersions: ['v1'], operations: ['CREATE'], resources: ['horizontalpodautoscalers'] }], ...rules })
  const made = (name: string) => world.ask('POST', `${SCALERS}/v2/namespaces/default/horizontalpodautoscalers`, { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata: { name }, spec: { maxReplicas: 3, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'd' }, metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 60 } } }] } })
  it('sees and changes it in that version, whichever was written', async () => {
    replies['/scale'] = () => patch([{ op: 'replace', path: '/spec/targetCPUUtilizationPercentage', value: 70 }])
    await configure('Mutating', scaler({}))
    const { status, body } = await made('equivalent')
    expect(asked).toMatchObject([{ kind: { version: 'v1' }, requestKind: { version: 'v2' }, object: { apiVersion: 'autoscaling/v1', spec: { targetCPUUtilizationPercentage: 60 } } }])
    expect([status, body]).toMatchObject([201, { apiVersion: 'autoscaling/v2', spec: { metrics: [{ resource: { target: { averageUtilization: 70 } } }] } }])
  })
  it('is not asked where only that version will do', async () => {
    await configure('Validating', scaler({ matchPolicy: 'Exact' }))
    expect((await made('exact')).status).toBe(201)
    expect(asked).toEqual([])
  })
})

describe('a configuration', () => {
  it.each([
    [{ name: 'short' }, 'webhooks[0].name: Invalid value: "short": should be a domain with at least three segments separated by dots'],
    [{ sideEffects: 'Some' }, 'webhooks[0].sideEffects: Unsupported value: "Some": supported values: "None", "NoneOnDryRun"'],
    [{ admissionReviewVersions: ['v9'] }, 'must include at least one of v1, v1beta1'],
    [{ timeoutSeconds: 31 }, 'the timeout value must be between 1 and 30 seconds'],
    [{ clientConfig: {} }, 'webhooks[0].clientConfig: Required value: exactly one of url or service is required'],
    [{ clientConfig: { url: 'http://x/' } }, "'https' is the only allowed URL scheme"],
    [{ matchConditions: [{ name: 'a b', expression: 'true' }] }, 'webhooks[0].matchConditions[0].name: Invalid value: "a b": name part must consist of alphanumeric characters'],
    [{ matchConditions: [{ name: 'x', expression: 'true' }, { name: 'x', expression: 'true' }] }, 'webhooks[0].matchConditions[1].name: Duplicate value: "x"'],
    [{ matchConditions: [{ name: 'x', expression: '' }] }, 'webhooks[0].matchConditions[0].expression: Required value'],
    [{ matchConditions: [{ name: 'x', expression: 'nope' }] }, "webhooks[0].matchConditions[0].expression: Invalid value: \"nope\": compilation failed: ERROR: <input>:1:1: undeclared reference to 'nope'"],
  ])('with %j is refused', async (more, message) => {
    await expect(configure('Validating', hook('/allow', more))).rejects.toThrow(JSON.stringify(message).slice(1, -1))
  })
  it('gets defaults', async () => {
    await configure('Mutating', hook('/allow'))
    expect((await world.ask('GET', `${BASE}/mutatingwebhookconfigurations`)).body).toMatchObject({ items: [{ webhooks: [{ failurePolicy: 'Fail', matchPolicy: 'Equivalent', timeoutSeconds: 10, reinvocationPolicy: 'Never', rules: [{ scope: '*' }], clientConfig: { service: { port: 443 } } }] }] })
  })
})
