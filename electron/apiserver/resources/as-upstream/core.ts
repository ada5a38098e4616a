/** Kinds of the cluster itself: configuration, storage, network, access. */
import { immutable, type KindCase } from './case.ts'

const FROZEN = 'Forbidden: field is immutable when `immutable` is set'
const RBAC = 'rbac.authorization.k8s.io'
const roleRef = (kind: string, name: string): object => ({ apiGroup: RBAC, kind, name })
const binding = (kind: string, of: string): KindCase => ({
  kind: `${RBAC}/v1 ${kind}`, given: { roleRef: roleRef(of, 'r'), subjects: [{ kind: 'User', name: 'u' }] }, defaults: { 'subjects.0.apiGroup': RBAC }, columns: 'Name|Role|Age|+Users|+Groups|+ServiceAccounts', generation: false,
  change: ['subjects.0.name', 'v'], frozen: [['roleRef', roleRef(of, 's'), [`roleRef: Invalid value: ${JSON.stringify(roleRef(of, 's'))}: cannot change roleRef`]]],
})
const role = (kind: string): KindCase => ({ kind: `${RBAC}/v1 ${kind}`, given: { rules: [{ verbs: ['get'], apiGroups: [''], resources: ['pods'] }] }, columns: 'Name|Created At', generation: false, change: ['rules', []] })

