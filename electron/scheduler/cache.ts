/**
 * What the scheduler takes the cluster to be: what the informers said, plus the pods that it has placed itself but whose
 * binding has not come back yet (assumed). Without these the next pod would be placed as if this one took no room.
 */
import type { Node } from '../../shared/api/types.ts'
import { NodeInfo } from './node-info.ts'
import type { PodInfo } from './pod-info.ts'
import { Snapshot } from './snapshot.ts'

interface Held {
  node: string
  pod: PodInfo
  assumed: boolean
}

export class SchedulerCache {
  readonly #nodes = new Map<string, NodeInfo>()
  readonly #pods = new Map<string, Held>()
  /** Names of nodes that changed since the last snapshot. */
  readonly #dirty = new Set<string>()
  readonly #snapshot = new Snapshot()
  #generation = 0

  setNode(node: Node): void {
    this.#touch(node.metadata.name).setNode(node)
  }

  /** Its pods stay known until they are deleted too; a node that has neither is forgotten. */
  removeNode(name: string): void {
    const info = this.#nodes.get(name)
    if (!info) return
    this.#touch(name).node = undefined
    if (!info.pods.size) this.#nodes.delete(name)
  }

  /** Takes room on a node before the binding is written. */
  assume(pod: PodInfo, node: string): void {
    this.#place(pod, node, true)
  }
  /** Gives back the room of an assumed pod whose binding failed. A pod that the API server has confirmed stays. */
  forget(uid: string): void {
    if (this.#pods.get(uid)?.assumed) this.removePod(uid)
  }
  isAssumed(uid: string): boolean {
    return this.#pods.get(uid)?.assumed === true
  }
  /** A pod as it was placed. */
  podOf(uid: string): PodInfo | undefined {
    return this.#pods.get(uid)?.pod
  }
  /** Where a pod is taken to be. */
  nodeOf(uid: string): string | undefined {
    return this.#pods.get(uid)?.node
  }

  /** A pod as the API server has it, bound to `node`. Confirms an assumed one. */
  setPod(pod: PodInfo, node: string): void {
    this.#place(pod, node, false)
  }

  removePod(uid: string): void {
    const held = this.#pods.get(uid)
    if (!held) return
    this.#pods.delete(uid)
    const info = this.#touch(held.node)
    info.removePod(uid)
    if (!info.pods.size && !info.node) this.#nodes.delete(held.node)
  }

  /** The nodes as of now, for one scheduling cycle; only what changed is copied. */
  snapshot(): Snapshot {
    if (this.#dirty.size) {
      this.#snapshot.update([...this.#dirty].map((name) => [name, this.#nodes.get(name)]))
      this.#dirty.clear()
    }
    return this.#snapshot
  }

  get assumedCount(): number {
    let n = 0
    for (const held of this.#pods.values()) if (held.assumed) n++
    return n
  }

  #place(pod: PodInfo, node: string, assumed: boolean): void {
    const held = this.#pods.get(pod.uid)
    // The confirmation of what was assumed differs only in fields that no plugin reads.
    if (held && held.node === node && held.assumed && !assumed && held.pod.labelKey === pod.labelKey && held.pod.terminating === pod.terminating && sameRequests(held.pod, pod)) {
      held.assumed = false
      return
    }
    if (held) this.#touch(held.node).removePod(pod.uid)
    this.#touch(node).addPod(pod)
    this.#pods.set(pod.uid, { node, pod, assumed })
  }

  #touch(name: string): NodeInfo {
    let info = this.#nodes.get(name)
    if (!info) this.#nodes.set(name, (info = new NodeInfo(name)))
    info.generation = ++this.#generation
    this.#dirty.add(name)
    return info
  }
}

const sameRequests = (a: PodInfo, b: PodInfo): boolean =>
  a.cpu === b.cpu && a.memory === b.memory && a.scalars.length === b.scalars.length && a.scalars.every(([k, v]) => b.requests[k] === v)
