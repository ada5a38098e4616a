/** Which requests a webhook or a policy is about: rules, namespace and object selectors. Source: Kubernetes documentation, "Matching requests". */
import type { LabelSelector } from '../../../shared/api/meta.ts'
import type { Namespace } from '../../../shared/api/types.ts'
import { labelSelectorMatches } from '../../../shared/selectors.ts'
import { keyOf, type Env } from '../registry/env.ts'
import type { KindDefinition } from '../resources/kind.ts'
import type { AdmissionRequest } from './plugin.ts'

export interface Rule {
  readonly operations?: readonly string[]
  readonly apiGroups?: readonly string[]
  readonly apiVersions?: readonly string[]
  readonly resources?: readonly string[]
  readonly scope?: string
  readonly resourceNames?: readonly string[]
}
export interface Matching {
  readonly matchPolicy?: string
  readonly namespaceSelector?: LabelSelector
  readonly objectSelector?: LabelSelector
  readonly rules: readonly Rule[]
  readonly excluded?: readonly Rule[]
}

const NAMESPACES = { group: '', resource: 'namespaces', scope: 'Cluster' } as const
const has = (list: readonly string[] | undefined, value: string): boolean => list?.some((v) => v === '*' || v === value) ?? false

function resourceMatches(list: readonly string[] | undefined, resource: string, subresource: string): boolean {
  return list?.some((given) => {
    const [name = '', part = ''] = given.split('/')
    return (name === '*' || name === resource) && (part === '*' ? given.includes('/') : part === subresource)
  }) ?? false
}

function ruleMatches(rule: Rule, { operation, subresource, name }: AdmissionRequest, kind: KindDefinition): boolean {
  if (!has(rule.operations, operation) || !has(rule.apiGroups, kind.group) || !has(rule.apiVersions, kind.version)) return false
  if (!resourceMatches(rule.resources, kind.resource, subresource)) return false
  // A namespace counts as cluster-scoped, as it is.
  if (rule.scope && rule.scope !== '*' && rule.scope !== kind.scope) return false
  return !rule.resourceNames?.length || rule.resourceNames.includes(name)
}

export const namespaceOf = (env: Env, name: string): Namespace | undefined => env.store.get(keyOf(NAMESPACES, '', name))?.value as Namespace | undefined

function namespaceMatches(selector: LabelSelector | undefined, request: AdmissionRequest, env: Env): boolean {
  if (!selector || (!selector.matchLabels && !selector.matchExpressions?.length)) return true
  const { kind, object, old } = request
  if (kind.group === '' && kind.resource === 'namespaces') return labelSelectorMatches(selector, (object ?? old)?.metadata.labels)
  if (kind.scope !== 'Namespaced') return true
  return labelSelectorMatches(selector, namespaceOf(env, request.namespace)?.metadata.labels)
}

function objectMatches(selector: LabelSelector | undefined, { object, old }: AdmissionRequest): boolean {
  if (!selector || (!selector.matchLabels && !selector.matchExpressions?.length)) return true
  return [object, old].some((o) => o && labelSelectorMatches(selector, o.metadata.labels))
}

/**
 * The kind in whose version the request is to be shown; undefined: it does not concern whoever matches so.
 * @param versions the kinds of the same resource in its other served versions
 */
export function matches(matching: Matching, request: AdmissionRequest, env: Env, versions: (kind: KindDefinition) => readonly KindDefinition[]): KindDefinition | undefined {
  const { kind } = request
  const rules = (of: KindDefinition): boolean => matching.rules.some((rule) => ruleMatches(rule, request, of))
  const shown = rules(kind) ? kind : matching.matchPolicy === 'Exact' ? undefined : versions(kind).find(rules)
  if (!shown) return undefined
  if (matching.excluded?.some((rule) => ruleMatches(rule, request, kind))) return undefined
  if (!objectMatches(matching.objectSelector, request) || !namespaceMatches(matching.namespaceSelector, request, env)) return undefined
  return shown
}
