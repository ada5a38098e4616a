/** What is refused of the kinds beside pods and Services, beyond kinds.test.ts and the kinds' own tests: by upstream's paths and in its words. */
import { describe, expect, it } from 'vitest'
import type { Body } from '../testing.ts'
import { change, context, faults, kindOf, updateFaults, withDefaults } from '../testing.ts'

const TEMPLATE = { spec: { restartPolicy: 'Never', containers: [{ name: 'a', image: 'i:1' }] } }
const JOB: Body = { metadata: { uid: 'u' }, spec: { template: TEMPLATE } }
const INDEXED: Body = { metadata: { uid: 'u' }, spec: { completions: 2, parallelism: 1, completionMode: 'Indexed', template: TEMPLATE } }
const CRON: Body = { spec: { schedule: '* * * * *', jobTemplate: { spec: { template: TEMPLATE } } } }
const BACKEND = { service: { name: 's', port: { number: 80 } } }
const INGRESS: Body = { spec: { rules: [{ host: 'a.b', http: { paths: [{ path: '/', pathType: 'Exact', backend: BACKEND }] } }] } }
const POLICY: Body = { spec: { podSelector: {}, ingress: [{ ports: [{ port: 80 }] }] } }
const VOLUME: Body = { spec: { accessModes: ['ReadWriteOnce'], capacity: { storage: '1Gi' }, csi: { driver: 'd.e', volumeHandle: 'h', volumeAttributes: {} } } }
const CLAIM: Body = { spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '2Gi' } } } }
const LIMITS: Body = { spec: { limits: [{ type: 'Container', max: { cpu: '2' }, min: { cpu: '1' } }] } }
const QUOTA: Body = { spec: { hard: { pods: '1' }, scopeSelector: { matchExpressions: [{ scopeName: 'PriorityClass', operator: 'In', values: ['x'] }] } } }
const ENDPOINTS: Body = { subsets: [{ addresses: [{ ip: '10.0.0.1' }], ports: [{ port: 80 }] }] }
const SLICE: Body = { addressType: 'IPv4', endpoints: [{ addresses: ['10.0.0.1'] }], ports: [{ port: 80 }] }
const CLASS: Body = { provisioner: 'a.b/c' }
const SUBDOMAIN = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
const LABEL = "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
const QUALIFIED = "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
const PATH = 'spec.rules[0].http.paths[0]'
const P = 'spec/rules/0/http/paths/0'
const SELECTED = 'spec.scopeSelector.matchExpressions'
const secret = (type: string, data: Record<string, string>): Body => ({ type: `kubernetes.io/${type}`, data: Object.fromEntries(Object.entries(data).map(([key, text]) => [key, Buffer.from(text).toString('base64')])) })

