/**
 * The bridge network of a cluster on the engine, made as the cluster's plan says. Its labels say whose it is and which range
 * the cluster's Services have, so that clusters that share an engine keep out of each other's way.
 */
import type Docker from 'dockerode'
import type { ClusterNetwork } from '../../../../shared/cluster-network.ts'
import { labels, RuntimeError } from '../types.ts'
import { engineMessage, isStatus } from './errors.ts'

export const SERVICE_RANGE_LABEL = 'dev.pilothouse.service-cidr'
/** What clusters used before their networks said it. */
const UNLABELLED_SERVICE_RANGE = '10.96.0.0/12'

/** The name of a cluster's network. */
export const networkName = (clusterId: string): string => `pilothouse-${clusterId}`

export interface OwnNetwork {
  readonly id: string
  readonly subnet: string
  readonly gateway: string
  readonly bridge: string
  /** Of its label; absent on a network from before there were plans: the engine chose its subnet, and takes no fixed addresses in it. */
  readonly serviceCIDR?: string
}
export interface NetworksOnEngine {
  readonly own?: OwnNetwork
  /** Subnets of all other networks, and service ranges of other clusters. */
  readonly taken: readonly string[]
}

const asOwn = (n: Docker.NetworkInspectInfo): OwnNetwork => {
  const config = n.IPAM?.Config?.[0] as { Subnet?: string; Gateway?: string } | undefined
  const serviceCIDR = n.Labels?.[SERVICE_RANGE_LABEL]
  return {
    id: n.Id, subnet: config?.Subnet ?? '', gateway: config?.Gateway ?? '', bridge: n.Options?.['com.docker.network.bridge.name'] ?? `br-${n.Id.slice(0, 12)}`,
    ...(serviceCIDR ? { serviceCIDR } : {}),
  }
}

/** The engine lets several networks have one name; the oldest of ours is taken. */
export async function findNetworks(docker: Docker, clusterId: string): Promise<NetworksOnEngine> {
  const all = await docker.listNetworks()
  const mine = (n: Docker.NetworkInspectInfo): boolean => n.Labels?.[labels.cluster] === clusterId && n.Name === networkName(clusterId)
  const oldest = all.filter(mine).sort((x, y) => (String(x.Created) < String(y.Created) ? -1 : 1))[0]
  const others = all.filter((n) => !mine(n))
  const subnets = others.flatMap((n) => (n.IPAM?.Config ?? []) as { Subnet?: string }[]).flatMap((c) => c.Subnet ?? [])
  const services = others.filter((n) => n.Labels?.[labels.cluster]).map((n) => n.Labels?.[SERVICE_RANGE_LABEL] ?? UNLABELLED_SERVICE_RANGE)
  return { ...(oldest ? { own: asOwn(oldest) } : {}), taken: [...subnets, ...services] }
}

/** Another network has a part of the range that was asked for; where it has the very same one, some engines stumble over its gateway only. */
const isRangeTaken = (e: unknown): boolean => /pool overlaps|overlaps with (other|existing)|conflicts with network|failed to allocate gateway .*already in use/i.test(e instanceof Error ? e.message : '')

const create = async (docker: Docker, clusterId: string, plan: ClusterNetwork | undefined): Promise<string | undefined> => {
  const name = networkName(clusterId)
  const own = { [labels.cluster]: clusterId, [labels.kind]: 'network' }
  const options: Docker.NetworkCreateOptions = {
    Name: name, Driver: 'bridge', CheckDuplicate: true, Labels: { ...own, ...(plan ? { [SERVICE_RANGE_LABEL]: plan.serviceCIDR } : {}) },
    ...(plan ? {
      // Who joins without a fixed address gets one of the bridge's own part.
      IPAM: { Driver: 'default', Config: [{ Subnet: plan.podCIDR, Gateway: plan.gateway, IPRange: `${plan.gateway}/${plan.nodeMaskSize}` }] },
      Options: { 'com.docker.network.bridge.name': plan.bridge },
    } : {}),
  }
  try {
    return (await docker.createNetwork(options)).id
  } catch (e) {
    // Somebody was quicker: whoever it was is found by the labels, or not at all.
    if (isStatus(e, 409)) return undefined
    if (plan && isRangeTaken(e)) throw new RuntimeError('AddressInUse', `the pods' range ${plan.podCIDR} of this cluster clashes with another network on the engine (${engineMessage(e)}): remove that network`, { cause: e })
    throw e
  }
}

/** Nobody is on it. A network that has gone in between is as good as empty. */
async function removeIfEmpty(docker: Docker, id: string): Promise<boolean> {
  try {
    await docker.getNetwork(id).remove()
    return true
  } catch (e) {
    if (isStatus(e, 404)) return true
    if (isStatus(e, 403)) return false // It has containers.
    throw e
  }
}

/**
 * The id of the cluster's network, and whether sandboxes can have fixed addresses there. One from before there were plans is
 * made anew as soon as it is empty, and used as it is until then. Without a plan the engine chooses.
 */
export async function ensureNetwork(docker: Docker, clusterId: string, plan?: ClusterNetwork): Promise<{ id: string; fixedAddresses: boolean }> {
  const asPlanned = (n: OwnNetwork): boolean => n.serviceCIDR === plan?.serviceCIDR && n.subnet === plan?.podCIDR
  const { own } = await findNetworks(docker, clusterId)
  if (own && (!plan || asPlanned(own))) return { id: own.id, fixedAddresses: own.serviceCIDR !== undefined }
  if (own && !(await removeIfEmpty(docker, own.id))) return { id: own.id, fixedAddresses: false }
  const made = await create(docker, clusterId, plan)
  const found = (await findNetworks(docker, clusterId)).own
  const id = found?.id ?? made
  if (!id) throw new RuntimeError('Conflict', `a network named ${networkName(clusterId)} exists on the engine and is not ours: remove it with "docker network rm ${networkName(clusterId)}"`)
  return { id, fixedAddresses: plan !== undefined && (!found || asPlanned(found)) }
}
