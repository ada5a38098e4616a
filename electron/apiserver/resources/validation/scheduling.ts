/** Tolerations and topology spread. */
import type { LabelSelector } from '../../../../shared/api/meta.ts'
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
      if (t.value) errors.push(field.invalid(`${at}.operator`, t.value, "value must be empty when `operator` is 'Exists'"))
    } else errors.push(field.notSupported(`${at}.operator`, t.operator, ['Equal', 'Exists']))
    if (t.effect) taintEffect(errors, `${at}.effect`, t.effect)
  })
}

export function topologySpread(errors: Errors, path: string, list: readonly TopologySpreadConstraint[] | undefined): void {
  list?.forEach((c, i) => {
    const at = `${path}[${i}]`
    if (!(c.maxSkew > 0)) errors.push(field.invalid(`${at}.maxSkew`, c.maxSkew ?? 0, 'must be greater than zero'))
    if (!c.topologyKey) errors.push(field.required(`${at}.topologyKey`, 'can not be empty'))
    if (c.whenUnsatisfiable !== 'DoNotSchedule' && c.whenUnsatisfiable !== 'ScheduleAnyway') errors.push(field.notSupported(`${at}.whenUnsatisfiable`, c.whenUnsatisfiable ?? '', ['DoNotSchedule', 'ScheduleAnyway']))
    // The first of two that say the same is told.
    if (list.slice(i + 1).some((o) => o.topologyKey === c.topologyKey && o.whenUnsatisfiable === c.whenUnsatisfiable)) errors.push(field.duplicate(`${at}.{topologyKey, whenUnsatisfiable}`, `{${c.topologyKey}, ${c.whenUnsatisfiable}}`))
    if (c.minDomains !== undefined) {
      if (c.minDomains <= 0) errors.push(field.invalid(`${at}.minDomains`, c.minDomains, 'must be greater than zero'))
      if (c.whenUnsatisfiable !== 'DoNotSchedule') errors.push(field.invalid(`${at}.minDomains`, c.minDomains, `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${c.whenUnsatisfiable ?? ''}`))
    }
    optionalOneOf(errors, `${at}.nodeAffinityPolicy`, c.nodeAffinityPolicy, ['Honor', 'Ignore'])
    optionalOneOf(errors, `${at}.nodeTaintsPolicy`, c.nodeTaintsPolicy, ['Honor', 'Ignore'])
    labelKeys(errors, at, c.labelSelector, c.matchLabelKeys)
    labelSelector(errors, `${at}.labelSelector`, c.labelSelector)
  })
}

/**
 * Keys whose values a pod brings. When a pod is created they become requirements of the selector (`pod-label-keys.ts`), so that only a key that the user wrote
 * into both stands there twice.
 */
export function labelKeys(errors: Errors, path: string, selector: LabelSelector | undefined, match: readonly string[] = [], mismatch: readonly string[] = []): void {
  for (const [name, keys] of [['matchLabelKeys', match], ['mismatchLabelKeys', mismatch]] as const) {
    if (keys.length === 0) continue
    if (!selector) errors.push(field.forbidden(`${path}.${name}`, 'must not be specified when labelSelector is not set'))
    else keys.forEach((key, i) => say(errors, `${path}.${name}[${i}]`, key, qualifiedName(key)))
  }
  const seen = new Set(Object.keys(selector?.matchLabels ?? {}))
  for (const { key } of selector?.matchExpressions ?? []) {
    const i = match.indexOf(key)
    if (i !== -1 && seen.has(key)) errors.push(field.invalid(`${path}[${i}]`, key, 'exists in both matchLabelKeys and labelSelector'))
    seen.add(key)
  }
  match.forEach((key, i) => {
    if (mismatch.includes(key)) errors.push(field.invalid(`${path}.matchLabelKeys[${i}]`, key, 'exists in both matchLabelKeys and mismatchLabelKeys'))
  })
}
