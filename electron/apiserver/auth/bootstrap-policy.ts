/**
 * The roles and bindings that every cluster has from its first moment on, under upstream's names, so that `kubectl auth`,
 * Helm charts and manuals find what they expect. Source: Kubernetes documentation, "Default roles and role bindings".
 */
import type { KubeObject } from '../../../shared/api/meta.ts'
import type { ClusterRole, ClusterRoleBinding, PolicyRule, Role, RoleBinding, Subject } from '../../../shared/api/types.ts'
import { aggregate } from './aggregation.ts'
import { controllerRules } from './bootstrap-controllers.ts'
import { READ, rule, WRITE } from './bootstrap-verbs.ts'

const GROUP = 'rbac.authorization.k8s.io'
const API_VERSION = `${GROUP}/v1`
const LABELS = { 'kubernetes.io/bootstrapping': 'rbac-defaults' }
const ANNOTATIONS = { 'rbac.authorization.kubernetes.io/autoupdate': 'true' }
const AGGREGATE = 'rbac.authorization.k8s.io/aggregate-to-'

const metadata = (name: string, labels: Record<string, string> = {}, namespace?: string): KubeObject['metadata'] =>
  ({ name, ...(namespace ? { namespace } : {}), labels: { ...LABELS, ...labels }, annotations: ANNOTATIONS })

const clusterRole = (name: string, rules: readonly PolicyRule[], labels?: Record<string, string>): ClusterRole =>
  ({ apiVersion: API_VERSION, kind: 'ClusterRole', metadata: metadata(name, labels), rules: [...rules] })
/** A role made of all roles that carry the label aggregate-to-NAME; it may itself be part of a larger one. */
const aggregated = (name: string, part?: string): ClusterRole => ({
  ...clusterRole(name, [], part ? { [AGGREGATE + part]: 'true' } : {}),
  aggregationRule: { clusterRoleSelectors: [{ matchLabels: { [AGGREGATE + name]: 'true' } }] },
})

export const group = (name: string): Subject => ({ kind: 'Group', apiGroup: GROUP, name })
export const user = (name: string): Subject => ({ kind: 'User', apiGroup: GROUP, name })
export const serviceAccount = (name: string, namespace = 'kube-system'): Subject => ({ kind: 'ServiceAccount', name, namespace })

const clusterBinding = (role: string, subjects: Subject[], name = role): ClusterRoleBinding =>
  ({ apiVersion: API_VERSION, kind: 'ClusterRoleBinding', metadata: metadata(name), roleRef: { apiGroup: GROUP, kind: 'ClusterRole', name: role }, subjects })

const WORKLOADS: readonly [string, readonly string[]][] = [
  ['apps', ['daemonsets', 'deployments', 'deployments/scale', 'replicasets', 'replicasets/scale', 'statefulsets', 'statefulsets/scale']],
  ['autoscaling', ['horizontalpodautoscalers']],
  ['batch', ['cronjobs', 'jobs']],
  ['policy', ['poddisruptionbudgets']],
  ['networking.k8s.io', ['ingresses', 'networkpolicies']],
]
const withStatus = (resources: readonly string[]): string[] => [...resources, ...resources.filter((r) => !r.includes('/')).map((r) => `${r}/status`)]

