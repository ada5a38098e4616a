import { expect, it, onTestFinished } from 'vitest'
import type { KubeList, KubeObject } from '../../../shared/api/meta.ts'
import type { ConfigMap, MutatingWebhookConfiguration, Pod } from '../../../shared/api/types.ts'
import { api, BUSYBOX, kubectl, ok } from '../cluster.ts'
import { anything, define, DEFINITIONS, refusal, version } from './custom.ts'
import { configure, hook, hookServer, HOOKS, pathOf, rule, type HookServer } from './hook-server.ts'

const maps = (server: HookServer): string => `/api/v1/namespaces/${server.namespace}/configmaps`
const map = (name: string, data: object = {}): object => ({ metadata: { name }, data })
const podNamed = (name: string, labels: object = {}, containers: object[] = [{ name: 'c', image: BUSYBOX, imagePullPolicy: 'IfNotPresent', command: ['sleep', '3600'] }]): object => ({ metadata: { name, labels }, spec: { terminationGracePeriodSeconds: 0, containers } })
const merge = (...args: [resource: string, namespace: string, patch: object]) => kubectl(['patch', ...args[0].split('/'), '-n', args[1], '--type=merge', '-p', JSON.stringify(args[2])])

it('webhook resources in discovery', async () => {
  const { groups } = await api().get<{ groups: { name: string; versions: object[] }[] }>('/apis')
  expect(groups).toContainEqual(expect.objectContaining({ name: 'admissionregistration.k8s.io', versions: expect.arrayContaining([{ groupVersion: 'admissionregistration.k8s.io/v1', version: 'v1' }]) }))
  expect((await api().get<{ resources: { name: string }[] }>(HOOKS)).resources.map((r) => r.name)).toEqual(expect.arrayContaining(['mutatingwebhookconfigurations', 'validatingwebhookconfigurations']))
})

it('deny pod and configmap creation', async () => {
  const server = await hookServer()
  await configure('Validating', [hook(server, 'deny-pods', '/pods', [rule(['CREATE'], ['pods'])]), hook(server, 'deny-maps', '/configmaps', [rule(['CREATE', 'UPDATE', 'DELETE'], ['configmaps'])])], onTestFinished)
  const pods = `/api/v1/namespaces/${server.namespace}/pods`
  expect(await refusal(api().send('POST', pods, podNamed('disallowed', { 'webhook-e2e-test': 'webhook-disallow' })))).toContain('the pod contains unwanted label')
  expect(await refusal(api().send('POST', pods, podNamed('disallowed', {}, [{ name: 'webhook-disallow', image: BUSYBOX }])))).toContain('the pod contains unwanted container name')
  expect(await refusal(api().send('POST', maps(server), map('no', { 'webhook-e2e-test': 'webhook-disallow' })))).toContain('the configmap contains unwanted key and value')
  await api().send('POST', maps(server), map('yes', { admit: 'this' }))
  expect(await refusal(api().send('PUT', `${maps(server)}/yes`, map('yes', { 'webhook-e2e-test': 'webhook-disallow' })))).toContain('the configmap contains unwanted key and value')
  expect((await merge('configmap/yes', server.namespace, { data: { 'webhook-e2e-test': 'webhook-disallow' } })).stderr).toContain('the configmap contains unwanted key and value')
})

it('deny attaching pod', async () => {
  const server = await hookServer()
  await ok(['create', '-n', server.namespace, '-f', '-'], { input: JSON.stringify({ apiVersion: 'v1', kind: 'Pod', ...podNamed('to-be-attached') }) })
  await ok(['wait', '-n', server.namespace, '--for=condition=Ready', 'pod/to-be-attached', '--timeout=60s'])
  await configure('Validating', [hook(server, 'deny-attaching', '/always-deny', [rule(['CONNECT'], ['pods/attach'])])], onTestFinished)
  const answer = await kubectl(['attach', 'to-be-attached', '-n', server.namespace, '-i', '-c=c'])
  expect(answer.code).not.toBe(0)
  expect(answer.stderr).toMatch(/denied the request|this webhook denies/)
})

