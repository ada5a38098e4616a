/** The networks of the nodes that run in this process: each learns its range from its Node. */
import type { Node } from '../../shared/api/types.ts'
import type { Informer } from '../client/types.ts'
import { NodeNetwork } from './ipam.ts'

/** Answers what makes the network of a node; each call makes a fresh one, for a kubelet that begins. */
export function nodeNetworks(nodes: Pick<Informer<Node>, 'get' | 'addHandlers'>): (name: string) => NodeNetwork {
  const networks = new Map<string, NodeNetwork>()
  const tell = (node: Node | undefined): void => {
    if (node?.spec?.podCIDR) networks.get(node.metadata.name)?.setRange(node.spec.podCIDR)
  }
  nodes.addHandlers({ onAdd: tell, onUpdate: tell })
  return (name) => {
    const network = new NodeNetwork()
    networks.set(name, network)
    tell(nodes.get(name))
    return network
  }
}
