/**
 * The roles and bindings that every cluster has from its first moment on, under upstream's names, so that `kubectl auth`,
 * Helm charts and manuals find what they expect. Source: Kubernetes documentation, "Default roles and role bindings".
 */
import type { KubeObject } from '../../../shared/api/meta.ts'
import type { ClusterRole, ClusterRoleBinding, PolicyRule, Role, RoleBinding, Subject } from '../../../shared/api/types.ts'
import { aggregate } from './aggregation.ts'
import { componentRoles, ownRoles } from './bootstrap-components.ts'
import { controllerRules } from './bootstrap-controllers.ts'
import { localRoles } from './bootstrap-namespaced.ts'
import { adminRules, editRules, viewRules } from './bootstrap-people.ts'
import { paths, rule } from './bootstrap-verbs.ts'

export { nodeRules } from './bootstrap-components.ts'

const GROUP = 'rbac.authorization.k8s.io'
const API_VERSION = `${GROUP}/v1`
const LABELS = { 'kubernetes.io/bootstrapping': 'rbac-defaults' }
const ANNOTATIONS = { 'rbac.authorization.kubernetes.io/autoupdate': 'true' }
const AGGREGATE = 'rbac.authorization.k8s.io/aggregate-to-'

const metadata = (name: string, labels: Record<string, string> = {}, namespace?: string): KubeObject['metadata'] =>
  ({ name, ...(namespace ? { namespace } : {}), labels: { ...LABELS, ...labels }, annotations: ANNOTATIONS })

const clusterRole = (name: string, rules: readonly PolicyRule[], labels?: Record<string, string>): ClusterRole =>
  ({ apiVersion: API_VERSION, kind: 'ClusterRole', metadata: metadata(name, labels), rules: [...rules] })
const clusterRoles = (all: Record<string, readonly PolicyRule[]>): ClusterRole[] => Object.entries(all).map(([name, rules]) => clusterRole(name, rules))
/** A role made of all roles that carry the label aggregate-to-NAME; it may itself be part of a larger one. */
const aggregated = (name: string, part?: string): ClusterRole => ({
  ...clusterRole(name, [], part ? { [AGGREGATE + part]: 'true' } : {}),
  aggregationRule: { clusterRoleSelectors: [{ matchLabels: { [AGGREGATE + name]: 'true' } }] },
})

export const group = (name: string): Subject => ({ kind: 'Group', apiGroup: GROUP, name })
export const user = (name: string): Subject => ({ kind: 'User', apiGroup: GROUP, name })
export const serviceAccount = (name: string, namespace = 'kube-system'): Subject => ({ kind: 'ServiceAccount', name, namespace })

const clusterBinding = (role: string, subjects: Subject[], name = role): ClusterRoleBinding =>
  ({ apiVersion: API_VERSION, kind: 'ClusterRoleBinding', metadata: metadata(name), roleRef: { apiGroup: GROUP, kind: 'ClusterRole', name: role }, subjects })

const DISCOVERY = ['/api', '/api/*', '/apis', '/apis/*', '/healthz', '/livez', '/openapi', '/openapi/*', '/readyz', '/version', '/version/']
const PUBLIC = ['/healthz', '/livez', '/readyz', '/version', '/version/']

/** Fresh objects, in the order in which they have to be created; aggregated roles have their rules already. */
export function bootstrapPolicy(): KubeObject[] {
  const everyone = [group('system:authenticated'), group('system:unauthenticated')]
  const controllers = Object.entries(controllerRules())
  const roles: ClusterRole[] = [
    clusterRole('cluster-admin', [rule(['*'], '*', '*'), { verbs: ['*'], nonResourceURLs: ['*'] }]),
    aggregated('admin'), aggregated('edit', 'admin'), aggregated('view', 'edit'),
    clusterRole('system:aggregate-to-admin', adminRules(), { [`${AGGREGATE}admin`]: 'true' }),
    clusterRole('system:aggregate-to-edit', editRules(), { [`${AGGREGATE}edit`]: 'true' }),
    clusterRole('system:aggregate-to-view', viewRules(), { [`${AGGREGATE}view`]: 'true' }),
    clusterRole('system:discovery', [paths(...DISCOVERY)]),
    clusterRole('system:public-info-viewer', [paths(...PUBLIC)]),
    clusterRole('system:basic-user', [rule(['create'], 'authorization.k8s.io', 'selfsubjectaccessreviews', 'selfsubjectrulesreviews'), rule(['create'], 'authentication.k8s.io', 'selfsubjectreviews')]),
    ...clusterRoles(componentRoles()),
    ...clusterRoles(ownRoles()),
    ...controllers.map(([name, rules]) => clusterRole(`system:controller:${name}`, rules)),
  ]
  for (const made of aggregate(roles)) roles.splice(roles.findIndex((role) => role.metadata.name === made.metadata.name), 1, made)

  const bindings: ClusterRoleBinding[] = [
    clusterBinding('cluster-admin', [group('system:masters')]),
    clusterBinding('system:discovery', [group('system:authenticated')]),
    clusterBinding('system:basic-user', [group('system:authenticated')]),
    clusterBinding('system:public-info-viewer', everyone),
    clusterBinding('system:monitoring', [group('system:monitoring')]),
    // The Node authorizer gives kubelets their rights, each its own.
    clusterBinding('system:node', []),
    clusterBinding('system:node-proxier', [user('system:kube-proxy')]),
    clusterBinding('system:kube-scheduler', [user('system:kube-scheduler')]),
    clusterBinding('system:volume-scheduler', [user('system:kube-scheduler')]),
    clusterBinding('system:kube-controller-manager', [user('system:kube-controller-manager')]),
    clusterBinding('system:kube-dns', [serviceAccount('kube-dns'), user('system:kube-dns')]),
    clusterBinding('system:pilothouse:dns', [user('system:kube-dns')]),
    // Add-ons of ours serve Services themselves, so they write where these lead.
    clusterBinding('system:pilothouse:own-services', [user('system:kube-dns')]),
    clusterBinding('system:pilothouse:ingress', [user('system:ingress')]),
    clusterBinding('system:pilothouse:kubelets', [user('system:pilothouse:kubelets')]),
    clusterBinding('system:pilothouse:metrics', [user('system:pilothouse:metrics')]),
    clusterBinding('system:pilothouse:logging', [user('system:pilothouse:logging')]),
    clusterBinding('system:pilothouse:network-policy', [user('system:network-policy')]),
    clusterBinding('system:service-account-issuer-discovery', [group('system:serviceaccounts')]),
    // As every way to install Kubernetes has it: a node gets its next certificate without anybody being asked.
    clusterBinding('system:certificates.k8s.io:certificatesigningrequests:selfnodeclient', [group('system:nodes')], 'system:pilothouse:node-certificate-rotation'),
    // Our controllers share one client and act as the controller manager; by its own account each has only its own role.
    ...controllers.map(([name]) => clusterBinding(`system:controller:${name}`, [serviceAccount(name), user('system:kube-controller-manager')])),
  ]
  const local = localRoles().flatMap(({ namespace, name, rules, binding = name, subjects }): (Role | RoleBinding)[] => [
    { apiVersion: API_VERSION, kind: 'Role', metadata: metadata(name, {}, namespace), rules },
    { apiVersion: API_VERSION, kind: 'RoleBinding', metadata: metadata(binding, {}, namespace), roleRef: { apiGroup: GROUP, kind: 'Role', name }, subjects },
  ])
  return [...roles, ...bindings, ...local]
}
