/**
 * What @kubernetes/client-node's types do not say: how lists and maps merge (server-side apply and strategic merge
 * patch), which strings are quantities, and the defaults of list keys. Facts of the API's own OpenAPI extensions
 * (x-kubernetes-list-type, -list-map-keys, -map-type, -patch-merge-key, -patch-strategy). A list that is not named is
 * atomic. The key `''` is the type itself.
 */

/** Server-side apply merges by `keys`; strategic merge patch by `mergeKey` (default: the first of the keys). */
const merge = (keys, mergeKey = keys[0]) => ({ listType: 'map', listMapKeys: keys, patchMergeKey: mergeKey, patchStrategy: 'merge' })
const retain = (key) => ({ ...merge([key]), patchStrategy: 'merge,retainKeys' })
/** Merges by `keys` in server-side apply only. */
const map = (...keys) => ({ listType: 'map', listMapKeys: keys })
/** Merges by `key` in strategic merge patch only. */
const patchOnly = (key) => ({ patchMergeKey: key, patchStrategy: 'merge' })
const set = { listType: 'set' }
const mergingSet = { listType: 'set', patchStrategy: 'merge' }
const atomic = { mapType: 'atomic' }
/** Fields that exclude each other: field → the value of the discriminator that it goes with. */
const union = (discriminator, fields) => ({ unions: [{ ...(discriminator ? { discriminator } : {}), 'fields-to-discriminateBy': fields }] })
const quantity = { quantity: true }

const conditions = { conditions: merge(['type']) }
const mapConditions = { conditions: map('type') }
const protocol = { protocol: { default: 'TCP' } }
const container = {
  ports: merge(['containerPort', 'protocol'], 'containerPort'),
  env: merge(['name']),
  volumeMounts: merge(['mountPath']),
  volumeDevices: merge(['devicePath']),
}
const limits = { limits: quantity, requests: quantity }

