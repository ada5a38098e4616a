/** Every kind but the pod, and what may change. */
import { describe, expect, it } from 'vitest'
import type { Body } from '../testing.ts'
import { change, faults, kindOf, updateFaults, withDefaults } from '../testing.ts'
import { kinds } from '../index.ts'

const TEMPLATE = { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'a', image: 'web:1' }] } }
const WORKLOAD: Body = { spec: { selector: { matchLabels: { app: 'web' } }, template: TEMPLATE } }
const SERVICE: Body = { spec: { clusterIP: '10.0.0.9', selector: { app: 'web' }, ports: [{ port: 80 }] } }
const NODE_PORT: Body = { spec: { type: 'NodePort', clusterIP: '10.0.0.9', ports: [{ port: 80, nodePort: 30_080 }] } }
const ROLE: Body = { rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }] }
const BINDING: Body = { roleRef: { kind: 'ClusterRole', name: 'view' }, subjects: [{ kind: 'User', name: 'u' }, { kind: 'ServiceAccount', name: 's', namespace: 'n' }] }
const SECRET: Body = { data: { a: 'eA==' } }
const NODE: Body = { spec: { podCIDR: '10.1.0.0/24', podCIDRs: ['10.1.0.0/24'], taints: [{ key: 'a', effect: 'NoSchedule' }, { key: 'a', effect: 'NoExecute' }] }, status: { capacity: { cpu: '4' } } }
const EVENT: Body = { involvedObject: { kind: 'Pod', name: 'p', namespace: 'default' } }
const NEW_EVENT: Body = { ...EVENT, eventTime: '2026-01-01T00:00:00.000000Z', reportingComponent: 'a.b/c', reportingInstance: 'i', action: 'A', reason: 'R' }
const KEY = "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')"

describe('what is right passes', () => {
  it.each<[string, Body]>([
    ['Deployment', WORKLOAD], ['ReplicaSet', WORKLOAD], ['Service', SERVICE], ['Service', NODE_PORT], ['Service', { spec: { clusterIP: 'None' } }], ['Service', { spec: { type: 'ExternalName', externalName: 'a.b.' } }],
    ['Role', ROLE], ['ClusterRole', ROLE], ['ClusterRole', { rules: [{ nonResourceURLs: ['/metrics'], verbs: ['get'] }], aggregationRule: { clusterRoleSelectors: [{ matchLabels: { a: 'b' } }] } }], ['RoleBinding', BINDING], ['ClusterRoleBinding', BINDING],
    ['ConfigMap', { data: { 'a.txt': 'x' }, binaryData: { b: 'eA==' } }], ['Secret', SECRET], ['Secret', { type: 'kubernetes.io/dockerconfigjson', stringData: { '.dockerconfigjson': '{}' } }], ['Secret', { type: 'my.own/type' }],
    ['Node', NODE], ['Event', EVENT], ['Event', NEW_EVENT], ['Event', { involvedObject: { kind: 'Node', name: 'n' } }], ['Lease', { spec: { leaseDurationSeconds: 40 } }], ['Namespace', {}], ['ServiceAccount', {}], ['PriorityClass', { value: 1_000_000_000 }],
    ['PriorityClass', { metadata: { name: 'system-node-critical' }, value: 2_000_001_000 }],
  ])('%s %#', (kind, body) => {
    expect(faults(kind, body)).toEqual([])
    expect(updateFaults(kind, body, body)).toEqual([])
  })
})

