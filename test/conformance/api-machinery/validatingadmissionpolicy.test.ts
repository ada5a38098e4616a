import { expect, it, onTestFinished } from 'vitest'
import type { ValidatingAdmissionPolicy, ValidatingAdmissionPolicyBinding } from '../../../shared/api/types.ts'
import { api, namespace, ok } from '../cluster.ts'
import { refusal } from './custom.ts'
import { everything } from './policies.ts'

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
