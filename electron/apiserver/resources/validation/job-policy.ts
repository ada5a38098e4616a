/** What a Job does about pods that fail, and when it counts as done. */
import type { JobSpec } from '../../../../shared/api/types.ts'
import { field } from '../../../../shared/errors.ts'
import { qualifiedName } from '../../../../shared/labels.ts'
import type { Errors } from './common.ts'
import { nonNegative, say } from './common.ts'

const MAX_RULES = 20
const MAX_CODES = 255
const MAX_PATTERNS = 20
const ACTIONS = ['Count', 'FailIndex', 'FailJob', 'Ignore']
const OPERATORS = ['In', 'NotIn']
const STATUSES = ['False', 'True', 'Unknown']

/** One of them; what is missing is told which there are. */
function listed(errors: Errors, path: string, value: string | undefined, values: readonly string[]): void {
  if (!value) errors.push(field.required(path, `valid values: [${values.map((v) => JSON.stringify(v)).join(' ')}]`))
  else if (!values.includes(value)) errors.push(field.notSupported(path, value, values))
}

type Rule = NonNullable<JobSpec['podFailurePolicy']>['rules'][number]

export function podFailurePolicy(errors: Errors, path: string, spec: JobSpec): void {
  const policy = spec.podFailurePolicy
  if (!policy) return
  const rules = policy.rules ?? []
  if (rules.length > MAX_RULES) errors.push(field.tooMany(`${path}.rules`, rules.length, MAX_RULES))
  const { containers = [], initContainers = [] } = spec.template?.spec ?? {}
  const names = new Set([...containers, ...initContainers].map((c) => c.name))
  rules.forEach((rule, i) => failureRule(errors, `${path}.rules[${i}]`, rule, spec, names))
}

function failureRule(errors: Errors, path: string, rule: Rule, spec: JobSpec, names: ReadonlySet<string>): void {
  listed(errors, `${path}.action`, rule.action, ACTIONS)
  if (rule.action === 'FailIndex' && spec.backoffLimitPerIndex === undefined) errors.push(field.invalid(`${path}.action`, rule.action, 'requires the backoffLimitPerIndex to be set'))
  const codes = rule.onExitCodes
  const patterns = rule.onPodConditions ?? []
  if (codes && patterns.length) errors.push(field.invalidWhole(path, 'specifying both OnExitCodes and OnPodConditions is not supported'))
  if (!codes && !patterns.length) errors.push(field.invalidWhole(path, 'specifying one of OnExitCodes and OnPodConditions is required'))
  if (codes) {
    const at = `${path}.onExitCodes`
    listed(errors, `${at}.operator`, codes.operator, OPERATORS)
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
    listed(errors, `${path}.onPodConditions[${i}].status`, pattern.status, STATUSES)
  })
}

export function successPolicy(errors: Errors, path: string, spec: JobSpec): void {
  const policy = spec.successPolicy
  if (!policy) return
  if (spec.completionMode !== 'Indexed') {
    errors.push(field.invalid(path, policy, 'requires indexed completion mode'))
    return
  }
  const completions = spec.completions ?? 0
  const rules = policy.rules ?? []
  if (!rules.length) errors.push(field.required(`${path}.rules`, 'at least one rules must be specified when the successPolicy is specified'))
  if (rules.length > MAX_RULES) errors.push(field.tooMany(`${path}.rules`, rules.length, MAX_RULES))
  rules.forEach((rule, i) => {
    const at = `${path}.rules[${i}]`
    const { succeededIndexes, succeededCount } = rule
    if (succeededIndexes === undefined && succeededCount === undefined) errors.push(field.required(at, 'at least one of succeededCount or succeededIndexes must be specified'))
    const indexes = succeededIndexes === undefined ? undefined : readIndexes(succeededIndexes, completions)
    if (indexes?.fault) errors.push(field.invalid(`${at}.succeededIndexes`, succeededIndexes, `error parsing succeededIndexes: ${indexes.fault}`))
    if (succeededCount === undefined) return
    nonNegative(errors, `${at}.succeededCount`, succeededCount)
    if (succeededCount > completions) errors.push(field.invalid(`${at}.succeededCount`, succeededCount, `must be less than or equal to ${completions} (the number of specified completions)`))
    if (indexes && succeededCount > indexes.total) errors.push(field.invalid(`${at}.succeededCount`, succeededCount, `must be less than or equal to ${indexes.total} (the number of indexes in the specified succeededIndexes field)`))
  })
}

/** How many indexes a text such as `0,2-4` names, or what is wrong with it. */
function readIndexes(text: string, completions: number): { total: number; fault?: string } {
  let last = -1
  let total = 0
  const wrong = (fault: string): { total: number; fault: string } => ({ total: 0, fault })
  for (const part of text === '' ? [] : text.split(',')) {
    const [from = '', to = from, ...more] = part.split('-')
    if (more.length) return wrong(`the fragment ${JSON.stringify(part)} violates the requirement that an index interval can have at most two parts separated by '-'`)
    for (const end of [from, to]) {
      if (!/^\d+$/.test(end)) return wrong(`cannot convert string to integer for index: ${JSON.stringify(end)}`)
      if (Number(end) >= completions) return wrong(`too large index: ${JSON.stringify(end)}`)
    }
    if (Number(from) > Number(to) || (part.includes('-') && from === to)) return wrong(`non-increasing order, previous: ${from}, current: ${to}`)
    if (last >= Number(from)) return wrong(`non-increasing order, previous: ${last}, current: ${from}`)
    total += Number(to) - Number(from) + 1
    last = Number(to)
  }
  return { total }
}
