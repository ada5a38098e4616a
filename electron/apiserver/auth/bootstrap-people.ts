/** What the cluster roles admin, edit and view are made of. Source: Kubernetes documentation, "User-facing roles". */
import type { PolicyRule } from '../../../shared/api/types.ts'
import { ALL, READ, rule, WRITE } from './bootstrap-verbs.ts'

/** Resources by group that editors write. The group `extensions` is served no more, but the roles still have it. */
const WORKLOADS: readonly [string, readonly string[]][] = [
  ['apps', ['daemonsets', 'deployments', 'deployments/rollback', 'deployments/scale', 'replicasets', 'replicasets/scale', 'statefulsets', 'statefulsets/scale']],
  ['autoscaling', ['horizontalpodautoscalers']],
  ['batch', ['cronjobs', 'jobs']],
  ['extensions', ['daemonsets', 'deployments', 'deployments/rollback', 'deployments/scale', 'ingresses', 'networkpolicies', 'replicasets', 'replicasets/scale', 'replicationcontrollers/scale']],
  ['policy', ['poddisruptionbudgets']],
  ['networking.k8s.io', ['ingresses', 'networkpolicies']],
  ['resource.k8s.io', ['resourceclaims', 'resourceclaimtemplates']],
]
/** These have no status. */
const BARE = new Set(['networkpolicies', 'resourceclaimtemplates'])
const readable = (of: string, resources: readonly string[]): string[] => [
  ...(of === 'apps' ? ['controllerrevisions'] : []), ...resources.filter((r) => r !== 'deployments/rollback'), ...resources.filter((r) => !r.includes('/') && !BARE.has(r)).map((r) => `${r}/status`),
].sort()

export const viewRules = (): PolicyRule[] => [
  rule(READ, '', 'configmaps', 'endpoints', 'persistentvolumeclaims', 'persistentvolumeclaims/status', 'pods', 'replicationcontrollers', 'replicationcontrollers/scale', 'serviceaccounts', 'services', 'services/status'),
  rule(READ, '', 'bindings', 'events', 'limitranges', 'namespaces/status', 'pods/log', 'pods/status', 'replicationcontrollers/status', 'resourcequotas', 'resourcequotas/status'),
  rule(READ, '', 'namespaces'),
  // What an object was is told to those who may read it, and brought back by those who may write it: each is asked besides.
  rule(['get'], 'pilothouse.dev', 'objecthistories', 'objecthistories/at'),
  rule(READ, 'discovery.k8s.io', 'endpointslices'),
  ...WORKLOADS.map(([of, resources]) => rule(READ, of, ...readable(of, resources))),
]
export const editRules = (): PolicyRule[] => [
  rule(READ, '', 'pods/attach', 'pods/exec', 'pods/portforward', 'pods/proxy', 'secrets', 'services/proxy'),
  rule(['impersonate'], '', 'serviceaccounts'),
  rule(WRITE, '', 'pods', 'pods/attach', 'pods/exec', 'pods/portforward', 'pods/proxy'),
  rule(['create'], '', 'pods/eviction'),
  rule(['create'], 'pilothouse.dev', 'objecthistories/restore'),
  rule(WRITE, '', 'configmaps', 'events', 'persistentvolumeclaims', 'replicationcontrollers', 'replicationcontrollers/scale', 'secrets', 'serviceaccounts', 'services', 'services/proxy'),
  rule(['create'], '', 'serviceaccounts/token'),
  ...WORKLOADS.map(([of, resources]) => rule(WRITE, of, ...resources)),
  rule(ALL, 'coordination.k8s.io', 'leases'),
]
export const adminRules = (): PolicyRule[] => [
  rule(['create'], 'authorization.k8s.io', 'localsubjectaccessreviews'),
  rule(ALL, 'rbac.authorization.k8s.io', 'rolebindings', 'roles'),
]
