/** LimitRanges. Source: core/v1 validation of Kubernetes. */
import type { LimitRange } from '../../../../shared/api/types.ts'
import type { FieldError } from '../../../../shared/errors.ts'
import { field } from '../../../../shared/errors.ts'
import { qualifiedName } from '../../../../shared/labels.ts'
import { parseQuantity, QUANTITY_SYNTAX, type Quantity } from '../../../../shared/quantity.ts'
import { say, type Errors } from './common.ts'
import { containerResourceName, mayOvercommit, resourceName } from './quantities.ts'

type Item = LimitRange['spec']['limits'][number]
type List = Readonly<Record<string, string>> | undefined
const LISTS = ['min', 'max', 'default', 'defaultRequest', 'maxLimitRequestRatio'] as const

/** `type`: what the limits are of; containers and pods have fewer resources than others. */
function readable(errors: Errors, path: string, type: string, list: List): Map<string, Quantity> {
  const read = new Map<string, Quantity>()
  const named = type === 'Pod' || type === 'Container' ? containerResourceName : resourceName
  for (const name in list) {
    named(errors, `${path}[${name}]`, name)
    const q = parseQuantity(list[name] ?? '')
    if (q) read.set(name, q)
    else errors.push(field.invalid(`${path}[${name}]`, list[name], QUANTITY_SYNTAX))
  }
  return read
}

/** `a` must not be greater than `b`; `words` say what they are, `at` which of the lists is told, with the value of `shown`. */
function notGreater(errors: Errors, path: string, key: string, item: Item, a: typeof LISTS[number], b: typeof LISTS[number], words: [string, string], read: Record<string, Map<string, Quantity>>, at = a, shown = at): void {
  const left = read[a]?.get(key)
  const right = read[b]?.get(key)
  if (left && right && left.nanos > right.nanos) errors.push(field.invalid(`${path}.${at}[${key}]`, item[shown]?.[key], `${words[0]} value ${item[a]?.[key]} is greater than ${words[1]} value ${item[b]?.[key]}`))
}

function ratio(errors: Errors, path: string, key: string, item: Item, read: Record<string, Map<string, Quantity>>): void {
  const most = read['maxLimitRequestRatio']?.get(key)
  if (!most) return
  const at = `${path}.maxLimitRequestRatio[${key}]`
  const text = item.maxLimitRequestRatio?.[key]
  if (most.nanos < 1_000_000_000n) errors.push(field.invalid(at, text, `ratio ${text} is less than 1`))
  const min = read['min']?.get(key)
  const max = read['max']?.get(key)
  if (!min || !max || min.nanos === 0n) return
  const possible = Number(max.nanos) / Number(min.nanos)
  if (Number(most.nanos) / 1e9 > possible) errors.push(field.invalid(at, text, `ratio ${text} is greater than max/min = ${possible.toFixed(6)}`))
}

export function validateLimitRange(object: LimitRange): FieldError[] {
  const errors: Errors = []
  const types = new Set<string>()
  ;(object.spec?.limits ?? []).forEach((item, i) => {
    const path = `spec.limits[${i}]`
    const faults = qualifiedName(item.type ?? '')
    say(errors, `${path}.type`, item.type ?? '', faults)
    if (faults.length === 0 && !item.type.includes('/') && !['Pod', 'Container', 'PersistentVolumeClaim'].includes(item.type)) errors.push(field.invalid(`${path}.type`, item.type, 'must be a standard limit type or fully qualified'))
    if (types.has(item.type)) errors.push(field.duplicate(`${path}.type`, item.type))
    types.add(item.type)
    if (item.type === 'Pod') for (const name of ['default', 'defaultRequest'] as const) if (Object.keys(item[name] ?? {}).length) errors.push(field.forbidden(`${path}.${name}`, "may not be specified when `type` is 'Pod'"))
    if (item.type === 'PersistentVolumeClaim' && !item.min?.['storage'] && !item.max?.['storage'])
      errors.push(field.required(`${path}.limits`, 'either minimum or maximum storage value is required, but neither was provided'))
    const read = Object.fromEntries(LISTS.map((name) => [name, readable(errors, `${path}.${name}`, item.type, item[name])]))
    for (const key of new Set(LISTS.flatMap((name) => Object.keys(item[name] ?? {})))) {
      notGreater(errors, path, key, item, 'min', 'max', ['min', 'max'], read)
      notGreater(errors, path, key, item, 'min', 'defaultRequest', ['min', 'default request'], read, 'defaultRequest')
      notGreater(errors, path, key, item, 'defaultRequest', 'max', ['default request', 'max'], read)
      notGreater(errors, path, key, item, 'defaultRequest', 'default', ['default request', 'default limit'], read)
      notGreater(errors, path, key, item, 'min', 'default', ['min', 'default'], read, 'default', 'min')
      notGreater(errors, path, key, item, 'default', 'max', ['default', 'max'], read, 'default', 'max')
      ratio(errors, path, key, item, read)
      const [most, asked] = [read['default']?.get(key), read['defaultRequest']?.get(key)]
      if (!mayOvercommit(key) && most && asked && most.nanos !== asked.nanos)
        errors.push(field.invalid(`${path}.defaultRequest[${key}]`, item.defaultRequest?.[key], `default value ${item.default?.[key]} must equal to defaultRequest value ${item.defaultRequest?.[key]} in ${key}`))
    }
  })
  return errors
}
