/**
 * What follows from Services and ServiceCIDRs: an IPAddress for each cluster address, and of each ServiceCIDR whether it is
 * ready and whether it may go. Kept in step by their events; repaired at the start, whoever changed what in between.
 * Source: Kubernetes documentation, "Extend Service IP Ranges".
 */
import type { KubeObject } from '../../../shared/api/meta.ts'
import type { IPAddress, Service, ServiceCIDR } from '../../../shared/api/types.ts'
import { rfc3339 } from '../../../shared/clock.ts'
import { isAlreadyExists, isConflict, isNotFound } from '../../../shared/errors.ts'
import { cidrContains, parseCidr, parseIpv4 } from '../../../shared/ipv4.ts'
import { cloneJson } from '../json.ts'
import type { KindRegistry } from '../kind-registry.ts'
import { createObject } from '../registry/create.ts'
import { deleteObject } from '../registry/delete.ts'
import { keyOf, prefixOf, type Env, type Stored } from '../registry/env.ts'
import { updateObject } from '../registry/update.ts'
import { createTask } from '../task.ts'

export const DEFAULT_SERVICE_CIDR = 'kubernetes'
export const CIDR_FINALIZER = 'networking.k8s.io/service-cidr-finalizer'
export const MANAGED_BY = 'ipaddress.kubernetes.io/managed-by'
export const MANAGER = 'ipallocator.k8s.io'
const GROUP = 'networking.k8s.io'
const SERVICES = { group: '', resource: 'services' } as const
export const ADDRESSES = { group: GROUP, resource: 'ipaddresses', scope: 'Cluster' } as const
export const CIDRS = { group: GROUP, resource: 'servicecidrs', scope: 'Cluster' } as const
const CONTEXT = { user: { name: 'system:apiserver', groups: ['system:masters'] }, dryRun: false, fieldManager: 'kube-apiserver', warn: () => undefined }
const BLOCKED = 'There are still IPAddresses referencing the ServiceCIDR, please remove them or create a new ServiceCIDR'

/** As it stands in a new cluster. */
export const defaultServiceCidr = (cidr: string, now: number): KubeObject => ({
  apiVersion: `${GROUP}/v1`, kind: 'ServiceCIDR', metadata: { name: DEFAULT_SERVICE_CIDR, finalizers: [CIDR_FINALIZER] }, spec: { cidrs: [cidr] },
  status: { conditions: [{ type: 'Ready', status: 'True', reason: '', message: 'Kubernetes default Service CIDR is ready', lastTransitionTime: rfc3339(now) }] },
} as KubeObject)

export const isManaged = (address: KubeObject): boolean => address.metadata.labels?.[MANAGED_BY] === MANAGER
/** The addresses that a Service has, as names of IPAddresses. */
export function clusterAddresses({ spec }: Service): readonly string[] {
  if (!spec || spec.type === 'ExternalName') return []
  return (spec.clusterIPs?.length ? spec.clusterIPs : spec.clusterIP ? [spec.clusterIP] : []).filter((ip) => parseIpv4(ip) !== undefined)
}

/** Addresses that would be in no range any more if this one went. */
function holdsAlone(cidr: ServiceCIDR, all: readonly ServiceCIDR[], addresses: readonly IPAddress[]): boolean {
  const ranges = (of: ServiceCIDR) => (of.spec.cidrs ?? []).flatMap((text) => parseCidr(text) ?? [])
  const others = all.filter((o) => o.metadata.uid !== cidr.metadata.uid && !o.metadata.deletionTimestamp).flatMap(ranges)
  const own = ranges(cidr)
  return addresses.some(({ metadata }) => {
    const address = isManaged({ metadata } as KubeObject) ? parseIpv4(metadata.name) : undefined
    return address !== undefined && own.some((range) => cidrContains(range, address)) && !others.some((range) => cidrContains(range, address))
  })
}