it('deny CR create/update/delete', async () => {
  const server = await hookServer()
  const kind = await define([version('v1', anything)])
  const path = kind.path(server.namespace)
  await configure('Validating', [hook(server, 'deny-cr', '/custom-resource', [rule(['CREATE', 'UPDATE', 'DELETE'], [kind.plural], [kind.group])])], onTestFinished)
  const bad = { 'webhook-e2e-test': 'webhook-disallow' }
  expect(await refusal(api().send('POST', path, kind.object('no', { data: bad })))).toContain('the custom resource contains unwanted data')
  await api().send('POST', path, kind.object('yes', { data: { a: 'b' } }))
  expect((await merge(`${kind.name}/yes`, server.namespace, { data: bad })).stderr).toContain('the custom resource contains unwanted data')
  await configure('Validating', [hook(server, 'deny-cr-deletion', '/always-deny', [rule(['DELETE'], [kind.plural], [kind.group])])], onTestFinished)
  expect(await refusal(api().send('DELETE', `${path}/yes`))).toContain('denied the request')
})

it('deny CRD creation', async () => {
  const server = await hookServer()
  await configure('Validating', [hook(server, 'deny-crd', '/always-deny', [rule(['CREATE'], ['customresourcedefinitions'], ['apiextensions.k8s.io'])], { namespaceSelector: {}, objectSelector: { matchLabels: server.label } })], onTestFinished)
  const name = `denied.g${process.pid}.example.com`
  const body = { metadata: { name, labels: server.label }, spec: { group: `g${process.pid}.example.com`, scope: 'Namespaced', names: { plural: 'denied', kind: 'Denied' }, versions: [version('v1')] } }
  expect(await refusal(api().send('POST', DEFINITIONS, body))).toContain('denied the request')
})

it('fail closed webhook', async () => {
  const server = await hookServer()
  await configure('Validating', [hook(server, 'fail-closed', '/configmaps', [rule(['CREATE'], ['configmaps'])], { clientConfig: { service: { namespace: server.namespace, name: 'no-such-service', path: '/' }, caBundle: server.caBundle } })], onTestFinished)
  expect(await refusal(api().send('POST', maps(server), map('a')))).toMatch(/ 500 .*failed calling webhook .*fail-closed/)
})

it('honor timeout', async () => {
  const server = await hookServer()
  const slow = (timeoutSeconds: number, failurePolicy: string): Promise<string> => configure('Validating', [hook(server, 'slow', '/always-allow-delay-5s', [rule(['CREATE'], ['configmaps'])], { timeoutSeconds, failurePolicy })], onTestFinished)
  const first = await slow(1, 'Fail')
  expect(await refusal(api().send('POST', maps(server), map('a')))).toContain('context deadline exceeded')
  await api().send('DELETE', `${pathOf('Validating')}/${first}`)
  const second = await slow(1, 'Ignore')
  await api().send('POST', maps(server), map('a'))
  await api().send('DELETE', `${pathOf('Validating')}/${second}`)
  await slow(30, 'Fail')
  await api().send('POST', maps(server), map('b'))
})

it('mutate configmap (ordered)', async () => {
  const server = await hookServer()
  for (const name of ['one', 'two']) await configure('Mutating', [hook(server, `stage-${name}`, '/mutating-configmaps', [rule(['CREATE'], ['configmaps'])])], onTestFinished)
  expect((await api().send<ConfigMap>('POST', maps(server), map('a', { 'mutation-start': 'yes' }))).data).toEqual({ 'mutation-start': 'yes', 'mutation-stage-1': 'yes', 'mutation-stage-2': 'yes' })
})

it('mutate pod and apply defaults after mutation', async () => {
  const server = await hookServer()
  await configure('Mutating', [hook(server, 'init-container', '/mutating-pods', [rule(['CREATE'], ['pods'])])], onTestFinished)
  const pod = await api().send<Pod>('POST', `/api/v1/namespaces/${server.namespace}/pods`, podNamed('a'))
  expect(pod.spec.initContainers).toEqual([expect.objectContaining({ name: 'webhook-added-init-container', terminationMessagePath: '/dev/termination-log', terminationMessagePolicy: 'File' })])
})

it('mutate everything except skip-me', async () => {
  const server = await hookServer()
  await configure('Mutating', [hook(server, 'add-label', '/add-label', [rule(['CREATE'], ['*'], ['*'], ['*'])], { objectSelector: { matchExpressions: [{ key: 'skip-me', operator: 'DoesNotExist' }] } })], onTestFinished)
  const labels = async (more: object): Promise<unknown> => (await api().send<ConfigMap>('POST', maps(server), { metadata: { generateName: 'x-', labels: more } })).metadata.labels
  expect(await labels({})).toEqual({ 'added-label': 'yes' })
  expect(await labels({ 'skip-me': 'yes' })).toEqual({ 'skip-me': 'yes' })
})

