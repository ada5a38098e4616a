/** That nothing of upstream's default policy is missing: who looks for a role, or binds one, finds it with what it allows there. */
import { describe, expect, it } from 'vitest'
import type { ClusterRole, ClusterRoleBinding, PolicyRule, Role, RoleBinding } from '../../../shared/api/types.ts'
import { bootstrapPolicy } from './bootstrap-policy.ts'
import { covers } from './rules.ts'

const objects = bootstrapPolicy()
const of = <T>(kind: string): T[] => objects.filter((o) => o.kind === kind) as unknown as T[]
const roles = new Map(of<ClusterRole>('ClusterRole').map((role) => [role.metadata.name, role.rules ?? []]))

/** What kube-apiserver 1.36 makes with its default features. */
const COMPONENTS = `admin cluster-admin edit view system:aggregate-to-admin system:aggregate-to-edit system:aggregate-to-view system:auth-delegator system:basic-user
system:certificates.k8s.io:certificatesigningrequests:nodeclient system:certificates.k8s.io:certificatesigningrequests:selfnodeclient
system:certificates.k8s.io:kube-apiserver-client-approver system:certificates.k8s.io:kube-apiserver-client-kubelet-approver system:certificates.k8s.io:kubelet-serving-approver
system:certificates.k8s.io:legacy-unknown-approver system:discovery system:heapster system:kube-aggregator system:kube-controller-manager system:kube-dns system:kube-scheduler
system:kubelet-api-admin system:monitoring system:node system:node-bootstrapper system:node-problem-detector system:node-proxier system:persistent-volume-provisioner system:public-info-viewer
system:service-account-issuer-discovery system:volume-scheduler`.split(/\s+/)
const CONTROLLERS = `attachdetach-controller certificate-controller clusterrole-aggregation-controller cronjob-controller daemon-set-controller deployment-controller device-taint-eviction-controller
disruption-controller endpoint-controller endpointslice-controller endpointslicemirroring-controller ephemeral-volume-controller expand-controller generic-garbage-collector horizontal-pod-autoscaler
job-controller legacy-service-account-token-cleaner namespace-controller node-controller persistent-volume-binder pod-garbage-collector pv-protection-controller pvc-protection-controller
replicaset-controller replication-controller resource-claim-controller resourcequota-controller root-ca-cert-publisher route-controller selinux-warning-controller service-account-controller
service-cidrs-controller service-controller statefulset-controller ttl-after-finished-controller ttl-controller validatingadmissionpolicy-status-controller volumeattributesclass-protection-controller`.split(/\s+/)

it('has every cluster role of upstream, the controllers\' bound to their accounts', () => {
  expect([...COMPONENTS, ...CONTROLLERS.map((name) => `system:controller:${name}`)].filter((name) => !roles.has(name))).toEqual([])
  const bound = new Map(of<ClusterRoleBinding>('ClusterRoleBinding').map((b) => [b.metadata.name, b]))
  for (const name of CONTROLLERS) {
    expect(bound.get(`system:controller:${name}`)).toMatchObject({ roleRef: { name: `system:controller:${name}` }, subjects: expect.arrayContaining([{ kind: 'ServiceAccount', name, namespace: 'kube-system' }]) as never })
  }
  // Beside upstream's only ours, and they say so.
  expect([...roles.keys()].filter((name) => !COMPONENTS.includes(name) && !CONTROLLERS.includes(name.replace('system:controller:', ''))).filter((name) => !name.startsWith('system:pilothouse:'))).toEqual(['system:controller:local-node-controller', 'system:controller:taint-eviction-controller'])
})

it('has every role of a namespace, each bound', () => {
  const place = ({ metadata: { namespace = '', name } }: Role | RoleBinding): string => `${namespace}/${name}`
  expect(of<Role>('Role').map(place).sort()).toEqual([
    'kube-public/system:controller:bootstrap-signer', 'kube-system/extension-apiserver-authentication-reader', 'kube-system/system::leader-locking-kube-controller-manager', 'kube-system/system::leader-locking-kube-scheduler',
    'kube-system/system:controller:bootstrap-signer', 'kube-system/system:controller:cloud-provider', 'kube-system/system:controller:token-cleaner',
  ])
  for (const role of of<Role>('Role')) expect(of<RoleBinding>('RoleBinding').filter((b) => b.metadata.namespace === role.metadata.namespace && b.roleRef.name === role.metadata.name && b.subjects?.length)).toHaveLength(1)
})

