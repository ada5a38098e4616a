import { expect, it, onTestFinished } from 'vitest'
import type { KubeList, KubeObject } from '../../../shared/api/meta.ts'
import type { ValidatingAdmissionPolicy, ValidatingAdmissionPolicyBinding } from '../../../shared/api/types.ts'
import { api, namespace, ok } from '../cluster.ts'
import { refusal } from './custom.ts'

const HOME = '/apis/admissionregistration.k8s.io/v1'
const POLICIES = `${HOME}/validatingadmissionpolicies`
const BINDINGS = `${HOME}/validatingadmissionpolicybindings`
let count = 0
const deploymentRules = { resourceRules: [{ operations: ['CREATE', 'UPDATE'], apiGroups: ['apps'], apiVersions: ['v1'], resources: ['deployments'] }] }
const gone = (path: string) => onTestFinished(async () => {
  await api().send('DELETE', path).catch((e: Error) => { if (!/ 404 /.test(e.message)) throw e })
})

/** A policy about deployments, in force in the namespaces that carry the label. */
async function inForce(label: Record<string, string>, spec: object): Promise<void> {
  const name = `e2e-${process.pid}-${count++}`
  await api().send('POST', POLICIES, { metadata: { name }, spec: { matchConstraints: deploymentRules, ...spec } })
  gone(`${POLICIES}/${name}`)
  await api().send('POST', BINDINGS, { metadata: { name }, spec: { policyName: name, validationActions: ['Deny'], matchResources: { namespaceSelector: { matchLabels: label } } } })
  gone(`${BINDINGS}/${name}`)
}
const deployment = (name: string, replicas: number): object => ({ metadata: { name }, spec: { replicas, selector: { matchLabels: { app: name } }, template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'c', image: 'never/pulled', imagePullPolicy: 'Never' }] } } } })

it('validate against a Deployment', async () => {
  const label = { 'e2e-policy': `p${process.pid}-${count++}` }
  const ns = await namespace(label)
  await inForce(label, { validations: [{ expression: 'object.spec.replicas > 1', messageExpression: "'wants replicas > 1, got ' + string(object.spec.replicas)" }, { expression: "namespaceObject.metadata.name == '" + ns + "'", message: 'Internal error! Other namespace should not be allowed.' }] })
  const path = `/apis/apps/v1/namespaces/${ns}/deployments`
  expect(await refusal(api().send('POST', path, deployment('one', 1)))).toMatch(/ 422 .*wants replicas > 1, got 1/)
  await api().send('POST', path, deployment('two', 2))
  expect(await refusal(api().send('PUT', `${path}/two`, deployment('two', 0)))).toContain('wants replicas > 1, got 0')
})

it('expressions refer variables', async () => {
  const label = { 'e2e-policy': `p${process.pid}-${count++}` }
  const ns = await namespace(label)
  await inForce(label, {
    variables: [{ name: 'replicas', expression: 'object.spec.replicas' }, { name: 'oddReplicas', expression: 'variables.replicas % 2 == 1' }],
    validations: [{ expression: 'variables.replicas > 1' }, { expression: 'variables.oddReplicas' }],
  })
  const path = `/apis/apps/v1/namespaces/${ns}/deployments`
  expect(await refusal(api().send('POST', path, deployment('one', 1)))).toContain('failed expression: variables.replicas > 1')
  expect(await refusal(api().send('POST', path, deployment('two', 2)))).toContain('failed expression: variables.oddReplicas')
  await api().send('POST', path, deployment('three', 3))
})

/** Everything that a client does with a resource. */
async function everything(path: string, group: string, make: (name: string) => object, changed: object): Promise<string[]> {
  const label = `api${process.pid}-${count++}`
  const selected = `${path}?labelSelector=e2e%3D${label}`
  const { groups } = await api().get<{ groups: { name: string; versions: { version: string }[] }[] }>('/apis')
  expect(groups.find((g) => g.name === group)?.versions.map((v) => v.version)).toContain('v1')
  expect((await api().get<{ resources: { name: string }[] }>(HOME)).resources.map((r) => r.name)).toContain(path.split('/').at(-1))
  const seen: string[] = []
  const watch = await api().watch(`${selected}&watch=true`, (event) => { seen.push(event.type) })
  onTestFinished(() => watch.close())
  const names = ['a', 'b', 'c'].map((n) => `${label}-${n}`)
  for (const name of names) await api().send('POST', path, { metadata: { name, labels: { e2e: label } }, ...make(name) })
  const live = await api().get<KubeObject>(`${path}/${names[0]}`)
  expect((await api().get<KubeList<KubeObject>>(selected)).items).toHaveLength(3)
  const resource = path.split('/').at(-1) as string
  await ok(['patch', resource, names[0] as string, '--type=merge', '-p', '{"metadata":{"annotations":{"patched":"true"}}}'])
  const patched = await api().get<KubeObject>(`${path}/${names[0]}`)
  expect(patched.metadata.annotations).toMatchObject({ patched: 'true' })
  expect(patched.metadata.generation).toBe(live.metadata.generation)
  const updated = await api().send<KubeObject>('PUT', `${path}/${names[0]}`, { ...patched, ...changed })
  expect(updated.metadata.generation).toBe((live.metadata.generation ?? 0) + 1)
  await api().send('DELETE', `${path}/${names[0]}`)
  expect((await api().get<KubeList<KubeObject>>(selected)).items).toHaveLength(2)
  await api().send('DELETE', selected)
  expect((await api().get<KubeList<KubeObject>>(selected)).items).toHaveLength(0)
  await expect.poll(() => seen.filter((type) => type === 'DELETED').length, { timeout: 10_000 }).toBe(3)
  return seen.filter((type) => type === 'ADDED')
}

const policySpec = (message: string): ValidatingAdmissionPolicy['spec'] => ({ matchConstraints: deploymentRules, validations: [{ expression: 'object.spec.replicas <= 100', message }] })

it('VAP API', async () => {
  expect(await everything(POLICIES, 'admissionregistration.k8s.io', () => ({ spec: policySpec('first') }), { spec: policySpec('second') })).toHaveLength(3)
  const name = `status-${process.pid}`
  await api().send('POST', POLICIES, { metadata: { name }, spec: policySpec('x') })
  gone(`${POLICIES}/${name}`)
  await ok(['patch', 'validatingadmissionpolicy', name, '--subresource=status', '--type=merge', '-p', JSON.stringify({ status: { conditions: [{ type: 'PatchStatusFailed', status: 'False', reason: 'e2e', message: '', lastTransitionTime: '2026-01-01T00:00:00Z' }] } })])
  const live = await api().get<ValidatingAdmissionPolicy>(`${POLICIES}/${name}/status`)
  expect(live.status?.conditions).toEqual([expect.objectContaining({ type: 'PatchStatusFailed' })])
})

it('VAPBinding API', async () => {
  const spec = (label: string): ValidatingAdmissionPolicyBinding['spec'] => ({ policyName: 'replicalimit-policy.example.com', validationActions: ['Deny'], matchResources: { namespaceSelector: { matchLabels: { 'e2e-none': label } } } })
  expect(await everything(BINDINGS, 'admissionregistration.k8s.io', () => ({ spec: spec('a') }), { spec: spec('b') })).toHaveLength(3)
})
