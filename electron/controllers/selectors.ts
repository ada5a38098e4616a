/** Label selectors of objects (matchLabels, matchExpressions), as controllers ask them. Source: metav1.LabelSelector. */
import type { LabelSelector } from '../../shared/api/meta.ts'
import { requirementsMatch, SelectorError, selectorRequirements, type Labels, type Requirement } from '../../shared/selectors.ts'

export const isEmptySelector = (selector: LabelSelector | undefined): boolean =>
  !selector || (Object.keys(selector.matchLabels ?? {}).length === 0 && (selector.matchExpressions ?? []).length === 0)

/** One selector is asked about many pods, and objects do not change. Null: nothing matches. */
const compiled = new WeakMap<LabelSelector, readonly Requirement[] | null>()

/** Validation lets nobody store an operator that is not known; should there be one, the selector matches nothing. */
function compile(selector: LabelSelector): readonly Requirement[] | null {
  try {
    return selectorRequirements(selector)
  } catch (error) {
    if (error instanceof SelectorError) return null
    throw error
  }
}

/** An empty selector matches everything. */
export function matchesSelector(selector: LabelSelector, labels?: Labels): boolean {
  let requirements = compiled.get(selector)
  if (requirements === undefined) compiled.set(selector, (requirements = compile(selector)))
  return requirements !== null && requirementsMatch(requirements, labels)
}
