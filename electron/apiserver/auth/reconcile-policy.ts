/**
 * Brings a role or binding of the bootstrap policy that is stored already up to the one that this version ships: what is
 * missing is added, what people added stays, and an object whose annotation autoupdate says "false" is left alone. Pure.
 * Source: Kubernetes documentation, "Auto-reconciliation".
 */
import type { KubeObject } from '../../../shared/api/meta.ts'
import type { ClusterRole, ClusterRoleBinding, Subject } from '../../../shared/api/types.ts'
import { jsonEqual } from '../json.ts'
import { covers } from './rules.ts'

const GROUP = 'rbac.authorization.k8s.io/'
const AUTOUPDATE = 'rbac.authorization.kubernetes.io/autoupdate'

/** Earlier versions bound every kubelet to all that one may do; the Node authorizer gives each its own now. */
const WITHDRAWN: Readonly<Record<string, (subject: Subject) => boolean>> = {
  'ClusterRoleBinding system:node': ({ kind, name }) => kind === 'Group' && name === 'system:nodes',
}

/** Whether `shipped` is policy that is kept up to date in data folders that have it. */
export const isKept = ({ apiVersion, metadata }: KubeObject): boolean => apiVersion.startsWith(GROUP) && metadata.annotations?.[AUTOUPDATE] === 'true'

/** What of `shipped` is not in `live`. */
const missing = (shipped: Readonly<Record<string, string>> = {}, live: Readonly<Record<string, string>> = {}): boolean => Object.keys(shipped).some((key) => !(key in live))

function roleContent(live: ClusterRole, shipped: ClusterRole): Partial<ClusterRole> {
  if (shipped.aggregationRule) {
    const has = live.aggregationRule?.clusterRoleSelectors ?? []
    const lacks = (shipped.aggregationRule.clusterRoleSelectors ?? []).filter((selector) => !has.some((h) => jsonEqual(h, selector)))
    // Its rules are the aggregation's to keep.
    return lacks.length ? { aggregationRule: { clusterRoleSelectors: [...has, ...lacks] } } : {}
  }
  if (jsonEqual(live.rules, shipped.rules)) return {}
  const { uncovered } = covers(live.rules ?? [], shipped.rules ?? [])
  if (!uncovered.length) return {}
  // Whole rules as they are shipped, not the single rights that they lack.
  const added = (shipped.rules ?? []).filter((rule) => !covers(live.rules ?? [], [rule]).covered)
  return { rules: [...(live.rules ?? []), ...added] }
}
const sameSubject = (a: Subject, b: Subject): boolean => a.kind === b.kind && a.name === b.name && (a.namespace ?? '') === (b.namespace ?? '')

function bindingContent(live: ClusterRoleBinding, shipped: ClusterRoleBinding): Partial<ClusterRoleBinding> {
  // Whom people bound to another role were not meant for this one.
  if (!jsonEqual(live.roleRef, shipped.roleRef)) return { roleRef: shipped.roleRef, subjects: shipped.subjects ?? [] }
  const withdrawn = WITHDRAWN[`${shipped.kind} ${shipped.metadata.name}`]
  const has = live.subjects ?? []
  const kept = withdrawn ? has.filter((subject) => !withdrawn(subject)) : has
  const lacks = (shipped.subjects ?? []).filter((subject) => !has.some((h) => sameSubject(h, subject)))
  return kept.length !== has.length || lacks.length ? { subjects: [...kept, ...lacks] } : {}
}

/**
 * @param live as it is stored; frozen @param shipped of the same kind and name
 * @returns what to store in its place; undefined: it is as it should be
 */
export function broughtUp(live: KubeObject, shipped: KubeObject): KubeObject | undefined {
  if (live.metadata.annotations?.[AUTOUPDATE] === 'false') return undefined
  const content = shipped.kind.endsWith('Binding') ? bindingContent(live as ClusterRoleBinding, shipped as ClusterRoleBinding) : roleContent(live as ClusterRole, shipped as ClusterRole)
  const named = missing(shipped.metadata.labels, live.metadata.labels) || missing(shipped.metadata.annotations, live.metadata.annotations)
  if (!named && !Object.keys(content).length) return undefined
  const { labels, annotations } = shipped.metadata
  return { ...live, ...content, metadata: { ...live.metadata, labels: { ...labels, ...live.metadata.labels }, annotations: { ...annotations, ...live.metadata.annotations } } }
}
