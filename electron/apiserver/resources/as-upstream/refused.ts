/** What of each kind is refused, with every cause that is told: a change of the minimal object that as-upstream's cases have. */
import type { KindCase } from './case.ts'

type Refusals = NonNullable<KindCase['frozen']>
const LABEL = "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
const negative = (path: string): string => `${path}: Invalid value: -1: must be greater than or equal to 0`
const ADMISSION = 'admissionregistration.k8s.io/v1'
const RBAC = 'rbac.authorization.k8s.io/v1'
const noVerbs: Refusals = [['rules.0.verbs', [], ['rules[0].verbs: Required value: verbs must contain at least one value']]]
const effects: Refusals = [['webhooks.0.sideEffects', 'Some', ['webhooks[0].sideEffects: Unsupported value: "Some": supported values: "None", "NoneOnDryRun"']]]
const noPolicy: Refusals = [['spec.policyName', '', ['spec.policyName: Required value']]]

export const REFUSED: Readonly<Record<string, Refusals>> = {
  'v1 Pod': [['spec.containers', [], ['spec.containers: Required value']], ['spec.containers.0.name', 'UP', [`spec.containers[0].name: Invalid value: "UP": ${LABEL}`]]],
  'v1 PodTemplate': [['template.spec.containers.0.name', 'UP', [`template.spec.containers[0].name: Invalid value: "UP": ${LABEL}`]]],
  'v1 ReplicationController': [['spec.replicas', -1, [negative('spec.replicas')]]],
  'apps/v1 Deployment': [['spec.replicas', -1, [negative('spec.replicas')]], ['spec.selector', { matchLabels: { a: 'c' } }, ['spec.template.metadata.labels: Invalid value: {"a":"b","c":"d"}: `selector` does not match template `labels`']]],
  'apps/v1 ReplicaSet': [['spec.replicas', -1, [negative('spec.replicas')]]],
  'apps/v1 StatefulSet': [['spec.replicas', -1, [negative('spec.replicas')]]],
  'apps/v1 DaemonSet': [['spec.template.spec.restartPolicy', 'Never', ['spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"']]],
  'apps/v1 ControllerRevision': [['revision', -1, [negative('revision')]]],
  'batch/v1 Job': [['spec.parallelism', -1, [negative('spec.parallelism')]]],
  'batch/v1 CronJob': [['spec.schedule', 'x', [/^spec\.schedule: Invalid value: "x": /]]],
  'autoscaling/v2 HorizontalPodAutoscaler': [['spec.maxReplicas', 0, ['spec.maxReplicas: Invalid value: 0: must be greater than 0', 'spec.maxReplicas: Invalid value: 0: must be greater than or equal to `minReplicas`']]],
  'autoscaling/v1 HorizontalPodAutoscaler': [['spec.maxReplicas', 0, ['spec.maxReplicas: Invalid value: 0: must be greater than 0', 'spec.maxReplicas: Invalid value: 0: must be greater than or equal to `minReplicas`']]],
  'policy/v1 PodDisruptionBudget': [['spec.minAvailable', -1, [negative('spec.minAvailable')]]],
  'v1 ResourceQuota': [['spec.hard.pods', '-1', ['spec.hard[pods]: Invalid value: "-1": must be greater than or equal to 0']]],
  'v1 LimitRange': [['spec.limits.0.min', { storage: '10Gi' }, ['spec.limits[0].min[storage]: Invalid value: "10Gi": min value 10Gi is greater than max value 9Gi']]],
  'scheduling.k8s.io/v1 PriorityClass': [['value', 1_000_000_001, ['value: Forbidden: maximum allowed value of a user defined priority is 1000000000']]],
  'node.k8s.io/v1 RuntimeClass': [['handler', 'UP', [`handler: Invalid value: "UP": ${LABEL}`]]],
  'v1 ConfigMap': [['data', { 'a/b': 'x' }, ["data[a/b]: Invalid value: \"a/b\": a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')"]]],
  'v1 Secret': [['type', 'kubernetes.io/tls', ['data[tls.crt]: Required value', 'data[tls.key]: Required value']]],
  'v1 Node': [['spec.taints', [{ key: 'a', effect: 'Bad' }], ['metadata.taints[0].effect: Unsupported value: "Bad": supported values: "NoSchedule", "PreferNoSchedule", "NoExecute"']]],
  'v1 Endpoints': [['subsets.0.addresses.0.ip', 'x', ['subsets[0].addresses[0].ip: Invalid value: "x": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)']]],
  'v1 Event': [['involvedObject.namespace', 'other', ['involvedObject.namespace: Invalid value: "other": does not match event.namespace']]],
  'events.k8s.io/v1 Event': [['type', 'Odd', ['type: Invalid value: "": has invalid value: Odd']], ['deprecatedCount', 3, ['count: Invalid value: "": needs to be unset']], ['series', { count: 1, lastObservedTime: '2026-01-01T00:00:00.000000Z' }, ['series.count: Invalid value: "": should be at least 2']]],
  'v1 Service': [['spec.ports', [], ['spec.ports: Required value']], ['spec.ports.0.port', 0, ['spec.ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive', 'spec.ports[0].targetPort: Invalid value: 0: must be between 1 and 65535, inclusive']]],
  'discovery.k8s.io/v1 EndpointSlice': [['addressType', 'IPv9', ['addressType: Unsupported value: "IPv9": supported values: "FQDN", "IPv4", "IPv6"']]],
  'networking.k8s.io/v1 Ingress': [['spec', {}, ['spec: Invalid value: null: either `defaultBackend` or `rules` must be specified']]],
  'networking.k8s.io/v1 IngressClass': [['spec.controller', 'nodomain', ['spec.controller: Invalid value: "nodomain": must be a domain-prefixed path (such as "acme.io/foo")']]],
  'networking.k8s.io/v1 NetworkPolicy': [['spec.ingress.0.ports.0.protocol', 'ICMP', ['spec.ingress[0].ports[0].protocol: Unsupported value: "ICMP": supported values: "TCP", "UDP", "SCTP"']]],
  'networking.k8s.io/v1 IPAddress': [['spec.parentRef', undefined, ['spec.parentRef: Required value']]],
  'networking.k8s.io/v1 ServiceCIDR': [['spec.cidrs', ['x'], ['spec.cidrs[0]: Invalid value: "x": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)']]],
  'coordination.k8s.io/v1 Lease': [['spec', { leaseDurationSeconds: 0 }, ['spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0']]],
  'v1 PersistentVolumeClaim': [['spec.accessModes', [], ['spec.accessModes: Required value: at least 1 access mode is required']]],
  'v1 PersistentVolume': [['spec.accessModes', [], ['spec.accessModes: Required value']]],
  'storage.k8s.io/v1 StorageClass': [['provisioner', '', ['provisioner: Required value']]],
  'storage.k8s.io/v1 VolumeAttributesClass': [['parameters', {}, ['parameters: Required value: must contain at least one key/value pair']]],
  'storage.k8s.io/v1 CSIDriver': [['spec.fsGroupPolicy', 'Never', ['spec.fsGroupPolicy: Unsupported value: "Never": supported values: "File", "None", "ReadWriteOnceWithFSType"']]],
  'storage.k8s.io/v1 CSINode': [['spec.drivers.0.nodeID', '', ['spec.drivers[0].nodeID: Required value']]],
  'storage.k8s.io/v1 CSIStorageCapacity': [['capacity', '-1', ['capacity: Invalid value: "-1": must be greater than or equal to 0']]],
  'storage.k8s.io/v1 VolumeAttachment': [['spec.attacher', '', ['spec.attacher: Required value']]],
  [`${RBAC} Role`]: noVerbs,
  [`${RBAC} ClusterRole`]: noVerbs,
  [`${RBAC} RoleBinding`]: [['roleRef.kind', 'X', ['roleRef.kind: Unsupported value: "X": supported values: "Role", "ClusterRole"']]],
  [`${RBAC} ClusterRoleBinding`]: [['roleRef.kind', 'Role', ['roleRef.kind: Unsupported value: "Role": supported values: "ClusterRole"']]],
  'certificates.k8s.io/v1 CertificateSigningRequest': [['spec.usages', [], ['spec.usages: Required value']]],
  [`${ADMISSION} MutatingWebhookConfiguration`]: effects,
  [`${ADMISSION} ValidatingWebhookConfiguration`]: effects,
  [`${ADMISSION} ValidatingAdmissionPolicy`]: [['spec.validations.0.expression', '1 +', [/^spec\.validations\[0\]\.expression: Invalid value: "1 \+": compilation failed: ERROR: <input>:1:\d: /]]],
  [`${ADMISSION} ValidatingAdmissionPolicyBinding`]: noPolicy,
  [`${ADMISSION} MutatingAdmissionPolicy`]: [['spec.mutations', [], ['spec.mutations: Required value: mutations must contain at least one item']]],
  [`${ADMISSION} MutatingAdmissionPolicyBinding`]: noPolicy,
  'apiextensions.k8s.io/v1 CustomResourceDefinition': [['spec.scope', 'Galaxy', ['spec.scope: Unsupported value: "Galaxy": supported values: "Cluster", "Namespaced"']]],
  'apiregistration.k8s.io/v1 APIService': [['spec.groupPriorityMinimum', 0, ['spec.groupPriorityMinimum: Invalid value: 0: must be positive and less than 20000']]],
  'flowcontrol.apiserver.k8s.io/v1 FlowSchema': [['spec.matchingPrecedence', -1, ['spec.matchingPrecedence: Invalid value: -1: must be a positive value']]],
  'flowcontrol.apiserver.k8s.io/v1 PriorityLevelConfiguration': [['spec.limited.lendablePercent', 101, ['spec.limited.lendablePercent: Invalid value: 101: must be between 0 and 100, inclusive']]],
}