describe('is refused', () => {
  it.each<[string, Body, string, unknown, string[]]>([
    ['Deployment', { spec: { selector: { matchLabels: { a: 'b' } }, template: { ...TEMPLATE, metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'a', image: 'i:1' }] } } } }, 'spec/template/metadata/labels/x', 'a b', [expect.stringMatching(/^spec\.template\.labels: Invalid value: "a b": a valid label must be/) as unknown as string]],
    ['Job', JOB, 'spec/managedBy', 'me', ['spec.managedBy: Invalid value: "me": must be a domain-prefixed path (such as "acme.io/foo")']],
    ['Job', JOB, 'spec/managedBy', `a.b/${'c'.repeat(60)}`, ['spec.managedBy: Too long: may not be more than 63 bytes']],
    ['Job', JOB, 'spec/maxFailedIndexes', 1, ['spec.backoffLimitPerIndex: Required value: when maxFailedIndexes is specified', 'spec.maxFailedIndexes: Invalid value: 1: requires indexed completion mode']],
    ['Job', JOB, 'spec/podReplacementPolicy', 'Soon', ['spec.podReplacementPolicy: Unsupported value: "Soon": supported values: "Failed", "TerminatingOrFailed"']],
    ['Job', JOB, 'spec/podFailurePolicy', { rules: [{ onExitCodes: { values: [1] } }] }, ['spec.podFailurePolicy.rules[0].action: Required value: valid values: ["Count" "FailIndex" "FailJob" "Ignore"]', 'spec.podFailurePolicy.rules[0].onExitCodes.operator: Required value: valid values: ["In" "NotIn"]']],
    ['Job', JOB, 'spec/template/spec/restartPolicy', 'Always', ['spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"']],
    ['Job', INDEXED, 'metadata/name', `a${'b'.repeat(61)}`, [`metadata.name: Invalid value: "a${'b'.repeat(61)}": will not able to create pod with invalid DNS label: a${'b'.repeat(61)}-1`]],
    ['Job', INDEXED, 'spec', { completions: 100_001, parallelism: 10_001, backoffLimitPerIndex: 1, completionMode: 'Indexed', template: TEMPLATE }, ['spec.maxFailedIndexes: Required value: must be specified when completions is above 100000', 'spec.parallelism: Invalid value: 10001: must be less than or equal to 10000 when completions are above 100000 and used with backoff limit per index']],
    ['Job', INDEXED, 'spec/successPolicy', { rules: [{ succeededIndexes: '1,0' }, { succeededIndexes: '0-1-2' }, { succeededIndexes: 'x' }, { succeededCount: 3 }] }, [
      'spec.successPolicy.rules[0].succeededIndexes: Invalid value: "1,0": error parsing succeededIndexes: non-increasing order, previous: 1, current: 0', `spec.successPolicy.rules[1].succeededIndexes: Invalid value: "0-1-2": error parsing succeededIndexes: the fragment "0-1-2" violates the requirement that an index interval can have at most two parts separated by '-'`,
      'spec.successPolicy.rules[2].succeededIndexes: Invalid value: "x": error parsing succeededIndexes: cannot convert string to integer for index: "x"', 'spec.successPolicy.rules[3].succeededCount: Invalid value: 3: must be less than or equal to 2 (the number of specified completions)',
    ]],
    ['CronJob', CRON, 'spec/timeZone', '', ['spec.timeZone: Invalid value: "": timeZone must be nil or non-empty string']],
    ['CronJob', CRON, 'spec/timeZone', 'Europe/../Paris', ['spec.timeZone: Invalid value: "Europe/../Paris": unknown time zone Europe/../Paris']],
    ['CronJob', CRON, 'spec/jobTemplate/spec/selector', {}, ['spec.jobTemplate.spec.selector: Invalid value: {}: `selector` will be auto-generated']],
    ['CronJob', CRON, 'spec/concurrencyPolicy', 'Maybe', ['spec.concurrencyPolicy: Unsupported value: "Maybe": supported values: "Allow", "Forbid", "Replace"']],
    ['Ingress', INGRESS, `${P}/backend`, {}, [`${PATH}.backend: Invalid value: "": resource or service backend is required`]],
    ['Ingress', INGRESS, `${P}/backend`, { ...BACKEND, resource: { kind: 'K', name: 'n' } }, [`${PATH}.backend: Invalid value: "": cannot set both resource and service backends`]],
    ['Ingress', INGRESS, `${P}/backend`, { service: { name: 's', port: { number: 80, name: 'web' } } }, [`${PATH}.backend: Invalid value: "": cannot set both port name & port number`]],
    ['Ingress', INGRESS, `${P}/backend`, { resource: {} }, [`${PATH}.backend.resource.kind: Required value`, `${PATH}.backend.resource.name: Required value`]],
    ['Ingress', INGRESS, `${P}/pathType`, 'Regex', [`${PATH}.pathType: Unsupported value: "Regex": supported values: "Exact", "ImplementationSpecific", "Prefix"`]],
    ['Ingress', INGRESS, `${P}/path`, 'a//b', [`${PATH}.path: Invalid value: "a//b": must be an absolute path`, `${PATH}.path: Invalid value: "a//b": must not contain '//'`]],
    ['Ingress', INGRESS, 'spec/tls', [{ hosts: ['A.b'], secretName: 'S' }], [`spec.tls[0].hosts[0]: Invalid value: "A.b": ${SUBDOMAIN}`, `spec.tls[0].secretName: Invalid value: "S": ${SUBDOMAIN}`]],
    ['Ingress', { ...INGRESS, metadata: { annotations: { 'kubernetes.io/ingress.class': 'a' } } }, 'spec/ingressClassName', 'b', ['annotations.kubernetes.io/ingress.class: Invalid value: "a": must match `ingressClassName` when both are specified']],
    ['NetworkPolicy', POLICY, 'spec/ingress/0/ports/0', { endPort: 90 }, ['spec.ingress[0].ports[0].endPort: Invalid value: 90: may not be specified when `port` is not specified']],
    ['NetworkPolicy', POLICY, 'spec/ingress/0/ports/0', { port: 'web', endPort: 90 }, ['spec.ingress[0].ports[0].endPort: Invalid value: 90: may not be specified when `port` is non-numeric']],
    ['NetworkPolicy', POLICY, 'spec/ingress/0/from', [{ ipBlock: { cidr: '10.0.0.0/8', except: ['10.0.0.0/8', 'x'] } }], ['spec.ingress[0].from[0].ipBlock.except[0]: Invalid value: "10.0.0.0/8": must be a strict subset of `cidr`', 'spec.ingress[0].from[0].ipBlock.except[1]: Invalid value: "x": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)']],
    ['PersistentVolume', VOLUME, 'spec/csi', { driver: '', volumeHandle: '', nodeStageSecretRef: {}, nodePublishSecretRef: { name: 'S' } }, ['spec.csi.driver: Required value', `spec.csi.driver: Invalid value: "": ${SUBDOMAIN}`, 'spec.csi.volumeHandle: Required value', `spec.csi.nodePublishSecretRef.name: Invalid value: "S": ${SUBDOMAIN}`, 'spec.csi.nodePublishSecretRef.namespace: Required value']],
    ['PersistentVolume', VOLUME, 'spec/nfs', { server: 's', path: '/' }, ['spec.csi: Forbidden: may not specify more than 1 volume type']],
    ['PersistentVolume', { spec: { accessModes: ['ReadWriteOnce'], capacity: { storage: '1Gi' }, hostPath: { path: '/x' } } }, 'spec/volumeAttributesClassName', 'gold', ['spec.csi: Required value: has to be specified when using volumeAttributesClassName']],
    ['PersistentVolume', VOLUME, 'spec/capacity', { cpu: '1' }, ['spec.capacity: Unsupported value: {"cpu":"1"}: supported values: "storage"']],
    ['PersistentVolumeClaim', CLAIM, 'spec/dataSourceRef', { kind: 'VolumeSnapshot', name: 'n', apiGroup: 'A' }, [`spec.dataSource.apiGroup: Invalid value: "A": ${SUBDOMAIN}`, `spec.dataSourceRef.apiGroup: Invalid value: "A": ${SUBDOMAIN}`]],
    ['PersistentVolumeClaim', { spec: { ...(CLAIM['spec'] as object), dataSource: { kind: 'PersistentVolumeClaim', name: 'a' } } }, 'spec/dataSourceRef', { kind: 'PersistentVolumeClaim', name: 'b' }, ['spec: Invalid value: "spec.dataSource": must match dataSourceRef']],
    ['LimitRange', LIMITS, 'spec/limits/0/default', { cpu: '3' }, ['spec.limits[0].defaultRequest[cpu]: Invalid value: "3": default request value 3 is greater than max value 2', 'spec.limits[0].default[cpu]: Invalid value: "2": default value 3 is greater than max value 2']],
    ['LimitRange', LIMITS, 'spec/limits/0/max', { storage: '1Gi', cpu: '2' }, ['spec.limits[0].max[storage]: Invalid value: "storage": must be a standard resource for containers', 'spec.limits[0].default[storage]: Invalid value: "storage": must be a standard resource for containers', 'spec.limits[0].defaultRequest[storage]: Invalid value: "storage": must be a standard resource for containers']],
    ['ResourceQuota', QUOTA, 'spec/scopeSelector/matchExpressions', [{ scopeName: 'Terminating', operator: 'In', values: ['x'] }, { scopeName: 'PriorityClass', operator: 'In' }, { scopeName: 'PriorityClass', operator: 'Exists', values: ['x'] }, { scopeName: 'PriorityClass', operator: 'Like' }, { scopeName: 'Mine', operator: 'Exists' }], [
      `${SELECTED}.scopeName: Invalid value: "Mine": unsupported scope`, `${SELECTED}.operator: Invalid value: "In": must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity`,
      `${SELECTED}.values: Required value: must be at least one value when \`operator\` is 'In' or 'NotIn' for scope selector`, `${SELECTED}.values: Invalid value: ["x"]: must be no value when \`operator\` is 'Exist' or 'DoesNotExist' for scope selector`, `${SELECTED}.operator: Invalid value: "Like": not a valid selector operator`,
    ]],
    ['Secret', secret('ssh-auth', { 'ssh-privatekey': 'k' }), 'data', { 'ssh-privatekey': '' }, ['data[ssh-privatekey]: Required value']],
    ...([['', 'unexpected end of JSON input'], ['hello', "invalid character 'h' looking for beginning of value"], ['[]', 'json: cannot unmarshal array into Go value of type map[string]interface {}'], ['{"a":', 'unexpected end of JSON input']] as const).map(([text, said]): [string, Body, string, unknown, string[]] => ['Secret', secret('dockerconfigjson', { '.dockerconfigjson': '{}' }), 'data', { '.dockerconfigjson': Buffer.from(text).toString('base64') }, [`data[.dockerconfigjson]: Invalid value: "<secret contents redacted>": ${said}`]]),
    ['Endpoints', ENDPOINTS, 'subsets/0/addresses', [{ ip: '169.254.1.1' }, { ip: '10.0.0.1', hostname: 'A', nodeName: 'N' }, { ip: '127.0.0.1' }], ['subsets[0].addresses[0].ip: Invalid value: "169.254.1.1": may not be in the link-local range (169.254.0.0/16, fe80::/10)', `subsets[0].addresses[1].hostname: Invalid value: "A": ${LABEL}`, `subsets[0].addresses[1].nodeName: Invalid value: "N": ${SUBDOMAIN}`]],
    ['Endpoints', ENDPOINTS, 'subsets/0/ports', [{ port: 80 }, { port: 81, name: 'B', appProtocol: 'a b' }], ['subsets[0].ports[0].name: Required value', `subsets[0].ports[1].name: Invalid value: "B": ${LABEL}`, `subsets[0].ports[1].appProtocol: Invalid value: "a b": ${QUALIFIED}`]],
    ['EndpointSlice', SLICE, 'endpoints/0/addresses', ['169.254.0.1'], ['endpoints[0].addresses[0]: Invalid value: "169.254.0.1": may not be in the link-local range (169.254.0.0/16, fe80::/10)']],
    ['EndpointSlice', SLICE, 'ports/0/appProtocol', 'a b', [`ports[0].appProtocol: Invalid value: "a b": ${QUALIFIED}`]],
    ['StorageClass', CLASS, 'allowedTopologies', [{ matchLabelExpressions: [] }, { matchLabelExpressions: [{ key: 'zone' }] }], ['allowedTopologies[1].matchLabelExpressions[0].values: Required value']],
    ['StorageClass', CLASS, 'allowedTopologies', [{ matchLabelExpressions: [{ key: 'zone', values: ['a', 'a'] }, { key: 'zone' }] }], ['allowedTopologies[0].matchLabelExpressions[0].values[1]: Duplicate value: "a"', 'allowedTopologies[0].matchLabelExpressions[1].values: Required value', 'allowedTopologies[0].matchLabelExpressions[1].key: Duplicate value: "zone"']],
    ['RuntimeClass', { handler: 'runc' }, 'overhead', { podFixed: { cpu: '-1' } }, ['overhead.limits[cpu]: Invalid value: "-1": must be greater than or equal to 0']],
    ['IngressClass', { spec: { controller: 'a.b/c' } }, 'spec/controller', 'A.b/c', [`spec.controller: Invalid value: "A.b": ${SUBDOMAIN}`]],
    ['PriorityClass', { value: 1 }, 'preemptionPolicy', 'Always', ['preemptionPolicy: Unsupported value: "Always": supported values: "PreemptLowerPriority", "Never"']],
    ['Node', {}, 'spec/taints', [{ key: 'a', value: 'b c', effect: 'NoSchedule' }], [expect.stringMatching(/^metadata\.taints\[0\]\.value: Invalid value: "b c": a valid label must be/) as unknown as string]],
  ])('%s %# at %s', (kind, body, path, value, expected) => {
    expect(faults(kind, body)).toEqual([])
    expect(faults(kind, change({ ...body, metadata: { ...body.metadata } }, path, value))).toEqual(expected)
  })
})