export const core: KindCase[] = [
  { kind: 'v1 ConfigMap', given: { immutable: true, data: { a: '1' } }, columns: 'Name|Data|Age', generation: false, frozen: [['data.a', '2', [`data: ${FROZEN}`]], ['immutable', false, [`immutable: ${FROZEN}`]]] },
  {
    kind: 'v1 Secret', given: { immutable: true, data: { a: 'eA==' } }, defaults: { type: 'Opaque' }, columns: 'Name|Type|Data|Age', generation: false,
    frozen: [['data.a', 'eQ==', [`data: ${FROZEN}`]], ['type', 'my.own/type', [immutable('type', 'my.own/type')]]],
  },
  { kind: 'v1 ServiceAccount', given: {}, columns: 'Name|Secrets|Age', generation: false, change: ['automountServiceAccountToken', false] },
  { kind: 'v1 Namespace', given: {}, defaults: { 'metadata.labels': { 'kubernetes.io/metadata.name': 'x' }, 'spec.finalizers': ['kubernetes'], 'status.phase': 'Active' }, columns: 'Name|Status|Age', generation: false, status: { phase: 'Active', conditions: [] } },
  {
    kind: 'v1 Node', given: {}, defaults: { 'spec.taints': [{ key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' }] }, columns: 'Name|Status|Roles|Age|Version|+Internal-IP|+External-IP|+OS-Image|+Kernel-Version|+Container-Runtime', generation: false,
    change: ['spec.unschedulable', true], status: { phase: 'Running' },
  },
  { kind: 'v1 Endpoints', given: { subsets: [{ addresses: [{ ip: '10.0.0.1' }], ports: [{ port: 80 }] }] }, defaults: { 'subsets.0.ports.0.protocol': 'TCP' }, columns: 'Name|Endpoints|Age', generation: false, change: ['subsets.0.ports.0.port', 81] },
  { kind: 'v1 Event', given: { involvedObject: { namespace: 'default' } }, columns: 'Last Seen|Type|Reason|Object|+Subobject|+Source|Message|+First Seen|+Count|+Name', generation: false, change: ['count', 2] },
  {
    kind: 'events.k8s.io/v1 Event', name: 'y', given: { eventTime: '2026-01-01T00:00:00.000000Z', reportingController: 'a.b/c', reportingInstance: 'i', action: 'A', reason: 'R', type: 'Normal' },
    columns: 'Last Seen|Type|Reason|Object|+Subobject|+Source|Message|+First Seen|+Count|+Name', generation: false, frozen: [['reason', 'S', [immutable('reason', 'S'), immutable('reason', 'S')]]],
  },
  {
    kind: 'v1 Service', given: { spec: { ports: [{ port: 80 }] } },
    defaults: {
      'spec.ports.0.protocol': 'TCP', 'spec.ports.0.targetPort': 80, 'spec.type': 'ClusterIP', 'spec.sessionAffinity': 'None', 'spec.internalTrafficPolicy': 'Cluster', 'spec.ipFamilyPolicy': 'SingleStack', 'spec.ipFamilies': ['IPv4'],
      'spec.clusterIP': '*', 'spec.clusterIPs': '*', 'status.loadBalancer': {},
    },
    columns: 'Name|Type|Cluster-IP|External-IP|Port(s)|Age|+Selector', generation: false, change: ['spec.selector', { a: 'b' }], status: { loadBalancer: {}, conditions: [] },
    frozen: [['spec.clusterIP', '10.96.9.9', ['spec.clusterIPs[0]: Invalid value: ["10.96.9.9"]: may not change once set']]],
  },
  { kind: 'discovery.k8s.io/v1 EndpointSlice', given: { addressType: 'IPv4', endpoints: [{ addresses: ['10.0.0.1'] }], ports: [{ port: 80 }] }, defaults: { 'ports.0.name': '', 'ports.0.protocol': 'TCP' }, columns: 'Name|AddressType|Ports|Endpoints|Age', generation: true, change: ['ports.0.port', 81], frozen: [['addressType', 'FQDN', [/^.*addressType: Invalid value: "FQDN": field is immutable$/]]] },
  { kind: 'networking.k8s.io/v1 Ingress', given: { spec: { defaultBackend: { service: { name: 's', port: { number: 80 } } } } }, defaults: { 'status.loadBalancer': {} }, columns: 'Name|Class|Hosts|Address|Ports|Age', generation: true, change: ['spec.defaultBackend.service.name', 't'], status: { loadBalancer: { ingress: [{ ip: '10.0.0.1' }] } } },
  { kind: 'networking.k8s.io/v1 IngressClass', given: { spec: { controller: 'a.b/c' } }, columns: 'Name|Controller|Parameters|Age', generation: true, change: ['spec.parameters', { kind: 'P', name: 'p', scope: 'Cluster' }], frozen: [['spec.controller', 'a.b/d', [immutable('spec.controller', 'a.b/d')]]] },
  { kind: 'networking.k8s.io/v1 NetworkPolicy', given: { spec: { podSelector: {}, egress: [{}], ingress: [{ ports: [{ port: 80 }] }] } }, defaults: { 'spec.policyTypes': ['Ingress', 'Egress'], 'spec.ingress.0.ports.0.protocol': 'TCP' }, columns: 'Name|Pod-Selector|Age', generation: true, change: ['spec.ingress', []] },
  { kind: 'networking.k8s.io/v1 IPAddress', name: '10.96.1.1', given: { spec: { parentRef: { resource: 'services', namespace: 'default', name: 's' } } }, columns: 'Name|ParentRef|Age', generation: false, frozen: [['spec.parentRef', { resource: 'services', namespace: 'default', name: 't' }, [/^spec\.parentRef: Invalid value: \{.*"name":"t".*\}: field is immutable$/]]] },
  { kind: 'networking.k8s.io/v1 ServiceCIDR', given: { spec: { cidrs: ['10.97.0.0/24'] } }, columns: 'Name|CIDRs|Age', generation: false, status: { conditions: [{ type: 'A', status: 'True', reason: 'R', message: '', lastTransitionTime: '2026-01-01T00:00:00Z' }] }, frozen: [['spec.cidrs', ['10.98.0.0/24'], [/field is immutable$/]]] },
  { kind: 'coordination.k8s.io/v1 Lease', given: {}, columns: 'Name|Holder|Age', generation: false, change: ['spec', { holderIdentity: 'me' }] },
  {
    kind: 'v1 PersistentVolumeClaim', given: { spec: { accessModes: ['ReadWriteOnce'], storageClassName: 's', resources: { requests: { storage: '1Gi' } } } },
    defaults: { 'spec.volumeMode': 'Filesystem', 'metadata.finalizers': ['kubernetes.io/pvc-protection'], 'status.phase': 'Pending' }, columns: 'Name|Status|Volume|Capacity|Access Modes|StorageClass|VolumeAttributesClass|Age|+VolumeMode', generation: false, status: { phase: 'Lost' },
    frozen: [['spec.accessModes', ['ReadOnlyMany'], [/^spec: Forbidden: spec is immutable after creation except resources\.requests and volumeAttributesClassName for bound claims\n/]]],
  },
  {
    kind: 'v1 PersistentVolume', given: { spec: { accessModes: ['ReadWriteOnce'], capacity: { storage: '1Gi' }, hostPath: { path: '/x' } } },
    defaults: { 'spec.persistentVolumeReclaimPolicy': 'Retain', 'spec.volumeMode': 'Filesystem', 'spec.hostPath.type': '', 'metadata.finalizers': ['kubernetes.io/pv-protection'], 'status.phase': 'Pending', 'status.lastPhaseTransitionTime': '*' },
    columns: 'Name|Capacity|Access Modes|Reclaim Policy|Status|Claim|StorageClass|VolumeAttributesClass|Reason|Age|+VolumeMode', generation: false, change: ['spec.capacity.storage', '2Gi'], status: { phase: 'Available' },
    frozen: [['spec.hostPath.path', '/y', [/^spec\.persistentvolumesource: Forbidden: spec\.persistentvolumesource is immutable after creation\n/]], ['spec.volumeMode', 'Block', [immutable('volumeMode', 'Block')]]],
  },
  {
    kind: 'storage.k8s.io/v1 StorageClass', given: { provisioner: 'a.b/c' }, defaults: { reclaimPolicy: 'Delete', volumeBindingMode: 'Immediate' }, columns: 'Name|Provisioner|ReclaimPolicy|VolumeBindingMode|AllowVolumeExpansion|Age', generation: false, change: ['allowVolumeExpansion', true],
    frozen: [
      ['provisioner', 'a.b/d', ['provisioner: Forbidden: updates to provisioner are forbidden.']], ['parameters', { a: 'b' }, ['parameters: Forbidden: updates to parameters are forbidden.']],
      ['reclaimPolicy', 'Retain', ['reclaimPolicy: Forbidden: updates to reclaimPolicy are forbidden.']], ['volumeBindingMode', 'WaitForFirstConsumer', [immutable('volumeBindingMode', 'WaitForFirstConsumer')]],
    ],
  },
  { kind: 'storage.k8s.io/v1 VolumeAttributesClass', given: { driverName: 'd', parameters: { a: 'b' } }, columns: 'Name|DriverName|Age', generation: false, frozen: [['driverName', 'e', ['driverName: Forbidden: updates to driverName are forbidden.']], ['parameters.a', 'c', ['parameters: Forbidden: updates to parameters are forbidden.']]] },
  {
    kind: 'storage.k8s.io/v1 CSIDriver', given: { spec: {} }, defaults: { spec: { attachRequired: true, podInfoOnMount: false, storageCapacity: false, fsGroupPolicy: 'ReadWriteOnceWithFSType', requiresRepublish: false, seLinuxMount: false, volumeLifecycleModes: ['Persistent'] } },
    columns: 'Name|AttachRequired|PodInfoOnMount|StorageCapacity|TokenRequests|RequiresRepublish|Modes|Age', generation: true, change: ['spec.podInfoOnMount', true],
    frozen: [['spec.attachRequired', false, [immutable('spec.attachedRequired', false)]], ['spec.volumeLifecycleModes', ['Ephemeral'], [immutable('spec.volumeLifecycleModes', ['Ephemeral'])]]],
  },
  { kind: 'storage.k8s.io/v1 CSINode', given: { spec: { drivers: [{ name: 'd', nodeID: 'n' }] } }, columns: 'Name|Drivers|Age', generation: false, change: ['spec.drivers.1', { name: 'e', nodeID: 'n' }], frozen: [['spec.drivers.0.nodeID', 'm', [/^CSINodeDriver: Invalid value: .*"nodeID":"m".*: field is immutable$/]]] },
  { kind: 'storage.k8s.io/v1 CSIStorageCapacity', given: { storageClassName: 's' }, columns: 'Name|StorageClassName|Capacity', generation: false, change: ['capacity', '1Gi'], frozen: [['storageClassName', 't', [immutable('storageClassName', 't')]]] },
  {
    kind: 'storage.k8s.io/v1 VolumeAttachment', given: { spec: { attacher: 'a', nodeName: 'n', source: { persistentVolumeName: 'p' } } }, defaults: { 'status.attached': false }, columns: 'Name|Attacher|PV|Node|Attached|Age', generation: false, status: { attached: true },
    frozen: [['spec.nodeName', 'm', [/^spec: Invalid value: \{.*"nodeName":"m".*\}: field is immutable$/]]],
  },
  role('Role'), role('ClusterRole'), binding('RoleBinding', 'Role'), binding('ClusterRoleBinding', 'ClusterRole'),
]