describe('what is wrong is told', () => {
  it.each<[string, Body, string, unknown, string[]]>([
    ['Deployment', WORKLOAD, 'spec/selector/matchLabels', { app: 'x' }, ['spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`']],
    ['Deployment', WORKLOAD, 'spec/selector', undefined, ['spec.selector: Required value']],
    ['Deployment', WORKLOAD, 'spec/selector', {}, ['spec.selector: Invalid value: {}: empty selector is invalid for deployment']],
    ['Deployment', WORKLOAD, 'spec/selector', { matchExpressions: [{ key: 'app', operator: 'Like' }, { key: 'app', operator: 'Exists', values: ['a'] }] }, ['spec.selector.matchExpressions[0].operator: Invalid value: "Like": not a valid selector operator', "spec.selector.matchExpressions[1].values: Forbidden: may not be specified when `operator` is 'Exists' or 'DoesNotExist'"]],
    ['Deployment', WORKLOAD, 'spec/selector', { matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['web'] }] }, ['spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`']],
    ['Deployment', WORKLOAD, 'spec/replicas', -1, ['spec.replicas: Invalid value: -1: must be greater than or equal to 0']],
    ['Deployment', WORKLOAD, 'spec/template', undefined, ['spec.template: Required value']],
    ['Deployment', WORKLOAD, 'spec/template/spec/restartPolicy', 'Never', ['spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"']],
    ['Deployment', WORKLOAD, 'spec/template/spec/containers/0/image', undefined, ['spec.template.spec.containers[0].image: Required value']],
    ['Deployment', WORKLOAD, 'spec/template/spec/activeDeadlineSeconds', 5, ['spec.template.spec.activeDeadlineSeconds: Forbidden: activeDeadlineSeconds in ReplicaSet is not Supported']],
    ['Deployment', WORKLOAD, 'spec/template/spec/ephemeralContainers', [{ name: 'e' }], ['spec.template.spec.ephemeralContainers: Forbidden: ephemeral containers not allowed in pod template']],
    ['Deployment', WORKLOAD, 'spec/progressDeadlineSeconds', 0, ['spec.progressDeadlineSeconds: Invalid value: 0: must be greater than minReadySeconds']],
    ['Deployment', WORKLOAD, 'spec/strategy', { type: 'Recreate', rollingUpdate: {} }, ["spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'"]],
    ['Deployment', WORKLOAD, 'spec/strategy', { type: 'Blue' }, ['spec.strategy: Unsupported value: {"type":"Blue"}: supported values: "Recreate", "RollingUpdate"']],
    ['Deployment', WORKLOAD, 'spec/strategy', { rollingUpdate: { maxSurge: 0, maxUnavailable: '0%' } }, ['spec.strategy.rollingUpdate.maxUnavailable: Invalid value: "0%": may not be 0 when `maxSurge` is 0']],
    ['Deployment', WORKLOAD, 'spec/strategy', { rollingUpdate: { maxUnavailable: '101%' } }, ['spec.strategy.rollingUpdate.maxUnavailable: Invalid value: "101%": must not be greater than 100%']],
    ['Deployment', WORKLOAD, 'spec/strategy', { rollingUpdate: { maxSurge: 'x' } }, ["spec.strategy.rollingUpdate.maxSurge: Invalid value: \"x\": a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')"]],
    ['ReplicaSet', WORKLOAD, 'spec/selector/matchLabels', { app: 'x' }, ['spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`']],
    ['ReplicaSet', WORKLOAD, 'spec/minReadySeconds', -1, ['spec.minReadySeconds: Invalid value: -1: must be greater than or equal to 0']],
    ['Service', SERVICE, 'spec/ports', [], ['spec.ports: Required value']],
    ['Service', SERVICE, 'spec/type', 'Ingress', ['spec.type: Unsupported value: "Ingress": supported values: "ClusterIP", "ExternalName", "LoadBalancer", "NodePort"']],
    ['Service', SERVICE, 'spec/ports', [{ port: 80 }, { port: 81, name: 'b' }], ['spec.ports[0].name: Required value']],
    ['Service', SERVICE, 'spec/ports', [{ port: 80, name: 'a' }, { port: 80, name: 'a' }], ['spec.ports[1].name: Duplicate value: "a"', 'spec.ports[1]: Duplicate value: {"protocol":"TCP","port":80}']],
    ['Service', SERVICE, 'spec/ports/0/port', 0, ['spec.ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive', 'spec.ports[0].targetPort: Invalid value: 0: must be between 1 and 65535, inclusive']],
    ['Service', SERVICE, 'spec/ports/0/targetPort', 'no_name', ['spec.ports[0].targetPort: Invalid value: "no_name": must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)']],
    ['Service', SERVICE, 'spec/ports/0/nodePort', 30_000, ["spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'"]],
    ['Service', SERVICE, 'spec/clusterIP', 'here', ['spec.clusterIPs[0]: Invalid value: "here": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)']],
    ['Service', SERVICE, 'spec/sessionAffinity', 'Cookie', ['spec.sessionAffinity: Unsupported value: "Cookie": supported values: "ClientIP", "None"']],
    ['Service', SERVICE, 'spec/externalTrafficPolicy', 'Local', ['spec.externalTrafficPolicy: Invalid value: "Local": may only be set for externally-accessible services']],
    ['Service', NODE_PORT, 'spec/ports/0/nodePort', 80, ['spec.ports[0].nodePort: Invalid value: 80: provided port is not in the valid range. The range of valid ports is 30000-32767']],
    ['Service', NODE_PORT, 'spec/ports', [{ name: 'a', port: 80, nodePort: 30_080 }, { name: 'b', port: 81, nodePort: 30_080 }], ['spec.ports[1].nodePort: Duplicate value: 30080']],
    ['Service', NODE_PORT, 'spec/clusterIP', 'None', ["spec.clusterIPs[0]: Invalid value: \"None\": may not be set to 'None' for NodePort services"]],
    ['Service', { spec: { type: 'ExternalName' } }, 'spec/ports', undefined, ['spec.externalName: Required value']],
    ['Role', ROLE, 'rules/0/verbs', [], ['rules[0].verbs: Required value: verbs must contain at least one value']],
    ['Role', ROLE, 'rules/0/apiGroups', undefined, ['rules[0].apiGroups: Required value: resource rules must supply at least one api group']],
    ['Role', ROLE, 'rules/0/resources', undefined, ['rules[0].resources: Required value: resource rules must supply at least one resource']],
    ['Role', ROLE, 'rules/0', { nonResourceURLs: ['/x'], verbs: ['get'] }, ['rules[0].nonResourceURLs: Invalid value: ["/x"]: namespaced rules cannot apply to non-resource URLs']],
    ['ClusterRole', ROLE, 'rules/0/nonResourceURLs', ['/x'], ['rules[0].nonResourceURLs: Invalid value: ["/x"]: rules cannot apply to both regular resources and non-resource URLs']],
    ['ClusterRole', ROLE, 'aggregationRule', {}, ['aggregationRule.clusterRoleSelectors: Required value: at least one clusterRoleSelector required if aggregationRule is non-nil']],
    ['RoleBinding', BINDING, 'roleRef/kind', 'Group', ['roleRef.kind: Unsupported value: "Group": supported values: "Role", "ClusterRole"']],
    ['ClusterRoleBinding', BINDING, 'roleRef/kind', 'Role', ['roleRef.kind: Unsupported value: "Role": supported values: "ClusterRole"']],
    ['RoleBinding', BINDING, 'roleRef/name', '', ['roleRef.name: Required value']],
    ['RoleBinding', BINDING, 'subjects/0/kind', 'Robot', ['subjects[0].kind: Unsupported value: "Robot": supported values: "ServiceAccount", "User", "Group"']],
    ['ClusterRoleBinding', BINDING, 'subjects/1/namespace', undefined, ['subjects[1].namespace: Required value']],
    ['ConfigMap', {}, 'data', { 'a b': '' }, [`data[a b]: Invalid value: "a b": ${KEY}`]],
    ['ConfigMap', { data: { a: '' } }, 'binaryData', { a: '' }, ['data[a]: Invalid value: "a": duplicate of key present in binaryData']],
    ['ConfigMap', {}, 'binaryData', { a: 'x' }, ['binaryData[a]: Invalid value: "x": illegal base64 data']],
    ['ConfigMap', {}, 'data', { a: 'x'.repeat(1024 * 1024 + 1) }, ['[]: Too long: may not be more than 1048576 bytes']],
    ['Secret', SECRET, 'stringData', { b: 'x'.repeat(1024 * 1024) }, ['data: Too long: may not be more than 1048576 bytes']],
    ['Secret', SECRET, 'data/a', '!', ['data[a]: Invalid value: "<secret contents redacted>": illegal base64 data']],
    ['Secret', SECRET, 'type', 'hasOwnProperty', []],
    ['Secret', SECRET, 'type', 'kubernetes.io/tls', ['data[tls.crt]: Required value', 'data[tls.key]: Required value']],
    ['Secret', SECRET, 'type', 'kubernetes.io/basic-auth', ['data[username]: Required value', 'data[password]: Required value']],
    ['Secret', SECRET, 'type', 'kubernetes.io/service-account-token', ['metadata.annotations[kubernetes.io/service-account.name]: Required value']],
    ['Secret', { type: 'kubernetes.io/dockerconfigjson' }, 'stringData', { '.dockerconfigjson': '{' }, ['data[.dockerconfigjson]: Invalid value: "<secret contents redacted>": must be valid JSON']],
    ['Node', NODE, 'spec/taints/1/effect', 'NoSchedule', ['metadata.taints[1]: Duplicate value: {"key":"a","effect":"NoSchedule"}: taints must be unique by key and effect pair']],
    ['Node', NODE, 'spec/taints/0/effect', 'Go', ['metadata.taints[0].effect: Unsupported value: "Go": supported values: "NoSchedule", "PreferNoSchedule", "NoExecute"']],
    ['Node', NODE, 'spec/podCIDRs/0', '10.1.0.0/33', ['spec.podCIDRs[0]: Invalid value: "10.1.0.0/33": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)', 'spec.podCIDRs: Invalid value: ["10.1.0.0/33"]: must begin with `podCIDR`']],
    ['Node', NODE, 'status/capacity/cpu', '-4', ['status.capacity.cpu: Invalid value: "-4": must be greater than or equal to 0', 'status.allocatable.cpu: Invalid value: "-4": must be greater than or equal to 0']],
    ['Event', EVENT, 'involvedObject/namespace', 'other', ['involvedObject.namespace: Invalid value: "other": does not match event.namespace']],
    ['Event', NEW_EVENT, 'action', '', ['action: Required value']],
    ['Event', NEW_EVENT, 'reportingComponent', 'a/b/c', ["reportingComponent: Invalid value: \"a/b/c\": a qualified name must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"]],
    ['Lease', {}, 'spec', { leaseDurationSeconds: 0, leaseTransitions: -1 }, ['spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0', 'spec.leaseTransitions: Invalid value: -1: must be greater than or equal to 0']],
    ['Namespace', {}, 'spec', { finalizers: ['mine'] }, ['spec.finalizers: Invalid value: "mine": name is neither a standard finalizer name nor is it fully qualified']],
    ['PriorityClass', {}, 'value', 1_000_000_001, ['value: Forbidden: maximum allowed value of a user defined priority is 1000000000']],
    ['PriorityClass', { value: 1 }, 'metadata/name', 'system-mine', ["metadata.name: Forbidden: priority class names with 'system-' prefix are reserved for system use only. error: system-mine is not a known system priority class"]],
  ])('%s %# at %s', (kind, body, path, value, expected) => {
    expect(faults(kind, change({ ...body, metadata: { ...body.metadata } }, path, value))).toEqual(expected)
  })
})

