/** Every kind the dashboard knows: where its page is and how it is called. How it looks is in its feature's folder. */
import type { SvgIconComponent } from '@mui/icons-material'
import * as r from '../../shared/api/resources.ts'
import type { ResourceType } from '../../shared/api/resources.ts'
import type { Key } from '../i18n/i18n.ts'
import * as icons from './icons.ts'

export interface KindEntry {
  type: ResourceType
  /** `/pods`; an object's own address begins with it. */
  path: string
  label: Key
  icon: SvgIconComponent
}

const entry = (type: ResourceType, icon: SvgIconComponent, label: Key): KindEntry => ({ type, path: `/${type.resource}`, label, icon })

export const workloads = [
  entry(r.Pods, icons.Pods, 'nav.pods'), entry(r.Deployments, icons.Deployments, 'nav.deployments'), entry(r.StatefulSets, icons.StatefulSets, 'nav.statefulsets'),
  entry(r.DaemonSets, icons.DaemonSets, 'nav.daemonsets'), entry(r.Jobs, icons.Jobs, 'nav.jobs'), entry(r.CronJobs, icons.CronJobs, 'nav.cronjobs'),
  entry(r.ReplicaSets, icons.ReplicaSets, 'nav.replicasets'), entry(r.ReplicationControllers, icons.ReplicationControllers, 'nav.replicationcontrollers'),
  entry(r.HorizontalPodAutoscalers, icons.Autoscalers, 'nav.horizontalpodautoscalers'), entry(r.PodDisruptionBudgets, icons.Budgets, 'nav.poddisruptionbudgets'),
]
export const network = [
  entry(r.Services, icons.Services, 'nav.services'), entry(r.Ingresses, icons.Ingresses, 'nav.ingresses'), entry(r.EndpointSlices, icons.EndpointSlices, 'nav.endpointslices'),
  entry(r.EndpointsObjects, icons.Endpoints, 'nav.endpoints'), entry(r.NetworkPolicies, icons.Policies, 'nav.networkpolicies'), entry(r.IngressClasses, icons.Classes, 'nav.ingressclasses'),
  entry(r.ServiceCIDRs, icons.Ranges, 'nav.servicecidrs'), entry(r.IPAddresses, icons.Addresses, 'nav.ipaddresses'),
]
export const config = [
  entry(r.ConfigMaps, icons.ConfigMaps, 'nav.configmaps'), entry(r.Secrets, icons.Secrets, 'nav.secrets'), entry(r.ResourceQuotas, icons.Quotas, 'nav.resourcequotas'), entry(r.LimitRanges, icons.Limits, 'nav.limitranges'),
]
export const storage = [
  entry(r.PersistentVolumeClaims, icons.Claims, 'nav.persistentvolumeclaims'), entry(r.PersistentVolumes, icons.Volumes, 'nav.persistentvolumes'), entry(r.StorageClasses, icons.Classes, 'nav.storageclasses'),
]
export const cluster = [
  entry(r.Nodes, icons.Nodes, 'nav.nodes'), entry(r.Namespaces, icons.Namespaces, 'nav.namespaces'), entry(r.PriorityClasses, icons.Priorities, 'nav.priorityclasses'),
  entry(r.RuntimeClasses, icons.Runtimes, 'nav.runtimeclasses'), entry(r.Leases, icons.Leases, 'nav.leases'),
  entry(r.FlowSchemas, icons.Flows, 'nav.flowschemas'), entry(r.PriorityLevelConfigurations, icons.Levels, 'nav.prioritylevelconfigurations'),
]
export const access = [
  entry(r.ServiceAccounts, icons.Accounts, 'nav.serviceaccounts'), entry(r.Roles, icons.Roles, 'nav.roles'), entry(r.RoleBindings, icons.Bindings, 'nav.rolebindings'),
  entry(r.ClusterRoles, icons.Roles, 'nav.clusterroles'), entry(r.ClusterRoleBindings, icons.Bindings, 'nav.clusterrolebindings'),
  entry(r.CertificateSigningRequests, icons.Signing, 'nav.certificatesigningrequests'),
]
export const extensions = [
  entry(r.CustomResourceDefinitions, icons.Definitions, 'nav.customresourcedefinitions'), entry(r.APIServices, icons.ApiServices, 'nav.apiservices'),
  entry(r.ValidatingAdmissionPolicies, icons.Rules, 'nav.validatingadmissionpolicies'), entry(r.ValidatingAdmissionPolicyBindings, icons.Bindings, 'nav.validatingadmissionpolicybindings'),
  entry(r.MutatingAdmissionPolicies, icons.Mutations, 'nav.mutatingadmissionpolicies'), entry(r.MutatingAdmissionPolicyBindings, icons.Bindings, 'nav.mutatingadmissionpolicybindings'),
  entry(r.MutatingWebhookConfigurations, icons.Webhooks, 'nav.mutatingwebhookconfigurations'), entry(r.ValidatingWebhookConfigurations, icons.Webhooks, 'nav.validatingwebhookconfigurations'),
]
export const catalog: readonly KindEntry[] = [...workloads, ...network, ...config, ...storage, ...cluster, ...access, ...extensions]

/** `pods`, `deployments.apps`: as discovery, counts and kubectl name a resource. */
export const nameOf = (t: Pick<ResourceType, 'group' | 'resource'>): string => (t.group === '' ? t.resource : `${t.resource}.${t.group}`)

const byKind = new Map(catalog.map((e) => [`${e.type.group}/${e.type.kind}`, e]))
/** By group and kind, as references name objects; the version does not matter. */
export const entryOf = (apiVersion: string | undefined, kind: string): KindEntry | undefined => byKind.get(`${apiVersion?.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : ''}/${kind}`)
export const entryOfType = (t: Pick<ResourceType, 'group' | 'kind'>): KindEntry | undefined => byKind.get(`${t.group}/${t.kind}`)

/** The page of custom resources, which no catalogue can name. */
export const customPath = (t: Pick<ResourceType, 'group' | 'resource'>): string => `/custom/${t.group}/${t.resource}`

/** The address of an object below its list's. */
export const addressIn = (path: string, { namespace, name }: { namespace?: string | undefined; name: string }): string =>
  `${path}/${namespace ? `${encodeURIComponent(namespace)}/` : ''}${encodeURIComponent(name)}`
