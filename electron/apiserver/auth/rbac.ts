/**
 * The RBAC authorizer: the union of all rules that bindings give to the user or one of their groups. What holds for a
 * caller is worked out once and kept until `invalidate()`, which the API server calls when a role or binding changes.
 */
import type { ClusterRole, ClusterRoleBinding, PolicyRule, Role, RoleBinding } from '../../../shared/api/types.ts'
import type { Attributes, Authorizer, Decision, UserInfo } from '../types.ts'
import { ruleAllows } from './rules.ts'

/** The roles and bindings as they are now; reads of memory. */
export interface RbacSource {
  clusterRoleBindings(): readonly ClusterRoleBinding[]
  roleBindings(namespace: string): readonly RoleBinding[]
  clusterRole(name: string): ClusterRole | undefined
  role(namespace: string, name: string): Role | undefined
}
export interface RbacAuthorizer extends Authorizer {
  /** All rules that hold for a user in a namespace ('' : cluster-wide ones only). `incomplete`: a binding names a role that is not there. */
  rulesFor(user: UserInfo, namespace: string): { rules: readonly PolicyRule[]; incomplete: boolean }
  /** Forgets what was worked out: a role or binding has changed. */
  invalidate(): void
}

/** Members may do everything, whatever the roles say, so that nobody can lock the last administrator out. */
export const SUPERUSERS = 'system:masters'
/** What they hold: all verbs on all resources and paths. */
export const EVERYTHING: readonly PolicyRule[] = [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }, { verbs: ['*'], nonResourceURLs: ['*'] }]
const ALLOWED_SUPERUSER: Decision = { allowed: true, reason: `member of ${SUPERUSERS}` }
const DENIED: Decision = { allowed: false, reason: '' }
/** Callers whose rules are kept. More than that: start over. */
const MAX_CACHED = 2000

interface Grant {
  readonly rule: PolicyRule
  readonly reason: string
}
interface Grants {
  readonly list: readonly Grant[]
  readonly incomplete: boolean
}
type Binding = ClusterRoleBinding | RoleBinding

/** The subject of the binding that the user is, as the reason names it; undefined: none. */
function subjectOf(binding: Binding, user: UserInfo, namespace: string): string | undefined {
  for (const { kind, name, namespace: of = namespace } of binding.subjects ?? []) {
    if (kind === 'User' && name === user.name) return `User "${name}"`
    if (kind === 'Group' && user.groups.includes(name)) return `Group "${name}"`
    if (kind === 'ServiceAccount' && of && user.name === `system:serviceaccount:${of}:${name}`) return `ServiceAccount "${name}/${of}"`
  }
  return undefined
}

class Rbac implements RbacAuthorizer {
  readonly #source: RbacSource
  #cache = new Map<string, Grants>()

  constructor(source: RbacSource) {
    this.#source = source
  }

  invalidate(): void {
    this.#cache.clear()
  }

  #grants(user: UserInfo, namespace: string): Grants {
    const key = JSON.stringify([namespace, user.name, user.groups])
    let grants = this.#cache.get(key)
    if (grants) return grants
    grants = this.#collect(user, namespace)
    if (this.#cache.size >= MAX_CACHED) this.#cache.clear()
    this.#cache.set(key, grants)
    return grants
  }

  /** The grants of cluster bindings (namespace '') or of one namespace's bindings. */
  #collect(user: UserInfo, namespace: string): Grants {
    const list: Grant[] = []
    let incomplete = false
    for (const binding of namespace ? this.#source.roleBindings(namespace) : this.#source.clusterRoleBindings()) {
      const subject = subjectOf(binding, user, namespace)
      if (!subject) continue
      const { kind, name } = binding.roleRef
      const role = kind === 'ClusterRole' ? this.#source.clusterRole(name) : namespace ? this.#source.role(namespace, name) : undefined
      if (!role) {
        incomplete = true
        continue
      }
      const of = namespace ? `RoleBinding "${binding.metadata.name}/${namespace}"` : `ClusterRoleBinding "${binding.metadata.name}"`
      const reason = `RBAC: allowed by ${of} of ${kind} "${name}" to ${subject}`
      for (const rule of role.rules ?? []) list.push({ rule, reason })
    }
    return { list, incomplete }
  }

  authorize(attributes: Attributes): Decision {
    const { user, namespace, resource } = attributes
    if (user.groups.includes(SUPERUSERS)) return ALLOWED_SUPERUSER
    const found = this.#grants(user, '').list.find(({ rule }) => ruleAllows(rule, attributes)) ??
      (namespace && resource ? this.#grants(user, namespace).list.find(({ rule }) => ruleAllows(rule, attributes)) : undefined)
    return found ? { allowed: true, reason: found.reason } : DENIED
  }

  rulesFor(user: UserInfo, namespace: string): { rules: readonly PolicyRule[]; incomplete: boolean } {
    const own = user.groups.includes(SUPERUSERS) ? EVERYTHING : []
    const parts = [this.#grants(user, ''), ...(namespace ? [this.#grants(user, namespace)] : [])]
    return { rules: [...own, ...parts.flatMap(({ list }) => list.map(({ rule }) => rule))], incomplete: parts.some((part) => part.incomplete) }
  }
}

export const createRbacAuthorizer = (source: RbacSource): RbacAuthorizer => new Rbac(source)
