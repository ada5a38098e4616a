/** Affinity of pods to nodes and to other pods. */
import type { Affinity, NodeSelector, NodeSelectorTerm } from '../../../../shared/api/types.ts'
import { field } from '../../../../shared/errors.ts'
import { dns1123Label } from '../../../../shared/labels.ts'
import type { Errors } from './common.ts'
import { say } from './common.ts'
import { labelSelector, requirement } from './metadata.ts'
import { topologyKey } from './scheduling.ts'

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
  selector.nodeSelectorTerms?.forEach((term, i) => nodeTerm(errors, `${at}[${i}]`, term))
}

function nodeAffinity(errors: Errors, path: string, given: NonNullable<Affinity['nodeAffinity']>): void {
  const required = given[REQUIRED]
  if (required) nodeSelector(errors, `${path}.${REQUIRED}`, required)
  given[PREFERRED]?.forEach((term, i) => {
    const at = `${path}.${PREFERRED}[${i}]`
    weight(errors, at, term.weight)
    nodeTerm(errors, `${at}.preference`, term.preference)
  })
}

function nodeTerm(errors: Errors, path: string, term: NodeSelectorTerm | undefined): void {
  term?.matchExpressions?.forEach((expression, i) => requirement(errors, `${path}.matchExpressions[${i}]`, expression, true))
  term?.matchFields?.forEach((expression, i) => {
    const at = `${path}.matchFields[${i}]`
    if (expression.operator !== 'In' && expression.operator !== 'NotIn') errors.push(field.invalid(`${at}.operator`, expression.operator, 'not a valid selector operator'))
    else if (expression.values?.length !== 1) errors.push(field.required(`${at}.values`, "must be only one value when `operator` is 'In' or 'NotIn' for node field selector"))
    if (expression.key !== 'metadata.name') errors.push(field.invalid(`${at}.key`, expression.key, 'not a valid field selector key'))
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
  term?.namespaces?.forEach((name, i) => say(errors, `${path}.namespaces[${i}]`, name, dns1123Label(name)))
  topologyKey(errors, path, term?.topologyKey)
}
