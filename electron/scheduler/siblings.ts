/** Which pods belong together when none of them says how to spread: those of one ReplicaSet, and of the same services. */
import type { Lister } from '../client/types.ts'
import type { ReplicaSet, Service } from '../../shared/api/types.ts'
import type { PodInfo } from './pod-info.ts'
import { labelMatcher, type LabelMatcher } from './selectors.ts'

export function siblingsBy(services: Pick<Lister<Service>, 'list'>, replicaSets: Pick<Lister<ReplicaSet>, 'get'>): (pod: PodInfo) => LabelMatcher | undefined {
  // Objects are immutable, so what was compiled for a selector stays right as long as it lives.
  const compiled = new WeakMap<object, LabelMatcher>()
  return (pod) => {
    const matchers: LabelMatcher[] = []
    for (const service of services.list(pod.namespace)) {
      const wanted = Object.entries(service.spec.selector ?? {})
      if (wanted.length && wanted.every(([k, v]) => pod.labels[k] === v)) matchers.push((l) => wanted.every(([k, v]) => l[k] === v))
    }
    const owner = pod.pod.metadata.ownerReferences?.find((o) => o.controller === true)
    if (owner?.kind === 'ReplicaSet') {
      const selector = replicaSets.get(owner.name, pod.namespace)?.spec.selector
      if (selector) {
        let matcher = compiled.get(selector)
        if (!matcher) compiled.set(selector, (matcher = labelMatcher(selector)))
        matchers.push(matcher)
      }
    }
    return matchers.length ? (labels) => matchers.every((m) => m(labels)) : undefined
  }
}
