/** Pods that wait for room which was made for them: until they are bound, it counts as taken for pods that are not more important. */
import type { PodInfo } from './pod-info.ts'

/** Asked for each pod and node, and nearly always the answer. */
const NOBODY: readonly PodInfo[] = Object.freeze([])

export class Nominator {
  readonly #byNode = new Map<string, Map<string, PodInfo>>()
  readonly #nodes = new Map<string, string>()

  set(pod: PodInfo, node: string): void {
    this.delete(pod.uid)
    this.#nodes.set(pod.uid, node)
    let pods = this.#byNode.get(node)
    if (!pods) this.#byNode.set(node, (pods = new Map()))
    pods.set(pod.uid, pod)
  }
  delete(uid: string): void {
    const node = this.#nodes.get(uid)
    if (node === undefined) return
    this.#nodes.delete(uid)
    const pods = this.#byNode.get(node)
    pods?.delete(uid)
    if (!pods?.size) this.#byNode.delete(node)
  }
  get size(): number {
    return this.#nodes.size
  }
  nodeOf(uid: string): string | undefined {
    return this.#nodes.get(uid)
  }
  /** Those whose claim `pod` has to respect. */
  heeded(pod: PodInfo, node: string): readonly PodInfo[] {
    const pods = this.#byNode.get(node)
    return pods ? [...pods.values()].filter((p) => p.uid !== pod.uid && p.priority >= pod.priority) : NOBODY
  }
  /** Those that are less important than `pod`: what they hoped for is gone when it comes. */
  lesser(pod: PodInfo, node: string): PodInfo[] {
    return [...(this.#byNode.get(node)?.values() ?? [])].filter((p) => p.uid !== pod.uid && p.priority < pod.priority)
  }
}