const STAGES = { type: 'object', properties: { data: { type: 'object', additionalProperties: { type: 'string' } } } }

it('mutate custom resource', async () => {
  const server = await hookServer()
  const kind = await define([version('v1', anything)])
  await configure('Mutating', ['one', 'two'].map((n) => hook(server, `cr-${n}`, '/mutating-configmaps', [rule(['CREATE', 'UPDATE'], [kind.plural], [kind.group])])), onTestFinished)
  expect(await api().send('POST', kind.path(server.namespace), kind.object('a', { data: { 'mutation-start': 'yes' } }))).toMatchObject({ data: { 'mutation-start': 'yes', 'mutation-stage-1': 'yes', 'mutation-stage-2': 'yes' } })
})

it('mutate CR with pruning', async () => {
  const server = await hookServer()
  const schema = { type: 'object', properties: { data: { type: 'object', properties: { 'mutation-start': { type: 'string' }, 'mutation-stage-1': { type: 'string' } } } } }
  const kind = await define([version('v1', schema)])
  await configure('Mutating', ['one', 'two'].map((n) => hook(server, `cr-${n}`, '/mutating-configmaps', [rule(['CREATE', 'UPDATE'], [kind.plural], [kind.group])])), onTestFinished)
  const made = await api().send<KubeObject & { data: object }>('POST', kind.path(server.namespace), kind.object('a', { data: { 'mutation-start': 'yes' } }))
  expect(made.data).toEqual({ 'mutation-start': 'yes', 'mutation-stage-1': 'yes' })
})

it('mutate CR with different stored version', async () => {
  const server = await hookServer()
  const kind = await define([version('v1', STAGES), version('v2', STAGES, { storage: false })])
  await configure('Mutating', [hook(server, 'cr', '/mutating-configmaps', [rule(['CREATE', 'UPDATE'], [kind.plural], [kind.group])])], onTestFinished)
  await api().send('POST', kind.path(server.namespace), kind.object('a', { data: { other: 'x' } }))
  await ok(['patch', 'crd', kind.name, '--type=json', '-p', JSON.stringify([{ op: 'replace', path: '/spec/versions/0/storage', value: false }, { op: 'replace', path: '/spec/versions/1/storage', value: true }])])
  expect((await merge(`${kind.name}/a`, server.namespace, { data: { 'mutation-start': 'yes' } })).code).toBe(0)
  expect(await api().get(`${kind.path(server.namespace)}/a`)).toMatchObject({ apiVersion: `${kind.group}/v1`, data: { 'mutation-start': 'yes', 'mutation-stage-1': 'yes' } })
})

it('not mutate/prevent deletion of webhook configs', async () => {
  const server = await hookServer()
  const all = [rule(['*'], ['validatingwebhookconfigurations', 'mutatingwebhookconfigurations'], ['admissionregistration.k8s.io'], ['*'])]
  const open = { namespaceSelector: {} }
  await configure('Validating', [hook(server, 'deny-config', '/always-deny', all, open)], onTestFinished)
  await configure('Mutating', [hook(server, 'label-config', '/add-label', all, open)], onTestFinished)
  for (const kind of ['Validating', 'Mutating'] as const) {
    const name = await configure(kind, [hook(server, 'innocent', '/never', [rule(['CREATE'], ['invalid'])])], onTestFinished)
    expect((await api().get<KubeObject>(`${pathOf(kind)}/${name}`)).metadata.labels ?? {}).not.toHaveProperty('added-label')
    await api().send('DELETE', `${pathOf(kind)}/${name}`)
  }
})

