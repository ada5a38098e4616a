/** nodeSelector and node affinity. Required terms that name nodes (as a DaemonSet's pods do) narrow the search to these. */
import type { Pod } from '../../../shared/api/types.ts'
import { normalizeToMax, rejectForGood, type Plugin } from '../framework.ts'
import { nodeTermMatcher } from '../selectors.ts'

const no = rejectForGood("node(s) didn't match Pod's node affinity/selector")

/** The node names that the required terms are limited to; undefined when one term is not limited by name. */
function namedNodes(pod: Pod): ReadonlySet<string> | undefined {
  const terms = pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms
  if (!terms?.length) return undefined
  const names = new Set<string>()
  for (const term of terms) {
    const field = term.matchFields?.find((f) => f.key === 'metadata.name' && f.operator === 'In')
    if (!field) return undefined
    for (const name of field.values ?? []) names.add(name)
  }
  return names
}

export const nodeAffinity: Plugin = {
  name: 'NodeAffinity',
  weight: 2,
  preFilter(pod) {
    const matches = pod.nodeMatcher
    if (!matches) return undefined
    const only = namedNodes(pod.pod)
    return { local: true, ...(only ? { only } : {}), filter: (node) => (matches(node) ? undefined : no) }
  },
  preScore(pod) {
    const preferred = (pod.pod.spec.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [])
      .filter((p) => p.weight !== 0)
      .map((p) => ({ weight: p.weight, matches: nodeTermMatcher(p.preference) }))
    if (!preferred.length) return undefined
    return {
      local: true,
      score: (node) => preferred.reduce((sum, p) => sum + (p.matches(node) ? p.weight : 0), 0),
      normalize: (scores) => normalizeToMax(scores, false),
    }
  },
}
