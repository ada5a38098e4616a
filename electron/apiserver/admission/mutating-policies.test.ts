import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startWorld, type Answer, type World } from '../testing.ts'

const BASE = '/apis/admissionregistration.k8s.io/v1'
const MAPS = '/api/v1/namespaces/default/configmaps'
const DEPLOYMENTS = '/apis/apps/v1/namespaces/default/deployments'
const MAPS_RULE = { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE', 'UPDATE'], resources: ['configmaps'] }
const DEPLOYMENTS_RULE = { apiGroups: ['apps'], apiVersions: ['v1'], operations: ['CREATE'], resources: ['deployments'] }
const apply = (expression: string): object => ({ patchType: 'ApplyConfiguration', applyConfiguration: { expression } })
const patch = (expression: string): object => ({ patchType: 'JSONPatch', jsonPatch: { expression } })
const policy = (name: string, mutations: object[], spec: object = {}): object => ({
  apiVersion: 'admissionregistration.k8s.io/v1', kind: 'MutatingAdmissionPolicy', metadata: { name }, spec: { matchConstraints: { resourceRules: [MAPS_RULE] }, reinvocationPolicy: 'Never', mutations, ...spec },
})
const map = (name: string, data: object = {}, labels: object = {}): object => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, labels }, data })
const container = { name: 'app', image: 'i', env: [{ name: 'A', value: '1' }] }
const deployment = (name: string): object => ({ metadata: { name }, spec: { replicas: 1, selector: { matchLabels: { a: 'b' } }, template: { metadata: { labels: { a: 'b' } }, spec: { containers: [container] } } } })

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.close())

const forms = ['mutatingadmissionpolicies', 'mutatingadmissionpolicybindings']
async function bound(name: string, mutations: object[], spec: object = {}, binding: object = {}): Promise<void> {
  for (const [resource, body] of [[forms[0], policy(name, mutations, spec)], [forms[1], { metadata: { name }, spec: { policyName: name, ...binding } }]] as const) {
    const { status, body: answer } = await world.ask('POST', `${BASE}/${resource}`, body)
    if (status !== 201) throw new Error(JSON.stringify(answer))
  }
}
async function inForce(given: readonly Parameters<typeof bound>[], run: () => Promise<void>): Promise<void> {
  for (const one of given) await bound(...one)
  try {
    await run()
  } finally {
    for (const path of [...forms.map((form) => `${BASE}/${form}`), MAPS, DEPLOYMENTS]) await world.ask('DELETE', path)
  }
}
const create = (object: object, path = MAPS): Promise<Answer> => world.ask('POST', path, object)

describe('a mutation', () => {
  it('merges a configuration as server-side apply would: lists by their keys, maps by theirs', () => inForce([['p', [apply(`Object{
      metadata: Object.metadata{annotations: {"by": "policy"}},
      spec: Object.spec{replicas: object.spec.replicas + 2, template: Object.spec.template{spec: Object.spec.template.spec{
        containers: [Object.spec.template.spec.containers{name: "app", imagePullPolicy: "Never", env: [Object.spec.template.spec.containers.env{name: "B", value: "2"}]}],
        initContainers: [Object.spec.template.spec.initContainers{name: "first", image: "x"}]}}}}`)], { matchConstraints: { resourceRules: [DEPLOYMENTS_RULE] } }]], async () => {
    const { body } = await create(deployment('d'), DEPLOYMENTS)
    expect(body).toMatchObject({
      metadata: { annotations: { by: 'policy' } },
      spec: { replicas: 3, template: { spec: { containers: [{ name: 'app', image: 'i', imagePullPolicy: 'Never', env: [{ name: 'A', value: '1' }, { name: 'B', value: '2' }] }], initContainers: [{ name: 'first', image: 'x', terminationMessagePath: '/dev/termination-log' }] } } },
    })
  }))
  it('applies a JSON patch, with escaped keys and objects for values', () => inForce([['p', [patch(`[
      JSONPatch{op: "test", path: "/data/a", value: "1"}, JSONPatch{op: "add", path: "/data/b", value: string(size(object.data))},
      JSONPatch{op: "add", path: "/metadata/labels/" + jsonpatch.escapeKey("example.com/x"), value: "z"}, JSONPatch{op: "move", from: "/data/a", path: "/data/c"},
      JSONPatch{op: "add", path: "/metadata/annotations", value: Object.metadata.annotations{k: "v"}}]`)]]], async () => {
    expect((await create(map('m', { a: '1' }, { l: '' }))).body).toMatchObject({ data: { b: '1', c: '1' }, metadata: { labels: { l: '', 'example.com/x': 'z' }, annotations: { k: 'v' } } })
    expect((await create(map('n', { a: '2' }, {}))).body).toMatchObject({ code: 422, message: expect.stringContaining("policy 'p' with binding 'p' denied request") as never })
  }))
  it('sees what the one before it made, with variables', () => inForce([['p', [apply('Object{metadata: Object.metadata{labels: {"n": string(variables.n)}}}'), patch('has(object.metadata.labels) && object.metadata.labels["n"] == "1" ? [JSONPatch{op: "add", path: "/data/seen", value: string(variables.n + 1)}] : []')], { variables: [{ name: 'n', expression: 'size(object.data)' }] }]], async () => {
    expect((await create(map('m', { a: '' }))).body).toMatchObject({ metadata: { labels: { n: '1' } }, data: { seen: '2' } })
  }))
  it('takes parameters, heeds conditions and its binding', () => inForce([['p', [apply('Object{metadata: Object.metadata{labels: {"from": params.data.value}}}')],
    { paramKind: { apiVersion: 'v1', kind: 'ConfigMap' }, matchConditions: [{ name: 'c', expression: '!object.metadata.name.startsWith("param")' }] },
    { paramRef: { name: 'param', parameterNotFoundAction: 'Deny' }, matchResources: { objectSelector: { matchLabels: { on: 'yes' } } } }]], async () => {
    expect((await create(map('early', {}, { on: 'yes' }))).body).toMatchObject({ code: 422, message: expect.stringContaining("policy 'p' with binding 'p' denied request: failed to configure binding: no params found") as never })
    await create(map('param', { value: 'there' }))
    expect((await create(map('m', {}, { on: 'yes' }))).body).toMatchObject({ metadata: { labels: { from: 'there' } } })
    expect((await create(map('other'))).body['metadata']).not.toHaveProperty(['labels', 'from'])
  }))
  it.each([['Fail', 422], ['Ignore', 201]])('that fails: %s', (failurePolicy, status) => inForce([['p', [apply('Object{metadata: Object.metadata{labels: {"x": object.data.nope}}}')], { failurePolicy }]], async () => {
    expect((await create(map('m', { a: '' }))).status).toBe(status)
  }))
  it('does not replace what is atomic unseen', () => inForce([['p', [apply('Object{spec: Object.spec{selector: Object.spec.selector{matchLabels: {"a": "b"}}}}')], { matchConstraints: { resourceRules: [DEPLOYMENTS_RULE] } }]], async () => {
    expect((await create(deployment('d'), DEPLOYMENTS)).body['message']).toContain('invalid ApplyConfiguration: may not mutate atomic arrays, maps or structs: .spec.selector')
  }))
  it('changes updates, and not the status of itself', () => inForce([['p', [apply('Object{data: {"rev": request.operation}}')]]], async () => {
    expect((await create(map('m'))).body).toMatchObject({ data: { rev: 'CREATE' } })
    expect((await world.ask('PUT', `${MAPS}/m`, map('m'))).body).toMatchObject({ data: { rev: 'UPDATE' } })
    expect((await world.ask('DELETE', `${MAPS}/m`)).status).toBe(200)
  }))
})

