/** Keys of labels whose values a pod brings itself (matchLabelKeys): at its creation they become requirements of the selector beside them. Source: KEP-3633, KEP-3243. */
import type { LabelSelector } from '../../../shared/api/meta.ts'
import type { Pod, PodSpec } from '../../../shared/api/types.ts'

type PodAffinity = NonNullable<NonNullable<PodSpec['affinity']>['podAffinity']>
type Term = NonNullable<PodAffinity['requiredDuringSchedulingIgnoredDuringExecution']>[number]
type Keyed = Pick<Term, 'labelSelector' | 'matchLabelKeys' | 'mismatchLabelKeys'>

/** A selector that is not there selects nothing, and stays so. */
function apply(selector: LabelSelector | undefined, keys: readonly string[] | undefined, operator: 'In' | 'NotIn', labels: Readonly<Record<string, string>>): void {
  if (!selector) return
  for (const key of keys ?? []) {
    const value = labels[key]
    if (value !== undefined) (selector.matchExpressions ??= []).push({ key, operator, values: [value] })
  }
}

/** Mutates the draft. */
export function mergeLabelKeys({ metadata, spec }: Pod): void {
  const labels = metadata.labels ?? {}
  const term = (given: Keyed | undefined): void => {
    apply(given?.labelSelector, given?.matchLabelKeys, 'In', labels)
    apply(given?.labelSelector, given?.mismatchLabelKeys, 'NotIn', labels)
  }
  for (const list of [spec?.affinity?.podAffinity, spec?.affinity?.podAntiAffinity]) {
    for (const { podAffinityTerm } of list?.preferredDuringSchedulingIgnoredDuringExecution ?? []) term(podAffinityTerm)
    for (const required of list?.requiredDuringSchedulingIgnoredDuringExecution ?? []) term(required)
  }
  for (const constraint of spec?.topologySpreadConstraints ?? []) term(constraint)
}
