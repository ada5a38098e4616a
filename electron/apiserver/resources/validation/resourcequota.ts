/** ResourceQuotas. Source: core/v1 validation of Kubernetes and its documentation, "Resource Quotas". */
import type { ResourceQuota } from '../../../../shared/api/types.ts'
import type { FieldError } from '../../../../shared/errors.ts'
import { field } from '../../../../shared/errors.ts'
import { qualifiedName } from '../../../../shared/labels.ts'
import { parseQuantity, QUANTITY_SYNTAX } from '../../../../shared/quantity.ts'
import { equal, IMMUTABLE, NON_NEGATIVE, say, type Errors } from './common.ts'

const COUNTS = ['pods', 'services', 'replicationcontrollers', 'resourcequotas', 'secrets', 'configmaps', 'persistentvolumeclaims', 'services.nodeports', 'services.loadbalancers']
const COMPUTE = ['cpu', 'memory', 'ephemeral-storage']
const STANDARD = new Set([...COUNTS, ...COMPUTE, 'requests.storage', ...COMPUTE.flatMap((name) => [`requests.${name}`, `limits.${name}`])])
const WHOLE = new Set(COUNTS)
const NANO = 1_000_000_000n

export const SCOPES = ['Terminating', 'NotTerminating', 'BestEffort', 'NotBestEffort', 'PriorityClass', 'CrossNamespacePodAffinity', 'VolumeAttributesClass']
const CONFLICTS = [['BestEffort', 'NotBestEffort'], ['Terminating', 'NotTerminating']] as const
/** Pods of these scopes ask for nothing: there is nothing of theirs to count but themselves. */
const COUNTS_PODS_ONLY = new Set(['BestEffort'])
const POD_SCOPES = new Set(['Terminating', 'NotTerminating', 'NotBestEffort', 'BestEffort', 'PriorityClass', 'CrossNamespacePodAffinity'])
const OF_PODS = new Set(['pods', ...COMPUTE, ...COMPUTE.flatMap((name) => [`requests.${name}`, `limits.${name}`])])
const EXISTS_ONLY = new Set(['Terminating', 'NotTerminating', 'BestEffort', 'NotBestEffort', 'CrossNamespacePodAffinity'])

function amounts(errors: Errors, path: string, list: Readonly<Record<string, string>> | undefined): void {
  for (const name in list) {
    const at = `${path}[${name}]`
    const faults = qualifiedName(name)
    say(errors, at, name, faults)
    if (faults.length === 0 && !name.includes('/') && !STANDARD.has(name) && !name.startsWith('hugepages-') && !name.startsWith('requests.hugepages-'))
      errors.push(field.invalid(at, name, 'must be a standard resource type or fully qualified'), field.invalid(at, name, 'must be a standard resource for quota'))
    const q = parseQuantity(list[name] ?? '')
    if (!q) errors.push(field.invalid(at, list[name], QUANTITY_SYNTAX))
    else if (q.nanos < 0n) errors.push(field.invalid(at, list[name], NON_NEGATIVE))
    else if (WHOLE.has(name) && q.nanos % NANO !== 0n) errors.push(field.invalid(at, list[name], 'must be an integer'))
  }
}

const applies = (scope: string, resource: string): boolean => {
  if (COUNTS_PODS_ONLY.has(scope)) return resource === 'pods'
  if (POD_SCOPES.has(scope)) return OF_PODS.has(resource) || resource.startsWith('requests.') && resource.includes('/')
  return resource === 'persistentvolumeclaims' || resource === 'requests.storage'
}

/** `shown`: what they stand in; `each`: a name that is none is told by itself. */
function scopes(errors: Errors, path: string, names: readonly string[], shown: unknown, hard: readonly string[], each = false): void {
  for (const name of names) {
    if (!SCOPES.includes(name)) errors.push(each ? field.invalid(`${path}.scopeName`, name, 'unsupported scope') : field.invalid(path, shown, 'unsupported scope'))
    else if (hard.some((resource) => !applies(name, resource))) errors.push(field.invalid(path, shown, 'unsupported scope applied to resource'))
  }
  for (const pair of CONFLICTS) if (pair.every((name) => names.includes(name))) errors.push(field.invalid(path, shown, 'conflicting scopes'))
}

export function validateResourceQuota(object: ResourceQuota): FieldError[] {
  const errors: Errors = []
  const spec = object.spec ?? {}
  const hard = Object.keys(spec.hard ?? {})
  amounts(errors, 'spec.hard', spec.hard)
  if (spec.scopes) scopes(errors, 'spec.scopes', spec.scopes, spec.scopes, hard)
  const terms = spec.scopeSelector?.matchExpressions
  if (terms) {
    const path = 'spec.scopeSelector.matchExpressions'
    scopes(errors, path, terms.map((t) => t.scopeName), spec.scopeSelector, hard, true)
    for (const { scopeName, operator, values = [] } of terms) {
      if (EXISTS_ONLY.has(scopeName) && operator !== 'Exists')
        errors.push(field.invalid(`${path}.operator`, operator, "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity"))
      if (operator === 'In' || operator === 'NotIn') {
        if (!values.length) errors.push(field.required(`${path}.values`, "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector"))
      } else if (operator === 'Exists' || operator === 'DoesNotExist') {
        if (values.length) errors.push(field.invalid(`${path}.values`, values, "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector"))
      } else errors.push(field.invalid(`${path}.operator`, operator ?? '', 'not a valid selector operator'))
    }
  }
  return errors
}

export function validateResourceQuotaUpdate(object: ResourceQuota, old: ResourceQuota): FieldError[] {
  const before = [...(old.spec?.scopes ?? [])].toSorted()
  return equal([...(object.spec?.scopes ?? [])].toSorted(), before) ? [] : [field.invalid('spec.scopes', object.spec?.scopes ?? [], IMMUTABLE)]
}

export function validateResourceQuotaStatus(object: ResourceQuota): FieldError[] {
  const errors: Errors = []
  amounts(errors, 'status.hard', object.status?.hard)
  amounts(errors, 'status.used', object.status?.used)
  return errors
}
