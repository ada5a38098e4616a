/**
 * Cluster addresses and node ports of Services. What is taken is held in memory: read from the Services once, then kept
 * by the store's own events, so that every way in which a Service comes or goes counts. What a write in flight has chosen
 * is held beside that until the write is done. Source: Kubernetes documentation, "Service".
 */
import type { KubeObject } from '../../../shared/api/meta.ts'
import type { Service, ServiceCIDR } from '../../../shared/api/types.ts'
import { failure, field, invalid, type FieldError } from '../../../shared/errors.ts'
import { formatIpv4, parseIpv4 } from '../../../shared/ipv4.ts'
import type { Store } from '../../etcd/types.ts'
import { prefixOf, type Pool } from '../registry/env.ts'
import { NODE_PORTS } from '../resources/validation/service.ts'
import { NumberPool, type NumberPoolOptions } from './number-pool.ts'
import { createAddressRanges } from './ranges.ts'
import { ADDRESSES, CIDRS, DEFAULT_SERVICE_CIDR, isManaged } from './service-cidrs.ts'

export const SERVICE_CIDR = '10.96.0.0/12'
/** Node ports below this one are for people who choose their own. */
const DYNAMIC_NODE_PORTS = NODE_PORTS.first + 86
const SERVICES = { group: '', resource: 'services' }
const KIND = { group: '', kind: 'Service' }

export interface ServiceAllocatorOptions {
  readonly cidr?: string
  readonly nodePorts?: { readonly first: number; readonly last: number; readonly dynamicFrom: number }
  readonly random?: NumberPoolOptions['random']
}
export interface ServiceAllocator extends Pool {
  close(): void
}

const opensNodePorts = ({ spec }: Service): boolean => spec.type === 'NodePort' || spec.type === 'LoadBalancer'
const full = (what: string): Error => failure(500, 'InternalError', `Internal error occurred: failed to allocate a ${what}: range is full`)

/** The addresses that a stored Service holds, as numbers. */
function addressesOf({ spec }: Service): number[] {
  if (!spec || spec.type === 'ExternalName') return []
  const texts = spec.clusterIPs?.length ? spec.clusterIPs : spec.clusterIP ? [spec.clusterIP] : []
  return texts.map(parseIpv4).filter((n) => n !== undefined)
}
/** Its node ports, each once: the protocols of one Service may share a number. */
function nodePortsOf({ spec }: Service): number[] {
  const ports = (spec?.ports ?? []).map((p) => p.nodePort).filter((n) => n !== undefined && n !== 0)
  if (spec?.healthCheckNodePort) ports.push(spec.healthCheckNodePort)
  return [...new Set(ports)] as number[]
}

/** The cluster's own range is known without its object. */
const isUsable = ({ metadata, status }: ServiceCIDR): boolean =>
  metadata.name !== DEFAULT_SERVICE_CIDR && !metadata.deletionTimestamp && (status?.conditions?.some((c) => c.type === 'Ready' && c.status === 'True') ?? false)