async function listing(kind: 'Mutating' | 'Validating', affected: (server: HookServer) => Promise<boolean>): Promise<boolean[]> {
  const server = await hookServer()
  const label = { 'e2e-list': server.label['e2e-hooks'] ?? '' }
  const path = kind === 'Mutating' ? '/mutating-configmaps' : '/configmaps'
  for (const n of ['a', 'b', 'c']) await configure(kind, [hook(server, `list-${n}`, path, [rule(['CREATE'], ['configmaps'])])], onTestFinished, label)
  const selected = `${pathOf(kind)}?labelSelector=e2e-list%3D${label['e2e-list']}`
  expect((await api().get<KubeList<KubeObject>>(selected)).items).toHaveLength(3)
  const before = await affected(server)
  await api().send('DELETE', selected)
  return [before, await affected(server)]
}
const isMutated = async (server: HookServer): Promise<boolean> => (await api().send<ConfigMap>('POST', `${maps(server)}?dryRun=All`, map('x', { 'mutation-start': 'yes' }))).data?.['mutation-stage-1'] === 'yes'
const isDenied = (server: HookServer): Promise<boolean> => api().send('POST', `${maps(server)}?dryRun=All`, map('x', { 'webhook-e2e-test': 'webhook-disallow' })).then(() => false, () => true)

it('listing mutating webhooks', async () => expect(await listing('Mutating', isMutated)).toEqual([true, false]))

it('listing validating webhooks', async () => expect(await listing('Validating', isDenied)).toEqual([true, false]))

async function updating(kind: 'Mutating' | 'Validating', affected: (server: HookServer) => Promise<boolean>): Promise<boolean[]> {
  const server = await hookServer()
  const name = await configure(kind, [hook(server, 'changing', kind === 'Mutating' ? '/mutating-configmaps' : '/configmaps', [rule(['CREATE'], ['configmaps'])])], onTestFinished)
  const first = await affected(server)
  const live = await api().get<MutatingWebhookConfiguration>(`${pathOf(kind)}/${name}`)
  await api().send('PUT', `${pathOf(kind)}/${name}`, { ...live, webhooks: live.webhooks?.map((w) => ({ ...w, rules: [rule(['UPDATE'], ['configmaps'])] })) })
  const second = await affected(server)
  await ok(['patch', `${kind.toLowerCase()}webhookconfiguration`, name, '--type=json', '-p', JSON.stringify([{ op: 'replace', path: '/webhooks/0/rules/0/operations', value: ['CREATE'] }])])
  return [first, second, await affected(server)]
}

it('patch/update a mutating webhook', async () => expect(await updating('Mutating', isMutated)).toEqual([true, false, true]))

it('patch/update a validating webhook', async () => expect(await updating('Validating', isDenied)).toEqual([true, false, true]))

async function conditions(kind: 'Mutating' | 'Validating', affected: (server: HookServer) => Promise<boolean>): Promise<boolean[]> {
  const server = await hookServer()
  const path = kind === 'Mutating' ? '/mutating-configmaps' : '/configmaps'
  const name = await configure(kind, [hook(server, 'conditional', path, [rule(['CREATE'], ['configmaps'])], { matchConditions: [{ name: 'expression-1', expression: 'object.metadata.name == "x"' }] })], onTestFinished)
  const before = await affected(server)
  const live = await api().get<MutatingWebhookConfiguration>(`${pathOf(kind)}/${name}`)
  const changed = await api().send<MutatingWebhookConfiguration>('PUT', `${pathOf(kind)}/${name}`, { ...live, webhooks: live.webhooks?.map((w) => ({ ...w, matchConditions: [{ name: 'expression-2', expression: 'object.metadata.name == "y"' }] })) })
  expect(changed.webhooks?.[0]?.matchConditions).toEqual([{ name: 'expression-2', expression: 'object.metadata.name == "y"' }])
  return [before, await affected(server)]
}

it('create+update mutating config with matchConditions', async () => expect(await conditions('Mutating', isMutated)).toEqual([true, false]))

it('create+update validating config with matchConditions', async () => expect(await conditions('Validating', isDenied)).toEqual([true, false]))

const invalid = (kind: 'Mutating' | 'Validating'): Promise<string> => {
  const webhook = { name: 'invalid.e2e.k8s.io', sideEffects: 'None', admissionReviewVersions: ['v1'], rules: [rule(['CREATE'], ['configmaps'])], clientConfig: { url: 'https://localhost/' }, matchConditions: [{ name: 'bad', expression: '... [] bad expression' }] }
  return refusal(api().send('POST', pathOf(kind), { metadata: { name: `invalid-${process.pid}` }, webhooks: [webhook] }))
}

it('reject invalid mutating matchConditions', async () => expect(await invalid('Mutating')).toContain('compilation failed'))

it('reject invalid validating matchConditions', async () => expect(await invalid('Validating')).toContain('compilation failed'))
