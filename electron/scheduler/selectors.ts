/** Label selectors and node selectors, compiled once for many matches. */
import type { LabelSelector } from '../../shared/api/meta.ts'
import type { NodeSelectorTerm } from '../../shared/api/types.ts'

export type Labels = Readonly<Record<string, string>>
export type LabelMatcher = (labels: Labels) => boolean

interface Requirement {
  key: string
  operator: string
  values?: string[]
}

const integer = (text: string | undefined): number | undefined => (text !== undefined && /^[+-]?\d+$/.test(text) ? Number(text) : undefined)

/** One requirement. An operator that is not known matches nothing. NotIn and DoesNotExist hold where the key is absent. */
function requirement(r: Requirement): LabelMatcher {
  const { key } = r
  const values = new Set(r.values)
  switch (r.operator) {
    case 'In': return (l) => { const v = l[key]; return v !== undefined && values.has(v) }
    case 'NotIn': return (l) => { const v = l[key]; return v === undefined || !values.has(v) }
    case 'Exists': return (l) => l[key] !== undefined
    case 'DoesNotExist': return (l) => l[key] === undefined
    case 'Gt':
    case 'Lt': {
      const bound = integer(r.values?.[0])
      const greater = r.operator === 'Gt'
      return (l) => {
        const v = integer(l[key])
        return bound !== undefined && v !== undefined && (greater ? v > bound : v < bound)
      }
    }
    default: return () => false
  }
}

const all = (matchers: readonly LabelMatcher[]): LabelMatcher => (l) => {
  for (const m of matchers) if (!m(l)) return false
  return true
}

/** No selector matches nothing; an empty one matches everything. Source: metav1.LabelSelector. */
export function labelMatcher(selector: LabelSelector | undefined): LabelMatcher {
  if (!selector) return () => false
  const equal = Object.entries(selector.matchLabels ?? {}).map(([key, value]) => requirement({ key, operator: 'In', values: [value] }))
  return all([...equal, ...(selector.matchExpressions ?? []).map(requirement)])
}

/** What a node selector looks at. */
export interface NodeLike {
  readonly name: string
  readonly labels: Labels
}
export type NodeMatcher = (node: NodeLike) => boolean

/** One term: all expressions and all fields. An empty term matches nothing. */
export function nodeTermMatcher(term: NodeSelectorTerm): NodeMatcher {
  const expressions = term.matchExpressions ?? []
  const fields = term.matchFields ?? []
  if (!expressions.length && !fields.length) return () => false
  const labels = all(expressions.map(requirement))
  const named = all(fields.map((f) => (f.key === 'metadata.name' ? requirement(f) : () => false)))
  return (node) => labels(node.labels) && (!fields.length || named({ 'metadata.name': node.name }))
}