export const extras = {
  // meta
  V1ObjectMeta: { finalizers: mergingSet, ownerReferences: merge(['uid']) },
  V1OwnerReference: { '': atomic },
  V1LabelSelector: { '': atomic },

  // core
  V1PodSpec: {
    volumes: retain('name'),
    initContainers: merge(['name']),
    containers: merge(['name']),
    ephemeralContainers: merge(['name']),
    imagePullSecrets: merge(['name']),
    hostAliases: merge(['ip']),
    topologySpreadConstraints: merge(['topologyKey', 'whenUnsatisfiable'], 'topologyKey'),
    schedulingGates: merge(['name']),
    resourceClaims: retain('name'),
    nodeSelector: atomic,
    overhead: quantity,
  },
  V1PodStatus: { ...conditions, podIPs: merge(['ip']), hostIPs: patchOnly('ip'), resourceClaimStatuses: retain('name'), allocatedResources: quantity },
  V1Container: container,
  V1EphemeralContainer: container,
  V1ContainerPort: protocol,
  V1ContainerStatus: { volumeMounts: merge(['mountPath']), allocatedResourcesStatus: merge(['name']), allocatedResources: quantity },
  V1ContainerRestartRuleOnExitCodes: { values: set },
  V1ResourceStatus: { resources: map('resourceID') },
  V1NodeAllocatableResourceClaimStatus: { containers: set },
  V1ResourceRequirements: { ...limits, claims: map('name') },
  V1VolumeResourceRequirements: limits,
  V1EmptyDirVolumeSource: { sizeLimit: quantity },
  V1ResourceFieldSelector: { '': atomic, divisor: quantity },
  V1ObjectFieldSelector: { '': atomic },
  V1ConfigMapKeySelector: { '': atomic },
  V1SecretKeySelector: { '': atomic },
  V1FileKeySelector: { '': atomic },
  V1LocalObjectReference: { '': atomic },
  V1ObjectReference: { '': atomic },
  V1SecretReference: { '': atomic },
  V1TypedLocalObjectReference: { '': atomic },
  V1NodeSelector: { '': atomic },
  V1NodeSelectorTerm: { '': atomic },
  V1AppArmorProfile: { '': union('type', { localhostProfile: 'LocalhostProfile' }) },
  V1SeccompProfile: { '': union('type', { localhostProfile: 'LocalhostProfile' }) },
  V1PodSchedulingGroup: { '': union(undefined, { podGroupName: 'PodGroupName' }) },
  V1TopologySelectorTerm: { '': atomic },
  V1ScopeSelector: { '': atomic },
  V1ServiceSpec: { ports: merge(['port', 'protocol'], 'port'), selector: atomic },
  V1ServicePort: protocol,
  V1ServiceStatus: conditions,
  V1ServiceAccount: { secrets: merge(['name']) },
  V1NamespaceStatus: conditions,
  V1NodeSpec: { podCIDRs: mergingSet },
  V1NodeStatus: { ...conditions, addresses: merge(['type']), capacity: quantity, allocatable: quantity },
  V1ComponentStatus: conditions,
  V1ReplicationControllerSpec: { selector: atomic },
  V1ReplicationControllerStatus: conditions,
  V1PersistentVolumeSpec: { capacity: quantity, claimRef: { mapType: 'granular' } },
  V1PersistentVolumeClaimStatus: { ...conditions, capacity: quantity, allocatedResources: quantity, allocatedResourceStatuses: { mapType: 'granular' } },
  V1LimitRangeItem: { max: quantity, min: quantity, default: quantity, defaultRequest: quantity, maxLimitRequestRatio: quantity },
  V1ResourceQuotaSpec: { hard: quantity },
  V1ResourceQuotaStatus: { hard: quantity, used: quantity },
  CoreV1EndpointPort: { '': atomic },
  V1EndpointAddress: { '': atomic },

  // apps, batch, autoscaling, policy
  V1DeploymentSpec: { strategy: { patchStrategy: 'retainKeys' } },
  V1DeploymentStatus: conditions,
  V1ReplicaSetStatus: conditions,
  V1StatefulSetStatus: conditions,
  V1DaemonSetStatus: conditions,
  V1JobStatus: { conditions: patchOnly('type') },
  V1PodFailurePolicyOnExitCodesRequirement: { values: set },
  V1UncountedTerminatedPods: { failed: set, succeeded: set },
  V1CrossVersionObjectReference: { '': atomic },
  V2HorizontalPodAutoscalerStatus: conditions,
  V2HPAScalingRules: { tolerance: quantity },
  V2MetricTarget: { value: quantity, averageValue: quantity },
  V2MetricValueStatus: { value: quantity, averageValue: quantity },
  V1PodDisruptionBudgetSpec: { selector: { patchStrategy: 'replace' } },
  V1PodDisruptionBudgetStatus: conditions,

  // networking, discovery
  V1ServiceCIDRStatus: conditions,
  V1ServiceBackendPort: { '': atomic },
  V1Endpoint: { addresses: set },
  DiscoveryV1EndpointPort: { '': atomic },

  // rbac, certificates, flowcontrol, node
  V1RoleRef: { '': atomic },
  RbacV1Subject: { '': atomic },
  V1CertificateSigningRequestStatus: mapConditions,
  V1FlowSchemaStatus: conditions,
  V1LimitResponse: { '': union('type', { queuing: 'Queuing' }) },
  V1PriorityLevelConfigurationSpec: { '': union('type', { exempt: 'Exempt', limited: 'Limited' }) },
  FlowcontrolV1Subject: { '': union('kind', { group: 'Group', serviceAccount: 'ServiceAccount', user: 'User' }) },
  V1NonResourcePolicyRule: { nonResourceURLs: set, verbs: set },
  V1ResourcePolicyRule: { apiGroups: set, namespaces: set, resources: set, verbs: set },
  V1PriorityLevelConfigurationStatus: conditions,
  V1Overhead: { podFixed: quantity },
  V1Scheduling: { nodeSelector: atomic },

  // storage, resource
  V1CSINodeSpec: { drivers: merge(['name']) },
  V1CSIDriverSpec: { volumeLifecycleModes: set },
  V1CSIStorageCapacity: { capacity: quantity, maximumVolumeSize: quantity },
  V1ResourceClaimStatus: { reservedFor: merge(['uid']), devices: map('driver', 'device', 'pool', 'shareID') },
  V1AllocatedDeviceStatus: mapConditions,
  V1CapacityRequestPolicy: { default: quantity, validValues: quantity },
  V1CapacityRequestPolicyRange: { min: quantity, max: quantity, step: quantity },
  V1CapacityRequirements: { requests: quantity },
  V1Counter: { value: quantity },
  V1DeviceCapacity: { value: quantity },
  V1DeviceRequestAllocationResult: { consumedCapacity: quantity },

  // admissionregistration, apiextensions, apiregistration
  V1ValidatingWebhookConfiguration: { webhooks: merge(['name']) },
  V1MutatingWebhookConfiguration: { webhooks: merge(['name']) },
  V1ValidatingWebhook: { matchConditions: merge(['name']) },
  V1MutatingWebhook: { matchConditions: merge(['name']) },
  V1ValidatingAdmissionPolicySpec: { matchConditions: merge(['name']), variables: merge(['name']) },
  V1MutatingAdmissionPolicySpec: { matchConditions: merge(['name']) },
  V1ValidatingAdmissionPolicyBindingSpec: { validationActions: set },
  V1Variable: { '': atomic },
  V1ValidatingAdmissionPolicyStatus: mapConditions,
  V1MatchResources: { '': atomic },
  V1NamedRuleWithOperations: { '': atomic },
  V1ParamKind: { '': atomic },
  V1ParamRef: { '': atomic },
  V1CustomResourceDefinitionStatus: mapConditions,
  V1JSONSchemaProps: { 'x-kubernetes-validations': merge(['rule']) },
  V1APIServiceStatus: conditions,
}

