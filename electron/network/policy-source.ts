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
  /** Whether the rules are made of this policy, as it is here or as it was changed since. */
  knows(policy: NetworkPolicy): boolean
  /** Resolves when a policy comes, goes or changes, or when the signal aborts. */
  policyChange(signal: AbortSignal): Promise<void>
  /** The pod is about to run with this address, before its status says so. Whoever is known under it has it no more. */
  announce(pod: Pod, ip: string): void
  /** What was announced of the pod is so no more. */
  withdraw(podUid: string): void
  /** Another pod is known under the address. */
  hasOther(ip: string, podUid: string): boolean
}

/** What of a pod has a part in rules. */
const essence = (pod: Pod): string => JSON.stringify([isConcerned(pod), pod.status?.podIP, pod.metadata.labels])

/** @param pods watched by somebody else already */
export function followPolicies(informers: InformerFactory, pods: Informer<Pod>): PolicySource {
  const policies = informers.informer(NetworkPolicies)
  const namespaces = informers.informer(Namespaces)
  let known: { names: PolicyNames; chains: Map<string, string[]> } | undefined
  let changed = (): void => undefined
  /** By uid, until the pod's own status says it. */
  const announced = new Map<string, { readonly pod: Pod; readonly ip: string }>()
  const listeners = new Set<() => void>()
  const touch = (): void => {
    known = undefined
    changed()
  }
  const ifAny = (): void => { if (policies.list().length) touch() }
  const policy = (): void => {
    touch()
    for (const tell of listeners) tell()
  }
  policies.addHandlers({ onAdd: policy, onUpdate: (p: NetworkPolicy, old: NetworkPolicy) => { if (p.metadata.generation !== old.metadata.generation || p.metadata.deletionTimestamp !== old.metadata.deletionTimestamp) policy() }, onDelete: policy })
  namespaces.addHandlers({ onAdd: ifAny, onUpdate: (n: Namespace, old: Namespace) => { if (JSON.stringify(n.metadata.labels) !== JSON.stringify(old.metadata.labels)) ifAny() }, onDelete: ifAny })
  const withdraw = (uid: string): void => { if (announced.delete(uid)) ifAny() }
  pods.addHandlers({
    onAdd: (pod) => { if (isConcerned(pod)) ifAny() },
    onUpdate(pod, old) {
      // From here on its status says the same.
      if (announced.size && announced.get(pod.metadata.uid ?? '')?.ip === pod.status?.podIP) announced.delete(pod.metadata.uid ?? '')
      if (policies.list().length && essence(pod) !== essence(old)) touch()
    },
    onDelete(pod) {
      withdraw(pod.metadata.uid ?? '')
      if (isConcerned(pod)) ifAny()
    },
  })
  /** All pods with the addresses that they have, or are about to have. */
  const addressed = (): readonly Pod[] => {
    if (!announced.size) return pods.list()
    const taken = new Set([...announced.values()].map(({ ip }) => ip))
    const others = pods.list().filter((p) => !announced.has(p.metadata.uid ?? '') && !taken.has(p.status?.podIP ?? ''))
    return [...others, ...[...announced.values()].map(({ pod, ip }): Pod => {
      const here = pods.get(pod.metadata.name, pod.metadata.namespace)
      return { ...(here?.metadata.uid === pod.metadata.uid ? here : pod), status: { podIP: ip } } as Pod
    })]
  }
  return {
    chains(names) {
      if (known?.names !== names) known = { names, chains: policyRules({ policies: policies.list(), namespaces: namespaces.list(), pods: policies.list().length ? addressed() : [] }, names) }
      return known.chains
    },
    onChange(callback) { changed = callback },
    synced: (signal) => Promise.all([policies.synced(signal), namespaces.synced(signal), pods.synced(signal)]),
    knows(p) {
      const here = policies.get(p.metadata.name, p.metadata.namespace)
      return here !== undefined && Number(here.metadata.resourceVersion) >= Number(p.metadata.resourceVersion)
    },
    policyChange: (signal) => new Promise((resolve) => {
      const done = (): void => {
        listeners.delete(done)
        signal.removeEventListener('abort', done)
        resolve()
      }
      listeners.add(done)
      signal.addEventListener('abort', done, { once: true })
      if (signal.aborted) done()
    }),
    announce(pod, ip) {
      announced.set(pod.metadata.uid ?? '', { pod, ip })
      ifAny()
    },
    withdraw,
    hasOther: (ip, uid) => pods.list().some((p) => p.status?.podIP === ip && p.metadata.uid !== uid && isConcerned(p)),
  }
}
