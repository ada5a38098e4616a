import { expect, it } from 'vitest'
import type { APIService, EndpointSlice, Service } from '../../../shared/api/types.ts'
import { whyUnavailable } from './availability.ts'

const api = { spec: { service: { name: 's', namespace: 'n', port: 8443 } } } as APIService
const service = (port: number, more: object = {}): Service => ({ spec: { ports: [{ name: 'https', port }], ...more } }) as unknown as Service
const slice = (ready: boolean, name = 'https'): EndpointSlice => ({ ports: [{ name }], endpoints: [{ addresses: ['10.0.0.1'], conditions: { ready } }] }) as unknown as EndpointSlice
it.each<[string | undefined, Service | undefined, EndpointSlice[]]>([
  ['ServiceNotFound: service/s in "n" is not present', undefined, []],
  ['ServicePortError: service/s in "n" is not listening on port 8443', service(443), [slice(true)]],
  ['EndpointsNotFound: cannot find endpointslices for service/s in "n"', service(8443), []],
  ['MissingEndpoints: endpointslices for service/s in "n" have no addresses with port name "https"', service(8443), [slice(false), slice(true, 'other')]],
  [undefined, service(8443), [slice(false), slice(true)]],
  [undefined, service(443, { type: 'ExternalName' }), []],
  [undefined, service(443, { type: 'NodePort' }), []],
])('%s', (expected, given, slices) => {
  const found = whyUnavailable(api, given, slices)
  expect(found && `${found.reason}: ${found.message}`).toBe(expected)
})
