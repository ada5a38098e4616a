import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { startWorld, type World } from '../testing.ts'

const BASE = '/apis/admissionregistration.k8s.io/v1'
const MAPS = '/api/v1/namespaces/default/configmaps'
const policy = (name: string, spec: object, rules: object = {}) => ({
  apiVersion: 'admissionregistration.k8s.io/v1', kind: 'ValidatingAdmissionPolicy', metadata: { name },
  spec: { matchConstraints: { resourceRules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE', 'UPDATE'], resources: ['configmaps'], ...rules }] }, ...spec },
})
const binding = (name: string, spec: object = {}) => ({ apiVersion: 'admissionregistration.k8s.io/v1', kind: 'ValidatingAdmissionPolicyBinding', metadata: { name }, spec: { policyName: name, validationActions: ['Deny'], ...spec } })
const map = (name: string, data: object = {}, labels: object = {}) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, labels }, data })

let world: World
const asked: string[] = []
const audited: Record<string, string>[] = []
beforeAll(async () => {
  world = await startWorld({ audit: { write: (line) => void audited.push((JSON.parse(line) as { annotations: Record<string, string> }).annotations), written: async () => undefined }, authorizer: { authorize: (a) => { if (a.user.name === 'limited') asked.push(`${a.verb} ${a.resource} ${a.name}`); return { allowed: a.user.name !== 'limited' || a.verb !== 'special', reason: '' } } } })
})
afterAll(() => world.close())

async function inForce(spec: object, bound: object, run: () => Promise<void>, rules: object = {}): Promise<void> {
  const made = await world.ask('POST', `${BASE}/validatingadmissionpolicies`, policy('p', spec, rules))
  expect(made.body).toMatchObject({ kind: 'ValidatingAdmissionPolicy' })
  expect((await world.ask('POST', `${BASE}/validatingadmissionpolicybindings`, binding('p', bound))).status).toBe(201)
  try {
    await run()
  } finally {
    await world.ask('DELETE', `${BASE}/validatingadmissionpolicies/p`)
    await world.ask('DELETE', `${BASE}/validatingadmissionpolicybindings/p`)
    await world.ask('DELETE', MAPS)
  }
}
const create = (object: object, user?: { name: string; groups: string[] }) => world.ask('POST', MAPS, object, {}, user)

