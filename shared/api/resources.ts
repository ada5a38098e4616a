/**
 * Where each kind lives in the API. These descriptors are the typed keys of the client and of the dashboard's cache:
 * `client.list(Pods, { namespace })` knows that it answers Pods.
 */
import type { LocalNode } from './local-node.ts'
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
export const PodTemplates = define<t.PodTemplate>('', 'v1', 'podtemplates', 'PodTemplate', true)
export const ResourceQuotas = define<t.ResourceQuota>('', 'v1', 'resourcequotas', 'ResourceQuota', true)
export const LimitRanges = define<t.LimitRange>('', 'v1', 'limitranges', 'LimitRange', true)
export const PersistentVolumes = define<t.PersistentVolume>('', 'v1', 'persistentvolumes', 'PersistentVolume', false)
export const PersistentVolumeClaims = define<t.PersistentVolumeClaim>('', 'v1', 'persistentvolumeclaims', 'PersistentVolumeClaim', true)
export const StorageClasses = define<t.StorageClass>('storage.k8s.io', 'v1', 'storageclasses', 'StorageClass', false)
export const HorizontalPodAutoscalers = define<t.HorizontalPodAutoscaler>('autoscaling', 'v2', 'horizontalpodautoscalers', 'HorizontalPodAutoscaler', true)
export const Ingresses = define<t.Ingress>('networking.k8s.io', 'v1', 'ingresses', 'Ingress', true)
export const IngressClasses = define<t.IngressClass>('networking.k8s.io', 'v1', 'ingressclasses', 'IngressClass', false)
export const NetworkPolicies = define<t.NetworkPolicy>('networking.k8s.io', 'v1', 'networkpolicies', 'NetworkPolicy', true)
export const CertificateSigningRequests = define<t.CertificateSigningRequest>('certificates.k8s.io', 'v1', 'certificatesigningrequests', 'CertificateSigningRequest', false)
export const SubjectAccessReviews = define<t.SubjectAccessReview>('authorization.k8s.io', 'v1', 'subjectaccessreviews', 'SubjectAccessReview', false)
export const RuntimeClasses = define<t.RuntimeClass>('node.k8s.io', 'v1', 'runtimeclasses', 'RuntimeClass', false)
export const PriorityClasses = define<t.PriorityClass>('scheduling.k8s.io', 'v1', 'priorityclasses', 'PriorityClass', false)
export const CustomResourceDefinitions = define<t.CustomResourceDefinition>('apiextensions.k8s.io', 'v1', 'customresourcedefinitions', 'CustomResourceDefinition', false)
export const MutatingWebhookConfigurations = define<t.MutatingWebhookConfiguration>('admissionregistration.k8s.io', 'v1', 'mutatingwebhookconfigurations', 'MutatingWebhookConfiguration', false)
export const ValidatingWebhookConfigurations = define<t.ValidatingWebhookConfiguration>('admissionregistration.k8s.io', 'v1', 'validatingwebhookconfigurations', 'ValidatingWebhookConfiguration', false)
export const ValidatingAdmissionPolicies = define<t.ValidatingAdmissionPolicy>('admissionregistration.k8s.io', 'v1', 'validatingadmissionpolicies', 'ValidatingAdmissionPolicy', false)
export const ValidatingAdmissionPolicyBindings = define<t.ValidatingAdmissionPolicyBinding>('admissionregistration.k8s.io', 'v1', 'validatingadmissionpolicybindings', 'ValidatingAdmissionPolicyBinding', false)
export const MutatingAdmissionPolicies = define<t.MutatingAdmissionPolicy>('admissionregistration.k8s.io', 'v1', 'mutatingadmissionpolicies', 'MutatingAdmissionPolicy', false)
export const MutatingAdmissionPolicyBindings = define<t.MutatingAdmissionPolicyBinding>('admissionregistration.k8s.io', 'v1', 'mutatingadmissionpolicybindings', 'MutatingAdmissionPolicyBinding', false)
export const FlowSchemas = define<t.FlowSchema>('flowcontrol.apiserver.k8s.io', 'v1', 'flowschemas', 'FlowSchema', false)
export const PriorityLevelConfigurations = define<t.PriorityLevelConfiguration>('flowcontrol.apiserver.k8s.io', 'v1', 'prioritylevelconfigurations', 'PriorityLevelConfiguration', false)
export const ServiceCIDRs = define<t.ServiceCIDR>('networking.k8s.io', 'v1', 'servicecidrs', 'ServiceCIDR', false)
export const IPAddresses = define<t.IPAddress>('networking.k8s.io', 'v1', 'ipaddresses', 'IPAddress', false)
export const APIServices = define<t.APIService>('apiregistration.k8s.io', 'v1', 'apiservices', 'APIService', false)
export const NodeMetricses = define<t.NodeMetrics>('metrics.k8s.io', 'v1beta1', 'nodes', 'NodeMetrics', false)
export const PodMetricses = define<t.PodMetrics>('metrics.k8s.io', 'v1beta1', 'pods', 'PodMetrics', true)
export const LocalNodes = define<LocalNode>('pilothouse.dev', 'v1', 'localnodes', 'LocalNode', false)

/** `v1` or `apps/v1`. */
export const apiVersionOf = (r: Pick<ResourceType, 'group' | 'version'>): string => (r.group ? `${r.group}/${r.version}` : r.version)

/** The request path of a collection, an object, or an object's subresource. */
export function pathOf(r: Pick<ResourceType, 'group' | 'version' | 'resource'>, namespace?: string, name?: string, subresource?: string): string {
  const root = r.group ? `/apis/${r.group}/${r.version}` : `/api/${r.version}`
  const scope = namespace ? `/namespaces/${encodeURIComponent(namespace)}` : ''
  const object = name === undefined ? '' : `/${encodeURIComponent(name)}`
  return `${root}${scope}/${r.resource}${object}${subresource ? `/${subresource}` : ''}`
}