const viewRules: PolicyRule[] = [
  rule(READ, '', 'configmaps', 'endpoints', 'persistentvolumeclaims', 'persistentvolumeclaims/status', 'pods', 'replicationcontrollers', 'replicationcontrollers/scale', 'serviceaccounts', 'services', 'services/status'),
  rule(READ, '', 'bindings', 'events', 'limitranges', 'namespaces/status', 'pods/log', 'pods/status', 'replicationcontrollers/status', 'resourcequotas', 'resourcequotas/status'),
  rule(READ, '', 'namespaces'),
  // What an object was is told to those who may read it, and brought back by those who may write it: each is asked besides.
  rule(['get'], 'pilothouse.dev', 'objecthistories', 'objecthistories/at'),
  rule(READ, 'discovery.k8s.io', 'endpointslices'),
  ...WORKLOADS.map(([of, resources]) => rule(READ, of, ...withStatus(resources))),
]
const editRules: PolicyRule[] = [
  rule(READ, '', 'pods/attach', 'pods/exec', 'pods/portforward', 'pods/proxy', 'secrets', 'services/proxy'),
  rule(['impersonate'], '', 'serviceaccounts'),
  rule(WRITE, '', 'pods', 'pods/attach', 'pods/exec', 'pods/portforward', 'pods/proxy'),
  rule(['create'], '', 'pods/eviction'),
  rule(['create'], 'pilothouse.dev', 'objecthistories/restore'),
  rule(WRITE, '', 'configmaps', 'events', 'persistentvolumeclaims', 'replicationcontrollers', 'replicationcontrollers/scale', 'secrets', 'serviceaccounts', 'services', 'services/proxy'),
  rule(['create'], '', 'serviceaccounts/token'),
  ...WORKLOADS.map(([of, resources]) => rule(WRITE, of, ...resources)),
  rule([...READ, ...WRITE], 'coordination.k8s.io', 'leases'),
]
const adminRules: PolicyRule[] = [
  rule(['create'], 'authorization.k8s.io', 'localsubjectaccessreviews'),
  rule([...READ, ...WRITE], GROUP, 'rolebindings', 'roles'),
]
/** What a kubelet may do, where the Node authorizer does not look at the object itself. */
export const nodeRules: readonly PolicyRule[] = [
  rule(['create'], 'authentication.k8s.io', 'tokenreviews'),
  rule(['create'], 'authorization.k8s.io', 'localsubjectaccessreviews', 'subjectaccessreviews'),
  rule(READ, '', 'services'),
  rule(['create', ...READ], '', 'nodes'),
  rule(['patch', 'update'], '', 'nodes', 'nodes/status'),
  rule(['create', 'patch', 'update'], '', 'events'),
  rule(['create', 'delete', ...READ], '', 'pods'),
  rule(['patch', 'update'], '', 'pods/status'),
  rule(['create'], '', 'pods/eviction'),
  rule(READ, '', 'configmaps', 'secrets'),
  rule(['get'], '', 'persistentvolumeclaims', 'persistentvolumes', 'serviceaccounts'),
  rule(['create'], '', 'serviceaccounts/token'),
  rule(['create', 'delete', 'get', 'patch', 'update'], 'coordination.k8s.io', 'leases'),
  rule(READ, 'node.k8s.io', 'runtimeclasses'),
]
const schedulerRules: PolicyRule[] = [
  rule(['create', 'patch', 'update'], '', 'events'),
  rule(['create', 'patch', 'update'], 'events.k8s.io', 'events'),
  rule(['create', 'get', 'list', 'update', 'watch'], 'coordination.k8s.io', 'leases'),
  rule(READ, '', 'namespaces', 'nodes', 'persistentvolumeclaims', 'persistentvolumes', 'replicationcontrollers', 'services'),
  rule(['delete', ...READ], '', 'pods'),
  rule(['create'], '', 'bindings', 'pods/binding'),
  rule(['patch', 'update'], '', 'pods/status'),
  rule(READ, 'apps', 'replicasets', 'statefulsets'),
  rule(READ, 'policy', 'poddisruptionbudgets'),
  rule(READ, 'scheduling.k8s.io', 'priorityclasses'),
  rule(READ, 'storage.k8s.io', 'csidrivers', 'csinodes', 'csistoragecapacities', 'storageclasses', 'volumeattachments'),
  rule(['create'], 'authentication.k8s.io', 'tokenreviews'),
  rule(['create'], 'authorization.k8s.io', 'subjectaccessreviews'),
]
const volumeSchedulerRules: PolicyRule[] = [
  rule([...READ, 'patch', 'update'], '', 'persistentvolumeclaims', 'persistentvolumes'), rule(READ, 'storage.k8s.io', 'storageclasses'),
]
const managerRules: PolicyRule[] = [
  rule(['create', 'patch', 'update'], '', 'events'),
  rule(['create', 'patch', 'update'], 'events.k8s.io', 'events'),
  rule(['create', 'get', 'list', 'update', 'watch'], 'coordination.k8s.io', 'leases'),
  rule(['create', 'get', 'update'], '', 'secrets', 'serviceaccounts'),
  rule(['create'], '', 'serviceaccounts/token'),
  rule(['create'], 'authentication.k8s.io', 'tokenreviews'),
  rule(['create'], 'authorization.k8s.io', 'subjectaccessreviews'),
  rule(['list', 'watch'], '*', '*'),
]
const proxierRules: PolicyRule[] = [
  rule(['list', 'watch'], '', 'endpoints', 'services'), rule(READ, '', 'nodes'),
  rule(['create', 'patch', 'update'], '', 'events'), rule(['create', 'patch', 'update'], 'events.k8s.io', 'events'),
  rule(['list', 'watch'], 'discovery.k8s.io', 'endpointslices'), rule(['list', 'watch'], 'networking.k8s.io', 'servicecidrs'),
]
const DISCOVERY = ['/api', '/api/*', '/apis', '/apis/*', '/healthz', '/livez', '/openapi', '/openapi/*', '/readyz', '/version', '/version/']
const PUBLIC = ['/healthz', '/livez', '/readyz', '/version', '/version/']

