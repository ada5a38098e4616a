/** Tolerations and topology spread. */
import type { Toleration, TopologySpreadConstraint } from '../../../../shared/api/types.ts'
import { field } from '../../../../shared/errors.ts'
import { labelValue, qualifiedName } from '../../../../shared/labels.ts'
import type { Errors } from './common.ts'
import { optionalOneOf, say } from './common.ts'
import { labelSelector } from './metadata.ts'
import { taintEffect } from './node.ts'

export function tolerations(errors: Errors, path: string, list: readonly Toleration[] | undefined): void {
  list?.forEach((t, i) => {
    const at = `${path}[${i}]`
    if (t.key) say(errors, `${at}.key`, t.key, qualifiedName(t.key))
    else if (t.operator !== 'Exists') errors.push(field.invalid(`${at}.operator`, t.operator ?? '', 'operator must be Exists when `key` is empty, which means "match all values and all keys"'))
    if (t.tolerationSeconds !== undefined && t.effect !== 'NoExecute') errors.push(field.invalid(`${at}.effect`, t.effect ?? '', "effect must be 'NoExecute' when `tolerationSeconds` is set"))
    if (t.operator === undefined || t.operator === '' || t.operator === 'Equal') {
      const faults = labelValue(t.value ?? '')
      if (faults.length > 0) errors.push(field.invalid(`${at}.operator`, t.value, faults.join(';')))
    } else if (t.operator === 'Exists') {
      if (t.value) errors.push(field.invalid(`${at}.operator`, t, "value must be empty when `operator` is 'Exists'"))
    } else errors.push(field.notSupported(`${at}.operator`, t.operator, ['Equal', 'Exists']))
    if (t.effect) taintEffect(errors, `${at}.effect`, t.effect)
  })
}

export function topologySpread(errors: Errors, path: string, list: readonly TopologySpreadConstraint[] | undefined): void {
  const seen = new Set<string>()
  list?.forEach((c, i) => {
    const at = `${path}[${i}]`
    if (!(c.maxSkew > 0)) errors.push(field.invalid(`${at}.maxSkew`, c.maxSkew, 'must be greater than zero'))
    topologyKey(errors, at, c.topologyKey)
    if (c.whenUnsatisfiable !== 'DoNotSchedule' && c.whenUnsatisfiable !== 'ScheduleAnyway') errors.push(field.notSupported(`${at}.whenUnsatisfiable`, c.whenUnsatisfiable ?? '', ['DoNotSchedule', 'ScheduleAnyway']))
    const id = `{${c.topologyKey}, ${c.whenUnsatisfiable}}`
    if (seen.has(id)) errors.push(field.duplicate(`${at}.{topologyKey, whenUnsatisfiable}`, id))
    seen.add(id)
    if (c.minDomains !== undefined) {
      if (c.minDomains <= 0) errors.push(field.invalid(`${at}.minDomains`, c.minDomains, 'must be greater than 0'))
      else if (c.whenUnsatisfiable !== 'DoNotSchedule') errors.push(field.invalid(`${at}.minDomains`, c.minDomains, `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${c.whenUnsatisfiable ?? ''}`))
    }
    optionalOneOf(errors, `${at}.nodeAffinityPolicy`, c.nodeAffinityPolicy, ['Honor', 'Ignore'])
    optionalOneOf(errors, `${at}.nodeTaintsPolicy`, c.nodeTaintsPolicy, ['Honor', 'Ignore'])
    labelSelector(errors, `${at}.labelSelector`, c.labelSelector)
  })
}

export function topologyKey(errors: Errors, path: string, key: string | undefined): void {
  if (!key) errors.push(field.required(`${path}.topologyKey`, 'can not be empty'))
  else say(errors, `${path}.topologyKey`, key, qualifiedName(key))
}
