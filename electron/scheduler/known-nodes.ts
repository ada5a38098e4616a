/**
 * What is known of nodes from pods before: pods of one shape fare alike on a node that has not changed, and hundreds of them
 * come one after the other. A snapshot holds another object for a node that has changed, so the object itself tells.
 * Holds for plugins alone that say so (`local`). Idea: KEP-5598, opportunistic batching.
 */
import type { NodeRejection } from './messages.ts'
import type { NodeInfo } from './node-info.ts'
import type { PodInfo } from './pod-info.ts'

/** All of a pod that a local plugin reads. Equal text: equal verdicts and scores. */
export function shapeOf({ requests, scoringCpu, scoringMemory, hostPorts, tolerations, pod: { spec } }: PodInfo): string {
  return JSON.stringify([requests, scoringCpu, scoringMemory, hostPorts, tolerations, spec.nodeSelector, spec.affinity?.nodeAffinity])
}

export class KnownNodes {
  #shape: string | undefined
  /** By position in the snapshot: the node as it was judged, the verdict, and each plugin's score (NaN: not asked). */
  readonly #nodes: (NodeInfo | undefined)[] = []
  readonly #verdicts: (NodeRejection | undefined)[] = []
  readonly #scores = new Map<string, number[]>()

  /** For pods of this shape from now on; of another one, all is forgotten. */
  turnTo(shape: string): void {
    if (shape === this.#shape) return
    this.#shape = shape
    this.#nodes.length = 0
    this.#verdicts.length = 0
    this.#scores.clear()
  }
  knows(position: number, node: NodeInfo): boolean {
    return this.#nodes[position] === node
  }
  /** Why the node was out; undefined: it was not. */
  verdict(position: number): NodeRejection | undefined {
    return this.#verdicts[position]
  }
  learn(position: number, node: NodeInfo, verdict: NodeRejection | undefined): void {
    this.#nodes[position] = node
    this.#verdicts[position] = verdict
    for (const scores of this.#scores.values()) scores[position] = Number.NaN
  }
  /** Puts the plugin's raw scores of nodes that are known, asked for where they are not, `into`. `positions[i]` is that of `nodes[i]`. */
  scores(plugin: string, positions: readonly number[], nodes: readonly NodeInfo[], score: (node: NodeInfo) => number, into: number[]): void {
    let known = this.#scores.get(plugin)
    if (!known) this.#scores.set(plugin, (known = []))
    for (let i = 0; i < nodes.length; i++) {
      const at = positions[i] as number
      let value = known[at]
      if (value === undefined || Number.isNaN(value)) known[at] = value = score(nodes[i] as NodeInfo)
      into[i] = value
    }
  }
}
