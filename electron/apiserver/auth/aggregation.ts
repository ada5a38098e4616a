/** Aggregated cluster roles: their rules are those of all cluster roles that their selectors pick. */
import { isDeepStrictEqual } from 'node:util'
import type { ClusterRole, PolicyRule } from '../../../shared/api/types.ts'
import { labelSelectorMatches } from '../../../shared/selectors.ts'

/**
 * The rules that an aggregated role should have: of every other role that one of its selectors picks, in order of their
 * names, each rule once. undefined: the role is not an aggregated one, its rules are its own.
 */
export function aggregatedRules(role: ClusterRole, all: readonly ClusterRole[]): PolicyRule[] | undefined {
  const selectors = role.aggregationRule?.clusterRoleSelectors
  if (!role.aggregationRule) return undefined
  const rules: PolicyRule[] = []
  const picked = all
    .filter((other) => other.metadata.name !== role.metadata.name && (selectors ?? []).some((selector) => labelSelectorMatches(selector, other.metadata.labels)))
    .sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1))
  const known = new Set<string>()
  for (const other of picked) {
    for (const rule of other.rules ?? []) {
      const key = JSON.stringify([rule.verbs, rule.apiGroups, rule.resources, rule.resourceNames, rule.nonResourceURLs])
      if (known.size < known.add(key).size) rules.push(rule)
    }
  }
  return rules
}

/**
 * All aggregated roles whose rules are not what they should be, with the right ones. Roles may aggregate roles that
 * aggregate others (admin, edit, view): the answer is the end of the chain, found in as many rounds as there are roles at most.
 */
export function aggregate(roles: readonly ClusterRole[]): ClusterRole[] {
  let current = [...roles]
  for (let round = 0; round < roles.length; round++) {
    const next = current.map((role) => {
      const rules = aggregatedRules(role, current)
      return rules && !isDeepStrictEqual(rules, role.rules ?? []) ? { ...role, rules } : role
    })
    const settled = next.every((role, i) => role === current[i])
    current = next
    if (settled) break
  }
  return current.filter((role, i) => role !== roles[i])
}