it('a policy that knows a kind in another version sees and changes it in that one', () => inForce([['p', [apply('Object{spec: Object.spec{targetCPUUtilizationPercentage: object.spec.targetCPUUtilizationPercentage + 10}}')], { matchConstraints: { resourceRules: [{ apiGroups: ['autoscaling'], apiVersions: ['v1'], operations: ['CREATE'], resources: ['horizontalpodautoscalers'] }] } }]], async () => {
  const { status, body } = await create({ metadata: { name: 'h' }, spec: { maxReplicas: 3, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'd' }, metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 60 } } }] } }, '/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers')
  expect([status, body]).toMatchObject([201, { apiVersion: 'autoscaling/v2', spec: { metrics: [{ resource: { name: 'cpu', target: { averageUtilization: 70 } } }] } }])
}))
describe('several policies', () => {
  const counts = (more: object): Parameters<typeof bound> => ['a', [apply('Object{metadata: Object.metadata{labels: {"seen": has(object.data) && "late" in object.data ? "yes" : "no"}}}')], more]
  const late: Parameters<typeof bound> = ['b', [apply('Object{data: {"late": "x"}}')]]
  it('are asked again where they want it and others have changed the object', () => inForce([counts({ reinvocationPolicy: 'IfNeeded' }), late], async () => {
    expect((await create(map('m'))).body).toMatchObject({ metadata: { labels: { seen: 'yes' } }, data: { late: 'x' } })
  }))
  it('are asked once where they do not', () => inForce([counts({ reinvocationPolicy: 'Never' }), late], async () => {
    expect((await create(map('m'))).body).toMatchObject({ metadata: { labels: { seen: 'no' } }, data: { late: 'x' } })
  }))
})

describe('a policy', () => {
  it.each<[string, object, string]>([
    ['no mutation', policy('bad', []), 'spec.mutations: Required value'],
    ['no reinvocation policy', policy('bad', [apply('Object{}')], { reinvocationPolicy: '' }), 'spec.reinvocationPolicy: Required value'],
    ['a type of patch that is none', policy('bad', [{ patchType: 'Strategic' }]), 'spec.mutations[0].patchType: Unsupported value: "Strategic"'],
    ['the wrong field', policy('bad', [{ patchType: 'JSONPatch', applyConfiguration: { expression: 'Object{}' } }]), 'spec.mutations[0].jsonPatch: Required value: must be specified when patchType is JSONPatch'],
    ['an operation that changes nothing', policy('bad', [apply('Object{}')], { matchConstraints: { resourceRules: [{ ...MAPS_RULE, operations: ['DELETE'] }] } }), 'operations[0]: Unsupported value: "DELETE"'],
    ['a type in the wrong place', policy('bad', [apply('Object{spec: Object.metadata{}}')]), 'type mismatch: unexpected type name "Object.metadata", expected "Object.spec"'],
    ['a type that is none', policy('bad', [apply('Thing{}')]), "undeclared reference to 'Thing'"],
    ['a field that no patch has', policy('bad', [patch('[JSONPatch{operation: "add"}]')]), "undefined field 'operation'"],
    ['the wrong result', policy('bad', [apply('"x"')]), 'must evaluate to Object'],
    ['half an expression', policy('bad', [patch('[JSONPatch{')]), 'Syntax error'],
  ])('with %s is refused', async (_what, body, message) => {
    expect((await create(body, `${BASE}/mutatingadmissionpolicies`)).body).toMatchObject({ code: 422, message: expect.stringContaining(message) as never })
  })
})