describe('a change', () => {
  const bound = (claim: Body, capacity: string): Body => ({ ...claim, status: { phase: 'Bound', capacity: { storage: capacity } } })
  it.each<[string, Body, string, unknown, string[]]>([
    ['CronJob', { ...CRON, metadata: { name: 'a'.repeat(60) } }, 'spec/suspend', true, []],
    ['PersistentVolume', VOLUME, 'spec/csi/controllerExpandSecretRef', { name: 's', namespace: 'n' }, []],
    ['PersistentVolume', { spec: { ...(VOLUME['spec'] as object), nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'a', operator: 'Exists' }] }] } } } }, 'spec/nodeAffinity/required/nodeSelectorTerms/0/matchExpressions/0/key', 'b', [expect.stringMatching(/^nodeAffinity: Invalid value: .*: field is immutable, except for updating from beta label to GA$/) as unknown as string]],
    ['PersistentVolumeClaim', CLAIM, 'spec/volumeMode', 'Block', [expect.stringMatching(/^spec: Forbidden: spec is immutable after creation/) as unknown as string, 'volumeMode: Invalid value: "Block": field is immutable']],
  ])('%s %# at %s', (kind, old, path, value, expected) => {
    expect(updateFaults(kind, change(old, path, value), old)).toEqual(expected)
  })
  it('of a claim that could not grow: it may ask for less again, but not for what it has', () => {
    const { strategy } = kindOf('PersistentVolumeClaim')
    const ask = (storage: string): string[] => (strategy.validateUpdate?.(withDefaults('PersistentVolumeClaim', change(bound(CLAIM, '1Gi'), 'spec/resources/requests/storage', storage)), withDefaults('PersistentVolumeClaim', bound(CLAIM, '1Gi')), context) ?? []).map((e) => `${e.field}: ${e.message}`)
    expect([ask('3Gi'), ask('1536Mi'), ask('1Gi')]).toEqual([[], [], ['spec.resources.requests.storage: Forbidden: field can not be less than status.capacity']])
  })
})

