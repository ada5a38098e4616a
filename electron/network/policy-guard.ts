/**
 * Holds a pod back until what NetworkPolicies say about it is in the kernel. A CNI plugin does so while it sets up the pod's network;
 * here the kubelet asks between the sandbox, which sends nothing, and the first container. A pod that no policy selects costs one
 * list of its namespace's policies, which are read afresh: a policy that was made before the pod counts, whatever an informer has seen
 * by then. Source: Kubernetes documentation, "Network Policies", pod lifecycle.
 */
import { NetworkPolicies } from '../../shared/api/resources.ts'
import type { Pod } from '../../shared/api/types.ts'
import type { Clock } from '../../shared/clock.ts'
import { deferred, orAborted } from '../client/index.ts'
import type { Client } from '../client/types.ts'
import { selects } from './policy.ts'
import type { PolicySource } from './policy-source.ts'

/** How long a pod is held until it is told why it waits, in ms. */
const LIMIT_MS = 30_000
/** A policy that was gone before it was looked for here is noticed after this long, in ms. */
const LOOK_AGAIN_MS = 500

/** Who puts rules into the kernel. */
export interface Enforcer {
  readonly source: PolicySource
  /** Resolves when all that is known now is in place. */
  settle(): Promise<void>
  /** Why packets may pass it by all the same. */
  problem(): string | undefined
}
export interface PolicyGuard {
  /**
   * Resolves when every policy that selects the pod holds for its address; with a sentence when this machine cannot enforce them.
   * Rejects when the signal aborts, or when it takes longer than half a minute.
   */
  hold(pod: Pod, ip: string, signal: AbortSignal): Promise<string | undefined>
  /** The pod's address is no longer its own. */
  release(podUid: string): void
  /** Why this machine does not enforce policies; undefined: it does, as far as is known. */
  problem(): string | undefined
  /** From here on rules are made, or will never be, and why. Until then pods of policies wait. */
  enforce(by: Enforcer | { readonly why: string }): void
}

export function createPolicyGuard(client: Pick<Client, 'list'>, clock: Clock): PolicyGuard {
  const enforcer = deferred<Enforcer | { readonly why: string }>()
  let source: PolicySource | undefined
  let problem = (): string | undefined => undefined

  /** Whether any policy selects the pod; all that do are then known to the source. */
  const selected = async (pod: Pod, of: Enforcer | undefined, signal: AbortSignal): Promise<boolean> => {
    for (;;) {
      const all = await client.list(NetworkPolicies, { namespace: pod.metadata.namespace ?? '' })
      const selecting = all.items.filter((p) => selects(p, pod))
      if (!selecting.length) return false
      if (!of || selecting.every(of.source.knows)) return true
      const wait = new AbortController()
      const timer = clock.after(LOOK_AGAIN_MS, () => wait.abort())
      await orAborted(of.source.policyChange(wait.signal), signal).finally(() => { timer.cancel(); wait.abort() })
    }
  }
  const enforced = async (pod: Pod, ip: string, signal: AbortSignal): Promise<string | undefined> => {
    const by = await orAborted(enforcer.promise, signal)
    if ('why' in by) return by.why
    if (!(await selected(pod, by, signal)) && !by.source.hasOther(ip, pod.metadata.uid ?? '')) return undefined
    by.source.announce(pod, ip)
    await orAborted(by.settle(), signal)
    return by.problem()
  }
  return {
    async hold(pod, ip, signal) {
      if (!(await selected(pod, undefined, signal)) && !source?.hasOther(ip, pod.metadata.uid ?? '')) return undefined
      const late = new AbortController()
      const timer = clock.after(LIMIT_MS, () => late.abort(new Error(`the NetworkPolicies that select the pod are not in place after ${LIMIT_MS / 1000} s`)))
      try {
        return await enforced(pod, ip, AbortSignal.any([signal, late.signal]))
      } finally {
        timer.cancel()
      }
    },
    release: (uid) => source?.withdraw(uid),
    problem: () => problem(),
    enforce(by) {
      if ('why' in by) problem = () => by.why
      else [source, problem] = [by.source, by.problem]
      enforcer.resolve(by)
    },
  }
}
