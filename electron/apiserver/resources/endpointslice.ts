/** EndpointSlice: some of the addresses behind a Service, with how each of them is. */
import { isIP } from 'node:net'
import type { EndpointSlice } from '../../../shared/api/types.ts'
import type { FieldError } from '../../../shared/errors.ts'
import { field } from '../../../shared/errors.ts'
import { dns1123Label, dns1123Subdomain, qualifiedName } from '../../../shared/labels.ts'
import { ageColumn, nameColumn, text } from './columns.ts'
import { shortened } from './columns-endpoints.ts'
import { defineKind } from './kind.ts'
import { equal, IMMUTABLE, oneOf, ordinaryIp, port, say, type Errors } from './validation/common.ts'
import { PROTOCOLS } from './validation/service.ts'
import { endpointSliceWarnings } from './warnings/network.ts'

const TYPES = ['FQDN', 'IPv4', 'IPv6']
const MAX_ENDPOINTS = 1_000
const MAX_ADDRESSES = 100
const MAX_PORTS = 20_000
const MAX_HINTS = 8

/** For whom an endpoint is meant: zones and nodes, each once, and not many. */
function hints(errors: Errors, path: string, given: NonNullable<EndpointSlice['endpoints']>[number]['hints']): void {
  for (const [list, check] of [['forZones', qualifiedName], ['forNodes', dns1123Subdomain]] as const) {
    const names = given?.[list] ?? []
    if (names.length > MAX_HINTS) {
      errors.push(field.tooMany(`${path}.${list}`, names.length, MAX_HINTS))
      continue
    }
    names.forEach(({ name }, i) => {
      if (names.findIndex((other) => other.name === name) !== i) errors.push(field.duplicate(`${path}.${list}[${i}].name`, name))
      say(errors, `${path}.${list}[${i}].name`, name, check(name))
    })
  }
}

/** The old field is not written by this version. */
function withoutTopology(draft: EndpointSlice): void {
  for (const endpoint of draft.endpoints ?? []) delete endpoint.deprecatedTopology
}

function validate(object: EndpointSlice): FieldError[] {
  const errors: Errors = []
  oneOf(errors, 'addressType', object.addressType, TYPES)
  const list = object.endpoints ?? []
  if (list.length > MAX_ENDPOINTS) errors.push(field.tooMany('endpoints', list.length, MAX_ENDPOINTS))
  list.forEach((endpoint, i) => {
    const at = `endpoints[${i}]`
    const addresses = endpoint.addresses ?? []
    if (!addresses.length) errors.push(field.required(`${at}.addresses`, 'must contain at least 1 address'))
    else if (addresses.length > MAX_ADDRESSES) errors.push(field.tooMany(`${at}.addresses`, addresses.length, MAX_ADDRESSES))
    addresses.forEach((address, j) => {
      const where = `${at}.addresses[${j}]`
      if (object.addressType === 'FQDN') say(errors, where, address, dns1123Subdomain(address))
      else if (object.addressType === 'IPv4' || object.addressType === 'IPv6') {
        if (isIP(address) !== (object.addressType === 'IPv6' ? 6 : 4)) errors.push(field.invalid(where, address, `must be a valid ${object.addressType} address`))
        else ordinaryIp(errors, where, address, 'loopback')
      }
    })
    if (endpoint.hostname) say(errors, `${at}.hostname`, endpoint.hostname, dns1123Label(endpoint.hostname))
    hints(errors, `${at}.hints`, endpoint.hints)
    if (endpoint.nodeName) say(errors, `${at}.nodeName`, endpoint.nodeName, dns1123Subdomain(endpoint.nodeName))
  })
  const ports = object.ports ?? []
  if (ports.length > MAX_PORTS) errors.push(field.tooMany('ports', ports.length, MAX_PORTS))
  const names = new Set<string>()
  ports.forEach((p, i) => {
    const name = p.name ?? ''
    if (name) say(errors, `ports[${i}].name`, name, dns1123Label(name))
    if (names.has(name)) errors.push(field.duplicate(`ports[${i}].name`, name))
    names.add(name)
    oneOf(errors, `ports[${i}].protocol`, p.protocol, PROTOCOLS)
    if (p.port !== undefined) port(errors, `ports[${i}].port`, p.port)
    if (p.appProtocol !== undefined) say(errors, `ports[${i}].appProtocol`, p.appProtocol, qualifiedName(p.appProtocol))
  })
  return errors
}

export const endpointSlice = defineKind<EndpointSlice>({
  group: 'discovery.k8s.io', version: 'v1', kind: 'EndpointSlice', resource: 'endpointslices', singular: 'endpointslice',
  scope: 'Namespaced', schema: 'V1EndpointSlice', generation: true, generationAlso: 'labels',
  strategy: {
    defaults(draft) {
      for (const p of draft.ports ?? []) {
        p.name ??= ''
        p.protocol ||= 'TCP'
      }
    },
    prepareForCreate: withoutTopology,
    prepareForUpdate: withoutTopology,
    validate,
    warnings: endpointSliceWarnings,
    validateUpdate: (object, old) => (equal(object.addressType, old.addressType) ? [] : [field.invalid('addressType', object.addressType, IMMUTABLE)]),
  },
  columns: [
    nameColumn,
    text<EndpointSlice>('AddressType', 'What its addresses are.', (o) => o.addressType),
    text<EndpointSlice>('Ports', 'Where they listen.', (o) => (o.ports?.length ? shortened(o.ports.map((p) => p.port ?? '*')) : '<unset>')),
    text<EndpointSlice>('Endpoints', 'The addresses.', (o) => (o.endpoints?.length ? shortened(o.endpoints.flatMap((e) => e.addresses ?? [])) : '<unset>')),
    ageColumn,
  ],
})