export function createServiceAllocator(store: Store<KubeObject>, options: ServiceAllocatorOptions = {}): ServiceAllocator {
  const { cidr = SERVICE_CIDR, nodePorts = { ...NODE_PORTS, dynamicFrom: DYNAMIC_NODE_PORTS } } = options
  const random = options.random ? { random: options.random } : {}
  const addresses = createAddressRanges(cidr, options.random)
  const ports = new NumberPool({ ...nodePorts, ...random })
  const count = (service: Service, how: 'take' | 'release'): void => {
    for (const n of addressesOf(service)) addresses[how](n)
    for (const n of nodePortsOf(service)) ports[how](n)
  }
  const prefix = prefixOf(SERVICES)
  for (const kv of store.range(prefix).kvs) count(kv.value as Service, 'take')
  const watch = store.watch({ prefix }, (events) => {
    for (const { type, kv, prev } of events) {
      if (prev) count(prev.value as Service, 'release')
      if (type === 'put') count(kv.value as Service, 'take')
    }
  })

  const readRanges = (): void => addresses.setOthers(store.range(prefixOf(CIDRS)).kvs.map((kv) => kv.value as ServiceCIDR).filter(isUsable).flatMap((c) => c.spec.cidrs ?? []))
  /** Addresses that somebody has set aside by an object of their own. */
  const setAside = (address: KubeObject, how: 'take' | 'release'): void => {
    const n = isManaged(address) ? undefined : parseIpv4(address.metadata.name)
    if (n !== undefined) addresses[how](n)
  }
  readRanges()
  for (const kv of store.range(prefixOf(ADDRESSES)).kvs) setAside(kv.value, 'take')
  const others = [
    store.watch({ prefix: prefixOf(CIDRS) }, readRanges),
    store.watch({ prefix: prefixOf(ADDRESSES) }, (events) => {
      for (const { type, kv, prev } of events) {
        if (prev) setAside(prev.value, 'release')
        if (type === 'put') setAside(kv.value, 'take')
      }
    }),
  ]

  /** What this write holds for as long as it is under way. */
  class Hold {
    readonly #held: (() => void)[] = []
    take(pool: Pick<NumberPool, 'take' | 'release'>, n: number): void {
      pool.take(n)
      this.#held.push(() => pool.release(n))
    }
    readonly release = (): void => {
      for (const undo of this.#held.splice(0)) undo()
    }
  }

  function address(service: Service, own: readonly number[], hold: Hold): FieldError[] {
    const { spec } = service
    if (spec.type === 'ExternalName' || spec.clusterIP === 'None' || spec.clusterIPs?.[0] === 'None') return []
    const errors: FieldError[] = []
    if (spec.ipFamilyPolicy === 'RequireDualStack') errors.push(field.invalid('spec.ipFamilyPolicy', spec.ipFamilyPolicy, 'this cluster is not configured for dual-stack services'))
    const given = spec.clusterIPs ?? []
    given.forEach((ip, i) => {
      if (ip.includes(':')) errors.push(field.invalid(`spec.clusterIPs[${i}]`, given, 'IPv6 is not configured on this cluster'))
    })
    if (!errors.length) spec.ipFamilies?.forEach((family, i) => {
      if (family !== 'IPv4') errors.push(field.invalid(`spec.ipFamilies[${i}]`, family, 'not configured on this cluster'))
    })
    if (errors.length) return errors
    const asked = spec.clusterIP || given[0]
    if (asked === undefined || asked === '') {
      const n = addresses.next()
      if (n === undefined) throw full('serviceIP')
      hold.take(addresses, n)
      spec.clusterIP = formatIpv4(n)
      spec.clusterIPs = [spec.clusterIP]
      return []
    }
    spec.clusterIP = asked
    spec.clusterIPs = given.length ? given : [asked]
    const n = parseIpv4(asked)
    if (n !== undefined && own.includes(n)) return []
    const why = n === undefined || !addresses.contains(n) ? `the provided IP (${asked}) is not in the valid range. The range of valid IPs is ${addresses.cidrs.join(',')}` : addresses.has(n) ? 'provided IP is already allocated' : undefined
    if (why) return [field.invalid('spec.clusterIPs', spec.clusterIPs, `failed to allocate IP ${asked}: ${why}`)]
    hold.take(addresses, n as number)
    return []
  }

  function portsOf(service: Service, own: readonly number[], hold: Hold): FieldError[] {
    const { spec } = service
    if (!opensNodePorts(service)) return []
    const mine = new Set<number>(own)
    const claim = (n: number): boolean => {
      if (mine.has(n)) return true
      if (ports.has(n)) return false
      hold.take(ports, n)
      mine.add(n)
      return true
    }
    const errors: FieldError[] = []
    const list = spec.ports ?? []
    // What is asked for comes first, lest a number be handed out that a later port asks for.
    list.forEach((p, i) => {
      if (p.nodePort && !claim(p.nodePort)) errors.push(field.invalid(`spec.ports[${i}].nodePort`, p.nodePort, 'provided port is already allocated'))
    })
    if (errors.length) return errors
    const chosen = (): number => {
      const n = ports.next()
      if (n === undefined) throw full('nodePort')
      claim(n)
      return n
    }
    if (spec.type === 'NodePort' || spec.allocateLoadBalancerNodePorts !== false) {
      for (const p of list) {
        // The same port in another protocol shares its number.
        p.nodePort ||= list.find((other) => other !== p && other.port === p.port && other.protocol !== p.protocol && other.nodePort)?.nodePort ?? chosen()
      }
    }
    if (spec.type === 'LoadBalancer' && spec.externalTrafficPolicy === 'Local') {
      if (!spec.healthCheckNodePort) spec.healthCheckNodePort = chosen()
      else if (!claim(spec.healthCheckNodePort)) throw failure(500, 'InternalError', `Internal error occurred: failed to allocate requested HealthCheck NodePort ${spec.healthCheckNodePort}: provided port is already allocated`)
    }
    return errors
  }

  return {
    reserve(draft, live) {
      const service = draft as unknown as Service
      if (!service.spec) return () => undefined
      const hold = new Hold()
      try {
        const before = live as unknown as Service | undefined
        const errors = [...address(service, before ? addressesOf(before) : [], hold), ...portsOf(service, before ? nodePortsOf(before) : [], hold)]
        if (errors.length) throw invalid(KIND, service.metadata.name, errors)
      } catch (error) {
        hold.release()
        throw error
      }
      return hold.release
    },
    close() {
      for (const one of [watch, ...others]) one.close()
    },
  }
}
