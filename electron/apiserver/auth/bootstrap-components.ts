/** What the boxes of the cluster may do, and those who ask for something on its behalf: by the names of the cluster roles. */
import type { PolicyRule } from '../../../shared/api/types.ts'
import { ALL, CHANGE, events, named, paths, READ, rule } from './bootstrap-verbs.ts'

const AUTHN = 'authentication.k8s.io'
const AUTHZ = 'authorization.k8s.io'
const CERTIFICATES = 'certificates.k8s.io'
const LEASES = 'coordination.k8s.io'
const DEVICES = 'resource.k8s.io'
const STORAGE = 'storage.k8s.io'

/** To ask whose a token is and what somebody may do: for whoever serves others. */
const delegation = (): PolicyRule[] => [rule(['create'], AUTHN, 'tokenreviews'), rule(['create'], AUTHZ, 'subjectaccessreviews')]

/** What a kubelet may do, where the Node authorizer does not look at the object itself. */
export const nodeRules: readonly PolicyRule[] = [
  rule(['create'], AUTHN, 'tokenreviews'),
  rule(['create'], AUTHZ, 'localsubjectaccessreviews', 'subjectaccessreviews'),
  rule(READ, '', 'services'),
  rule(['create', ...READ], '', 'nodes'),
  rule(CHANGE, '', 'nodes/status'),
  rule(CHANGE, '', 'nodes'),
  rule(['create', 'patch', 'update'], '', 'events'),
  rule(READ, '', 'pods'),
  rule(['create', 'delete'], '', 'pods'),
  rule(CHANGE, '', 'pods/status'),
  rule(['create'], '', 'pods/eviction'),
  rule(READ, '', 'configmaps', 'secrets'),
  rule(['get'], '', 'persistentvolumeclaims', 'persistentvolumes'),
  rule(['get'], '', 'endpoints'),
  rule(['create', ...READ], CERTIFICATES, 'certificatesigningrequests'),
  rule(['create', 'delete', 'get', 'patch', 'update'], LEASES, 'leases'),
  rule(['get'], STORAGE, 'volumeattachments'),
  rule(['create'], '', 'serviceaccounts/token'),
  rule(['get', 'patch', 'update'], '', 'persistentvolumeclaims/status'),
  rule(READ, STORAGE, 'csidrivers'),
  rule(['create', 'delete', 'get', 'patch', 'update'], STORAGE, 'csinodes'),
  rule(READ, 'node.k8s.io', 'runtimeclasses'),
  rule(['get'], DEVICES, 'resourceclaims'),
  rule(['deletecollection'], DEVICES, 'resourceslices'),
  rule(['get'], '', 'serviceaccounts'),
]

const scheduler = (): PolicyRule[] => [
  events(),
  rule(['create'], LEASES, 'leases'),
  named(['kube-scheduler'], rule([...READ, 'update'], LEASES, 'leases')),
  rule(ALL, LEASES, 'leasecandidates'),
  rule(READ, '', 'nodes'),
  rule(['delete', ...READ], '', 'pods'),
  rule(['create'], '', 'bindings', 'pods/binding'),
  rule(CHANGE, '', 'pods/status'),
  rule(READ, '', 'replicationcontrollers', 'services'),
  rule(READ, ['apps', 'extensions'], 'replicasets'),
  rule(READ, 'apps', 'statefulsets'),
  rule(READ, 'policy', 'poddisruptionbudgets'),
  rule(READ, '', 'persistentvolumeclaims', 'persistentvolumes'),
  ...delegation(),
  rule(READ, STORAGE, 'csinodes'),
  rule(READ, STORAGE, 'volumeattachments'),
  rule(READ, '', 'namespaces'),
  rule(READ, STORAGE, 'csidrivers'),
  rule(READ, STORAGE, 'csistoragecapacities'),
  rule(READ, DEVICES, 'deviceclasses'),
  rule([...READ, ...CHANGE], DEVICES, 'resourceclaims'),
  rule([...READ, ...CHANGE], DEVICES, 'resourceclaims/status'),
  rule([...READ, ...CHANGE], '', 'pods/finalizers'),
  rule(READ, DEVICES, 'resourceslices'),
]
const manager = (): PolicyRule[] => [
  events(),
  rule(['create'], LEASES, 'leases'),
  named(['kube-controller-manager'], rule(['get', 'update'], LEASES, 'leases')),
  rule(['create'], '', 'secrets', 'serviceaccounts'),
  rule(['delete'], '', 'secrets'),
  rule(['get'], '', 'configmaps', 'namespaces', 'secrets', 'serviceaccounts'),
  rule(['update'], '', 'secrets', 'serviceaccounts'),
  ...delegation(),
  rule(['list', 'watch'], '*', '*'),
  rule(['create'], '', 'serviceaccounts/token'),
]
const signs = (name: string): PolicyRule => named([`kubernetes.io/${name}`], rule(['approve'], CERTIFICATES, 'signers'))

