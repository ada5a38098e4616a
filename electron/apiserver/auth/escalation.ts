/**
 * Nobody may hand out more than they hold: who writes a role must have all that it allows, or the verb `escalate` on it;
 * who writes a binding must have all that the bound role allows, or the verb `bind` on that role. Source: Kubernetes
 * documentation, "Using RBAC Authorization: privilege escalation prevention and bootstrapping".
 */
import type { KubeObject } from '../../../shared/api/meta.ts'
import type { ClusterRole, PolicyRule, Role, RoleBinding } from '../../../shared/api/types.ts'
import { forbidden, notFound } from '../../../shared/errors.ts'
import { jsonEqual } from '../json.ts'
import type { Authorizer, UserInfo } from '../types.ts'
import { EVERYTHING, SUPERUSERS } from './rbac.ts'
import { covers } from './rules.ts'

const GROUP = 'rbac.authorization.k8s.io'

export interface EscalationWorld {
  readonly authorizer: Authorizer
  rulesFor(user: UserInfo, namespace: string): { readonly rules: readonly PolicyRule[] }
  clusterRole(name: string): ClusterRole | undefined
  role(namespace: string, name: string): Role | undefined
}
/** @throws StatusError Forbidden, or NotFound for a binding to a role that is not there */
export type EscalationCheck = (kind: { readonly group: string; readonly resource: string }, draft: KubeObject, live: KubeObject | undefined, user: UserInfo) => void

const quoted = (list: readonly string[]): string => `[${list.map((v) => JSON.stringify(v)).join(' ')}]`

/** `{APIGroups:[""], Resources:["secrets"], Verbs:["get"]}`, as kubectl users know it. */
function describeRule(rule: PolicyRule): string {
  const parts = ([['APIGroups', rule.apiGroups], ['Resources', rule.resources], ['NonResourceURLs', rule.nonResourceURLs], ['ResourceNames', rule.resourceNames], ['Verbs', rule.verbs]] as const)
    .filter(([, list]) => list?.length).map(([name, list]) => `${name}:${quoted(list ?? [])}`)
  return `{${parts.join(', ')}}`
}

/** Rules of one thing each, with the verbs of the same thing together. */
function compact(atoms: readonly PolicyRule[]): PolicyRule[] {
  const out = new Map<string, PolicyRule>()
  for (const atom of atoms) {
    const key = JSON.stringify([atom.apiGroups, atom.resources, atom.resourceNames, atom.nonResourceURLs, atom.nonResourceURLs ? atom.verbs : []])
    const known = out.get(key)
    out.set(key, known ? { ...known, verbs: [...new Set([...known.verbs, ...atom.verbs])] } : atom)
  }
  return [...out.values()]
}

/** Changes that only let an object go, or tie it to its owner, hand out nothing. */
function onlyForCollection(draft: KubeObject, live: KubeObject): boolean {
  const bare = (o: KubeObject): unknown => {
    const { ownerReferences: _o, finalizers: _f, managedFields: _m, resourceVersion: _v, ...metadata } = o.metadata
    return { ...o, metadata }
  }
  return jsonEqual(bare(draft), bare(live))
}

const aggregates = (role: KubeObject | undefined): boolean => !!(role as ClusterRole | undefined)?.aggregationRule?.clusterRoleSelectors?.length

export function createEscalationCheck(world: EscalationWorld): EscalationCheck {
  const may = (user: UserInfo, verb: string, resource: string, namespace: string, name: string): boolean =>
    world.authorizer.authorize({ user, verb, group: GROUP, version: 'v1', resource, subresource: '', name, namespace, path: '' }).allowed

  /** The sentence about what is missing; undefined: nothing is. */
  function lacking(user: UserInfo, namespace: string, rules: readonly PolicyRule[]): string | undefined {
    const { uncovered } = covers(world.rulesFor(user, namespace).rules, rules)
    if (!uncovered.length) return undefined
    const missing = [...new Set(compact(uncovered).map(describeRule))].sort()
    return `user ${JSON.stringify(user.name)} (groups=${quoted(user.groups)}) is attempting to grant RBAC permissions not currently held:\n${missing.join('\n')}`
  }

  function bound({ roleRef }: RoleBinding, namespace: string): readonly PolicyRule[] {
    const cluster = roleRef.kind === 'ClusterRole'
    const role = cluster ? world.clusterRole(roleRef.name) : world.role(namespace, roleRef.name)
    if (!role) throw notFound({ group: GROUP, resource: cluster ? 'clusterroles' : 'roles' }, roleRef.name)
    return role.rules ?? []
  }

  return (kind, draft, live, user) => {
    if (kind.group !== GROUP || user.groups.includes(SUPERUSERS)) return
    if (live && onlyForCollection(draft, live)) return
    const { name, namespace = '' } = draft.metadata
    const isRole = kind.resource === 'roles' || kind.resource === 'clusterroles'
    if (isRole) {
      if (may(user, 'escalate', kind.resource, namespace, name)) return
    } else {
      const { roleRef } = draft as RoleBinding
      if (may(user, 'bind', roleRef.kind === 'ClusterRole' ? 'clusterroles' : 'roles', namespace, roleRef.name)) return
    }
    const why = lacking(user, namespace, isRole ? ((draft as Role).rules ?? []) : bound(draft as RoleBinding, namespace))
    if (why !== undefined) throw forbidden(kind, name, why)
    // Such a role gathers whatever comes: only who has everything already may make or change it.
    if ((aggregates(draft) || aggregates(live)) && lacking(user, '', EVERYTHING) !== undefined) {
      throw forbidden(kind, name, 'must have cluster-admin privileges to use the aggregationRule')
    }
  }
}
