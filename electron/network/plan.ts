/**
 * Which ranges a cluster's network gets: the usual ones of Kubernetes where nobody has them, else the next that are free.
 * Pure; what is taken is looked up by the caller.
 */
import { type ClusterNetwork } from '../../shared/cluster-network.ts'
import { addressOf, cidrsOverlap, parseCidr, type Ipv4Cidr } from '../../shared/ipv4.ts'

export const CLUSTER_DOMAIN = 'cluster.local'
/** The range of clusters from before there was a plan. */
export const LEGACY_SERVICE_CIDR = '10.96.0.0/12'
/** Fits 8,192 nodes. Nothing of a hollow cluster is on any wire, so it clashes with nothing. */
export const HOLLOW_POD_CIDR = '10.128.0.0/11'
const NODE_MASK_SIZE = 24

const sixteens = (prefix: string, from: number, to: number): string[] => {
  const step = from <= to ? 1 : -1
  return Array.from({ length: Math.abs(to - from) + 1 }, (_, i) => `${prefix}${from + i * step}.0.0/16`)
}
/** In order of preference. Custom first, then what private networks use least; at last the space for carriers (RFC 6598). */
const POD_RANGES = [...sixteens('10.', 244, 254), ...sixteens('10.', 243, 223), ...sixteens('172.', 31, 20), ...sixteens('100.', 127, 112)]
const SERVICE_RANGES = [...sixteens('10.', 96, 127), ...sixteens('100.', 64, 91)]
/**
 * They are chosen in pairs. An engine refuses a second network with the same pods' range; a Services' range is on no interface, and
 * is kept apart by belonging to one pods' range only.
 */
const PAIRS = POD_RANGES.map((podCIDR, i) => ({ podCIDR, serviceCIDR: SERVICE_RANGES[i] as string }))

export interface PlanRequest {
  readonly clusterId: string
  /** Ranges that somebody has: routes and interfaces of the host, networks of the engine, service ranges of other clusters. What is no IPv4 range is passed over. */
  readonly taken: readonly string[]
  /** Ranges that are not open to choice. */
  readonly fixed?: { readonly podCIDR?: string; readonly serviceCIDR?: string; readonly gateway?: string; readonly bridge?: string }
}

/**
 * The first pair that overlaps with nothing. Where a wide route (a VPN that claims 10.0.0.0/8) covers them all, the first that
 * overlaps only with wider ones: the narrower route wins, and what lies behind the wide one stays reachable but for these addresses.
 */
function choosePair(taken: readonly Ipv4Cidr[], fixed: NonNullable<PlanRequest['fixed']>): { podCIDR: string; serviceCIDR: string } {
  const pairs = PAIRS.map((pair) => ({ podCIDR: fixed.podCIDR ?? pair.podCIDR, serviceCIDR: fixed.serviceCIDR ?? pair.serviceCIDR }))
  const clear = (of: readonly Ipv4Cidr[]) => ({ podCIDR, serviceCIDR }: (typeof pairs)[number]): boolean => {
    const open = [...(fixed.podCIDR ? [] : [podCIDR]), ...(fixed.serviceCIDR ? [] : [serviceCIDR])].map((text) => parseCidr(text) as Ipv4Cidr)
    const own = [fixed.podCIDR, fixed.serviceCIDR].flatMap((text) => (text ? (parseCidr(text) ?? []) : []))
    return open.every((range) => ![...of, ...own].some((t) => cidrsOverlap(range, t)))
  }
  const free = pairs.find(clear(taken)) ?? pairs.find(clear(taken.filter((t) => t.bits >= 16)))
  if (!free) throw new Error(`No range is left for pods and Services: every one of ${PAIRS.length} overlaps with a network of this machine.`)
  return free
}

/** Throws an Error with a sentence when nothing is free. */
export function choosePlan({ clusterId, taken, fixed = {} }: PlanRequest): ClusterNetwork {
  const others = taken.map(parseCidr).filter((range) => range !== undefined)
  const { podCIDR, serviceCIDR } = choosePair(others, fixed)
  return {
    podCIDR, serviceCIDR, nodeMaskSize: NODE_MASK_SIZE, gateway: fixed.gateway ?? addressOf(podCIDR, 1), bridge: fixed.bridge ?? `ph-${clusterId}`,
    apiServerIP: addressOf(serviceCIDR, 1), dnsIP: addressOf(serviceCIDR, 10), clusterDomain: CLUSTER_DOMAIN,
  }
}

/** A plan as it was kept; undefined when the text is none. */
export function parsePlan(text: string): ClusterNetwork | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  const plan = value as Partial<ClusterNetwork> | null
  const strings = [plan?.podCIDR, plan?.gateway, plan?.bridge, plan?.serviceCIDR, plan?.apiServerIP, plan?.dnsIP, plan?.clusterDomain]
  if (!strings.every((s) => typeof s === 'string') || typeof plan?.nodeMaskSize !== 'number') return undefined
  return parseCidr(plan.podCIDR as string) && parseCidr(plan.serviceCIDR as string) ? (plan as ClusterNetwork) : undefined
}
