import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { created, withDefaults } from '../testing.ts'
import { imageTag } from './container.ts'

const BODIES: [string, Record<string, unknown>][] = [
  ['Pod', { spec: { hostNetwork: true, containers: [{ name: 'a', image: 'web', ports: [{ containerPort: 80 }], resources: { limits: { cpu: '1000m' } }, env: [{ name: 'A', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }], readinessProbe: { grpc: { port: 1 } }, lifecycle: { preStop: { httpGet: { port: 1 } } } }], volumes: [{ name: 'v' }, { name: 'd', downwardAPI: { items: [{ path: 'a', fieldRef: { fieldPath: 'metadata.name' } }] } }, { name: 'p', projected: { sources: [{ serviceAccountToken: { path: 't' } }] } }], serviceAccount: 'sa' } }],
  ['Deployment', { spec: { selector: { matchLabels: { a: 'b' } }, template: { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'a', image: 'web:1' }] } } } }],
  ['ReplicaSet', { spec: { template: { spec: { containers: [{ name: 'a' }] } } } }],
  ['Service', { spec: { type: 'LoadBalancer', sessionAffinity: 'ClientIP', ports: [{ port: 80 }] } }],
  ['Service', { spec: { clusterIP: 'None' } }],
  ['Secret', { stringData: { a: 'b' }, data: { a: 'eA==', c: 'eA==' } }],
  ['Namespace', {}],
  ['Node', { status: { capacity: { cpu: '4000m', memory: '1.5Gi' } } }],
  ['RoleBinding', { roleRef: { kind: 'Role', name: 'r' }, subjects: [{ kind: 'User', name: 'u' }, { kind: 'ServiceAccount', name: 's' }] }],
  ['PriorityClass', {}],
]

