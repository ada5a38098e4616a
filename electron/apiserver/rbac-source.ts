/** Roles and bindings for the authorizer, read from the store by reference, and word of their changes. */
import type { KubeObject } from '../../shared/api/meta.ts'
import type { ClusterRole, ClusterRoleBinding, Role, RoleBinding } from '../../shared/api/types.ts'
import type { Store } from '../etcd/types.ts'
import type { RbacSource } from './auth/rbac.ts'

const ROOT = '/registry/rbac.authorization.k8s.io'

export interface WatchedRbacSource extends RbacSource {
  /** Calls back after each transaction that touched a role or a binding. The result stops it. */
  onChange(listener: () => void): () => void
}

export function createRbacSource(store: Store<KubeObject>): WatchedRbacSource {
  const all = <T>(prefix: string): readonly T[] => store.range(`${ROOT}/${prefix}/`).kvs.map((kv) => kv.value as T)
  const one = <T>(key: string): T | undefined => store.get(`${ROOT}/${key}`)?.value as T | undefined
  return {
    clusterRoleBindings: () => all<ClusterRoleBinding>('clusterrolebindings'),
    // Without a namespace no role binding counts.
    roleBindings: (namespace) => (namespace ? all<RoleBinding>(`rolebindings/${namespace}`) : []),
    clusterRole: (name) => one<ClusterRole>(`clusterroles/${name}`),
    role: (namespace, name) => one<Role>(`roles/${namespace}/${name}`),
    onChange(listener) {
      const watch = store.watch({ prefix: `${ROOT}/` }, listener)
      return () => watch.close()
    },
  }
}
