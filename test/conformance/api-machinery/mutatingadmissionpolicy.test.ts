import { expect, it, onTestFinished } from 'vitest'
import type { Deployment, MutatingAdmissionPolicy, MutatingAdmissionPolicyBinding } from '../../../shared/api/types.ts'
import { api, namespace } from '../cluster.ts'
import { everything } from './policies.ts'

const HOME = '/apis/admissionregistration.k8s.io/v1'
const POLICIES = `${HOME}/mutatingadmissionpolicies`
const BINDINGS = `${HOME}/mutatingadmissionpolicybindings`
const CONFIGURATION = 'Object{metadata: Object.metadata{annotations: {"mutated-by": "admission-policy"}}}'
const deploymentRules = { resourceRules: [{ operations: ['CREATE', 'UPDATE'], apiGroups: ['apps'], apiVersions: ['v1'], resources: ['deployments'] }] }
let count = 0

/** A namespace in which the mutation is in force. */
async function mutated(mutation: object): Promise<string> {
  const name = `e2e-map-${process.pid}-${count++}`
  const ns = await namespace({ [name]: 'true' })
  const gone = (path: string): void => onTestFinished(async () => void (await api().send('DELETE', `${path}/${name}`)))
  await api().send('POST', POLICIES, { metadata: { name }, spec: { matchConstraints: { ...deploymentRules, namespaceSelector: { matchLabels: { [name]: 'true' } } }, reinvocationPolicy: 'Never', mutations: [mutation] } })
  gone(POLICIES)
  await api().send('POST', BINDINGS, { metadata: { name }, spec: { policyName: name } })
  gone(BINDINGS)
  return ns
}
const deploy = (ns: string, annotations: object = {}): Promise<Deployment> => api().send<Deployment>('POST', `/apis/apps/v1/namespaces/${ns}/deployments`, {
  metadata: { name: 'test', annotations }, spec: { replicas: 2, selector: { matchLabels: { app: 'test' } }, template: { metadata: { labels: { app: 'test' } }, spec: { containers: [{ name: 'c', image: 'never/pulled', imagePullPolicy: 'Never' }] } } },
})

it('mutate a Deployment (1.36)', async () => {
  const made = await deploy(await mutated({ patchType: 'ApplyConfiguration', applyConfiguration: { expression: CONFIGURATION } }))
  expect(made.metadata.annotations).toMatchObject({ 'mutated-by': 'admission-policy' })
  expect(made.spec.replicas).toBe(2)
})

it('mutate with annotations (1.36)', async () => {
  const ns = await mutated({ patchType: 'JSONPatch', jsonPatch: { expression: '[JSONPatch{op: "add", path: "/metadata/annotations/" + jsonpatch.escapeKey("example.com/mutated"), value: object.metadata.annotations["given"] + "-and-more"}]' } })
  const made = await deploy(ns, { given: 'this' })
  expect(made.metadata.annotations).toMatchObject({ given: 'this', 'example.com/mutated': 'this-and-more' })
})

const policySpec = (annotation: string): MutatingAdmissionPolicy['spec'] => ({
  reinvocationPolicy: 'Never', matchConstraints: { ...deploymentRules, namespaceSelector: { matchLabels: { 'e2e-none': 'x' } } },
  mutations: [{ patchType: 'ApplyConfiguration', applyConfiguration: { expression: `Object{metadata: Object.metadata{annotations: {"my-foo-annotation": "${annotation}"}}}` } }],
})

it('MutatingAdmissionPolicy API (1.36)', async () => {
  expect(await everything(POLICIES, 'admissionregistration.k8s.io', () => ({ spec: policySpec('first') }), { spec: policySpec('second') })).toHaveLength(3)
})

it('MutatingAdmissionPolicyBinding API (1.36)', async () => {
  const spec = (label: string): MutatingAdmissionPolicyBinding['spec'] => ({ policyName: 'replicalimit-policy.example.com', matchResources: { namespaceSelector: { matchLabels: { 'e2e-none': label } } } })
  expect(await everything(BINDINGS, 'admissionregistration.k8s.io', () => ({ spec: spec('a') }), { spec: spec('b') })).toHaveLength(3)
})