describe('defaults', () => {
  it.each(BODIES)('of a %s are idempotent', (kind, body) => {
    const once = withDefaults(kind, body)
    expect(withDefaults(kind, structuredClone(once) as never)).toEqual(once)
  })

  it('of any pod and any service are idempotent, and a second pass writes nothing', () => {
    const some = { requiredKeys: [] }
    const amount = fc.dictionary(fc.constantFrom('cpu', 'memory', 'a.b/c'), fc.constantFrom('1000m', '0.0005', '1.5Gi', '1e3', 'x', '-1'))
    const get = fc.record({ path: fc.constantFrom('', '/x'), port: fc.integer(), scheme: fc.constantFrom('', 'HTTPS') }, some)
    const probe = fc.record({ httpGet: get, grpc: fc.record({ port: fc.integer() }), timeoutSeconds: fc.nat(3), successThreshold: fc.nat(3) }, some)
    const container = fc.record({
      name: fc.string(), image: fc.constantFrom('', 'a', 'a:latest', 'a:1', 'a@sha256:0'), imagePullPolicy: fc.constantFrom('', 'Never'), livenessProbe: probe, resources: fc.record({ limits: amount, requests: amount }, some),
      ports: fc.array(fc.record({ containerPort: fc.nat(9), hostPort: fc.nat(9), protocol: fc.constantFrom('', 'UDP') }, some), { maxLength: 2 }), lifecycle: fc.record({ preStop: fc.record({ httpGet: get }, some) }, some),
    }, some)
    const volume = fc.record({ name: fc.string(), emptyDir: fc.record({ sizeLimit: fc.constantFrom('1024Ki', 'x') }, some), secret: fc.record({ defaultMode: fc.nat() }, some), hostPath: fc.constant({}) }, some)
    const podSpec = fc.record({ containers: fc.array(container, { maxLength: 2 }), initContainers: fc.array(container, { maxLength: 2 }), volumes: fc.array(volume, { maxLength: 2 }), hostNetwork: fc.boolean(), overhead: amount, serviceAccount: fc.constantFrom('', 'a'), serviceAccountName: fc.constantFrom('', 'b') }, some)
    const serviceSpec = fc.record({ type: fc.constantFrom('', 'ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName'), clusterIP: fc.constantFrom('', 'None', '10.0.0.1', 'fd00::1'), sessionAffinity: fc.constantFrom('', 'ClientIP', 'None'), sessionAffinityConfig: fc.constant({}), ports: fc.array(fc.record({ port: fc.nat(), targetPort: fc.constantFrom(0, '', 'http', 8) }, some), { maxLength: 2 }) }, some)
    const body = fc.oneof(podSpec.map((spec) => ['Pod', { spec }] as const), podSpec.map((spec) => ['Deployment', { spec: { template: { spec } } }] as const), serviceSpec.map((spec) => ['Service', { spec }] as const))
    fc.assert(fc.property(body, ([kind, given]) => {
      const once = withDefaults(kind, given)
      expect(withDefaults(kind, structuredClone(once) as never)).toEqual(once)
    }))
  })

  it.each(['Pod', 'Deployment', 'ReplicaSet', 'Service', 'RoleBinding', 'Node', 'Secret'])('of a %s without anything do not throw: validation speaks', (kind) => {
    expect(() => withDefaults(kind, {})).not.toThrow()
  })

  it('of a pod', () => {
    expect(created('Pod', { spec: { containers: [{ name: 'a', image: 'web:1', ports: [{ containerPort: 80 }], resources: { limits: { cpu: '1', memory: '1.5Gi' }, requests: { cpu: '0.5' } }, livenessProbe: { httpGet: { port: 80 } } }], volumes: [{ name: 'v' }, { name: 's', secret: { secretName: 'x' } }] } })).toMatchObject({
      spec: {
        restartPolicy: 'Always', dnsPolicy: 'ClusterFirst', schedulerName: 'default-scheduler', terminationGracePeriodSeconds: 30, securityContext: {}, enableServiceLinks: true,
        containers: [{
          terminationMessagePath: '/dev/termination-log', terminationMessagePolicy: 'File', imagePullPolicy: 'IfNotPresent',
          ports: [{ containerPort: 80, protocol: 'TCP' }],
          resources: { limits: { cpu: '1', memory: '1536Mi' }, requests: { cpu: '500m', memory: '1536Mi' } },
          livenessProbe: { httpGet: { path: '/', port: 80, scheme: 'HTTP' }, timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 },
        }],
        volumes: [{ name: 'v', emptyDir: {} }, { name: 's', secret: { secretName: 'x', defaultMode: 420 } }],
      },
      status: { phase: 'Pending', qosClass: 'Burstable' },
    })
  })

  it.each([
    ['as it may have', { limits: { cpu: '1000m', memory: '1Gi' } }, {}, { cpu: '1', memory: '1Gi' }],
    ['as its containers ask for', { limits: { cpu: '2', memory: '1Gi' } }, { requests: { cpu: '500m' } }, { cpu: '500m', memory: '1Gi' }],
    ['as it says', { limits: { cpu: '2' }, requests: { cpu: '1' } }, { requests: { cpu: '500m', memory: '1Mi' } }, { cpu: '1', memory: '1Mi' }],
    ['nothing as it has no limits', { requests: { cpu: '1' } }, { limits: { memory: '1Mi' } }, { cpu: '1' }],
  ])('a pod as a whole asks for as much %s', (_name, resources, container, requests) => {
    expect(created('Pod', { spec: { resources, containers: [{ name: 'a', resources: container }] } })).toMatchObject({ spec: { resources: { requests } } })
  })

  it('of a pod on the host network: ports of the host', () => {
    expect(withDefaults('Pod', { spec: { hostNetwork: true, containers: [{ name: 'a', ports: [{ containerPort: 80 }] }] } })).toMatchObject({ spec: { containers: [{ ports: [{ hostPort: 80 }] }] } })
  })

  it('a template gets no service links, no requests from limits and no host ports', () => {
    const { spec } = withDefaults('Deployment', { spec: { template: { spec: { hostNetwork: true, containers: [{ name: 'a', ports: [{ containerPort: 80 }], resources: { limits: { cpu: '1' } } }] } } } }) as unknown as { spec: { template: { spec: Record<string, unknown> } } }
    expect(spec.template.spec).not.toHaveProperty('enableServiceLinks')
    expect(spec.template.spec['containers']).toMatchObject([{ resources: { limits: { cpu: '1' } }, ports: [{ containerPort: 80, protocol: 'TCP' }] }])
    expect(JSON.stringify(spec.template.spec)).not.toMatch(/requests|hostPort/)
  })

  it('a gated pod says so', () => {
    expect(created('Pod', { spec: { schedulingGates: [{ name: 'x' }], containers: [] } })).toMatchObject({ status: { conditions: [{ type: 'PodScheduled', status: 'False', reason: 'SchedulingGated' }] } })
  })

  it('of a deployment', () => {
    expect(withDefaults('Deployment', { spec: {} })['spec']).toEqual({ replicas: 1, revisionHistoryLimit: 10, progressDeadlineSeconds: 600, strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '25%', maxSurge: '25%' } } })
    expect(withDefaults('Deployment', { spec: { replicas: 0, strategy: { type: 'Recreate' } } })['spec']).toMatchObject({ replicas: 0, strategy: { type: 'Recreate' } })
  })

  it.each([
    [{ ports: [{ port: 80 }] }, { type: 'ClusterIP', sessionAffinity: 'None', internalTrafficPolicy: 'Cluster', ipFamilies: ['IPv4'], ipFamilyPolicy: 'SingleStack', ports: [{ port: 80, protocol: 'TCP', targetPort: 80 }] }],
    [{ type: 'NodePort', ports: [{ port: 80, targetPort: 'http', protocol: 'UDP' }] }, { type: 'NodePort', sessionAffinity: 'None', internalTrafficPolicy: 'Cluster', externalTrafficPolicy: 'Cluster', ipFamilies: ['IPv4'], ipFamilyPolicy: 'SingleStack', ports: [{ port: 80, protocol: 'UDP', targetPort: 'http' }] }],
    [{ type: 'LoadBalancer', sessionAffinity: 'ClientIP' }, { type: 'LoadBalancer', sessionAffinity: 'ClientIP', sessionAffinityConfig: { clientIP: { timeoutSeconds: 10_800 } }, internalTrafficPolicy: 'Cluster', externalTrafficPolicy: 'Cluster', allocateLoadBalancerNodePorts: true, ipFamilies: ['IPv4'], ipFamilyPolicy: 'SingleStack' }],
    [{ type: 'ExternalName', externalName: 'a.b' }, { type: 'ExternalName', externalName: 'a.b', sessionAffinity: 'None' }],
    [{ clusterIP: 'None' }, { type: 'ClusterIP', sessionAffinity: 'None', clusterIP: 'None', clusterIPs: ['None'], internalTrafficPolicy: 'Cluster', ipFamilies: ['IPv4'], ipFamilyPolicy: 'SingleStack' }],
  ])('of a service %j', (spec, expected) => {
    expect(withDefaults('Service', { spec })['spec']).toEqual(expected)
  })

  it('of a secret: text becomes data and wins', () => {
    expect(withDefaults('Secret', { stringData: { a: 'ä' }, data: { a: 'eA==', b: 'eA==' } })).toEqual({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'x', namespace: 'default' }, type: 'Opaque', data: { a: 'w6Q=', b: 'eA==' } })
  })

  it('of a namespace: its name as a label, a finalizer, a phase', () => {
    expect(created('Namespace', { metadata: { name: 'n', labels: { a: 'b' } } })).toMatchObject({ metadata: { labels: { a: 'b', 'kubernetes.io/metadata.name': 'n' } }, spec: { finalizers: ['kubernetes'] }, status: { phase: 'Active' } })
  })

  it('of bindings, nodes and priority classes', () => {
    expect(withDefaults('ClusterRoleBinding', { roleRef: { kind: 'ClusterRole', name: 'r' }, subjects: [{ kind: 'Group', name: 'g' }, { kind: 'ServiceAccount', name: 's', namespace: 'n' }] })).toMatchObject({
      roleRef: { apiGroup: 'rbac.authorization.k8s.io' }, subjects: [{ apiGroup: 'rbac.authorization.k8s.io' }, { kind: 'ServiceAccount' }],
    })
    expect(withDefaults('Node', { status: { capacity: { cpu: '4000m' } } })['status']).toEqual({ capacity: { cpu: '4' }, allocatable: { cpu: '4' } })
    expect(withDefaults('PriorityClass', {})).toMatchObject({ value: 0, preemptionPolicy: 'PreemptLowerPriority' })
  })
})

describe('imageTag', () => {
  it.each([['web', 'latest'], ['web:latest', 'latest'], ['web:1', '1'], ['host:5000/web', 'latest'], ['host:5000/a/web:2', '2'], ['web@sha256:abc', ''], ['web:latest@sha256:abc', '']])('%s: %s', (image, tag) => {
    expect(imageTag(image)).toBe(tag)
  })
})
