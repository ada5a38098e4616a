/** The names that one Service gives to the zone. Pure. Source: sections 2.3 and 2.4 of the specification. */
import type { Endpoint, EndpointSlice, Service } from '../../shared/api/types.ts'
import { dashed, portName, reverseName, serviceName } from './names.ts'
import { address, cname, ptr, srv, type ZoneRecord } from './wire.ts'

/** Records by the name that owns them. */
export type Records = Map<string, ZoneRecord[]>

/** SRV records of one name share this weight. */
const WEIGHT = 100

const add = (records: Records, name: string, record: ZoneRecord): void => {
  const present = records.get(name)
  if (present) present.push(record)
  else records.set(name, [record])
}

/** Absent means ready; endpoints of Services that publish unready addresses are marked ready by who writes them. */
const isReady = (endpoint: Endpoint): boolean => endpoint.conditions?.ready !== false

/** Its first label below the Service: its hostname, or its address with dashes. */
const labelOf = (endpoint: Endpoint, of: string): string => (endpoint.hostname ?? dashed(of)).toLowerCase()

function clusterIpRecords(service: Service, name: string, records: Records): void {
  const addresses = (service.spec.clusterIPs?.length ? service.spec.clusterIPs : [service.spec.clusterIP ?? '']).filter((ip) => ip && ip !== 'None')
  for (const ip of addresses) {
    add(records, name, address(ip))
    add(records, reverseName(ip), ptr(name))
  }
  if (!addresses.length) return
  for (const port of service.spec.ports ?? []) if (port.name) add(records, portName(port.name, port.protocol ?? 'TCP', name), srv(name, port.port, WEIGHT))
}

function headlessRecords(slices: readonly EndpointSlice[], name: string, records: Records): void {
  // An address may be in several slices, once for each set of ports.
  const known = new Set<string>()
  const ready = slices.flatMap((slice) => (slice.endpoints ?? []).filter(isReady).map((endpoint) => ({ slice, endpoint })))
  const weight = Math.max(1, Math.floor(WEIGHT / Math.max(1, ready.length)))
  for (const { slice, endpoint } of ready)
    for (const ip of endpoint.addresses) {
      if (slice.addressType === 'FQDN') continue
      const own = `${labelOf(endpoint, ip)}.${name}`
      for (const port of slice.ports ?? []) if (port.name && port.port !== undefined) add(records, portName(port.name, port.protocol ?? 'TCP', name), srv(own, port.port, weight))
      if (known.has(`${ip} ${own}`)) continue
      if (!known.has(ip)) add(records, name, address(ip))
      known.add(ip).add(`${ip} ${own}`)
      add(records, own, address(ip))
      add(records, reverseName(ip), ptr(own))
    }
}

/** Everything that the Service and its slices make resolvable. A headless Service without ready endpoints has no name. */
export function recordsOf(service: Service, slices: readonly EndpointSlice[], domain: string): Records {
  const records: Records = new Map()
  const name = serviceName(service.metadata.name, service.metadata.namespace ?? '', domain)
  if (service.spec.type === 'ExternalName') {
    if (service.spec.externalName) add(records, name, cname(service.spec.externalName.replace(/\.$/, '').toLowerCase()))
  } else if (service.spec.clusterIP === 'None') headlessRecords(slices, name, records)
  else clusterIpRecords(service, name, records)
  return records
}