/** `verbs group/resource,…` with `core` for the group without a name; a path by itself. */
function asRule(text: string): PolicyRule {
  const [verbs = '', what = ''] = text.split(' ')
  if (what.startsWith('/')) return { verbs: verbs.split(','), nonResourceURLs: [what] }
  const slash = what.indexOf('/')
  const group = what.slice(0, slash)
  return { verbs: verbs.split(','), apiGroups: [group === 'core' ? '' : group], resources: what.slice(slash + 1).split(',') }
}
describe('a role allows what upstream\'s does', () => {
  it.each([
    ['view', 'get,list,watch apps/controllerrevisions,daemonsets/status,deployments/scale,statefulsets'], ['view', 'list batch/cronjobs/status,jobs'], ['view', 'watch networking.k8s.io/ingresses/status,networkpolicies'],
    ['view', 'get extensions/deployments,replicationcontrollers/scale'], ['view', 'get resource.k8s.io/resourceclaims,resourceclaims/status,resourceclaimtemplates'], ['view', 'get core/persistentvolumeclaims/status,services/status,namespaces'],
    ['edit', 'delete apps/deployments/rollback,deployments/scale'], ['edit', 'deletecollection resource.k8s.io/resourceclaims'], ['edit', 'update,watch coordination.k8s.io/leases'], ['edit', 'create core/pods/eviction,serviceaccounts/token'],
    ['admin', 'create authorization.k8s.io/localsubjectaccessreviews'], ['admin', 'deletecollection rbac.authorization.k8s.io/roles,rolebindings'], ['admin', 'get apps/controllerrevisions'],
    ['system:node', 'create,watch certificates.k8s.io/certificatesigningrequests'], ['system:node', 'get storage.k8s.io/volumeattachments'], ['system:node', 'patch core/persistentvolumeclaims/status'], ['system:node', 'delete storage.k8s.io/csinodes'], ['system:node', 'get core/endpoints'],
    ['system:node-bootstrapper', 'create,get,list,watch certificates.k8s.io/certificatesigningrequests'],
    ['system:node-problem-detector', 'patch core/nodes/status'], ['system:node-problem-detector', 'create events.k8s.io/events'],
    ['system:node-proxier', 'list,watch networking.k8s.io/servicecidrs'],
    ['system:kube-scheduler', 'watch storage.k8s.io/volumeattachments,csidrivers'], ['system:kube-scheduler', 'get resource.k8s.io/deviceclasses'], ['system:kube-scheduler', 'create coordination.k8s.io/leases'],
    ['system:kubelet-api-admin', 'create core/nodes/configz,nodes/healthz,nodes/pods,nodes/proxy'],
    ['system:monitoring', 'get /metrics/slis'], ['system:monitoring', 'get /statusz'], ['system:monitoring', 'get /flagz'], ['system:monitoring', 'get /livez/*'],
    ['system:certificates.k8s.io:certificatesigningrequests:selfnodeclient', 'create certificates.k8s.io/certificatesigningrequests/selfnodeclient'],
    ['system:kube-aggregator', 'watch core/services'], ['system:persistent-volume-provisioner', 'watch core/events'],
    ['system:controller:attachdetach-controller', 'delete storage.k8s.io/volumeattachments'], ['system:controller:ttl-controller', 'patch core/nodes'], ['system:controller:service-cidrs-controller', 'update networking.k8s.io/servicecidrs/finalizers'],
    ['system:controller:validatingadmissionpolicy-status-controller', 'patch admissionregistration.k8s.io/validatingadmissionpolicies/status'], ['system:controller:statefulset-controller', 'update core/pods/finalizers'],
  ])('%s: %s', (name, text) => expect(covers(roles.get(name) ?? [], [asRule(text)]).uncovered).toEqual([]))

  it.each([
    ['view', 'get core/secrets'], ['view', 'get rbac.authorization.k8s.io/roles'], ['view', 'create core/pods'], ['edit', 'create rbac.authorization.k8s.io/rolebindings'], ['edit', 'update core/resourcequotas'], ['edit', 'create discovery.k8s.io/endpointslices'],
    ['edit', 'update core/endpoints'], ['admin', 'update core/namespaces'], ['system:node-bootstrapper', 'approve certificates.k8s.io/signers'], ['system:kube-scheduler', 'update coordination.k8s.io/leases'], ['system:kube-scheduler', 'get core/secrets'],
    ['system:kube-dns', 'get core/secrets'], ['system:monitoring', 'get /snapshot'], ['system:basic-user', 'create authorization.k8s.io/subjectaccessreviews'],
  ])('and no more: not %s: %s', (name, text) => expect(covers(roles.get(name) ?? [], [asRule(text)]).covered).toBe(false))
})