const POD: Body = { spec: { activeDeadlineSeconds: 10, tolerations: [{ key: 'a', operator: 'Exists', effect: 'NoExecute' }], containers: [{ name: 'a', image: 'web:1' }] } }
const REQUIRED = 'spec/affinity/nodeAffinity/requiredDuringSchedulingIgnoredDuringExecution/nodeSelectorTerms'
const GATED: Body = change(change(POD, 'spec/schedulingGates', [{ name: 'g' }]), REQUIRED, [{ matchExpressions: [{ key: 'a', operator: 'Exists' }] }])
Object.assign(GATED['spec'] as object, { nodeSelector: { a: '1' } })
const PODS_MAY = 'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)'

describe('changes', () => {
  it.each<[string, Body, string, unknown, string[]]>([
    ['Pod', POD, 'spec/containers/0/image', 'web:2', []],
    ['Pod', POD, 'spec/activeDeadlineSeconds', 5, []],
    ['Pod', POD, 'spec/activeDeadlineSeconds', 11, ['spec.activeDeadlineSeconds: Invalid value: 11: must be less than or equal to previous value']],
    ['Pod', POD, 'spec/activeDeadlineSeconds', undefined, ['spec.activeDeadlineSeconds: Invalid value: null: must not update from a positive integer to nil value']],
    ['Pod', POD, 'spec/tolerations/1', { operator: 'Exists' }, []],
    ['Pod', POD, 'spec/tolerations/0/tolerationSeconds', 9, []],
    ['Pod', POD, 'spec/tolerations', [], ['spec.tolerations: Forbidden: existing toleration can not be modified except its tolerationSeconds']],
    ['Pod', POD, 'spec/containers/0/command', ['sh'], [`spec: Forbidden: ${PODS_MAY}\n  spec.containers[0].command: unset -> ["sh"]`]],
    ['Pod', POD, 'spec/nodeName', 'n', [`spec: Forbidden: ${PODS_MAY}\n  spec.nodeName: unset -> "n"`]],
    ['Pod', POD, 'spec/containers/1', { name: 'b', image: 'i' }, ['spec.containers: Forbidden: pod updates may not add or remove containers']],
    ['Pod', POD, 'spec/schedulingGates', [{ name: 'g' }], ["spec.schedulingGates[0].name: Forbidden: only deletion is allowed, but found new scheduling gate 'g'"]],
    ['Pod', GATED, 'spec/nodeSelector', { a: '1', b: '2' }, []],
    ['Pod', GATED, 'spec/nodeSelector', { a: '2' }, ['spec.nodeSelector: Invalid value: {"a":"2"}: only additions to spec.nodeSelector are allowed (no mutations or deletions)']],
    ['Pod', GATED, `${REQUIRED}/0/matchExpressions/1`, { key: 'z', operator: 'Exists' }, []],
    ['Pod', GATED, `${REQUIRED}/0/matchExpressions`, [{ key: 'z', operator: 'Exists' }], [`${REQUIRED.replaceAll('/', '.')}[0]: Invalid value: {"matchExpressions":[{"key":"z","operator":"Exists"}]}: only additions are allowed (no mutations or deletions)`]],
    ['Pod', GATED, `${REQUIRED}/1`, {}, [`${REQUIRED.replaceAll('/', '.')}: Invalid value: [{"matchExpressions":[{"key":"a","operator":"Exists"}]},{}]: no additions/deletions to non-empty NodeSelectorTerms list are allowed`]],
    ['Pod', GATED, 'spec/schedulingGates', [], []],
    ['Pod', GATED, 'spec/affinity/podAffinity', {}, [`spec: Forbidden: ${PODS_MAY}\n  spec.affinity.podAffinity: unset -> {}`]],
    ['Pod', POD, 'metadata', { annotations: { 'container.apparmor.security.beta.kubernetes.io/a': 'runtime/default' } }, ['metadata.annotations[container.apparmor.security.beta.kubernetes.io/a]: Forbidden: may not add AppArmor annotations']],
    ['Pod', { ...POD, metadata: { annotations: { 'kubernetes.io/config.mirror': 'h' } }, spec: { nodeName: 'n', containers: [{ name: 'a', image: 'i:1' }] } }, 'metadata/annotations', {}, ['metadata.annotations[kubernetes.io/config.mirror]: Forbidden: may not remove or update mirror pod annotation']],
    ['Pod', { spec: { terminationGracePeriodSeconds: -5, containers: [{ name: 'a', image: 'i:1' }] } }, 'spec/terminationGracePeriodSeconds', 1, []],
    ['Deployment', WORKLOAD, 'spec/replicas', 9, []],
    ['Deployment', { spec: { selector: { matchLabels: { app: 'web' } }, template: { ...TEMPLATE, metadata: { labels: { app: 'web', b: 'c' } } } } }, 'spec/selector/matchLabels', { b: 'c' }, ['spec.selector: Invalid value: {"matchLabels":{"b":"c"}}: field is immutable']],
    ['Service', SERVICE, 'spec/clusterIP', '10.0.0.10', ['spec.clusterIPs[0]: Invalid value: ["10.0.0.10"]: may not change once set']],
    ['Service', SERVICE, 'spec/clusterIP', undefined, []],
    ['Service', SERVICE, 'spec', { type: 'ExternalName', externalName: 'a.b' }, []],
    ['RoleBinding', BINDING, 'roleRef/name', 'edit', ['roleRef: Invalid value: {"kind":"ClusterRole","name":"edit","apiGroup":"rbac.authorization.k8s.io"}: cannot change roleRef']],
    ['ConfigMap', { immutable: true, data: { a: '1' } }, 'data/a', '2', ['data: Forbidden: field is immutable when `immutable` is set']],
    ['ConfigMap', { immutable: true }, 'immutable', undefined, ['immutable: Forbidden: field is immutable when `immutable` is set']],
    ['Secret', SECRET, 'type', 'my.own/type', ['type: Invalid value: "my.own/type": field is immutable']],
    ['Secret', { ...SECRET, immutable: true }, 'data/a', 'eQ==', ['data: Forbidden: field is immutable when `immutable` is set']],
    ['Node', NODE, 'spec', { podCIDR: '10.2.0.0/24', podCIDRs: ['10.2.0.0/24'] }, ['spec.podCIDRs: Forbidden: node updates may not change podCIDR except from "" to valid']],
    ['Node', NODE, 'spec/unschedulable', true, []],
    ['PriorityClass', { value: 1 }, 'value', 2, ['value: Forbidden: may not be changed in an update.']],
  ])('%s %# at %s', (kind, old, path, value, expected) => {
    expect(updateFaults(kind, change(old, path, value), old)).toEqual(expected)
  })

  it('a service keeps what was allocated', () => {
    const draft = withDefaults('Service', { spec: { type: 'NodePort', ports: [{ port: 80 }] } })
    kindOf('Service').strategy.prepareForUpdate?.(draft, withDefaults('Service', NODE_PORT), { now: 0, user: { name: '', groups: [] }, warn: () => undefined })
    expect(draft['spec']).toMatchObject({ clusterIP: '10.0.0.9', clusterIPs: ['10.0.0.9'], ports: [{ nodePort: 30_080 }] })
  })

  it('a service that no longer opens node ports gives them back', () => {
    expect(updateFaults('Service', change(NODE_PORT, 'spec/type', 'ClusterIP'), NODE_PORT)).toEqual([])
  })

  it('a namespace keeps its finalizers', () => {
    const draft = withDefaults('Namespace', { spec: {} })
    kindOf('Namespace').strategy.prepareForUpdate?.(draft, withDefaults('Namespace', { spec: { finalizers: ['kubernetes'] } }), { now: 0, user: { name: '', groups: [] }, warn: () => undefined })
    expect(draft['spec']).toEqual({ finalizers: ['kubernetes'] })
  })
})

