/** The roles that hold in one namespace only, with whom they are given to. Source: the roles that kube-apiserver makes. */
import type { PolicyRule, Subject } from '../../../shared/api/types.ts'
import { events, named, READ, rule } from './bootstrap-verbs.ts'

export interface LocalRole {
  readonly namespace: string
  readonly name: string
  readonly rules: PolicyRule[]
  /** The binding's name, where it is another than the role's. */
  readonly binding?: string
  readonly subjects: Subject[]
}
const user = (name: string): Subject => ({ kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name })
const account = (name: string): Subject => ({ kind: 'ServiceAccount', name, namespace: 'kube-system' })

const locking = (name: string, ...others: Subject[]): LocalRole => {
  const verbs = ['create', 'get', 'list', 'update', 'watch']
  return {
    namespace: 'kube-system', name: `system::leader-locking-${name}`, rules: [rule(verbs, 'coordination.k8s.io', 'leases'), rule(verbs, 'coordination.k8s.io', 'leasecandidates')],
    subjects: [user(`system:${name}`), account(name), ...others],
  }
}
const ofController = (namespace: string, name: string, rules: PolicyRule[]): LocalRole => ({ namespace, name: `system:controller:${name}`, rules, subjects: [account(name)] })

export const localRoles = (): LocalRole[] => [
  ofController('kube-public', 'bootstrap-signer', [rule(READ, '', 'configmaps'), named(['cluster-info'], rule(['update'], '', 'configmaps')), events()]),
  {
    namespace: 'kube-system', name: 'extension-apiserver-authentication-reader', rules: [named(['extension-apiserver-authentication'], rule(READ, '', 'configmaps'))],
    binding: 'system::extension-apiserver-authentication-reader', subjects: [user('system:kube-controller-manager'), user('system:kube-scheduler')],
  },
  locking('kube-controller-manager', account('leader-election-controller')),
  locking('kube-scheduler'),
  ofController('kube-system', 'bootstrap-signer', [rule(READ, '', 'secrets')]),
  ofController('kube-system', 'cloud-provider', [rule(['create', ...READ], '', 'configmaps')]),
  ofController('kube-system', 'token-cleaner', [rule(['delete', ...READ], '', 'secrets'), events()]),
]
