/** Affinity of pods to nodes and to other pods. */
import type { Affinity, NodeSelector, NodeSelectorTerm } from '../../../../shared/api/types.ts'
import { field } from '../../../../shared/errors.ts'
import { dns1123Label, dns1123Subdomain, labelValue, qualifiedName } from '../../../../shared/labels.ts'
import type { Errors } from './common.ts'
import { say } from './common.ts'
import { labelSelector, requirement } from './metadata.ts'
import { labelKeys } from './scheduling.ts'

const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution'
const PREFERRED = 'preferredDuringSchedulingIgnoredDuringExecution'

export function affinity(errors: Errors, path: string, given: Affinity | undefined): void {
  if (!given) return
  if (given.nodeAffinity) nodeAffinity(errors, `${path}.nodeAffinity`, given.nodeAffinity)
  if (given.podAffinity) podAffinity(errors, `${path}.podAffinity`, given.podAffinity)
  if (given.podAntiAffinity) podAffinity(errors, `${path}.podAntiAffinity`, given.podAntiAffinity)
}

function weight(errors: Errors, path: string, value: number): void {
  if (!(value >= 1 && value <= 100)) errors.push(field.invalid(`${path}.weight`, value, 'must be in the range 1-100'))
}

/** Terms of which a node must meet one. */
export function nodeSelector(errors: Errors, path: string, selector: NodeSelector): void {
  const at = `${path}.nodeSelectorTerms`
  if (!selector.nodeSelectorTerms?.length) errors.push(field.required(at, 'must have at least one node selector term'))
  selector.nodeSelectorTerms?.forEach((term, i) => nodeTerm(errors, `${at}[${i}]`, term, true))
}

function nodeAffinity(errors: Errors, path: string, given: NonNullable<Affinity['nodeAffinity']>): void {
  const required = given[REQUIRED]
  if (required) nodeSelector(errors, `${path}.${REQUIRED}`, required)
  given[PREFERRED]?.forEach((term, i) => {
    const at = `${path}.${PREFERRED}[${i}]`
    weight(errors, at, term.weight)
    nodeTerm(errors, `${at}.preference`, term.preference, false)
  })
}

/** `strict`: values must be such that a label can have them. */
function nodeTerm(errors: Errors, path: string, term: NodeSelectorTerm | undefined, strict: boolean): void {
  term?.matchExpressions?.forEach((expression, i) => {
    const at = `${path}.matchExpressions[${i}]`
    requirement(errors, at, expression, true)
    if (strict) expression.values?.forEach((value, j) => say(errors, `${at}.values[${j}]`, value, labelValue(value)))
  })
  term?.matchFields?.forEach((expression, i) => {
    const at = `${path}.matchFields[${i}]`
    if (expression.operator !== 'In' && expression.operator !== 'NotIn') errors.push(field.invalid(`${at}.operator`, expression.operator, 'not a valid selector operator'))
    else if (expression.values?.length !== 1) errors.push(field.required(`${at}.values`, "must be only one value when `operator` is 'In' or 'NotIn' for node field selector"))
    if (expression.key !== 'metadata.name') errors.push(field.invalid(`${at}.key`, expression.key, 'not a valid field selector key'))
    else expression.values?.forEach((value, j) => say(errors, `${at}.values[${j}]`, value, dns1123Subdomain(value)))
  })
}

type PodAffinity = NonNullable<Affinity['podAffinity']>
type PodTerm = NonNullable<PodAffinity[typeof REQUIRED]>[number]

function podAffinity(errors: Errors, path: string, given: PodAffinity): void {
  given[REQUIRED]?.forEach((term, i) => podTerm(errors, `${path}.${REQUIRED}[${i}]`, term))
  given[PREFERRED]?.forEach((term, i) => {
    const at = `${path}.${PREFERRED}[${i}]`
    weight(errors, at, term.weight)
    podTerm(errors, `${at}.podAffinityTerm`, term.podAffinityTerm)
  })
}

function podTerm(errors: Errors, path: string, term: PodTerm | undefined): void {
  labelSelector(errors, `${path}.labelSelector`, term?.labelSelector)
  labelSelector(errors, `${path}.namespaceSelector`, term?.namespaceSelector)
  for (const name of term?.namespaces ?? []) say(errors, `${path}.namespace`, name, dns1123Label(name))
  labelKeys(errors, path, term?.labelSelector, term?.matchLabelKeys, term?.mismatchLabelKeys)
  const key = term?.topologyKey ?? ''
  if (!key) errors.push(field.required(`${path}.topologyKey`, 'can not be empty'))
  say(errors, `${path}.topologyKey`, key, qualifiedName(key))
}
