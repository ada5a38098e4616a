/** Host ports: one pod a node for each (address, protocol, port); 0.0.0.0 clashes with every address. */
import { reject, type Plugin } from '../framework.ts'
import type { HostPort } from '../pod-info.ts'

const ANY = new Set(['0.0.0.0', '::'])
const no = reject("node(s) didn't have free ports for the requested pod ports")

export const portsClash = (a: HostPort, b: HostPort): boolean =>
  a.port === b.port && a.protocol === b.protocol && (a.ip === b.ip || ANY.has(a.ip) || ANY.has(b.ip))

export const nodePorts: Plugin = {
  name: 'NodePorts',
  weight: 0,
  preFilter(pod) {
    if (!pod.hostPorts.length) return undefined
    return { filter: (node) => (pod.hostPorts.some((p) => node.hostPorts.some((q) => portsClash(p, q))) ? no : undefined) }
  },
}
