/** Room of a node: what the pods that it has taken asked for, against what it offers. Source: kubernetes pkg/kubelet/lifecycle/predicate.go and pkg/kubelet/allocation. */
import type { Pod } from '../../shared/api/types.ts'
import { podRequests, type ResourceAmounts } from '../../shared/pod-resources.ts'
import type { Refusal } from './admission.ts'
import type { Capacity } from './node-status.ts'

export interface Room {
  /** Takes the pod, or says why not. */
  admit(pod: Pod): Refusal | undefined
  /** One that has been taken before: it runs already. */
  take(pod: Pod): void
  /** Gives a pod that is here other requests, or says why not: never (Infeasible), or not now (Deferred). */
  resize(pod: Pod): { readonly reason: 'Infeasible' | 'Deferred'; readonly message: string } | undefined
  leave(uid: string): void
}

/** `others`: the pods that are here, finished ones included. */
export function createRoom(capacity: () => Capacity, others: () => Iterable<Pod>): Room {
  /** What each pod that was taken asked for. */
  const taken = new Map<string, ResourceAmounts>()
  const sum = { cpu: 0, memory: 0 }
  const leave = (uid: string): void => {
    const requests = taken.get(uid)
    if (!requests || !taken.delete(uid)) return
    sum.cpu -= requests['cpu'] ?? 0
    sum.memory -= requests['memory'] ?? 0
  }
  const remember = (uid: string, requests: ResourceAmounts): void => {
    leave(uid)
    taken.set(uid, requests)
    sum.cpu += requests['cpu'] ?? 0
    sum.memory += requests['memory'] ?? 0
  }
  const uidOf = (pod: Pod): string => pod.metadata.uid ?? ''
  /** Without this pod, and without what is over. */
  const used = (uid: string): { cpu: number; memory: number; pods: number } => {
    const all = { cpu: 0, memory: 0, pods: 0 }
    for (const other of others()) {
      const r = taken.get(uidOf(other))
      if (!r || uidOf(other) === uid || other.status?.phase === 'Failed' || other.status?.phase === 'Succeeded') continue
      all.cpu += r['cpu'] ?? 0
      all.memory += r['memory'] ?? 0
      all.pods++
    }
    return all
  }
  const resources = (c: Capacity): readonly ['cpu' | 'memory', number][] => [['cpu', c.cpuMillis], ['memory', c.memoryBytes]]
  return {
    leave,
    take: (pod) => remember(uidOf(pod), podRequests(pod)),
    admit(pod) {
      const c = capacity()
      const wanted = podRequests(pod)
      const uid = uidOf(pod)
      // All that was ever taken and is not gone, finished or not: where even that fits there is nothing to count.
      if (!taken.has(uid) && taken.size + 1 <= c.pods && sum.cpu + (wanted['cpu'] ?? 0) <= c.cpuMillis && sum.memory + (wanted['memory'] ?? 0) <= c.memoryBytes) {
        remember(uid, wanted)
        return undefined
      }
      const over = (name: string, requested: number, has: number, capacityOf: number): Refusal =>
        ({ reason: `OutOf${name}`, message: `Node didn't have enough resource: ${name}, requested: ${requested}, used: ${has}, capacity: ${capacityOf}` })
      const u = used(uid)
      if (u.pods + 1 > c.pods) return over('pods', 1, u.pods, c.pods)
      for (const [name, has] of resources(c)) {
        const requested = wanted[name] ?? 0
        if (requested > 0 && u[name] + requested > has) return over(name, requested, u[name], has)
      }
      remember(uid, wanted)
      return undefined
    },
    resize(pod) {
      const c = capacity()
      const wanted = podRequests(pod)
      const before = taken.get(uidOf(pod)) ?? {}
      for (const [name, has] of resources(c)) {
        if ((wanted[name] ?? 0) > has) return { reason: 'Infeasible', message: `Node didn't have enough capacity: ${name}, requested: ${wanted[name]}, capacity: ${has}` }
      }
      const u = used(uidOf(pod))
      for (const [name, has] of resources(c)) {
        const requested = wanted[name] ?? 0
        // Less than before always fits.
        if (requested > (before[name] ?? 0) && u[name] + requested > has) return { reason: 'Deferred', message: `Node didn't have enough resource: ${name}, requested: ${requested}, used: ${u[name]}, capacity: ${has}` }
      }
      remember(uidOf(pod), wanted)
      return undefined
    },
  }
}
