/**
 * Gives each node its share of the cluster's pod range (Node.spec.podCIDR), the lowest that is free. The first share is the
 * bridge's own. Source: Kubernetes documentation, "Node IPAM controller" and RangeAllocator's behaviour.
 */
import { Nodes } from '../../shared/api/resources.ts'
import type { Node } from '../../shared/api/types.ts'
import type { ClusterNetwork } from '../../shared/cluster-network.ts'
import { isNotFound } from '../../shared/errors.ts'
import { cidrContains, formatCidr, parseCidr, type Ipv4Cidr } from '../../shared/ipv4.ts'
import { logger } from '../../shared/log.ts'
import { createReconciler } from '../client/index.ts'
import type { Controller, ControllerContext } from './context.ts'

const log = logger('node-ipam-controller')

/** Shares of a range, by number. */
export class Shares {
  readonly #range: Ipv4Cidr
  readonly #bits: number
  readonly #count: number
  /** Which share each node has, and how many nodes have each: data of other origin may name one twice. */
  readonly #ofNode = new Map<string, number>()
  readonly #taken = new Map<number, number>()
  /** Nothing below it is free. */
  #lowest = 1

  constructor({ podCIDR, nodeMaskSize }: Pick<ClusterNetwork, 'podCIDR' | 'nodeMaskSize'>) {
    const range = parseCidr(podCIDR)
    if (!range || nodeMaskSize < range.bits) throw new RangeError(`${podCIDR} cannot be shared out by /${nodeMaskSize}`)
    this.#range = range
    this.#bits = nodeMaskSize
    this.#count = 2 ** (nodeMaskSize - range.bits)
  }
  /** The node has a share already. One outside of the range takes none. */
  hold(node: string, cidr: string): void {
    if (this.#ofNode.has(node)) return
    const share = parseCidr(cidr)
    if (share && cidrContains(this.#range, share.first)) this.#take(node, Math.floor((share.first - this.#range.first) / 2 ** (32 - this.#bits)))
  }
  /** The lowest free share; undefined: there is none. */
  take(node: string): string | undefined {
    let n = this.#ofNode.get(node)
    if (n === undefined) {
      while (this.#taken.has(this.#lowest)) this.#lowest++
      if (this.#lowest >= this.#count) return undefined
      n = this.#lowest
      this.#take(node, n)
    }
    return formatCidr({ first: this.#range.first + n * 2 ** (32 - this.#bits), bits: this.#bits })
  }
  #take(node: string, n: number): void {
    this.#ofNode.set(node, n)
    this.#taken.set(n, (this.#taken.get(n) ?? 0) + 1)
  }
  release(node: string): void {
    const n = this.#ofNode.get(node)
    if (n === undefined) return
    this.#ofNode.delete(node)
    const holders = (this.#taken.get(n) ?? 1) - 1
    if (holders) this.#taken.set(n, holders)
    else {
      this.#taken.delete(n)
      if (n > 0) this.#lowest = Math.min(this.#lowest, n)
    }
  }
}

export function createNodeIpamController({ client, informers, clock, events }: ControllerContext, network: Pick<ClusterNetwork, 'podCIDR' | 'nodeMaskSize'>): Controller {
  const nodes = informers.informer(Nodes)
  const shares = new Shares(network)
  const reconciler = createReconciler({
    name: 'node-ipam-controller', concurrency: 8, clock,
    async reconcile(name) {
      const node = nodes.get(name)
      if (!node) return shares.release(name)
      if (node.spec?.podCIDR) return
      const podCIDR = shares.take(name)
      if (!podCIDR) {
        events.event(node, 'Warning', 'CIDRNotAvailable', `Node ${name} status is now: CIDRNotAvailable`)
        throw new Error(`no share of ${network.podCIDR} is left for node ${name}`)
      }
      try {
        await client.patch(Nodes, name, undefined, 'merge', { spec: { podCIDR, podCIDRs: [podCIDR] } })
        log.info('a node has its range', { node: name, podCIDR })
      } catch (error) {
        if (!isNotFound(error)) throw error
      }
    },
  })
  const seen = (node: Node): void => {
    if (node.spec?.podCIDR) shares.hold(node.metadata.name, node.spec.podCIDR)
    else reconciler.queue.add(node.metadata.name)
  }
  nodes.addHandlers({ onAdd: seen, onUpdate: seen, onDelete: (node) => reconciler.queue.add(node.metadata.name) })
  return { name: 'node-ipam-controller', start: () => reconciler.start(), stop: () => reconciler.stop() }
}
