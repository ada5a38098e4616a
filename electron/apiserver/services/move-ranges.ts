/**
 * Moves a cluster's addresses to other ranges, while no server is open on its store: each keeps its place within its range. For a
 * cluster whose network was never made, and whose ranges somebody else has by now.
 */
import type { KubeObject } from '../../../shared/api/meta.ts'
import type { Node, Service, ServiceCIDR } from '../../../shared/api/types.ts'
import type { ClusterRanges } from '../../../shared/cluster-network.ts'
import { cidrContains, formatCidr, formatIpv4, parseCidr, parseIpv4 } from '../../../shared/ipv4.ts'
import type { Operation, Store } from '../../etcd/types.ts'
import { cloneJson } from '../json.ts'
import { keyOf, prefixOf } from '../registry/env.ts'
import { CIDRS, DEFAULT_SERVICE_CIDR } from './service-cidrs.ts'

const NODES = { group: '', resource: 'nodes', scope: 'Cluster' } as const
const SERVICES = { group: '', resource: 'services' } as const
type Move = (text: string) => string

/** Of addresses, and of ranges within a range; what lies elsewhere stays. Both ranges have the same size, or nothing moves. */
function mover(from: string, to: string): Move {
  const [old, fresh] = [parseCidr(from), parseCidr(to)]
  if (!old || !fresh || old.bits !== fresh.bits) return (text) => text
  const moved = (address: number): number => fresh.first + (address - old.first)
  return (text) => {
    const address = parseIpv4(text)
    if (address !== undefined) return cidrContains(old, address) ? formatIpv4(moved(address)) : text
    const range = parseCidr(text)
    return range && range.bits >= old.bits && cidrContains(old, range.first) ? formatCidr({ first: moved(range.first), bits: range.bits }) : text
  }
}

function movedNode(node: Node, move: Move): void {
  if (!node.spec?.podCIDR) return
  node.spec.podCIDR = move(node.spec.podCIDR)
  if (node.spec.podCIDRs) node.spec.podCIDRs = node.spec.podCIDRs.map(move)
}
function movedService(service: Service, move: Move): void {
  if (!service.spec?.clusterIP) return
  service.spec.clusterIP = move(service.spec.clusterIP)
  if (service.spec.clusterIPs) service.spec.clusterIPs = service.spec.clusterIPs.map(move)
}

/** Resolves with how many objects moved, once it is on disk. Done again, it does nothing: a start that was cut off begins anew. */
export async function moveRanges(store: Pick<Store<KubeObject>, 'range' | 'txn'>, from: ClusterRanges, to: ClusterRanges): Promise<number> {
  const [pods, services] = [mover(from.podCIDR, to.podCIDR), mover(from.serviceCIDR, to.serviceCIDR)]
  const draw = <T>(prefix: string, change: (draft: T) => void) => store.range(prefix).kvs.flatMap(({ key, value, modRevision }) => {
    const draft = cloneJson(value)
    change(draft as unknown as T)
    return JSON.stringify(draft) === JSON.stringify(value) ? [] : [{ key, modRevision, draft }]
  })
  const drafts = [
    ...draw<Node>(prefixOf(NODES), (node) => movedNode(node, pods)),
    ...draw<Service>(prefixOf(SERVICES), (service) => movedService(service, services)),
    ...draw<ServiceCIDR>(keyOf(CIDRS, '', DEFAULT_SERVICE_CIDR), (cidr) => { if (cidr.spec.cidrs) cidr.spec.cidrs = cidr.spec.cidrs.map(services) }),
  ]
  if (!drafts.length) return 0
  const operations = drafts.map(({ key, draft }): Operation<KubeObject> => ({
    type: 'put', key, value: (revision) => ({ ...draft, metadata: { ...draft.metadata, resourceVersion: String(revision) } }),
  }))
  const { succeeded } = await store.txn({ compare: drafts.map(({ key, modRevision }) => ({ key, modRevision })), operations })
  if (!succeeded) throw new Error('The addresses of the cluster could not be moved: somebody else has its store open.')
  return drafts.length
}
