import { describe, expect, it } from 'vitest'
import { formatLabels } from './columns.ts'
import { created, kindOf, row } from './testing.ts'

const AT = { creationTimestamp: '2026-01-01T00:55:00Z' }
const template = { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'a', image: 'web:1' }, { name: 'b', image: 'log:2' }] } }
const selector = { matchLabels: { app: 'web' } }

const pod = {
  metadata: AT, spec: { nodeName: 'n1', containers: [{ name: 'a' }], readinessGates: [{ conditionType: 'x/y' }, { conditionType: 'x/z' }] },
  status: { phase: 'Running', podIP: '10.0.0.1', podIPs: [{ ip: '10.0.0.1' }], conditions: [{ type: 'x/y', status: 'True' }], containerStatuses: [{ name: 'a', ready: true, restartCount: 3, state: { running: {} }, lastState: { terminated: { finishedAt: '2026-01-01T00:50:00Z' } } }] },
}

/** Objects as they are stored: created, then with the status that somebody wrote. */
const stored = (kind: string, body: Record<string, unknown>) => ({ ...created(kind, body), ...(body['status'] ? { status: body['status'] } : {}) })

describe('rows', () => {
  it.each<[string, Record<string, unknown>, unknown[]]>([
    ['Pod', pod, ['x', '1/1', 'Running', '3 (10m ago)', '5m', '10.0.0.1', 'n1', '<none>', '1/2']],
    ['Pod', { metadata: AT, spec: { containers: [{ name: 'a' }] } }, ['x', '0/1', 'Pending', '0', '5m', '<none>', '<none>', '<none>', '<none>']],
    ['Deployment', { metadata: AT, spec: { replicas: 3, selector, template }, status: { readyReplicas: 1, updatedReplicas: 2, availableReplicas: 1 } }, ['x', '1/3', 2, 1, '5m', 'a,b', 'web:1,log:2', 'app=web']],
    ['Deployment', { metadata: AT, spec: { selector: {}, template } }, ['x', '0/1', 0, 0, '5m', 'a,b', 'web:1,log:2', '<none>']],
    ['ReplicaSet', { metadata: AT, spec: { replicas: 2, selector, template }, status: { replicas: 2, readyReplicas: 1 } }, ['x', 2, 2, 1, '5m', 'a,b', 'web:1,log:2', 'app=web']],
    ['Service', { metadata: AT, spec: { clusterIP: '10.0.0.9', selector: { b: '2', a: '1' }, ports: [{ port: 80 }, { port: 53, protocol: 'UDP', name: 'dns' }] } }, ['x', 'ClusterIP', '10.0.0.9', '<none>', '80/TCP,53/UDP', '5m', 'a=1,b=2']],
    ['Service', { metadata: AT, spec: { type: 'NodePort', clusterIP: '10.0.0.9', externalIPs: ['1.2.3.4'], ports: [{ port: 80, nodePort: 30_080 }] } }, ['x', 'NodePort', '10.0.0.9', '1.2.3.4', '80:30080/TCP', '5m', '<none>']],
    ['Service', { metadata: AT, spec: { type: 'LoadBalancer', clusterIP: '10.0.0.9', ports: [{ port: 80 }] } }, ['x', 'LoadBalancer', '10.0.0.9', '<pending>', '80/TCP', '5m', '<none>']],
    ['Service', { metadata: AT, spec: { type: 'LoadBalancer', clusterIP: '10.0.0.9', ports: [{ port: 80 }] }, status: { loadBalancer: { ingress: [{ ip: '9.9.9.9' }] } } }, ['x', 'LoadBalancer', '10.0.0.9', '9.9.9.9', '80/TCP', '5m', '<none>']],
    ['Service', { metadata: AT, spec: { type: 'ExternalName', externalName: 'a.b' } }, ['x', 'ExternalName', '<none>', 'a.b', '<none>', '5m', '<none>']],
    ['Node', {
      metadata: { ...AT, labels: { 'node-role.kubernetes.io/worker': '', 'node-role.kubernetes.io/control-plane': '' } }, spec: { unschedulable: true },
      status: { conditions: [{ type: 'Ready', status: 'True' }], addresses: [{ type: 'InternalIP', address: '10.1.1.1' }], nodeInfo: { kubeletVersion: 'v1.36.0', osImage: 'Debian', kernelVersion: '6.1', containerRuntimeVersion: 'docker://28' } },
    }, ['x', 'Ready,SchedulingDisabled', 'control-plane,worker', '5m', 'v1.36.0', '10.1.1.1', '<none>', 'Debian', '6.1', 'docker://28']],
    ['Node', { metadata: AT, status: { conditions: [{ type: 'Ready', status: 'Unknown' }] } }, ['x', 'NotReady', '<none>', '5m', '', '<none>', '<none>', '<unknown>', '<unknown>', '<unknown>']],
    ['Node', { metadata: AT }, ['x', 'Unknown', '<none>', '5m', '', '<none>', '<none>', '<unknown>', '<unknown>', '<unknown>']],
    ['Namespace', { metadata: AT }, ['x', 'Active', '5m']],
    ['ConfigMap', { metadata: AT, data: { a: '' }, binaryData: { b: '' } }, ['x', 2, '5m']],
    ['Secret', { metadata: AT, stringData: { a: '' } }, ['x', 'Opaque', 1, '5m']],
    ['ServiceAccount', { metadata: AT, secrets: [{ name: 's' }] }, ['x', 1, '5m']],
    ['Lease', { metadata: AT, spec: { holderIdentity: 'me' } }, ['x', 'me', '5m']],
    ['Role', { metadata: AT }, ['x', '2026-01-01T00:55:00Z']],
    ['ClusterRole', { metadata: AT }, ['x', '2026-01-01T00:55:00Z']],
    ['RoleBinding', { metadata: AT, roleRef: { kind: 'Role', name: 'r' }, subjects: [{ kind: 'User', name: 'u' }, { kind: 'User', name: 'v' }, { kind: 'Group', name: 'g' }, { kind: 'ServiceAccount', name: 's', namespace: 'n' }] }, ['x', 'Role/r', '5m', 'u, v', 'g', 'n/s']],
    ['PriorityClass', { metadata: AT, value: 7 }, ['x', 7, false, '5m', 'PreemptLowerPriority']],
    ['Event', { metadata: AT, type: 'Warning', reason: 'BackOff', message: ' sad \n', count: 4, involvedObject: { kind: 'Pod', name: 'p', fieldPath: 'spec.containers{a}' }, source: { component: 'kubelet', host: 'n1' }, firstTimestamp: '2026-01-01T00:00:00Z', lastTimestamp: '2026-01-01T00:59:00Z' },
      ['60s', 'Warning', 'BackOff', 'pod/p', 'spec.containers{a}', 'kubelet, n1', 'sad', '60m', 4, 'x']],
    ['Event', { metadata: AT, type: 'Normal', reason: 'R', involvedObject: { kind: 'Pod' }, reportingComponent: 'c', eventTime: '2026-01-01T00:30:00.000000Z', series: { count: 9, lastObservedTime: '2026-01-01T00:58:00.000000Z' } },
      ['2m', 'Normal', 'R', 'pod', '', 'c', '', '30m', 9, 'x']],
  ])('%s', (kind, body, expected) => {
    expect(row(kind, stored(kind, body) as never, true)).toEqual(expected)
  })

  it.each([
    ['Pod', ['Name', 'Ready', 'Status', 'Restarts', 'Age'], ['IP', 'Node', 'Nominated Node', 'Readiness Gates']],
    ['Deployment', ['Name', 'Ready', 'Up-to-date', 'Available', 'Age'], ['Containers', 'Images', 'Selector']],
    ['ReplicaSet', ['Name', 'Desired', 'Current', 'Ready', 'Age'], ['Containers', 'Images', 'Selector']],
    ['Service', ['Name', 'Type', 'Cluster-IP', 'External-IP', 'Port(s)', 'Age'], ['Selector']],
    ['Node', ['Name', 'Status', 'Roles', 'Age', 'Version'], ['Internal-IP', 'External-IP', 'OS-Image', 'Kernel-Version', 'Container-Runtime']],
    ['Event', ['Last Seen', 'Type', 'Reason', 'Object', 'Message'], ['Subobject', 'Source', 'First Seen', 'Count', 'Name']],
    ['ClusterRoleBinding', ['Name', 'Role', 'Age'], ['Users', 'Groups', 'ServiceAccounts']],
  ])('%s has the columns that kubectl shows', (kind, narrow, wide) => {
    const { columns } = kindOf(kind)
    expect(columns.filter((c) => c.priority === 0).map((c) => c.name)).toEqual(narrow)
    expect(columns.filter((c) => c.priority === 1).map((c) => c.name)).toEqual(wide)
    expect(columns.filter((c) => c.format === 'name')).toHaveLength(1)
  })
})

describe('text forms', () => {
  it('labels', () => {
    expect(formatLabels(undefined)).toBe('<none>')
    expect(formatLabels({ b: '2', a: '1' })).toBe('a=1,b=2')
  })
})
