import { describe, expect, it } from 'vitest'
import { created, faults, row, updateFaults, withDefaults } from './testing.ts'

const AT = { creationTimestamp: '2026-01-01T00:55:00Z' }

describe('ResourceQuota', () => {
  it.each<[object, string[]]>([
    [{ hard: { cpu: '1', 'requests.memory': '1Gi', pods: '3', 'count/deployments.apps': '2', 'requests.nvidia.com/gpu': '1' } }, []],
    [{ hard: { pods: '1.5' } }, ['spec.hard[pods]: Invalid value: "1500m": must be an integer']],
    [{ hard: { pods: '-1' } }, ['spec.hard[pods]: Invalid value: "-1": must be greater than or equal to 0']],
    [{ hard: { widgets: '1' } }, ['spec.hard[widgets]: Invalid value: "widgets": must be a standard resource type or fully qualified', 'spec.hard[widgets]: Invalid value: "widgets": must be a standard resource for quota']],
    [{ hard: { pods: '1' }, scopes: ['BestEffort', 'NotBestEffort'] }, ['spec.scopes: Invalid value: ["BestEffort","NotBestEffort"]: conflicting scopes']],
    [{ hard: { cpu: '1' }, scopes: ['BestEffort'] }, ['spec.scopes: Invalid value: ["BestEffort"]: unsupported scope applied to resource']],
    [{ hard: { pods: '1' }, scopes: ['Sometimes'] }, ['spec.scopes: Invalid value: ["Sometimes"]: unsupported scope']],
    [{ hard: { pods: '1' }, scopeSelector: { matchExpressions: [{ scopeName: 'PriorityClass', operator: 'In', values: ['high'] }] } }, []],
  ])('%j', (spec, expected) => expect(faults('ResourceQuota', { spec })).toEqual(expected))
  it('keeps its scopes', () => {
    expect(updateFaults('ResourceQuota', { spec: { hard: { pods: '1' }, scopes: ['BestEffort'] } }, { spec: { hard: { pods: '1' } } })).toEqual(['spec.scopes: Invalid value: ["BestEffort"]: field is immutable'])
  })
  it('shows what is used', () => {
    const object = withDefaults('ResourceQuota', { metadata: AT, status: { hard: { pods: '3', 'limits.cpu': '2', 'requests.cpu': '1' }, used: { pods: '1', 'limits.cpu': '0' } } })
    expect(row('ResourceQuota', object)).toEqual(['x', 'pods: 1/3, requests.cpu: 0/1', 'limits.cpu: 0/2', '5m'])
  })
})

describe('LimitRange', () => {
  it('defaults from what is most and least', () => {
    const limits = (item: object): unknown => (withDefaults('LimitRange', { spec: { limits: [item] } }) as unknown as { spec: { limits: unknown[] } }).spec.limits[0]
    expect(limits({ type: 'Container', max: { cpu: '1000m' }, min: { memory: '1Mi' } })).toEqual({ type: 'Container', max: { cpu: '1' }, min: { memory: '1Mi' }, default: { cpu: '1' }, defaultRequest: { cpu: '1', memory: '1Mi' } })
    expect(limits({ type: 'Pod', max: { cpu: '1' } })).toEqual({ type: 'Pod', max: { cpu: '1' } })
  })
  it.each<[object[], string[]]>([
    [[{ type: 'Container', min: { cpu: '1' }, max: { cpu: '2' }, default: { cpu: '2' }, defaultRequest: { cpu: '1' }, maxLimitRequestRatio: { cpu: '2' } }], []],
    [[{ type: 'Pod', min: { cpu: '2' }, max: { cpu: '1' } }], ['spec.limits[0].min[cpu]: Invalid value: "2": min value 2 is greater than max value 1']],
    [[{ type: 'Pod', default: { cpu: '1' } }], ["spec.limits[0].default: Forbidden: may not be specified when `type` is 'Pod'"]],
    [[{ type: 'PersistentVolumeClaim', min: { cpu: '1' } }], ['spec.limits[0].limits: Required value: either minimum or maximum storage value is required, but neither was provided']],
    [[{ type: 'Pod' }, { type: 'Pod' }], ['spec.limits[1].type: Duplicate value: "Pod"']],
    [[{ type: 'Pod', maxLimitRequestRatio: { cpu: '500m' } }], ['spec.limits[0].maxLimitRequestRatio[cpu]: Invalid value: "500m": ratio 500m is less than 1']],
    [[{ type: 'Pod', min: { cpu: '1' }, max: { cpu: '2' }, maxLimitRequestRatio: { cpu: '3' } }], ['spec.limits[0].maxLimitRequestRatio[cpu]: Invalid value: "3": ratio 3 is greater than max/min = 2.000000']],
  ])('%j', (limits, expected) => expect(faults('LimitRange', { spec: { limits } })).toEqual(expected))
})

describe('CertificateSigningRequest', () => {
  const request = Buffer.from('-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----\n').toString('base64')
  const spec = { request, signerName: 'kubernetes.io/kube-apiserver-client', usages: ['client auth'] }
  it.each<[object, string[]]>([
    [spec, []],
    [{ ...spec, request: 'AAAA' }, ['spec.request: Invalid value: "AAAA": PEM block type must be CERTIFICATE REQUEST']],
    [{ ...spec, usages: [] }, ['spec.usages: Required value']],
    [{ ...spec, signerName: 'mine' }, ['spec.signerName: Invalid value: "mine": must be a fully qualified domain and path of the form "example.com/signer-name"']],
    [{ ...spec, expirationSeconds: 1 }, ['spec.expirationSeconds: Invalid value: 1: may not specify a duration less than 600 seconds (10 minutes)']],
  ])('%j', (body, expected) => expect(faults('CertificateSigningRequest', { spec: body })).toEqual(expected))
  it('is by whoever asks, whatever the body says', () => {
    expect(created('CertificateSigningRequest', { spec: { ...spec, username: 'root', groups: ['system:masters'] } })['spec']).toMatchObject({ username: 'test', groups: [] })
  })
  it('shows how far it is', () => {
    const object = withDefaults('CertificateSigningRequest', { metadata: AT, spec: { ...spec, username: 'u', expirationSeconds: 3600 }, status: { certificate: 'x', conditions: [{ type: 'Approved', status: 'True' }] } })
    expect(row('CertificateSigningRequest', object)).toEqual(['x', '5m', 'kubernetes.io/kube-apiserver-client', 'u', '60m', 'Approved,Issued'])
  })
})

it('RuntimeClass', () => {
  expect(faults('RuntimeClass', { handler: 'runc' })).toEqual([])
  expect(faults('RuntimeClass', { handler: 'Run C' })).toHaveLength(1)
  expect(updateFaults('RuntimeClass', { handler: 'b' }, { handler: 'a' })).toEqual(['handler: Invalid value: "b": field is immutable'])
})