/**
 * Fields that hold a struct by value: an object that does not set them still has them, empty. OpenAPI gives them
 * the default `{}`; so are metadata, spec and status everywhere.
 */
export const valueStructs = {
  V1MutatingWebhook: ['clientConfig'],
  V1ValidatingWebhook: ['clientConfig'],
  V1DaemonSetSpec: ['template', 'updateStrategy'],
  V1DeploymentSpec: ['template', 'strategy'],
  V1ReplicaSetSpec: ['template'],
  V1StatefulSetSpec: ['template', 'updateStrategy'],
  V1HorizontalPodAutoscalerSpec: ['scaleTargetRef'],
  V2HorizontalPodAutoscalerSpec: ['scaleTargetRef'],
  V2ContainerResourceMetricSource: ['target'],
  V2ExternalMetricSource: ['metric', 'target'],
  V2ObjectMetricSource: ['describedObject', 'target', 'metric'],
  V2PodsMetricSource: ['metric', 'target'],
  V2ResourceMetricSource: ['target'],
  V1CronJobSpec: ['jobTemplate'],
  V1JobSpec: ['template'],
  V1Binding: ['target'],
  V1Container: ['resources'],
  V1EphemeralContainer: ['resources'],
  V1ContainerStatus: ['state', 'lastState'],
  CoreV1Event: ['involvedObject', 'source'],
  V1NodeDaemonEndpoints: ['kubeletEndpoint'],
  V1NodeStatus: ['daemonEndpoints', 'nodeInfo'],
  V1PersistentVolumeClaimSpec: ['resources'],
  V1PodTemplate: ['template'],
  V1PreferredSchedulingTerm: ['preference'],
  V1ServiceStatus: ['loadBalancer'],
  V1WeightedPodAffinityTerm: ['podAffinityTerm'],
  V1Endpoint: ['conditions'],
  V1FlowSchemaSpec: ['priorityLevelConfiguration'],
  V1LimitedPriorityLevelConfiguration: ['limitResponse'],
  V1HTTPIngressPath: ['backend'],
  V1IngressServiceBackend: ['port'],
  V1IngressStatus: ['loadBalancer'],
  V1NetworkPolicySpec: ['podSelector'],
  V1ClusterRoleBinding: ['roleRef'],
  V1RoleBinding: ['roleRef'],
  V1AllocationResult: ['devices'],
  V1ResourceClaimSpec: ['devices'],
  V1ResourceSliceSpec: ['pool'],
  V1VolumeAttachmentSpec: ['source'],
}