describe('a status', () => {
  const told = (kind: string, body: Body, old: Body = body): string[] => (kindOf(kind).strategy.validateStatusUpdate?.(withDefaults(kind, body), withDefaults(kind, old), context) ?? []).map((e) => `${e.field}: ${e.message}`)
  const at = (type: string, more: object = {}): Body => ({ ...JOB, status: { startTime: '2026-01-01T00:00:00Z', conditions: type.split(' ').filter(Boolean).map((t) => ({ type: t, status: 'True' })), ...more } })
  const DONE = { completionTime: '2026-01-01T00:01:00Z' }
  it.each<[string, Body, Body, string[]]>([
    ['Job', at('SuccessCriteriaMet Complete', DONE), at('SuccessCriteriaMet'), []],
    ['Job', at('Complete', DONE), at(''), ['status.conditions: Invalid value: cannot set Complete=True condition without the SuccessCriteriaMet=true condition']],
    ['Job', at('Failed'), at(''), ['status.conditions: Invalid value: cannot set Failed=True condition without the FailureTarget=true condition']],
    ['Job', at('SuccessCriteriaMet Complete'), at('SuccessCriteriaMet'), ['status.completionTime: Required value: completionTime is required for Complete jobs']],
    ['Job', at('', DONE), at(''), ['status.completionTime: Invalid value: "2026-01-01T00:01:00Z": cannot set completionTime when there is no Complete=True condition']],
    ['Job', at('FailureTarget Failed', { active: 1 }), at('FailureTarget'), ['status.active: Invalid value: 1: active>0 is invalid for finished job']],
    ['Job', at(''), at('SuccessCriteriaMet'), ['status.conditions: Invalid value: cannot disable the SuccessCriteriaMet=True condition']],
    ['Job', at('', { failed: 1 }), at('', { failed: 2 }), ['status.failed: Invalid value: 1: cannot decrease the failed counter']],
    ['Job', at('', { ready: 2, active: 1 }), at(''), ['status.ready: Invalid value: 2: cannot set more ready pods than active']],
    ['Job', at('', { startTime: '2026-01-02T00:00:00Z' }), at(''), ['status.startTime: Required value: startTime cannot be removed for unsuspended job']],
    ['Namespace', { status: { phase: 'Terminating' } }, {}, ["status.Phase: Invalid value: \"Terminating\": may only be 'Active' if `deletionTimestamp` is empty"]],
    ['Namespace', { metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' }, status: { phase: 'Active' } }, {}, ["status.Phase: Invalid value: \"Active\": may only be 'Terminating' if `deletionTimestamp` is not empty"]],
    ['Ingress', { ...INGRESS, status: { loadBalancer: { ingress: [{ ip: 'x', hostname: '10.0.0.1' }] } } }, INGRESS, ['status.loadBalancer.ingress[0].ip: Invalid value: "x": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)', 'status.loadBalancer.ingress[0].hostname: Invalid value: "10.0.0.1": must be a DNS name, not an IP address']],
  ])('of a %s %# is judged', (kind, body, old, expected) => {
    expect(told(kind, body, old)).toEqual(expected)
  })
})
