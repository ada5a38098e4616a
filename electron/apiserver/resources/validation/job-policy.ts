/** What a Job does about pods that fail, and when it counts as done. */
import type { JobSpec } from '../../../../shared/api/types.ts'
import { field } from '../../../../shared/errors.ts'
import { qualifiedName } from '../../../../shared/labels.ts'
import type { Errors } from './common.ts'
import { oneOf, say } from './common.ts'
import { parseIndexes } from '../../../../shared/indexes.ts'

const MAX_RULES = 20
const MAX_CODES = 255
const MAX_PATTERNS = 20
type Rule = NonNullable<JobSpec['podFailurePolicy']>['rules'][number]

export function podFailurePolicy(errors: Errors, path: string, spec: JobSpec): void {
  const policy = spec.podFailurePolicy
  if (!policy) return
  if (spec.template?.spec?.restartPolicy !== 'Never') errors.push(field.invalid('spec.template.spec.restartPolicy', spec.template?.spec?.restartPolicy, `only "Never" is supported when podFailurePolicy is specified`))
  if (spec.podReplacementPolicy && spec.podReplacementPolicy !== 'Failed') errors.push(field.notSupported('spec.podReplacementPolicy', spec.podReplacementPolicy, ['Failed']))
  const rules = policy.rules ?? []
  if (rules.length > MAX_RULES) errors.push(field.tooMany(`${path}.rules`, rules.length, MAX_RULES))
  const { containers = [], initContainers = [] } = spec.template?.spec ?? {}
  const names = new Set([...containers, ...initContainers].map((c) => c.name))
  rules.forEach((rule, i) => failureRule(errors, `${path}.rules[${i}]`, rule, spec, names))
}

function failureRule(errors: Errors, path: string, rule: Rule, spec: JobSpec, names: ReadonlySet<string>): void {
  oneOf(errors, `${path}.action`, rule.action, ['Count', 'FailIndex', 'FailJob', 'Ignore'])
  if (rule.action === 'FailIndex' && spec.backoffLimitPerIndex === undefined) errors.push(field.invalid(`${path}.action`, rule.action, 'requires the backoffLimitPerIndex to be set'))
  const codes = rule.onExitCodes
  const patterns = rule.onPodConditions ?? []
  if (codes && patterns.length) errors.push(field.invalid(path, '', 'specifying both OnExitCodes and OnPodConditions is not supported'))
  if (!codes && !patterns.length) errors.push(field.invalid(path, '', 'specifying one of OnExitCodes and OnPodConditions is required'))
  if (codes) {
    const at = `${path}.onExitCodes`
    oneOf(errors, `${at}.operator`, codes.operator, ['In', 'NotIn'])
    if (codes.containerName !== undefined && !names.has(codes.containerName)) errors.push(field.invalid(`${at}.containerName`, codes.containerName, 'must be one of the container or initContainer names in the pod template'))
    const values = codes.values ?? []
    if (!values.length) errors.push(field.invalid(`${at}.values`, values, 'at least one value is required'))
    else if (values.length > MAX_CODES) errors.push(field.tooMany(`${at}.values`, values.length, MAX_CODES))
    if (values.some((v, i) => i > 0 && v < (values[i - 1] ?? 0))) errors.push(field.invalid(`${at}.values`, values, 'must be ordered'))
    values.forEach((value, i) => {
      if (codes.operator === 'In' && value === 0) errors.push(field.invalid(`${at}.values[${i}]`, value, 'must not be 0 for the In operator'))
      if (values.indexOf(value) !== i) errors.push(field.duplicate(`${at}.values[${i}]`, value))
    })
  }
  if (patterns.length > MAX_PATTERNS) errors.push(field.tooMany(`${path}.onPodConditions`, patterns.length, MAX_PATTERNS))
  patterns.forEach((pattern, i) => {
    say(errors, `${path}.onPodConditions[${i}].type`, pattern.type, qualifiedName(pattern.type ?? ''))
    oneOf(errors, `${path}.onPodConditions[${i}].status`, pattern.status, ['False', 'True', 'Unknown'])
  })
}

export function successPolicy(errors: Errors, path: string, spec: JobSpec): void {
  const policy = spec.successPolicy
  if (!policy) return
  if (spec.completionMode !== 'Indexed') errors.push(field.invalid(path, policy, 'requires indexed completion mode'))
  const rules = policy.rules ?? []
  if (!rules.length) errors.push(field.required(`${path}.rules`, 'at least one rules must be specified when the successPolicy is specified'))
  if (rules.length > MAX_RULES) errors.push(field.tooMany(`${path}.rules`, rules.length, MAX_RULES))
  rules.forEach((rule, i) => {
    const at = `${path}.rules[${i}]`
    const { succeededIndexes, succeededCount } = rule
    if (succeededIndexes === undefined && succeededCount === undefined) errors.push(field.required(at, 'at least one of succeededCount or succeededIndexes must be specified'))
    let most = spec.completions ?? 0
    if (succeededIndexes !== undefined) {
      const indexes = parseIndexes(succeededIndexes)
      if (!indexes) errors.push(field.invalid(`${at}.succeededIndexes`, succeededIndexes, 'must be a comma-separated list of rising indexes and ranges, such as 0,2-4'))
      else if ([...indexes].some((index) => index >= (spec.completions ?? 0))) errors.push(field.invalid(`${at}.succeededIndexes`, succeededIndexes, 'too large index'))
      most = indexes?.size ?? most
    }
    if (succeededCount !== undefined && succeededCount < 1) errors.push(field.invalid(`${at}.succeededCount`, succeededCount, 'must be greater than or equal to 1'))
    else if (succeededCount !== undefined && succeededCount > most) errors.push(field.invalid(`${at}.succeededCount`, succeededCount, `must be less than or equal to ${most} (the number of indexes it is chosen from)`))
  })
}
