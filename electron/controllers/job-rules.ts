/** podFailurePolicy and successPolicy. Pure. Source: Kubernetes docs, Jobs "Pod failure policy", "Success policy". */
import type { Job, Pod } from '../../shared/api/types.ts'
import { parseIndexes } from '../../shared/indexes.ts'

export interface FailureVerdict {
  readonly action: 'Count' | 'FailIndex' | 'FailJob' | 'Ignore'
  /** For FailJob: the sentence of the condition. */
  readonly message: string
}
type Rule = NonNullable<Job['spec']['podFailurePolicy']>['rules'][number]

function matches(rule: Rule, pod: Pod): string | undefined {
  const where = `${pod.metadata.namespace ?? ''}/${pod.metadata.name}`
  if (rule.onExitCodes) {
    const { containerName, operator, values = [] } = rule.onExitCodes
    for (const status of [...(pod.status?.containerStatuses ?? []), ...(pod.status?.initContainerStatuses ?? [])]) {
      const code = status.state?.terminated?.exitCode
      if (code === undefined || code === 0 || (containerName && containerName !== status.name)) continue
      if (values.includes(code) === (operator === 'In')) return `Container ${status.name} for pod ${where} failed with exit code ${code}`
    }
    return undefined
  }
  const found = rule.onPodConditions?.find((p) => pod.status?.conditions?.some((c) => c.type === p.type && c.status === (p.status ?? 'True')))
  return found && `Pod ${where} has condition ${found.type}`
}

/** The first rule that matches decides; without one the failure counts. Rules look at pods that have failed, not at those that are being deleted. */
export function failureVerdict(job: Job, pod: Pod): FailureVerdict {
  if (pod.status?.phase === 'Failed')
    for (const [i, rule] of (job.spec.podFailurePolicy?.rules ?? []).entries()) {
      const what = matches(rule, pod)
      if (what !== undefined) return { action: rule.action as FailureVerdict['action'], message: `${what} matching ${rule.action} rule at index ${i}` }
    }
  return { action: 'Count', message: '' }
}

/** The sentence of the condition, when one of the rules is met. */
export function successVerdict(job: Job, completed: ReadonlySet<number>): string | undefined {
  for (const [i, rule] of (job.spec.successPolicy?.rules ?? []).entries()) {
    const among = rule.succeededIndexes === undefined ? undefined : parseIndexes(rule.succeededIndexes)
    const done = among ? [...among].filter((index) => completed.has(index)).length : completed.size
    if (done >= (rule.succeededCount ?? among?.size ?? Number.POSITIVE_INFINITY)) return `Matched rules at index ${i}`
  }
  return undefined
}
