/** Ingress: HTTP from outside to Services, by host and path. */
import type { Ingress } from '../../../shared/api/types.ts'
import { ageColumn, nameColumn, NONE, text } from './columns.ts'
import { defineKind } from './kind.ts'
import { validateIngress, validateIngressStatus } from './validation/ingress.ts'
import { balancerWarnings, ingressWarnings } from './warnings/network.ts'

const SHOWN_HOSTS = 3

function hosts(o: Ingress): string {
  const named = (o.spec.rules ?? []).map((rule) => rule.host ?? '').filter(Boolean)
  if (named.length === 0) return '*'
  const rest = named.length - SHOWN_HOSTS
  return named.slice(0, SHOWN_HOSTS).join(',') + (rest > 0 ? ` + ${rest} more...` : '')
}
const addresses = (o: Ingress): string => [...new Set((o.status?.loadBalancer?.ingress ?? []).map((i) => i.ip || i.hostname || '').filter(Boolean))].toSorted().join(',')

export const ingress = defineKind<Ingress>({
  group: 'networking.k8s.io', version: 'v1', kind: 'Ingress', resource: 'ingresses', singular: 'ingress', shortNames: ['ing'],
  scope: 'Namespaced', schema: 'V1Ingress', status: true, generation: true,
  strategy: {
    prepareForCreate(draft) {
      draft.status = { loadBalancer: {} }
    },
    validate: validateIngress,
    validateStatusUpdate: validateIngressStatus,
    warnings: ingressWarnings,
    statusWarnings: balancerWarnings,
  },
  columns: [
    nameColumn,
    text<Ingress>('Class', 'Who serves it.', (o) => o.spec.ingressClassName ?? o.metadata.annotations?.['kubernetes.io/ingress.class'] ?? NONE),
    text<Ingress>('Hosts', 'Host names that it answers to.', hosts),
    text<Ingress>('Address', 'Where it can be reached.', addresses),
    text<Ingress>('Ports', 'Ports on which it is served.', (o) => (o.spec.tls?.length ? '80, 443' : '80')),
    ageColumn,
  ],
})
