/** For the tests of this room: Services and slices in a few words, and rules as text. */
import type { EndpointSlice, Service } from '../../shared/api/types.ts'
import { chainNames } from './names.ts'
import { servicePorts, type ServicePort } from './model.ts'
import type { RuleContext, RuleSet, Table } from './rules.ts'

export const CONTEXT: RuleContext = {
  names: chainNames(''), podCIDR: '10.244.0.0/16', serviceCIDR: '10.96.0.0/16', bridge: 'ph-test', localhostPorts: true, masqueradeAll: false, udpZones: new Map(),
}
export const service = (name: string, spec: Partial<Service['spec']> = {}, extra: Partial<Service> = {}): Service =>
  ({ apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: 'ns' }, spec: { type: 'ClusterIP', clusterIP: '10.96.1.1', ports: [{ port: 80, protocol: 'TCP' }], ...spec }, ...extra }) as Service

interface SliceOptions { readonly name?: string; readonly protocol?: string; readonly port?: number; readonly conditions?: object }
export const slice = (of: string, ips: readonly string[], { name, protocol = 'TCP', port = 8080, conditions = { ready: true, serving: true, terminating: false } }: SliceOptions = {}): EndpointSlice => ({
  apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', metadata: { name: `${of}-x`, namespace: 'ns', labels: { 'kubernetes.io/service-name': of } }, addressType: 'IPv4',
  ports: [{ ...(name ? { name } : {}), port, protocol }], endpoints: ips.map((ip) => ({ addresses: [ip], conditions })),
})
export const portsOf = (s: Service, ...slices: EndpointSlice[]): ServicePort[] => servicePorts(s, slices)

/** `CHAIN rule` without comments, of one table. */
export const plain = (rules: RuleSet, table: Table): string[] =>
  [...rules[table]].flatMap(([chain, lines]) => lines.map((line) => `${chain} ${line.replaceAll(/-m comment --comment "[^"]*" ?/g, '').trim()}`))