export function startServiceCidrs(env: Env, registry: KindRegistry): { stop(): Promise<void> } {
  const addressKind = registry.named(GROUP, 'IPAddress')
  const cidrKind = registry.named(GROUP, 'ServiceCIDR')
  if (!addressKind || !cidrKind) return { stop: async () => undefined }
  const all = <T>(of: typeof ADDRESSES | typeof CIDRS): T[] => env.store.range(prefixOf(of)).kvs.map((kv) => kv.value as T)
  /** Who has which address: the first of those that say so. */
  const owners = new Map<string, Service>()
  const doubtful = new Set<string>()

  const follow = (service: Service, gone: boolean): void => {
    for (const ip of clusterAddresses(service)) {
      const owner = owners.get(ip)
      if (gone && owner?.metadata.uid === service.metadata.uid) owners.delete(ip)
      if (!gone && !owner) owners.set(ip, service)
      doubtful.add(ip)
    }
  }
  const fits = (address: IPAddress, { metadata }: Service): boolean => {
    const parent = address.spec?.parentRef
    return parent?.resource === 'services' && parent.namespace === metadata.namespace && parent.name === metadata.name
  }
  async function settle(ip: string): Promise<void> {
    const service = owners.get(ip)
    const address = env.store.get(keyOf(ADDRESSES, '', ip))?.value as IPAddress | undefined
    if (address && !isManaged(address)) return
    if (address && service && fits(address, service)) return
    try {
      if (address) await deleteObject(env, addressKind as NonNullable<typeof addressKind>, '', ip, {}, CONTEXT)
      if (!service) return
      const { namespace, name } = service.metadata
      await createObject(env, addressKind as NonNullable<typeof addressKind>, '', {
        apiVersion: `${GROUP}/v1`, kind: 'IPAddress', metadata: { name: ip, labels: { [MANAGED_BY]: MANAGER, 'ipaddress.kubernetes.io/ip-family': 'IPv4' } },
        spec: { parentRef: { group: '', resource: 'services', namespace, name } },
      } as Stored, CONTEXT)
    } catch (error) {
      // Somebody else was there first; its event brings the address back here.
      if (!isNotFound(error) && !isConflict(error) && !isAlreadyExists(error)) throw error
    }
  }
  async function judge(cidr: ServiceCIDR): Promise<void> {
    const { name, finalizers = [], deletionTimestamp } = cidr.metadata
    const held = finalizers.includes(CIDR_FINALIZER)
    const blocked = deletionTimestamp !== undefined && holdsAlone(cidr, all<ServiceCIDR>(CIDRS), all<IPAddress>(ADDRESSES))
    const status = deletionTimestamp ? 'False' : 'True'
    const ready = cidr.status?.conditions?.find((c) => c.type === 'Ready')
    try {
      if (deletionTimestamp ? held && !blocked : !held) {
        const next = deletionTimestamp ? finalizers.filter((f) => f !== CIDR_FINALIZER) : [...finalizers, CIDR_FINALIZER]
        await updateObject(env, cidrKind as NonNullable<typeof cidrKind>, '', name, { subresource: '', make: (live) => ({ ...cloneJson(live), metadata: { ...cloneJson(live.metadata), finalizers: next } }) as Stored }, CONTEXT)
      }
      if (ready?.status === status || (deletionTimestamp && !blocked)) return
      const condition = { type: 'Ready', status, reason: deletionTimestamp ? 'Terminating' : '', message: deletionTimestamp ? BLOCKED : 'Kubernetes Service CIDR is ready', lastTransitionTime: rfc3339(env.clock.now()) }
      const conditions = [...(cidr.status?.conditions ?? []).filter((c) => c.type !== 'Ready'), condition]
      await updateObject(env, cidrKind as NonNullable<typeof cidrKind>, '', name, { subresource: 'status', make: (live) => ({ ...cloneJson(live), status: { conditions } }) as unknown as Stored }, CONTEXT)
    } catch (error) {
      // Gone, or changed under our hands: the event of that wakes us again.
      if (!isNotFound(error) && !isConflict(error)) throw error
    }
  }

  const task = createTask(env.clock, 'the addresses of Services could not be kept in step', async () => {
    for (const ip of doubtful) {
      // Before it is looked at: an event in between makes it doubtful again.
      doubtful.delete(ip)
      try {
        await settle(ip)
      } catch (error) {
        doubtful.add(ip)
        throw error
      }
    }
    for (const cidr of all<ServiceCIDR>(CIDRS)) await judge(cidr)
  })
  for (const kv of env.store.range(prefixOf(SERVICES)).kvs) follow(kv.value as Service, false)
  for (const address of all<IPAddress>(ADDRESSES)) doubtful.add(address.metadata.name)
  const watches = [
    env.store.watch({ prefix: prefixOf(SERVICES) }, (events) => {
      const before = doubtful.size
      for (const { type, kv, prev } of events) {
        const [now, old] = [kv.value as Service, prev?.value as Service | undefined]
        if (type === 'put' && old && clusterAddresses(old).join() === clusterAddresses(now).join()) continue
        if (old) follow(old, true)
        if (type === 'put') follow(now, false)
      }
      if (doubtful.size > before) task.wake()
    }),
    env.store.watch({ prefix: prefixOf(ADDRESSES) }, (events) => {
      for (const { kv } of events) doubtful.add(kv.value.metadata.name)
      task.wake()
    }),
    env.store.watch({ prefix: prefixOf(CIDRS) }, () => task.wake()),
  ]
  if (doubtful.size) task.wake()
  return {
    async stop() {
      for (const watch of watches) watch.close()
      await task.stop()
    },
  }
}