/** Upstream's. Source: the cluster roles that kube-apiserver makes; Kubernetes documentation, "Core component roles" and "Other component roles". */
export const componentRoles = (): Record<string, readonly PolicyRule[]> => ({
  'system:node': nodeRules,
  'system:node-bootstrapper': [rule(['create', ...READ], CERTIFICATES, 'certificatesigningrequests')],
  'system:node-problem-detector': [rule(['get'], '', 'nodes'), rule(['patch'], '', 'nodes/status'), events()],
  'system:node-proxier': [
    rule(['list', 'watch'], '', 'endpoints', 'services'), rule(READ, '', 'nodes'), events(), rule(['list', 'watch'], 'networking.k8s.io', 'servicecidrs'), rule(['list', 'watch'], 'discovery.k8s.io', 'endpointslices'),
  ],
  'system:kube-scheduler': scheduler(),
  'system:volume-scheduler': [rule([...READ, ...CHANGE], '', 'persistentvolumes'), rule(READ, STORAGE, 'storageclasses'), rule([...READ, ...CHANGE], '', 'persistentvolumeclaims')],
  'system:kube-controller-manager': manager(),
  'system:kube-aggregator': [rule(READ, '', 'endpoints', 'services')],
  'system:kube-dns': [rule(['list', 'watch'], '', 'endpoints', 'services')],
  'system:auth-delegator': delegation(),
  'system:heapster': [rule(READ, '', 'events', 'namespaces', 'nodes', 'pods'), rule(READ, 'extensions', 'deployments')],
  'system:kubelet-api-admin': [
    rule(READ, '', 'nodes'), rule(['proxy'], '', 'nodes'), rule(['*'], '', 'nodes/log', 'nodes/metrics', 'nodes/proxy', 'nodes/stats'), rule(['*'], '', 'nodes/configz', 'nodes/healthz', 'nodes/pods'),
  ],
  'system:monitoring': [
    paths('/healthz', '/healthz/*', '/livez', '/livez/*', '/metrics', '/metrics/slis', '/readyz', '/readyz/*'), paths('/flagz'), paths('/statusz'),
    // Below it stand the numbers of our other boxes.
    paths('/metrics/*'),
  ],
  'system:service-account-issuer-discovery': [paths('/.well-known/openid-configuration', '/.well-known/openid-configuration/', '/openid/v1/jwks', '/openid/v1/jwks/')],
  'system:persistent-volume-provisioner': [
    rule(['create', 'delete', ...READ], '', 'persistentvolumes'), rule([...READ, 'update'], '', 'persistentvolumeclaims'), rule(READ, STORAGE, 'storageclasses'), rule(['watch'], '', 'events'), events(),
  ],
  'system:certificates.k8s.io:certificatesigningrequests:nodeclient': [rule(['create'], CERTIFICATES, 'certificatesigningrequests/nodeclient')],
  'system:certificates.k8s.io:certificatesigningrequests:selfnodeclient': [rule(['create'], CERTIFICATES, 'certificatesigningrequests/selfnodeclient')],
  'system:certificates.k8s.io:kube-apiserver-client-approver': [signs('kube-apiserver-client')],
  'system:certificates.k8s.io:kube-apiserver-client-kubelet-approver': [signs('kube-apiserver-client-kubelet')],
  'system:certificates.k8s.io:kubelet-serving-approver': [signs('kubelet-serving')],
  'system:certificates.k8s.io:legacy-unknown-approver': [signs('legacy-unknown')],
})

/** Of the boxes that upstream does not have, or whose work ours do in another way. */
export const ownRoles = (): Record<string, readonly PolicyRule[]> => ({
  'system:pilothouse:dns': [rule(['list', 'watch'], 'discovery.k8s.io', 'endpointslices'), rule(READ, '', 'namespaces')],
  'system:pilothouse:own-services': [
    rule([...READ, 'create', 'update', 'delete'], '', 'services'), rule([...READ, 'create', 'update'], '', 'endpoints'), rule(['create'], '', 'endpoints/restricted'),
    rule([...READ, 'create', 'update'], 'discovery.k8s.io', 'endpointslices'),
  ],
  'system:pilothouse:ingress': [
    rule(READ, 'networking.k8s.io', 'ingresses'), rule(CHANGE, 'networking.k8s.io', 'ingresses/status'), rule(['create', 'patch', ...READ], 'networking.k8s.io', 'ingressclasses'),
    rule(READ, '', 'secrets', 'services'), rule(READ, 'discovery.k8s.io', 'endpointslices'), events(),
  ],
  // What the kubelets of this process keep in common.
  'system:pilothouse:kubelets': [rule(['list', 'watch'], '', 'configmaps', 'pods', 'secrets', 'services')],
  'system:pilothouse:metrics': [rule(['get'], '', 'pods/proxy'), rule(['get'], '', 'services'), rule(['get'], 'apps', '*')],
  'system:pilothouse:logging': [rule(['list', 'watch'], '', 'events')],
  'system:pilothouse:network-policy': [rule(READ, 'networking.k8s.io', 'networkpolicies'), rule(READ, '', 'namespaces')],
})
