/** What the kubelet needs of the pod network (the CNI role): an address for each sandbox. It is handed to it. */
import type { SandboxState } from './runtime/types.ts'

export interface PodNetwork {
  /** Resolves with whether addresses can be given, after at most `timeoutMs`: a new node has no range yet. */
  ready(timeoutMs: number): Promise<boolean>
  /** A fresh address for a pod, in place of one that it may have; undefined: none is free. */
  take(podUid: string): string | undefined
  /** The pod runs with this address. */
  hold(podUid: string, ip: string): void
  /** Somebody else has the address that the pod was given. */
  refuse(podUid: string, ip: string): void
  release(podUid: string): void
}

/** Tells the network what runs already. */
export function holdAddresses(network: PodNetwork | undefined, sandboxes: readonly SandboxState[]): void {
  for (const s of sandboxes) if (s.ready && s.ip) network?.hold(s.pod.uid, s.ip)
}
