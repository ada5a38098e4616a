/** What add-ons need of the machine. */
import { Resolver } from 'node:dns'
import type { ClusterNetwork } from '../../shared/cluster-network.ts'
import { cidrContains, parseCidr, parseIpv4 } from '../../shared/ipv4.ts'
import type { Clock } from '../../shared/clock.ts'

const KEPT_MS = 10_000

/** The system's resolvers, read again when they are asked for after ten seconds: a laptop changes its networks. */
export function systemResolvers(clock: Clock, read: () => readonly string[] = () => new Resolver().getServers()): () => readonly string[] {
  let known: { at: number; servers: readonly string[] } | undefined
  return () => {
    if (!known || clock.now() - known.at >= KEPT_MS) known = { at: clock.now(), servers: read() }
    return known.servers
  }
}

/** Whether an address is of the pod or the service range. */
export function ownAddresses(network: ClusterNetwork): (address: string) => boolean {
  const ranges = [network.podCIDR, network.serviceCIDR].flatMap((text) => parseCidr(text) ?? [])
  return (address) => {
    const value = parseIpv4(address)
    return value !== undefined && ranges.some((range) => cidrContains(range, value))
  }
}
