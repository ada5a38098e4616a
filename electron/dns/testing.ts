/** For the tests of this room: Services, slices, and questions like those that `dig` asks. */
import { encode, type Packet, type RecordType } from 'dns-packet'
import type { Endpoint, EndpointSlice, Service } from '../../shared/api/types.ts'

export const DOMAIN = 'cluster.local'

export function service(name: string, spec: Partial<Service['spec']> = {}, namespace = 'default'): Service {
  return { apiVersion: 'v1', kind: 'Service', metadata: { name, namespace, uid: `uid-${name}` }, spec: { clusterIP: '10.96.0.7', ports: [{ name: 'http', port: 80, protocol: 'TCP' }], ...spec } }
}
export function slice(of: string, endpoints: Endpoint[], ports: EndpointSlice['ports'] = [{ name: 'http', port: 8080, protocol: 'TCP' }], namespace = 'default', name = `${of}-1`): EndpointSlice {
  return { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', metadata: { name, namespace, labels: { 'kubernetes.io/service-name': of } }, addressType: 'IPv4', endpoints, ports }
}
export const ready = (address: string, more: Partial<Endpoint> = {}): Endpoint => ({ addresses: [address], conditions: { ready: true }, ...more })

export const question = (name: string, type: RecordType | 'ANY' = 'A', more: Packet = {}): Buffer =>
  encode({ type: 'query', id: 4711, flags: 0x0100, questions: [{ name, type: type as RecordType }], ...more })
export const edns = (udpPayloadSize: number, ednsVersion = 0): Packet['additionals'] => [{ name: '.', type: 'OPT', udpPayloadSize, extendedRcode: 0, ednsVersion, flags: 0, flag_do: false, options: [] }]
