/** Nothing of a pod runs before the policies of the network that select it hold for its address. */
import type { Pod } from '../../shared/api/types.ts'
import type { PodRecord } from './pod-record.ts'
import type { SandboxState } from './runtime/types.ts'

/** What the kubelet needs of the network's policies. It is handed to it. */
export interface PodTraffic {
  /** Resolves when all policies that select the pod hold for the address; with a sentence when they cannot. Rejects when that takes too long, or the signal aborts. */
  hold(pod: Pod, ip: string, signal: AbortSignal): Promise<string | undefined>
  release(podUid: string): void
  /** Why policies are not enforced here; undefined: they are. */
  problem(): string | undefined
}

/** Before containers start in a sandbox: once for each. */
export async function guardTraffic(r: PodRecord, sandbox: SandboxState): Promise<void> {
  const { pod, ctx: { traffic, recorder } } = r
  if (!traffic || !sandbox.ip || pod.spec.hostNetwork || r.guarded === sandbox.id) return
  try {
    const why = await traffic.hold(pod, sandbox.ip, r.abort.signal)
    r.guarded = sandbox.id
    if (why !== undefined) recorder.event(pod, 'Warning', 'NetworkPolicyNotEnforced', `NetworkPolicies that select this pod are not enforced: ${why}`)
  } catch (e) {
    if (r.abort.signal.aborted) return // Nothing will be started.
    recorder.event(pod, 'Warning', 'FailedCreatePodSandBox', `Failed to create pod sandbox: failed to set up the network of the pod: ${(e as Error).message}`)
    throw e
  }
}
