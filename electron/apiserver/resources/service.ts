/** Service: one stable address for a set of pods. Addresses and node ports are allocated by the registry. */
import type { Service } from '../../../shared/api/types.ts'
import { ageColumn, formatLabels, nameColumn, NONE, text, wide } from './columns.ts'
import { keepAllocations, serviceDefaults } from './defaults/service.ts'
import { defineKind } from './kind.ts'
import { validateService, validateServiceStatus, validateServiceUpdate } from './validation/service.ts'
import { balancerWarnings, serviceWarnings } from './warnings/network.ts'

function externalIP(o: Service): string {
  const { type, externalIPs = [], externalName } = o.spec
  if (type === 'ExternalName') return externalName ?? ''
  if (type !== 'LoadBalancer') return externalIPs.join(',') || NONE
  const balancers = (o.status?.loadBalancer?.ingress ?? []).map((i) => i.ip ?? i.hostname ?? '')
  return [...balancers.filter(Boolean), ...externalIPs].join(',') || '<pending>'
}
const ports = (o: Service): string =>
  (o.spec.ports ?? []).map((p) => (p.nodePort ? `${p.port}:${p.nodePort}/${p.protocol}` : `${p.port}/${p.protocol}`)).join(',') || NONE

export const service = defineKind<Service>({
  group: '', version: 'v1', kind: 'Service', resource: 'services', singular: 'service', shortNames: ['svc'], categories: ['all'],
  scope: 'Namespaced', schema: 'V1Service', nameRule: 'label1035', status: true, generation: false,
  subresources: [{ name: 'proxy', verbs: ['create', 'delete', 'get', 'patch', 'update'], kind: 'ServiceProxyOptions' }],
  selectableFields: { 'spec.clusterIP': (o) => o.spec.clusterIP ?? '', 'spec.type': (o) => o.spec.type ?? '' },
  strategy: {
    defaults: serviceDefaults,
    prepareForCreate(draft) {
      draft.status = { loadBalancer: {} }
    },
    prepareForUpdate: keepAllocations,
    validate: validateService,
    validateUpdate: validateServiceUpdate,
    prepareForStatusUpdate(draft) {
      for (const ingress of draft.status?.loadBalancer?.ingress ?? []) if (ingress.ip) ingress.ipMode ??= 'VIP'
    },
    validateStatusUpdate: validateServiceStatus,
    warnings: serviceWarnings,
    statusWarnings: balancerWarnings,
    allowCreateOnUpdate: true,
  },
  columns: [
    nameColumn,
    text<Service>('Type', 'ClusterIP, NodePort, LoadBalancer or ExternalName.', (o) => o.spec.type ?? ''),
    text<Service>('Cluster-IP', 'Address inside the cluster.', (o) => o.spec.clusterIP || NONE),
    text<Service>('External-IP', 'Address outside the cluster.', externalIP),
    text<Service>('Port(s)', 'Port, node port and protocol of each.', ports),
    ageColumn,
    wide(text<Service>('Selector', 'Labels of the pods behind it.', (o) => formatLabels(o.spec.selector))),
  ],
})
