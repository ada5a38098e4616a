/** Whether a node has what a pod's template requires of it. Pure. Source: Kubernetes docs, "Assigning Pods to Nodes". */
import type { Node, NodeSelectorTerm, PodSpec } from '../../shared/api/types.ts'
import { matchesSelector } from './selectors.ts'

type Expression = NonNullable<NodeSelectorTerm['matchExpressions']>[number]
const whole = (text: string | undefined): number | undefined => (text !== undefined && /^[+-]?\d+$/.test(text) ? Number(text) : undefined)

function holds(expression: Expression, values: Readonly<Record<string, string>>): boolean {
  if (expression.operator !== 'Gt' && expression.operator !== 'Lt') return matchesSelector({ matchExpressions: [expression] }, values)
  const value = whole(values[expression.key])
  const bound = whole(expression.values?.[0])
  return value !== undefined && bound !== undefined && (expression.operator === 'Gt' ? value > bound : value < bound)
}

/** One term: all of its expressions and fields; an empty term matches nothing. */
function termHolds(term: NodeSelectorTerm, node: Node): boolean {
  const { matchExpressions = [], matchFields = [] } = term
  if (!matchExpressions.length && !matchFields.length) return false
  return matchExpressions.every((e) => holds(e, node.metadata.labels ?? {})) && matchFields.every((f) => holds(f, { 'metadata.name': node.metadata.name }))
}

/** nodeSelector, and one of the terms of the required affinity. */
export function requiredAffinityHolds(spec: PodSpec, node: Node): boolean {
  const labels = node.metadata.labels ?? {}
  if (!Object.entries(spec.nodeSelector ?? {}).every(([key, value]) => labels[key] === value)) return false
  const required = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution
  return !required || (required.nodeSelectorTerms ?? []).some((term) => termHolds(term, node))
}
