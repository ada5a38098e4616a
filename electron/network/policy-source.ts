/** Follows NetworkPolicies, and the pods and namespaces that they speak of; nothing is worked out while there is no policy. */
import { Namespaces, NetworkPolicies } from '../../shared/api/resources.ts'
import type { Namespace, NetworkPolicy, Pod } from '../../shared/api/types.ts'
import type { Informer, InformerFactory } from '../client/types.ts'
import { isConcerned, policyRules, type PolicyNames } from './policy.ts'

export interface PolicySource {
  /** Chains of the mangle table. */
  chains(names: PolicyNames): ReadonlyMap<string, string[]>
  onChange(changed: () => void): void
  synced(signal: AbortSignal): Promise<unknown>
}

/** What of a pod has a part in rules. */
const essence = (pod: Pod): string => JSON.stringify([isConcerned(pod), pod.status?.podIP, pod.metadata.labels])

/** @param pods watched by somebody else already */
export function followPolicies(informers: InformerFactory, pods: Informer<Pod>): PolicySource {
  const policies = informers.informer(NetworkPolicies)
  const namespaces = informers.informer(Namespaces)
  let known: { names: PolicyNames; chains: Map<string, string[]> } | undefined
  let changed = (): void => undefined
  const touch = (): void => {
    known = undefined
    changed()
  }
  const ifAny = (): void => { if (policies.list().length) touch() }
  policies.addHandlers({ onAdd: touch, onUpdate: (p: NetworkPolicy, old: NetworkPolicy) => { if (p.metadata.generation !== old.metadata.generation || p.metadata.deletionTimestamp !== old.metadata.deletionTimestamp) touch() }, onDelete: touch })
  namespaces.addHandlers({ onAdd: ifAny, onUpdate: (n: Namespace, old: Namespace) => { if (JSON.stringify(n.metadata.labels) !== JSON.stringify(old.metadata.labels)) ifAny() }, onDelete: ifAny })
  pods.addHandlers({
    onAdd: (pod) => { if (isConcerned(pod)) ifAny() },
    onUpdate: (pod, old) => { if (policies.list().length && essence(pod) !== essence(old)) touch() },
    onDelete: (pod) => { if (isConcerned(pod)) ifAny() },
  })
  return {
    chains(names) {
      if (known?.names !== names) known = { names, chains: policyRules({ policies: policies.list(), namespaces: namespaces.list(), pods: policies.list().length ? pods.list() : [] }, names) }
      return known.chains
    },
    onChange(callback) { changed = callback },
    synced: (signal) => Promise.all([policies.synced(signal), namespaces.synced(signal), pods.synced(signal)]),
  }
}