/** Fresh objects, in the order in which they have to be created; aggregated roles have their rules already. */
export function bootstrapPolicy(): KubeObject[] {
  const everyone = [group('system:authenticated'), group('system:unauthenticated')]
  const controllers = Object.entries(controllerRules())
  const roles: ClusterRole[] = [
    clusterRole('cluster-admin', [rule(['*'], '*', '*'), { verbs: ['*'], nonResourceURLs: ['*'] }]),
    aggregated('admin'), aggregated('edit', 'admin'), aggregated('view', 'edit'),
    clusterRole('system:aggregate-to-admin', adminRules, { [`${AGGREGATE}admin`]: 'true' }),
    clusterRole('system:aggregate-to-edit', editRules, { [`${AGGREGATE}edit`]: 'true' }),
    clusterRole('system:aggregate-to-view', viewRules, { [`${AGGREGATE}view`]: 'true' }),
    clusterRole('system:discovery', [{ verbs: ['get'], nonResourceURLs: DISCOVERY }]),
    clusterRole('system:public-info-viewer', [{ verbs: ['get'], nonResourceURLs: PUBLIC }]),
    clusterRole('system:monitoring', [{ verbs: ['get'], nonResourceURLs: ['/metrics', '/metrics/*', '/livez', '/readyz', '/healthz', '/livez/*', '/readyz/*', '/healthz/*'] }]),
    clusterRole('system:basic-user', [rule(['create'], 'authorization.k8s.io', 'selfsubjectaccessreviews', 'selfsubjectrulesreviews'), rule(['create'], 'authentication.k8s.io', 'selfsubjectreviews')]),
    clusterRole('system:node', nodeRules),
    clusterRole('system:node-proxier', proxierRules),
    clusterRole('system:kube-scheduler', schedulerRules),
    clusterRole('system:volume-scheduler', volumeSchedulerRules),
    clusterRole('system:kube-controller-manager', managerRules),
    clusterRole('system:kube-dns', [rule(['list', 'watch'], '', 'endpoints', 'services'), rule(['list', 'watch'], 'discovery.k8s.io', 'endpointslices'), rule(READ, '', 'namespaces')]),
    clusterRole('system:pilothouse:own-services', [
      rule([...READ, 'create', 'update', 'delete'], '', 'services'), rule([...READ, 'create', 'update'], '', 'endpoints'), rule(['create'], '', 'endpoints/restricted'),
      rule([...READ, 'create', 'update'], 'discovery.k8s.io', 'endpointslices'),
    ]),
    clusterRole('system:pilothouse:ingress', [
      rule(READ, 'networking.k8s.io', 'ingresses'), rule(['patch', 'update'], 'networking.k8s.io', 'ingresses/status'), rule(['create', 'patch', ...READ], 'networking.k8s.io', 'ingressclasses'),
      rule(READ, '', 'secrets', 'services'), rule(READ, 'discovery.k8s.io', 'endpointslices'), rule(['create', 'patch', 'update'], '', 'events'), rule(['create', 'patch', 'update'], 'events.k8s.io', 'events'),
    ]),
    // What the kubelets of this process keep in common.
    clusterRole('system:pilothouse:kubelets', [rule(['list', 'watch'], '', 'configmaps', 'pods', 'secrets', 'services')]),
    clusterRole('system:pilothouse:metrics', [rule(['get'], '', 'pods/proxy'), rule(['get'], '', 'services'), rule(['get'], 'apps', '*')]),
    clusterRole('system:pilothouse:logging', [rule(['list', 'watch'], '', 'events')]),
    clusterRole('system:pilothouse:network-policy', [rule(READ, 'networking.k8s.io', 'networkpolicies'), rule(READ, '', 'namespaces')]),
    clusterRole('system:auth-delegator', [rule(['create'], 'authentication.k8s.io', 'tokenreviews'), rule(['create'], 'authorization.k8s.io', 'subjectaccessreviews')]),
    clusterRole('system:heapster', [rule(READ, '', 'events', 'namespaces', 'nodes', 'pods'), rule(READ, 'apps', 'deployments')]),
    clusterRole('system:kubelet-api-admin', [rule(READ, '', 'nodes'), rule(['proxy'], '', 'nodes'), rule(['*'], '', 'nodes/log', 'nodes/metrics', 'nodes/proxy', 'nodes/stats')]),
    clusterRole('system:service-account-issuer-discovery', [{ verbs: ['get'], nonResourceURLs: ['/.well-known/openid-configuration', '/.well-known/openid-configuration/', '/openid/v1/jwks', '/openid/v1/jwks/'] }]),
    clusterRole('system:persistent-volume-provisioner', [rule(['create', 'delete', ...READ], '', 'persistentvolumes'), rule([...READ, 'update'], '', 'persistentvolumeclaims'), rule(READ, 'storage.k8s.io', 'storageclasses'), rule(['list', 'watch'], '', 'events')]),
    ...controllers.map(([name, rules]) => clusterRole(`system:controller:${name}`, rules)),
  ]
  for (const made of aggregate(roles)) roles.splice(roles.findIndex((role) => role.metadata.name === made.metadata.name), 1, made)

  const bindings: ClusterRoleBinding[] = [
    clusterBinding('cluster-admin', [group('system:masters')]),
    clusterBinding('system:discovery', [group('system:authenticated')]),
    clusterBinding('system:basic-user', [group('system:authenticated')]),
    clusterBinding('system:public-info-viewer', everyone),
    clusterBinding('system:monitoring', [group('system:monitoring')]),
    // The Node authorizer gives kubelets their rights, each its own.
    clusterBinding('system:node', []),
    clusterBinding('system:node-proxier', [user('system:kube-proxy')]),
    clusterBinding('system:kube-scheduler', [user('system:kube-scheduler')]),
    clusterBinding('system:volume-scheduler', [user('system:kube-scheduler')]),
    clusterBinding('system:kube-controller-manager', [user('system:kube-controller-manager')]),
    clusterBinding('system:kube-dns', [serviceAccount('kube-dns'), user('system:kube-dns')]),
    // Add-ons of ours serve Services themselves, so they write where these lead.
    clusterBinding('system:pilothouse:own-services', [user('system:kube-dns')]),
    clusterBinding('system:pilothouse:ingress', [user('system:ingress')]),
    clusterBinding('system:pilothouse:kubelets', [user('system:pilothouse:kubelets')]),
    clusterBinding('system:pilothouse:metrics', [user('system:pilothouse:metrics')]),
    clusterBinding('system:pilothouse:logging', [user('system:pilothouse:logging')]),
    clusterBinding('system:pilothouse:network-policy', [user('system:network-policy')]),
    clusterBinding('system:service-account-issuer-discovery', [group('system:serviceaccounts')]),
    // Our controllers share one client and act as the controller manager; by its own account each has only its own role.
    ...controllers.map(([name]) => clusterBinding(`system:controller:${name}`, [serviceAccount(name), user('system:kube-controller-manager')])),
  ]
  const local: Role = {
    apiVersion: API_VERSION, kind: 'Role', metadata: metadata('extension-apiserver-authentication-reader', {}, 'kube-system'),
    rules: [{ ...rule(READ, '', 'configmaps'), resourceNames: ['extension-apiserver-authentication'] }],
  }
  const localBinding: RoleBinding = {
    apiVersion: API_VERSION, kind: 'RoleBinding', metadata: metadata('system::extension-apiserver-authentication-reader', {}, 'kube-system'),
    roleRef: { apiGroup: GROUP, kind: 'Role', name: local.metadata.name }, subjects: [user('system:kube-controller-manager'), user('system:kube-scheduler')],
  }
  return structuredClone([...roles, ...bindings, local, localBinding])
}
