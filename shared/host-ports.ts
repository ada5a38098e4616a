/** Ports of the node that pods claim for themselves: one pod a node for each (address, protocol, port). Pure. */
import type { Pod } from './api/types.ts'

export interface HostPort {
  readonly ip: string
  readonly protocol: string
  readonly port: number
}
const none: readonly never[] = Object.freeze([])
const ANY: ReadonlySet<string> = new Set(['0.0.0.0', '::'])

/** Of containers and sidecars; init containers have ended before another could want theirs. */
export function hostPorts(pod: Pod): readonly HostPort[] {
  const ports: HostPort[] = []
  const containers = [...pod.spec.containers, ...(pod.spec.initContainers ?? []).filter((c) => c.restartPolicy === 'Always')]
  for (const container of containers) {
    for (const p of container.ports ?? []) {
      if (p.hostPort) ports.push({ ip: p.hostIP || '0.0.0.0', protocol: p.protocol ?? 'TCP', port: p.hostPort })
    }
  }
  return ports.length ? ports : none
}

/** 0.0.0.0 clashes with every address. */
export const portsClash = (a: HostPort, b: HostPort): boolean =>
  a.port === b.port && a.protocol === b.protocol && (a.ip === b.ip || ANY.has(a.ip) || ANY.has(b.ip))
