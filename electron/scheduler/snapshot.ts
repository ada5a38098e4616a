/** The nodes of one scheduling cycle. Brought up to date between cycles by copying only the nodes that changed. */
import type { NodeInfo } from './node-info.ts'

/** What plugins see of the nodes. */
export interface SnapshotView {
  /** All nodes that exist, in a stable order. */
  readonly nodes: readonly NodeInfo[]
  get(name: string): NodeInfo | undefined
  /** Nodes that carry a pod with affinity of any kind. */
  nodesWithAffinity(): NodeInfo[]
  nodesWithImage(image: string): number
}

/** As the view, but with one node as it might be. */
export function withNode(view: SnapshotView, node: NodeInfo): SnapshotView {
  let nodes: readonly NodeInfo[] | undefined
  return {
    get nodes() {
      return (nodes ??= view.nodes.map((n) => (n.name === node.name ? node : n)))
    },
    get: (name) => (name === node.name ? node : view.get(name)),
    nodesWithAffinity: () => [...view.nodesWithAffinity().filter((n) => n.name !== node.name), ...(node.podsWithAffinity.size ? [node] : [])],
    nodesWithImage: (image) => view.nodesWithImage(image),
  }
}

export class Snapshot implements SnapshotView {
  readonly #byName = new Map<string, NodeInfo>()
  #list: readonly NodeInfo[] = []
  #position = new Map<string, number>()
  /** How many nodes hold an image. */
  readonly #imageNodes = new Map<string, number>()
  readonly #withAffinity = new Set<string>()

  get nodes(): readonly NodeInfo[] {
    return this.#list
  }
  get(name: string): NodeInfo | undefined {
    return this.#byName.get(name)
  }
  nodesWithAffinity(): NodeInfo[] {
    return [...this.#withAffinity].flatMap((name) => this.#byName.get(name) ?? [])
  }
  nodesWithImage(image: string): number {
    return this.#imageNodes.get(image) ?? 0
  }

  /** `undefined`: the node is gone. A node that is known only through its pods is no node to schedule to. */
  update(changes: readonly (readonly [string, NodeInfo | undefined])[]): void {
    let membership = false
    let list: NodeInfo[] | undefined
    for (const [name, live] of changes) {
      const old = this.#byName.get(name)
      if (old && live?.node && old.generation === live.generation) continue
      const next = live?.node ? live.clone() : undefined
      if (old?.images !== next?.images) {
        this.#countImages(old, -1)
        this.#countImages(next, 1)
      }
      if (next?.podsWithAffinity.size) this.#withAffinity.add(name)
      else this.#withAffinity.delete(name)
      if (next) this.#byName.set(name, next)
      else this.#byName.delete(name)
      if (!old !== !next) membership = true
      else if (next) {
        list ??= this.#list as NodeInfo[]
        list[this.#position.get(name) ?? 0] = next
      }
    }
    if (membership) {
      this.#list = [...this.#byName.values()]
      this.#position = new Map(this.#list.map((n, i) => [n.name, i]))
    }
  }

  #countImages(node: NodeInfo | undefined, sign: 1 | -1): void {
    for (const image of node?.images.keys() ?? []) {
      const n = this.nodesWithImage(image) + sign
      if (n > 0) this.#imageNodes.set(image, n)
      else this.#imageNodes.delete(image)
    }
  }
}