describe('status', () => {
  const status = (kind: string, body: Body, old: Body): string[] =>
    (kindOf(kind).strategy.validateStatusUpdate?.(withDefaults(kind, body), withDefaults(kind, old), { now: 0, user: { name: '', groups: [] }, warn: () => undefined }) ?? []).map((e) => `${e.field}: ${e.message}`)
  const exited = (exitCode: number) => ({ name: 'a', state: { terminated: { exitCode } } })
  const runs = { name: 'a', state: { running: {} } }
  it.each<[string, Body, Body, string[]]>([
    ['Deployment', { spec: {}, status: { replicas: 1, readyReplicas: 1, availableReplicas: 1 } }, { spec: {} }, []],
    ['Deployment', { spec: {}, status: { replicas: 1, readyReplicas: 2 } }, { spec: {} }, ['status.readyReplicas: Invalid value: 2: cannot be greater than status.replicas']],
    ['Deployment', { spec: {}, status: { collisionCount: 1 } }, { spec: {}, status: { collisionCount: 2 } }, ['status.collisionCount: Invalid value: 1: cannot be decremented']],
    ['ReplicaSet', { spec: {}, status: { replicas: 3, readyReplicas: 1, availableReplicas: 2 } }, { spec: {} }, ['status.availableReplicas: Invalid value: 2: cannot be greater than readyReplicas']],
    ['Node', { status: { capacity: { cpu: 'x' }, allocatable: {} } }, {}, ["status.capacity.cpu: Invalid value: \"x\": quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"]],
    ['Pod', { ...POD, status: { phase: 'Happy' } }, POD, ['status.phase: Unsupported value: "Happy": supported values: "Failed", "Pending", "Running", "Succeeded", "Unknown"']],
    ['Pod', { ...POD, status: { containerStatuses: [runs] } }, { ...POD, status: { containerStatuses: [exited(1)] } }, []],
    ['Pod', { spec: { restartPolicy: 'Never' }, status: { containerStatuses: [runs] } }, { spec: { restartPolicy: 'Never', containers: [] }, status: { containerStatuses: [exited(1)] } }, ['status.containerStatuses[0].state: Forbidden: may not be transitioned to non-terminated state']],
    ['Pod', { spec: { restartPolicy: 'OnFailure' }, status: { containerStatuses: [runs] } }, { spec: { restartPolicy: 'OnFailure', containers: [] }, status: { containerStatuses: [exited(1)] } }, []],
  ])('%s %#', (kind, body, old, expected) => {
    expect(status(kind, body, old)).toEqual(expected)
  })
})

describe('half an object', () => {
  const old: Record<string, Body> = { Pod: POD, Deployment: WORKLOAD, ReplicaSet: WORKLOAD, Service: SERVICE, RoleBinding: BINDING, ClusterRoleBinding: BINDING }
  it.each(kinds.map((k) => [k.kind]))('%s: refused, never thrown at', async (kind) => {
    await kindOf(kind).ready?.()
    for (const body of [{}, { spec: {} }, { spec: undefined }, { spec: { template: {}, selector: {} } }, { spec: { template: { spec: {} } } }] as Body[]) {
      expect(() => faults(kind, body)).not.toThrow()
      expect(() => updateFaults(kind, body, old[kind] ?? {})).not.toThrow()
    }
  })
})
