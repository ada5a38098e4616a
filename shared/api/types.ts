/** The typed Kubernetes objects that Pilothouse works with, in wire form. */
import type * as k8s from '@kubernetes/client-node'
import type { KubeObject } from './meta.ts'
import type { Wire } from './wire.ts'

type Kind<T> = KubeObject & Wire<Omit<T, 'apiVersion' | 'kind' | 'metadata'>>
/** As Kind, for the kinds whose spec and status are always there once they are stored. */
type SpecKind<T extends { spec?: unknown; status?: unknown }> = KubeObject &
  Wire<Omit<T, 'apiVersion' | 'kind' | 'metadata' | 'spec' | 'status'>> & {
    spec: Wire<NonNullable<T['spec']>>
    status?: Wire<NonNullable<T['status']>>
  }

export type Namespace = Kind<k8s.V1Namespace>
export type Node = Kind<k8s.V1Node>
export type Pod = SpecKind<k8s.V1Pod>
export type Event = Kind<k8s.CoreV1Event>
export type ConfigMap = Kind<k8s.V1ConfigMap>
export type Secret = Kind<k8s.V1Secret>
export type ServiceAccount = Kind<k8s.V1ServiceAccount>
export type Service = SpecKind<k8s.V1Service>
export type Lease = Kind<k8s.V1Lease>
export type SubjectAccessReview = SpecKind<k8s.V1SubjectAccessReview>
export type Deployment = SpecKind<k8s.V1Deployment>
export type ReplicaSet = SpecKind<k8s.V1ReplicaSet>
export type ReplicationController = SpecKind<k8s.V1ReplicationController>
export type DaemonSet = SpecKind<k8s.V1DaemonSet>
export type StatefulSet = SpecKind<k8s.V1StatefulSet>
export type Job = SpecKind<k8s.V1Job>
export type CronJob = SpecKind<k8s.V1CronJob>
export type PodDisruptionBudget = SpecKind<k8s.V1PodDisruptionBudget>
export type Endpoints = Kind<k8s.V1Endpoints>
export type EndpointSlice = Kind<k8s.V1EndpointSlice>
export type ControllerRevision = Kind<k8s.V1ControllerRevision>
export type Role = Kind<k8s.V1Role>
export type ClusterRole = Kind<k8s.V1ClusterRole>
export type RoleBinding = Kind<k8s.V1RoleBinding>
export type ClusterRoleBinding = Kind<k8s.V1ClusterRoleBinding>
export type Scale = Kind<k8s.V1Scale>
export type PodTemplate = Kind<k8s.V1PodTemplate>
export type ResourceQuota = Kind<k8s.V1ResourceQuota>
export type LimitRange = SpecKind<k8s.V1LimitRange & { status?: never }>
export type PersistentVolume = SpecKind<k8s.V1PersistentVolume>
export type PersistentVolumeClaim = SpecKind<k8s.V1PersistentVolumeClaim>
export type StorageClass = Kind<k8s.V1StorageClass>
export type HorizontalPodAutoscaler = SpecKind<k8s.V2HorizontalPodAutoscaler>
export type Ingress = SpecKind<k8s.V1Ingress>
export type IngressClass = Kind<k8s.V1IngressClass>
export type NetworkPolicy = SpecKind<k8s.V1NetworkPolicy & { status?: never }>
export type CertificateSigningRequest = SpecKind<k8s.V1CertificateSigningRequest>
export type RuntimeClass = Kind<k8s.V1RuntimeClass>
export type PriorityClass = Kind<k8s.V1PriorityClass>
export type CustomResourceDefinition = SpecKind<k8s.V1CustomResourceDefinition>
export type MutatingWebhookConfiguration = Kind<k8s.V1MutatingWebhookConfiguration>
export type ValidatingWebhookConfiguration = Kind<k8s.V1ValidatingWebhookConfiguration>
export type ValidatingAdmissionPolicy = SpecKind<k8s.V1ValidatingAdmissionPolicy>
export type ValidatingAdmissionPolicyBinding = SpecKind<k8s.V1ValidatingAdmissionPolicyBinding & { status?: never }>
export type MutatingAdmissionPolicy = SpecKind<k8s.V1MutatingAdmissionPolicy & { status?: never }>
export type MutatingAdmissionPolicyBinding = SpecKind<k8s.V1MutatingAdmissionPolicyBinding & { status?: never }>
export type FlowSchema = SpecKind<k8s.V1FlowSchema>
export type PriorityLevelConfiguration = SpecKind<k8s.V1PriorityLevelConfiguration>
export type ServiceCIDR = SpecKind<k8s.V1ServiceCIDR>
export type IPAddress = Kind<k8s.V1IPAddress>
export type APIService = SpecKind<k8s.V1APIService>
/** metrics.k8s.io/v1beta1: what metrics-server answers. Quantities; `window` is a duration such as `15s`. */
export type NodeMetrics = KubeObject & { timestamp: string; window: string; usage: { cpu: string; memory: string } }
export type PodMetrics = KubeObject & { timestamp: string; window: string; containers: { name: string; usage: { cpu: string; memory: string } }[] }

export type PodSpec = Wire<k8s.V1PodSpec>
export type PodStatus = Wire<k8s.V1PodStatus>
export type PodTemplateSpec = Wire<k8s.V1PodTemplateSpec>
export type PodCondition = Wire<k8s.V1PodCondition>
export type Container = Wire<k8s.V1Container>
export type ContainerStatus = Wire<k8s.V1ContainerStatus>
export type ContainerState = Wire<k8s.V1ContainerState>
export type ResourceRequirements = Wire<k8s.V1ResourceRequirements>
export type Volume = Wire<k8s.V1Volume>
export type VolumeMount = Wire<k8s.V1VolumeMount>
export type Probe = Wire<k8s.V1Probe>
export type EnvVar = Wire<k8s.V1EnvVar>
export type Toleration = Wire<k8s.V1Toleration>
export type Taint = Wire<k8s.V1Taint>
export type Affinity = Wire<k8s.V1Affinity>
export type NodeSelector = Wire<k8s.V1NodeSelector>
export type NodeSelectorTerm = Wire<k8s.V1NodeSelectorTerm>
export type TopologySpreadConstraint = Wire<k8s.V1TopologySpreadConstraint>
export type NodeStatus = Wire<k8s.V1NodeStatus>
export type NodeCondition = Wire<k8s.V1NodeCondition>
export type ContainerImage = Wire<k8s.V1ContainerImage>
export type DeploymentStatus = Wire<k8s.V1DeploymentStatus>
export type DeploymentCondition = Wire<k8s.V1DeploymentCondition>
export type JobSpec = Wire<k8s.V1JobSpec>
export type JobStatus = Wire<k8s.V1JobStatus>
export type JobCondition = Wire<k8s.V1JobCondition>
export type Endpoint = Wire<k8s.V1Endpoint>
export type EndpointPort = Wire<k8s.DiscoveryV1EndpointPort>
export type EndpointSubset = Wire<k8s.V1EndpointSubset>
export type ObjectReference = Wire<k8s.V1ObjectReference>
export type PolicyRule = Wire<k8s.V1PolicyRule>
export type Subject = Wire<k8s.RbacV1Subject>
export type RoleRef = Wire<k8s.V1RoleRef>
export type DeleteOptions = Wire<k8s.V1DeleteOptions>
export type IntOrString = number | string
