/** What a PolicyRule allows, and when one set of rules covers another. Source: Kubernetes documentation, "Using RBAC Authorization". */
import type { PolicyRule } from '../../../shared/api/types.ts'

/** A question put to a rule. Either `resource` or `path` is set. */
export interface Question {
  readonly verb: string
  readonly group: string
  readonly resource: string
  readonly subresource: string
  readonly name: string
  readonly path: string
}

const hasOrAll = (list: readonly string[] | undefined, value: string): boolean => !!list && (list.includes('*') || list.includes(value))

/** `*` is everything; `pods` the resource itself, not its subresources; `pods/log` one of them; `*` + `/scale` that of any resource. */
const matchesResource = (list: readonly string[] | undefined, resource: string, subresource: string): boolean =>
  !!list && list.some((r) => r === '*' || (subresource ? r === `${resource}/${subresource}` || r === `*/${subresource}` : r === resource))

/** A trailing `*` is a prefix; `*` alone is everything. */
const matchesPath = (list: readonly string[] | undefined, path: string): boolean =>
  !!list && list.some((p) => p === '*' || p === path || (p.endsWith('*') && path.startsWith(p.slice(0, -1))))

export function ruleAllows(rule: PolicyRule, { verb, group, resource, subresource, name, path }: Question): boolean {
  if (!hasOrAll(rule.verbs, verb)) return false
  if (!resource) return matchesPath(rule.nonResourceURLs, path)
  return hasOrAll(rule.apiGroups, group) && matchesResource(rule.resources, resource, subresource) && (!rule.resourceNames?.length || rule.resourceNames.includes(name))
}

/** Rules that allow one thing each, which together allow what `rule` does. */
function atoms(rule: PolicyRule): PolicyRule[] {
  const out: PolicyRule[] = []
  for (const verb of rule.verbs) {
    for (const group of rule.apiGroups ?? []) {
      for (const resource of rule.resources ?? []) {
        const names = rule.resourceNames ?? []
        const base = { verbs: [verb], apiGroups: [group], resources: [resource] }
        if (names.length) for (const name of names) out.push({ ...base, resourceNames: [name] })
        else out.push(base)
      }
    }
    for (const path of rule.nonResourceURLs ?? []) out.push({ verbs: [verb], nonResourceURLs: [path] })
  }
  return out
}

/** Whether `owner` allows all that the one thing in `atom` does. A wildcard is covered by a wildcard only. */
function coversAtom(owner: PolicyRule, atom: PolicyRule): boolean {
  const [verb = '', group = '', resource = '', name, path] = [atom.verbs[0], atom.apiGroups?.[0], atom.resources?.[0], atom.resourceNames?.[0], atom.nonResourceURLs?.[0]]
  if (!hasOrAll(owner.verbs, verb)) return false
  if (path !== undefined) return matchesPath(owner.nonResourceURLs, path)
  const [main = '', sub = ''] = resource.split('/')
  const names = owner.resourceNames ?? []
  return hasOrAll(owner.apiGroups, group) && matchesResource(owner.resources, main, sub) && (!names.length || (name !== undefined && names.includes(name)))
}

/**
 * Privilege escalation check: whether someone with `ownerRules` may hand out `servantRules`.
 * @returns what is not covered, one thing a rule; empty when all is.
 */
export function covers(ownerRules: readonly PolicyRule[], servantRules: readonly PolicyRule[]): { covered: boolean; uncovered: readonly PolicyRule[] } {
  const uncovered = servantRules.flatMap(atoms).filter((atom) => !ownerRules.some((owner) => coversAtom(owner, atom)))
  return { covered: uncovered.length === 0, uncovered }
}
