/** Rules of release 1.35 that were found by reading upstream's validation and strategies kind by kind. */
import { describe, expect, it } from 'vitest'
import { validateMetadata } from '../../registry/metadata.ts'
import { context, created, deepFreeze, faults, kindOf, updateFaults, withDefaults, type Body } from '../testing.ts'

const SUBDOMAIN = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
const LABEL = "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
const slice = (endpoint: object, addressType = 'IPv4'): Body => ({ addressType, endpoints: [{ addresses: ['10.0.0.1'], ...endpoint }] })
const zones = (...names: string[]): object => ({ hints: { forZones: names.map((name) => ({ name })) } })
const nine = Array.from({ length: 9 }, (_, i) => `z${i}`)
const topology = (...values: string[]): object => ({ matchLabelExpressions: [{ key: 'a', values }] })
const parameters = (given: object): Body => ({ spec: { controller: 'a.b/c', parameters: { kind: 'K', name: 'n', ...given } } })
const address = (parentRef: object): Body => ({ metadata: { name: '10.0.0.1' }, spec: { parentRef: { resource: 'services', name: 's', namespace: 'n', ...parentRef } } })
const set = { selector: { matchLabels: { a: 'b' } }, template: { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i' }] } } }
const three = ['10.1.0.0/16', 'fd00::/64', '10.2.0.0/16']

it.each<[kind: string, body: Body, told: string[]]>([
  ['Service', { spec: { type: 'LoadBalancer', ports: [{ port: 10_250 }] } }, ['spec.ports[0]: Invalid value: 10250: may not expose port 10250 externally since it is used by kubelet']],
  ['Service', { spec: { ports: [{ port: 10_250 }] } }, []],
  ['StatefulSet', { spec: { ...set, revisionHistoryLimit: -1 } }, []],
  ['EndpointSlice', slice({ addresses: ['fd00::1'] }), ['endpoints[0].addresses[0]: Invalid value: "fd00::1": must be a valid IPv4 address']],
  ['EndpointSlice', slice({}, 'IPv6'), ['endpoints[0].addresses[0]: Invalid value: "10.0.0.1": must be a valid IPv6 address']],
  ['EndpointSlice', slice(zones('a', 'a')), ['endpoints[0].hints.forZones[1].name: Duplicate value: "a"']],
  ['EndpointSlice', slice(zones(...nine)), ['endpoints[0].hints.forZones: Too many: 9: must have at most 8 items']],
  ['EndpointSlice', slice({ hints: { forNodes: [{ name: 'A' }] } }), [`endpoints[0].hints.forNodes[0].name: Invalid value: "A": ${SUBDOMAIN}`]],
  ['StorageClass', { provisioner: 'p', parameters: Object.fromEntries(Array.from({ length: 513 }, (_, i) => [`p${i}`, 'x'])) }, ['parameters: Too long: may not be more than 512 bytes']],
  ['StorageClass', { provisioner: 'p', allowedTopologies: [topology('x', 'y'), topology('y', 'x')] }, ['allowedTopologies[1].matchLabelExpressions: Duplicate value: ""']],
  ['IngressClass', parameters({ scope: 'Namespace', namespace: 'N' }), [`spec.parameters.namespace: Invalid value: "N": ${LABEL}`]],
  ['IPAddress', address({ group: 'A' }), [`spec.parentRef.group: Invalid value: "A": ${SUBDOMAIN}`]],
  ['IPAddress', address({ name: 'a/b', namespace: '..' }), ["spec.parentRef.name: Invalid value: \"a/b\": may not contain '/'", "spec.parentRef.namespace: Invalid value: \"..\": may not be '..'"]],
  ['ServiceCIDR', { spec: { cidrs: three } }, [`spec.cidrs: Invalid value: ${JSON.stringify({ cidrs: three })}: may only hold up to 2 values`]],
])('%s %j: %j', (kind, body, told) => expect(faults(kind, body)).toEqual(told))

it('a node keeps what it is called elsewhere', () => {
  expect(updateFaults('Node', { spec: { externalID: 'b' } }, { spec: { externalID: 'a' } })).toEqual(['[]: Forbidden: node updates may only change labels, taints, or capacity (or configSource, if the DynamicKubeletConfig feature gate is enabled)'])
})

/** What a status is told. */
const statusFaults = (kind: string, status: object): string[] => {
  const object = deepFreeze({ ...withDefaults(kind, { spec: {} }), status })
  return (kindOf(kind).strategy.validateStatusUpdate?.(object, object, context) ?? []).map((e) => `${e.field}: ${e.message}`)
}
it.each([
  ['Node', { addresses: [{ type: 'InternalIP', address: '1.2.3.4' }, { type: 'InternalIP', address: '1.2.3.4' }] }, ['status.addresses[1]: Duplicate value: {"type":"InternalIP","address":"1.2.3.4"}']],
  ['PersistentVolumeClaim', { capacity: { storage: '-1' } }, ['status.capacity[storage]: Invalid value: -1: must be a valid resource quantity']],
  ['Deployment', { terminatingReplicas: -1 }, ['status.terminatingReplicas: Invalid value: -1: must be greater than or equal to 0']],
  ['ReplicaSet', { terminatingReplicas: -1 }, ['status.terminatingReplicas: Invalid value: -1: must be greater than or equal to 0']],
])('the status of a %s: %j', (kind, status, told) => expect(statusFaults(kind, status)).toEqual(told))

it('a name to make names of is told by its own path, too', () => {
  const told = validateMetadata(kindOf('ConfigMap'), { name: 'AB-x', generateName: 'AB-' }).map((e) => e.field)
  expect(told).toEqual(['metadata.generateName', 'metadata.name'])
  expect(validateMetadata(kindOf('ConfigMap'), { name: 'a-x', generateName: 'a-' })).toEqual([])
})

describe('what a claim is filled from', () => {
  const CLAIM = { kind: 'PersistentVolumeClaim', name: 'c' }
  const WIDGET = { apiGroup: 'x.io', kind: 'Widget', name: 'w' }
  it.each<[given: object, kept: object]>([
    [{}, {}],
    [{ dataSource: CLAIM }, { dataSource: CLAIM, dataSourceRef: CLAIM }],
    [{ dataSourceRef: WIDGET }, { dataSource: WIDGET, dataSourceRef: WIDGET }],
    [{ dataSource: WIDGET }, {}],
    [{ dataSourceRef: { ...CLAIM, namespace: 'other' } }, {}],
    [{ dataSource: CLAIM, dataSourceRef: WIDGET }, { dataSource: CLAIM, dataSourceRef: WIDGET }],
  ])('%j: %j', (given, kept) => {
    const { dataSource, dataSourceRef } = created('PersistentVolumeClaim', { spec: given })['spec'] as unknown as Record<string, unknown>
    expect({ ...(dataSource ? { dataSource } : {}), ...(dataSourceRef ? { dataSourceRef } : {}) }).toEqual(kept)
  })
  it('is the same when the claim is sent back without the newer field', () => {
    expect(updateFaults('PersistentVolumeClaim', { spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, dataSource: CLAIM } }, { spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, dataSource: CLAIM } })).toEqual([])
  })
})

it('a slice does not keep the old form of its topology, and an account of its secrets only their names', () => {
  expect(created('EndpointSlice', slice({ deprecatedTopology: { a: 'b' } }))['endpoints']).toEqual([{ addresses: ['10.0.0.1'] }])
  expect(created('ServiceAccount', { secrets: [{ name: 's', namespace: 'n', kind: 'Secret' }] })['secrets']).toEqual([{ name: 's' }])
  expect(created('LimitRange', { metadata: { name: '' }, spec: { limits: [] } }).metadata.name).toMatch(/^[0-9a-f-]{36}$/)
})
