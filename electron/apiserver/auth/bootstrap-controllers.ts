/** What each controller of ours needs, by its upstream name: the rules of the cluster roles `system:controller:NAME`. */
import type { PolicyRule } from '../../../shared/api/types.ts'
import { READ, rule } from './bootstrap-verbs.ts'

const events = (): PolicyRule[] => [rule(['create', 'patch', 'update'], '', 'events'), rule(['create', 'patch', 'update'], 'events.k8s.io', 'events')]

const SIGNERS = ['kubernetes.io/kube-apiserver-client', 'kubernetes.io/kube-apiserver-client-kubelet', 'kubernetes.io/kubelet-serving', 'kubernetes.io/legacy-unknown']

export const controllerRules = (): Record<string, PolicyRule[]> => ({
  'certificate-controller': [
    rule(['delete', ...READ], 'certificates.k8s.io', 'certificatesigningrequests'), rule(['update'], 'certificates.k8s.io', 'certificatesigningrequests/approval', 'certificatesigningrequests/status'),
    { verbs: ['approve', 'sign'], apiGroups: ['certificates.k8s.io'], resources: ['signers'], resourceNames: SIGNERS },
    rule(['create'], 'authorization.k8s.io', 'subjectaccessreviews'), ...events(),
  ],
  'clusterrole-aggregation-controller': [rule(['escalate', ...READ, 'patch', 'update'], 'rbac.authorization.k8s.io', 'clusterroles')],
  'cronjob-controller': [
    rule([...READ, 'update'], 'batch', 'cronjobs'), rule(['patch', 'update'], 'batch', 'cronjobs/status'), rule(['update'], 'batch', 'cronjobs/finalizers'),
    rule(['create', 'delete', ...READ, 'patch', 'update'], 'batch', 'jobs'), rule(['delete', 'list'], '', 'pods'), ...events(),
  ],
  'daemon-set-controller': [
    rule(READ, 'apps', 'daemonsets'), rule(['patch', 'update'], 'apps', 'daemonsets/status'), rule(['update'], 'apps', 'daemonsets/finalizers'), rule(READ, '', 'nodes'),
    rule(['create', 'delete', ...READ, 'patch'], '', 'pods'), rule(['create', 'delete', ...READ, 'patch', 'update'], 'apps', 'controllerrevisions'), ...events(),
  ],
  'deployment-controller': [
    rule([...READ, 'patch', 'update'], 'apps', 'deployments'), rule(['patch', 'update'], 'apps', 'deployments/status'), rule(['update'], 'apps', 'deployments/finalizers'),
    rule(['create', 'delete', ...READ, 'patch', 'update'], 'apps', 'replicasets'), rule([...READ, 'update'], '', 'pods'), ...events(),
  ],
  'replicaset-controller': [
    rule([...READ, 'update'], 'apps', 'replicasets'), rule(['patch', 'update'], 'apps', 'replicasets/status'), rule(['update'], 'apps', 'replicasets/finalizers'),
    rule(['create', 'delete', ...READ, 'patch'], '', 'pods'), ...events(),
  ],
  'disruption-controller': [
    rule(READ, 'apps', 'deployments', 'replicasets', 'statefulsets'), rule(READ, '', 'pods', 'replicationcontrollers'),
    rule(READ, 'policy', 'poddisruptionbudgets'), rule(['patch', 'update'], 'policy', 'poddisruptionbudgets/status'), ...events(),
  ],
  'endpoint-controller': [rule(READ, '', 'pods', 'services'), rule(['create', 'delete', ...READ, 'update'], '', 'endpoints'), rule(['create'], '', 'endpoints/restricted'), ...events()],
  'endpointslice-controller': [
    rule(READ, '', 'nodes', 'pods', 'services'), rule(['update'], '', 'services/finalizers'), rule(['create', 'delete', ...READ, 'update'], 'discovery.k8s.io', 'endpointslices'), ...events(),
  ],
  'endpointslicemirroring-controller': [
    rule(READ, '', 'endpoints', 'services'), rule(['update'], '', 'endpoints/finalizers', 'services/finalizers'), rule(['create', 'delete', ...READ, 'update'], 'discovery.k8s.io', 'endpointslices'), ...events(),
  ],
  // It has to be able to remove whatever an owner leaves behind, or a namespace holds.
  'generic-garbage-collector': [rule(['delete', ...READ, 'patch', 'update'], '*', '*'), ...events()],
  'horizontal-pod-autoscaler': [
    rule(READ, 'autoscaling', 'horizontalpodautoscalers'), rule(['update'], 'autoscaling', 'horizontalpodautoscalers/status'), rule(['get', 'patch', 'update'], '*', '*/scale'),
    rule(['list'], '', 'pods'), rule(['list'], 'metrics.k8s.io', 'pods'), rule(['get', 'list'], 'custom.metrics.k8s.io', '*'), rule(['get', 'list'], 'external.metrics.k8s.io', '*'), ...events(),
  ],
  'job-controller': [
    rule([...READ, 'patch', 'update'], 'batch', 'jobs'), rule(['patch', 'update'], 'batch', 'jobs/status'), rule(['update'], 'batch', 'jobs/finalizers'),
    rule(['create', 'delete', ...READ, 'patch'], '', 'pods'), ...events(),
  ],
  'local-node-controller': [
    rule(['create', ...READ, 'patch', 'update'], 'pilothouse.dev', 'localnodes'), rule(['patch', 'update'], 'pilothouse.dev', 'localnodes/status'),
    rule(['delete', ...READ, 'patch'], '', 'nodes'), rule(['delete', ...READ], '', 'pods'), rule(['create'], '', 'pods/eviction'), rule(['delete', 'get'], 'coordination.k8s.io', 'leases'),
  ],
  'namespace-controller': [
    rule(['delete', ...READ, 'update'], '', 'namespaces'), rule(['update'], '', 'namespaces/finalize', 'namespaces/status'), rule(['delete', 'deletecollection', 'get', 'list'], '*', '*'),
    { verbs: ['get'], nonResourceURLs: ['/api', '/api/*', '/apis', '/apis/*'] },
  ],
  'node-controller': [
    rule(['delete', ...READ, 'patch', 'update'], '', 'nodes'), rule(['patch', 'update'], '', 'nodes/status'), rule(['delete', ...READ], '', 'pods'),
    rule(['patch', 'update'], '', 'pods/status'), rule(READ, 'coordination.k8s.io', 'leases'), ...events(),
  ],
  'persistent-volume-binder': [
    rule(['create', 'delete', ...READ, 'update'], '', 'persistentvolumes'), rule(['update'], '', 'persistentvolumes/status'), rule([...READ, 'update'], '', 'persistentvolumeclaims'),
    rule(['update'], '', 'persistentvolumeclaims/status'), rule(['create', 'delete', ...READ], '', 'pods'), rule(READ, 'storage.k8s.io', 'storageclasses'), rule(READ, '', 'nodes'), ...events(),
  ],
  'pod-garbage-collector': [rule(['delete', ...READ], '', 'pods'), rule(READ, '', 'nodes'), rule(['patch', 'update'], '', 'pods/status')],
  'pv-protection-controller': [rule([...READ, 'patch', 'update'], '', 'persistentvolumes'), ...events()],
  'pvc-protection-controller': [rule([...READ, 'patch', 'update'], '', 'persistentvolumeclaims'), rule(READ, '', 'pods'), ...events()],
  'replication-controller': [
    rule([...READ, 'update'], '', 'replicationcontrollers'), rule(['patch', 'update'], '', 'replicationcontrollers/status'), rule(['update'], '', 'replicationcontrollers/finalizers'),
    rule(['create', 'delete', ...READ, 'patch'], '', 'pods'), ...events(),
  ],
  'resourcequota-controller': [rule(['list', 'watch'], '*', '*'), rule(['update'], '', 'resourcequotas/status'), ...events()],
  'root-ca-cert-publisher': [rule(['create', 'get', 'list', 'update', 'watch'], '', 'configmaps'), rule(READ, '', 'namespaces'), ...events()],
  'service-account-controller': [rule(['create', ...READ], '', 'serviceaccounts'), rule(READ, '', 'namespaces'), ...events()],
  'service-controller': [rule(READ, '', 'services'), rule(['patch', 'update'], '', 'services/status'), rule(['list', 'watch'], '', 'nodes'), ...events()],
  'statefulset-controller': [
    rule(READ, 'apps', 'statefulsets'), rule(['patch', 'update'], 'apps', 'statefulsets/status'), rule(['update'], 'apps', 'statefulsets/finalizers'),
    rule(['create', 'delete', ...READ, 'patch', 'update'], '', 'pods'), rule(['create', 'delete', ...READ, 'patch', 'update'], 'apps', 'controllerrevisions'),
    rule(['create', 'delete', ...READ, 'update'], '', 'persistentvolumeclaims'), ...events(),
  ],
  'taint-eviction-controller': [rule(READ, '', 'nodes'), rule(['delete', ...READ], '', 'pods'), rule(['patch', 'update'], '', 'pods/status'), ...events()],
  'ttl-after-finished-controller': [rule(['delete', ...READ], 'batch', 'jobs'), ...events()],
})
