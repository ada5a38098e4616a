/**
 * Where each kind lives in the API. These descriptors are the typed keys of the client and of the dashboard's cache:
 * `client.list(Pods, { namespace })` knows that it answers Pods.
 */
import type { KubeObject } from './meta.ts'
import type * as t from './types.ts'

export interface ResourceType<T extends KubeObject = KubeObject> {
  readonly group: string
  readonly version: string
  readonly resource: string
  readonly kind: string
  readonly namespaced: boolean
  /** Only for the type checker; never set. */
  readonly _type?: T
}

const define = <T extends KubeObject>(group: string, version: string, resource: string, kind: string, namespaced: boolean): ResourceType<T> =>
  Object.freeze({ group, version, resource, kind, namespaced })

export const Namespaces = define<t.Namespace>('', 'v1', 'namespaces', 'Namespace', false)
export const Nodes = define<t.Node>('', 'v1', 'nodes', 'Node', false)
export const Pods = define<t.Pod>('', 'v1', 'pods', 'Pod', true)
export const Events = define<t.Event>('', 'v1', 'events', 'Event', true)
export const ConfigMaps = define<t.ConfigMap>('', 'v1', 'configmaps', 'ConfigMap', true)
export const Secrets = define<t.Secret>('', 'v1', 'secrets', 'Secret', true)
export const ServiceAccounts = define<t.ServiceAccount>('', 'v1', 'serviceaccounts', 'ServiceAccount', true)
export const Services = define<t.Service>('', 'v1', 'services', 'Service', true)
export const ReplicationControllers = define<t.ReplicationController>('', 'v1', 'replicationcontrollers', 'ReplicationController', true)
export const EndpointsObjects = define<t.Endpoints>('', 'v1', 'endpoints', 'Endpoints', true)
export const EndpointSlices = define<t.EndpointSlice>('discovery.k8s.io', 'v1', 'endpointslices', 'EndpointSlice', true)
export const Leases = define<t.Lease>('coordination.k8s.io', 'v1', 'leases', 'Lease', true)
export const Deployments = define<t.Deployment>('apps', 'v1', 'deployments', 'Deployment', true)
export const ReplicaSets = define<t.ReplicaSet>('apps', 'v1', 'replicasets', 'ReplicaSet', true)
export const DaemonSets = define<t.DaemonSet>('apps', 'v1', 'daemonsets', 'DaemonSet', true)
export const StatefulSets = define<t.StatefulSet>('apps', 'v1', 'statefulsets', 'StatefulSet', true)
export const ControllerRevisions = define<t.ControllerRevision>('apps', 'v1', 'controllerrevisions', 'ControllerRevision', true)
export const Jobs = define<t.Job>('batch', 'v1', 'jobs', 'Job', true)
export const CronJobs = define<t.CronJob>('batch', 'v1', 'cronjobs', 'CronJob', true)
export const PodDisruptionBudgets = define<t.PodDisruptionBudget>('policy', 'v1', 'poddisruptionbudgets', 'PodDisruptionBudget', true)
export const Roles = define<t.Role>('rbac.authorization.k8s.io', 'v1', 'roles', 'Role', true)
export const ClusterRoles = define<t.ClusterRole>('rbac.authorization.k8s.io', 'v1', 'clusterroles', 'ClusterRole', false)
export const RoleBindings = define<t.RoleBinding>('rbac.authorization.k8s.io', 'v1', 'rolebindings', 'RoleBinding', true)
export const ClusterRoleBindings = define<t.ClusterRoleBinding>('rbac.authorization.k8s.io', 'v1', 'clusterrolebindings', 'ClusterRoleBinding', false)

/** `v1` or `apps/v1`. */
export const apiVersionOf = (r: Pick<ResourceType, 'group' | 'version'>): string => (r.group ? `${r.group}/${r.version}` : r.version)

/** The request path of a collection, an object, or an object's subresource. */
export function pathOf(r: Pick<ResourceType, 'group' | 'version' | 'resource'>, namespace?: string, name?: string, subresource?: string): string {
  const root = r.group ? `/apis/${r.group}/${r.version}` : `/api/${r.version}`
  const scope = namespace ? `/namespaces/${encodeURIComponent(namespace)}` : ''
  const object = name === undefined ? '' : `/${encodeURIComponent(name)}`
  return `${root}${scope}/${r.resource}${object}${subresource ? `/${subresource}` : ''}`
}
