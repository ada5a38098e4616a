/**
 * What each controller needs, by its upstream name: the rules of the cluster roles `system:controller:NAME`. Some of these
 * controllers have nothing to do here (nobody attaches disks of a cloud); their roles are there for whoever is bound to them.
 */
import type { PolicyRule } from '../../../shared/api/types.ts'
import { CHANGE, events, named, paths, READ, rule } from './bootstrap-verbs.ts'

const APPS = ['apps', 'extensions'] as const
const CERTIFICATES = 'certificates.k8s.io'
const DEVICES = 'resource.k8s.io'
const DISCOVERY = 'discovery.k8s.io'
const NETWORKING = 'networking.k8s.io'
const STORAGE = 'storage.k8s.io'
const SLICES = ['create', 'delete', ...READ, 'update'] as const
const OBJECTS = ['create', 'delete', ...READ, 'patch', 'update'] as const

const signers = (verb: string, ...names: string[]): PolicyRule => named(names.map((name) => `kubernetes.io/${name}`), rule([verb], CERTIFICATES, 'signers'))

/** What upstream's do, and what ours do in another way: a status is patched where upstream updates it. */
export const controllerRules = (): Record<string, PolicyRule[]> => ({
  'attachdetach-controller': [
    rule(['list', 'watch'], '', 'persistentvolumeclaims', 'persistentvolumes'), rule(READ, '', 'nodes'), rule(CHANGE, '', 'nodes/status'), rule(['list', 'watch'], '', 'pods'), events(),
    rule(['create', 'delete', ...READ], STORAGE, 'volumeattachments'), rule(READ, STORAGE, 'csidrivers'), rule(READ, STORAGE, 'csinodes'),
  ],
  'certificate-controller': [
    rule(['delete', ...READ], CERTIFICATES, 'certificatesigningrequests'), rule(['update'], CERTIFICATES, 'certificatesigningrequests/approval', 'certificatesigningrequests/status'),
    signers('approve', 'kube-apiserver-client-kubelet'), signers('sign', 'kube-apiserver-client', 'kube-apiserver-client-kubelet', 'kubelet-serving', 'legacy-unknown'),
    rule(['create'], 'authorization.k8s.io', 'subjectaccessreviews'), events(),
  ],
  'clusterrole-aggregation-controller': [rule(['escalate', ...READ, 'patch', 'update'], 'rbac.authorization.k8s.io', 'clusterroles')],
  'cronjob-controller': [
    rule([...READ, 'update'], 'batch', 'cronjobs'), rule(OBJECTS, 'batch', 'jobs'), rule(CHANGE, 'batch', 'cronjobs/status'), rule(['update'], 'batch', 'cronjobs/finalizers'),
    rule(['delete', 'list', 'watch'], '', 'pods'), events(),
  ],
  'daemon-set-controller': [
    rule(READ, APPS, 'daemonsets'), rule(CHANGE, APPS, 'daemonsets/status'), rule(['update'], APPS, 'daemonsets/finalizers'), rule(READ, '', 'nodes'),
    rule(['create', 'delete', ...READ, 'patch'], '', 'pods'), rule(['create'], '', 'pods/binding'), rule(OBJECTS, 'apps', 'controllerrevisions'), events(),
  ],
  'deployment-controller': [
    rule([...READ, 'patch', 'update'], APPS, 'deployments'), rule(CHANGE, APPS, 'deployments/status'), rule(['update'], APPS, 'deployments/finalizers'),
    rule(OBJECTS, APPS, 'replicasets'), rule([...READ, 'update'], '', 'pods'), events(),
  ],
  'device-taint-eviction-controller': [
    rule(['delete', ...READ], '', 'pods'), rule(CHANGE, '', 'pods/status'), rule(READ, DEVICES, 'resourceclaims'), rule(READ, DEVICES, 'resourceslices'), rule(READ, DEVICES, 'deviceclasses'), events(),
  ],
  'disruption-controller': [
    rule(READ, APPS, 'deployments'), rule(READ, APPS, 'replicasets'), rule(READ, '', 'pods', 'replicationcontrollers'), rule(READ, 'policy', 'poddisruptionbudgets'), rule(READ, 'apps', 'statefulsets'),
    rule(CHANGE, 'policy', 'poddisruptionbudgets/status'), rule(CHANGE, '', 'pods/status'), rule(['get'], '*', '*/scale'), events(),
  ],
  'endpoint-controller': [rule(READ, '', 'pods', 'services'), rule(SLICES, '', 'endpoints'), rule(['create'], '', 'endpoints/restricted'), events()],
  'endpointslice-controller': [rule(READ, '', 'nodes', 'pods', 'services'), rule(['update'], '', 'services/finalizers'), rule(SLICES, DISCOVERY, 'endpointslices'), events()],
  'endpointslicemirroring-controller': [
    rule(READ, '', 'endpoints', 'services'), rule(['update'], '', 'services/finalizers'), rule(['update'], '', 'endpoints/finalizers'), rule(SLICES, DISCOVERY, 'endpointslices'), events(),
  ],
  'ephemeral-volume-controller': [rule(READ, '', 'pods'), rule(['update'], '', 'pods/finalizers'), rule(['create', ...READ], '', 'persistentvolumeclaims'), events()],
  'expand-controller': [rule([...READ, 'patch', 'update'], '', 'persistentvolumes'), rule(CHANGE, '', 'persistentvolumeclaims/status'), rule(READ, '', 'persistentvolumeclaims'), events()],
  // It has to be able to remove whatever an owner leaves behind, or a namespace holds.
  'generic-garbage-collector': [rule(['delete', ...READ, 'patch', 'update'], '*', '*'), events()],
  'horizontal-pod-autoscaler': [
    rule(READ, 'autoscaling', 'horizontalpodautoscalers'), rule(['update'], 'autoscaling', 'horizontalpodautoscalers/status'), rule(['get', 'patch', 'update'], '*', '*/scale'), rule(['list', 'watch'], '', 'pods'),
    rule(['list', 'watch'], 'metrics.k8s.io', 'pods'), rule(READ, 'custom.metrics.k8s.io', '*'), rule(READ, 'external.metrics.k8s.io', '*'), events(),
  ],
  'job-controller': [
    rule([...READ, 'patch', 'update'], 'batch', 'jobs'), rule(CHANGE, 'batch', 'jobs/status'), rule(['update'], 'batch', 'jobs/finalizers'), rule(['create', 'delete', ...READ, 'patch'], '', 'pods'), events(),
  ],
  'legacy-service-account-token-cleaner': [named(['kube-apiserver-legacy-service-account-token-tracking'], rule(['get'], '', 'configmaps')), rule(['delete', 'patch'], '', 'secrets')],
  // Ours alone.
  'local-node-controller': [
    rule(['create', ...READ, 'patch', 'update'], 'pilothouse.dev', 'localnodes'), rule(CHANGE, 'pilothouse.dev', 'localnodes/status'),
    rule(['delete', ...READ, 'patch'], '', 'nodes'), rule(['delete', ...READ], '', 'pods'), rule(['create'], '', 'pods/eviction'), rule(['delete', 'get'], 'coordination.k8s.io', 'leases'),
  ],
  'namespace-controller': [
    rule(['delete', ...READ, 'update'], '', 'namespaces'), rule(['update'], '', 'namespaces/finalize', 'namespaces/status'), rule(['delete', 'deletecollection', ...READ], '*', '*'),
    paths('/api', '/api/*', '/apis', '/apis/*'),
  ],
  'node-controller': [
    rule(['delete', ...READ, 'patch', 'update'], '', 'nodes'), rule(CHANGE, '', 'nodes/status'), rule(CHANGE, '', 'pods/status'), rule(['delete', ...READ], '', 'pods'),
    rule(READ, 'coordination.k8s.io', 'leases'), events(),
  ],
  'persistent-volume-binder': [
    rule(SLICES, '', 'persistentvolumes'), rule(['update'], '', 'persistentvolumes/status'), rule([...READ, 'update'], '', 'persistentvolumeclaims'), rule(['update'], '', 'persistentvolumeclaims/status'),
    rule(['create', 'delete', ...READ], '', 'pods'), rule(READ, STORAGE, 'storageclasses'), rule(READ, '', 'nodes'), events(), rule(['watch'], '', 'events'),
  ],
  'pod-garbage-collector': [rule(['delete', ...READ], '', 'pods'), rule(READ, '', 'nodes'), rule(CHANGE, '', 'pods/status')],
  'pv-protection-controller': [rule([...READ, 'patch', 'update'], '', 'persistentvolumes'), events()],
  'pvc-protection-controller': [rule([...READ, 'patch', 'update'], '', 'persistentvolumeclaims'), rule(['update'], '', 'persistentvolumeclaims/status'), rule(READ, '', 'pods'), events()],
  'replicaset-controller': [
    rule([...READ, 'update'], APPS, 'replicasets'), rule(CHANGE, APPS, 'replicasets/status'), rule(['update'], APPS, 'replicasets/finalizers'), rule(['create', 'delete', ...READ, 'patch'], '', 'pods'), events(),
  ],
  'replication-controller': [
    rule([...READ, 'update'], '', 'replicationcontrollers'), rule(CHANGE, '', 'replicationcontrollers/status'), rule(['update'], '', 'replicationcontrollers/finalizers'),
    rule(['create', 'delete', ...READ, 'patch'], '', 'pods'), events(),
  ],
  'resource-claim-controller': [
    rule(READ, '', 'pods'), rule(['update'], '', 'pods/finalizers'), rule(['create', 'delete', ...READ], DEVICES, 'resourceclaims'), rule(CHANGE, DEVICES, 'resourceclaims', 'resourceclaims/status'),
    rule(CHANGE, '', 'pods/status'), events(), rule(CHANGE, DEVICES, 'resourceclaims/binding'),
  ],
  'resourcequota-controller': [rule(['list', 'watch'], '*', '*'), rule(['update'], '', 'resourcequotas/status'), events()],
  'root-ca-cert-publisher': [rule(['create', 'get', 'list', 'update', 'watch'], '', 'configmaps'), rule(READ, '', 'namespaces'), events()],
  'route-controller': [rule(['list', 'watch'], '', 'nodes'), rule(['patch'], '', 'nodes/status'), events()],
  'selinux-warning-controller': [events(), rule(READ, '', 'persistentvolumes'), rule(READ, '', 'persistentvolumeclaims'), rule(READ, '', 'pods'), rule(READ, STORAGE, 'csidrivers')],
  'service-account-controller': [rule(['create', ...READ], '', 'serviceaccounts'), rule(READ, '', 'namespaces'), events()],
  'service-cidrs-controller': [
    rule([...READ, ...CHANGE], NETWORKING, 'servicecidrs'), rule(CHANGE, NETWORKING, 'servicecidrs/finalizers'), rule(CHANGE, NETWORKING, 'servicecidrs/status'), rule(READ, NETWORKING, 'ipaddresses'), events(),
  ],
  'service-controller': [rule(READ, '', 'services'), rule(CHANGE, '', 'services/status'), rule(['list', 'watch'], '', 'nodes'), events()],
  'statefulset-controller': [
    rule(['list', 'watch'], '', 'pods'), rule(READ, 'apps', 'statefulsets'), rule(CHANGE, 'apps', 'statefulsets/status'), rule(['update'], 'apps', 'statefulsets/finalizers'),
    rule(['create', 'delete', 'get', 'patch', 'update'], '', 'pods'), rule(OBJECTS, 'apps', 'controllerrevisions'), rule(['create', ...READ], '', 'persistentvolumeclaims'),
    rule(['delete', 'update'], '', 'persistentvolumeclaims'), rule(['update'], '', 'pods/finalizers'), events(),
  ],
  'taint-eviction-controller': [rule(READ, '', 'nodes'), rule(['delete', ...READ], '', 'pods'), rule(CHANGE, '', 'pods/status'), events()],
  'ttl-after-finished-controller': [rule(['delete', ...READ], 'batch', 'jobs'), events()],
  'ttl-controller': [rule(['list', 'patch', 'update', 'watch'], '', 'nodes'), events()],
  'validatingadmissionpolicy-status-controller': [
    rule(READ, 'admissionregistration.k8s.io', 'validatingadmissionpolicies'), rule(['get', ...CHANGE], 'admissionregistration.k8s.io', 'validatingadmissionpolicies/status'), events(),
  ],
  'volumeattributesclass-protection-controller': [rule(READ, '', 'persistentvolumeclaims'), rule(READ, '', 'persistentvolumes'), rule([...READ, 'update'], STORAGE, 'volumeattributesclasses'), events()],
})
