/** Host ports: one pod a node for each (address, protocol, port); 0.0.0.0 clashes with every address. */
import { portsClash } from '../../../shared/host-ports.ts'
import { reject, type Plugin } from '../framework.ts'

const no = reject("node(s) didn't have free ports for the requested pod ports")

export const nodePorts: Plugin = {
  name: 'NodePorts',
  weight: 0,
  preFilter(pod) {
    if (!pod.hostPorts.length) return undefined
    return { local: true, filter: (node) => (pod.hostPorts.some((p) => node.hostPorts.some((q) => portsClash(p, q))) ? no : undefined) }
  },
}