describe('a policy', () => {
  it('denies with its message, in the words that kubectl users know', () => inForce({ validations: [{ expression: 'size(object.data) < 2', message: 'too much data' }] }, {}, async () => {
    expect((await create(map('a', { x: '1' }))).status).toBe(201)
    expect((await create(map('b', { x: '1', y: '2' }))).body).toMatchObject({ code: 422, reason: 'Invalid', message: `configmaps "b" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'p' denied request: too much data` })
    expect((await world.ask('PATCH', `${MAPS}/a`, { data: { y: '2' } }, { 'content-type': 'application/merge-patch+json' })).status).toBe(422)
  }))
  it('says the expression where it has no message, and a reason of its own', () => inForce({ validations: [{ expression: 'object.metadata.name.startsWith("ok")', reason: 'Forbidden' }] }, {}, async () => {
    expect((await create(map('no'))).body).toMatchObject({ code: 403, reason: 'Forbidden', message: expect.stringContaining('failed expression: object.metadata.name.startsWith("ok")') })
  }))
  it('has variables, message expressions, the request, the old object and the namespace', () => inForce({
    variables: [{ name: 'n', expression: 'size(object.data)' }, { name: 'double', expression: 'variables.n * 2' }, { name: 'bad', expression: 'object.data.nope' }],
    validations: [{ expression: 'variables.double < 4 || request.userInfo.username != "admin"', messageExpression: '"doubled: " + string(variables.double) + " in " + namespaceObject.metadata.name' }, { expression: 'oldObject == null || object.data == oldObject.data', message: 'frozen' }],
  }, {}, async () => {
    expect((await create(map('a', { a: '', b: '' }))).body).toMatchObject({ message: expect.stringContaining('doubled: 4 in default') })
    await create(map('b', { a: '' }))
    expect((await world.ask('PUT', `${MAPS}/b`, map('b', { a: 'x' }))).body).toMatchObject({ message: expect.stringContaining('frozen') })
  }))
  it.each([['Fail', 422], ['Ignore', 201]])('whose expression fails: %s', (failurePolicy, status) => inForce({ failurePolicy, validations: [{ expression: 'object.data.nope == "x"' }] }, {}, async () => {
    expect((await create(map('a', { x: '' }))).status).toBe(status)
  }))
  it('warns where its binding says so', () => inForce({ validations: [{ expression: 'false', message: 'hm' }] }, { validationActions: ['Warn', 'Audit'] }, async () => {
    expect(await create(map('a'))).toMatchObject({ status: 201, headers: { warning: expect.stringContaining("Validation failed for ValidatingAdmissionPolicy 'p' with binding 'p': hm") } })
  }))
  it('writes into the audit log what it lets through, and what it is asked to note', () => inForce({
    validations: [{ expression: 'true' }, { expression: 'size(object.data) < 1', message: 'data' }], auditAnnotations: [{ key: 'size', valueExpression: '"holds " + string(size(object.data))' }, { key: 'nothing', valueExpression: 'null' }],
  }, { validationActions: ['Audit'] }, async () => {
    expect((await create(map('a', { x: '' }))).status).toBe(201)
    const { 'validation.policy.admission.k8s.io/validation_failure': failure = '', ...others } = audited.at(-1) ?? {}
    expect(JSON.parse(failure)).toEqual([{ message: 'data', policy: 'p', binding: 'p', expressionIndex: 1, validationActions: ['Audit'] }])
    expect(others).toMatchObject({ 'p/size': 'holds 1' })
    expect(others).not.toHaveProperty('p/nothing')
  }))
  it('writes it down also where it denies', () => inForce({ validations: [{ expression: 'false' }] }, { validationActions: ['Deny', 'Audit'] }, async () => {
    expect((await create(map('a'))).status).toBe(422)
    expect(audited.at(-1)).toHaveProperty(['validation.policy.admission.k8s.io/validation_failure'])
  }))
  it('heeds match conditions, selectors and exclusions', () => inForce({
    matchConditions: [{ name: 'not-free', expression: 'object.metadata.name != "free"' }], validations: [{ expression: 'false' }],
  }, { matchResources: { objectSelector: { matchLabels: { held: 'yes' } }, excludeResourceRules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['*'], resources: ['configmaps'], resourceNames: ['spared'] }] } }, async () => {
    expect((await create(map('a', {}, { held: 'yes' }))).status).toBe(422)
    for (const [name, labels] of [['a', {}], ['free', { held: 'yes' }], ['spared', { held: 'yes' }]] as const) expect((await create(map(name, {}, labels))).status).toBe(201)
  }))
  it('takes parameters, by name or all that match', () => inForce({ paramKind: { apiVersion: 'v1', kind: 'ConfigMap' }, validations: [{ expression: 'object.metadata.name == params.metadata.name || size(object.data) <= int(params.data.most)' }] },
    { paramRef: { selector: { matchLabels: { param: 'yes' } }, parameterNotFoundAction: 'Deny' } }, async () => {
      expect((await create(map('a'))).body).toMatchObject({ message: expect.stringContaining('no params found for policy binding with `Deny` parameterNotFoundAction') })
      await world.ask('DELETE', `${BASE}/validatingadmissionpolicybindings/p`)
      await create(map('one', { most: '1' }, { param: 'yes' }))
      await world.ask('POST', `${BASE}/validatingadmissionpolicybindings`, binding('p', { paramRef: { selector: { matchLabels: { param: 'yes' } }, parameterNotFoundAction: 'Deny' } }))
      expect((await create(map('a', { x: '' }))).status).toBe(201)
      expect((await create(map('b', { x: '', y: '' }))).status).toBe(422)
    }))
  it.each<[string, object, object, string]>([
    ['that names parameters nobody can find is wrong whatever its actions are', { paramKind: { apiVersion: 'example.com/v1', kind: 'None' }, validations: [{ expression: 'true' }] }, { paramRef: { name: 'x', parameterNotFoundAction: 'Deny' } }, `ValidatingAdmissionPolicy 'p' denied request: failed to configure policy: failed to find resource referenced by paramKind: 'example.com/v1, Kind=None'`],
    ['whose binding has no parameters, too', { paramKind: { apiVersion: 'v1', kind: 'ConfigMap' }, validations: [{ expression: 'true' }] }, { paramRef: { name: 'none', parameterNotFoundAction: 'Deny' } }, `ValidatingAdmissionPolicy 'p' with binding 'p' denied request: failed to configure binding: no params found for policy binding with \`Deny\` parameterNotFoundAction`],
    ['whose binding looks for what has no namespace in one', { paramKind: { apiVersion: 'v1', kind: 'Node' }, validations: [{ expression: 'true' }] }, { paramRef: { name: 'x', namespace: 'default', parameterNotFoundAction: 'Allow' } }, 'failed to configure binding: paramRef.namespace must not be provided for a cluster-scoped `paramKind`'],
    ['whose note is no text', { validations: [{ expression: 'true' }], auditAnnotations: [{ key: 'n', valueExpression: 'size(object.data)' }] }, {}, `denied request: valueExpression 'size(object.data)' resulted in unsupported return type: int. Return type must be either string or null.`],
    ['whose note cannot be made', { validations: [{ expression: 'true' }], auditAnnotations: [{ key: 'n', valueExpression: 'object.data.nope' }] }, {}, `denied request: expression 'object.data.nope' resulted in error: no such key: nope`],
  ])('%s', (_what, spec, bound, message) => inForce(spec, { validationActions: ['Warn'], ...bound }, async () => {
    expect((await create(map('a', { x: '' }))).body).toMatchObject({ code: 422, reason: 'Invalid', message: expect.stringContaining(message) })
  }))
  it('says the plain sentence where one that was made is too long', () => inForce({ validations: [{ expression: 'false', message: 'plain', messageExpression: 'object.data.x' }] }, {}, async () => {
    expect((await create(map('a', { x: 'x'.repeat(5 * 1024 + 1) }))).body).toMatchObject({ message: expect.stringMatching(/denied request: plain$/) })
    expect((await create(map('a', { x: ' y ' }))).body).toMatchObject({ message: expect.stringMatching(/denied request: y$/) })
  }))
  it('judges a kind in the version that it names, whichever is written', () => inForce({ validations: [{ expression: 'object.spec.targetCPUUtilizationPercentage < 80', message: 'too hot' }] }, {}, async () => {
    const scaler = (name: string, averageUtilization: number) => world.ask('POST', '/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers', { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata: { name }, spec: { maxReplicas: 3, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'd' }, metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization } } }] } })
    expect((await scaler('cool', 60)).status).toBe(201)
    expect((await scaler('hot', 90)).body).toMatchObject({ code: 422, message: expect.stringContaining('denied request: too hot') as never })
  }, { apiGroups: ['autoscaling'], apiVersions: ['v1'], resources: ['horizontalpodautoscalers'] }))
  it('asks the authorizer', () => inForce({ validations: [{ expression: 'authorizer.requestResource.check("special").allowed()' }] }, {}, async () => {
    expect((await create(map('a'), { name: 'limited', groups: [] })).status).toBe(422)
    expect(asked).toContain('special configmaps a')
    expect((await create(map('a'))).status).toBe(201)
  }))
  it('judges deletions', () => inForce({ validations: [{ expression: 'oldObject.metadata.name != "stay"' }] }, {}, async () => {
    await create(map('stay'))
    expect((await world.ask('DELETE', `${MAPS}/stay`)).status).toBe(422)
    await world.ask('DELETE', `${BASE}/validatingadmissionpolicies/p`)
    expect((await world.ask('DELETE', `${MAPS}/stay`)).status).toBe(200)
  }, { operations: ['DELETE'] }))
  it('is checked against the types of its kinds', async () => {
    const spec = {
      paramKind: { apiVersion: 'v1', kind: 'ConfigMap' }, variables: [{ name: 'n', expression: 'object.spec.replicas' }],
      validations: [{ expression: 'object.spec.replicas > 1 && variables.n > 1' }, { expression: 'object.spec.replicas > "1" && object.spec.nope' }, { expression: 'variables.n == "x"', messageExpression: 'params.nope' }],
    }
    await world.ask('POST', `${BASE}/validatingadmissionpolicies`, policy('typed', spec, { apiGroups: ['apps'], resources: ['replicasets', 'deployments', 'deployments/status'] }))
    const read = async () => (await world.ask('GET', `${BASE}/validatingadmissionpolicies/typed`)).body['status'] as unknown as { observedGeneration: number; typeChecking: { expressionWarnings: { fieldRef: string; warning: string }[] } }
    await vi.waitFor(async () => expect(await read()).toMatchObject({ observedGeneration: 1 }))
    const warnings = (await read()).typeChecking.expressionWarnings
    expect(warnings.map((w) => w.fieldRef)).toEqual(['spec.validations[1].expression', 'spec.validations[2].expression', 'spec.validations[2].messageExpression'])
    const of = (kind: string): string => `apps/v1, Kind=${kind}: ERROR: <input>:1:13: found no matching overload for '_==_' applied to '(int, string)'\n | variables.n == "x"\n | ............^\n`
    expect(warnings[1]?.warning).toBe(`${of('Deployment')}\n${of('ReplicaSet')}`)
    expect(warnings[0]?.warning).toMatch(/^apps\/v1, Kind=Deployment: ERROR: .*no matching overload[^]*undefined field 'nope'/)
    expect(warnings[2]?.warning).toMatch(/^apps\/v1, Kind=Deployment: ERROR: <input>:1:7: undefined field 'nope'\n/)
  })
  it('is not checked against kinds that it names by a star, and those of the core are of no group', async () => {
    const spec = { validations: [{ expression: 'object.nope == 1' }] }
    await world.ask('POST', `${BASE}/validatingadmissionpolicies`, policy('stars', spec, { apiGroups: ['*'] }))
    await world.ask('POST', `${BASE}/validatingadmissionpolicies`, policy('core', spec))
    await vi.waitFor(async () => expect((await world.ask('GET', `${BASE}/validatingadmissionpolicies/stars`)).body).toMatchObject({ status: { observedGeneration: 1, typeChecking: {} } }))
    await vi.waitFor(async () => expect((await world.ask('GET', `${BASE}/validatingadmissionpolicies/core`)).body).toMatchObject({ status: { typeChecking: { expressionWarnings: [{ warning: "/v1, Kind=ConfigMap: ERROR: <input>:1:7: undefined field 'nope'\n | object.nope == 1\n | ......^\n" }] } } }))
  })
  it.each([
    [{ validations: [{ expression: 'object.x ==' }] }, {}, 'spec.validations[0].expression: Invalid value: "object.x ==": compilation failed'],
    [{ validations: [{ expression: 'nope == 1' }] }, {}, "undeclared reference to 'nope'"],
    [{ validations: [{ expression: 'params.x == 1' }] }, {}, "undeclared reference to 'params'"],
    [{ validations: [{ expression: 'request.nope == 1' }] }, {}, "undefined field 'nope'"],
    [{ validations: [{ expression: 'namespaceObject.metadata.nope == 1' }] }, {}, "undefined field 'nope'"],
    [{ validations: [{ expression: 'variables.nope' }], variables: [{ name: 'n', expression: '1' }] }, {}, "undefined field 'nope'"],
    [{ validations: [{ expression: 'variables.n == "x"' }], variables: [{ name: 'n', expression: 'size(object.metadata.name)' }] }, {}, "found no matching overload for '_==_' applied to '(int, string)'"],
    [{ validations: [{ expression: 'true' }], variables: [{ name: 'a', expression: 'variables.b' }, { name: 'b', expression: '1' }] }, {}, 'spec.variables[0].expression: Invalid value: "variables.b": compilation failed: ERROR: <input>:1:10: undefined field \'b\''],
    [{ validations: [{ expression: 'false', messageExpression: 'string(authorizer.group("").resource("pods").check("get").allowed())' }] }, {}, "spec.validations[0].messageExpression: Invalid value"],
    [{ validations: [] }, {}, 'spec.validations: Required value'],
    [{ validations: [{ expression: 'true', reason: 'Because' }] }, {}, 'Unsupported value: "Because"'],
    [{ validations: [{ expression: 'true', message: 'a\nb' }] }, {}, 'spec.validations[0].message: Invalid value: "a\\nb": message must not contain line breaks'],
    [{ validations: [{ expression: 'true\n|| false' }] }, {}, 'spec.validations[0].message: Required value: message must be specified if expression contains line breaks'],
    [{ validations: [{ expression: 'true', messageExpression: ' ' }] }, {}, 'spec.validations[0].messageExpression: Required value: must be non-empty if specified'],
    [{ validations: [{ expression: 'true' }], matchConditions: [{ name: '-', expression: 'true' }] }, {}, 'spec.matchConditions[0].name: Invalid value: "-"'],
    [{ validations: [{ expression: 'true' }], variables: [{ name: '1a', expression: 'true' }] }, {}, 'spec.variables[0].name: Invalid value: "1a": name is not a valid CEL identifier'],
    [{ auditAnnotations: [{ key: 'a b', valueExpression: '"x"' }] }, {}, 'spec.auditAnnotations[0].key: Invalid value: "a b"'],
    [{ validations: [{ expression: 'true' }] }, { operations: ['READ'] }, 'operations[0]: Unsupported value: "READ"'],
  ])('%# is refused', async (spec, rules, message) => {
    expect((await world.ask('POST', `${BASE}/validatingadmissionpolicies`, policy('bad', spec, rules))).body).toMatchObject({ code: 422, message: expect.stringContaining(message) })
  })
})
