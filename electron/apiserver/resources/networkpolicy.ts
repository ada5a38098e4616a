/** NetworkPolicy: who may talk to some pods, and to whom they may talk. */
import type { NetworkPolicy } from '../../../shared/api/types.ts'
import { formatLabelSelector } from '../../../shared/selectors.ts'
import { ageColumn, nameColumn, NONE, text } from './columns.ts'
import { defineKind } from './kind.ts'
import { validateNetworkPolicy } from './validation/networkpolicy.ts'
import { networkPolicyWarnings } from './warnings/network.ts'

function defaults(draft: NetworkPolicy): void {
  // Both are structs and no pointers: they are there, and then all pods are meant.
  const spec = (draft.spec ??= { podSelector: {} })
  spec.podSelector ??= {}
  for (const rule of [...(spec.ingress ?? []), ...(spec.egress ?? [])]) for (const port of rule.ports ?? []) port.protocol ||= 'TCP'
  if (!spec.policyTypes?.length) spec.policyTypes = spec.egress?.length ? ['Ingress', 'Egress'] : ['Ingress']
}

export const networkPolicy = defineKind<NetworkPolicy>({
  group: 'networking.k8s.io', version: 'v1', kind: 'NetworkPolicy', resource: 'networkpolicies', singular: 'networkpolicy', shortNames: ['netpol'],
  scope: 'Namespaced', schema: 'V1NetworkPolicy', generation: true,
  strategy: { defaults, validate: validateNetworkPolicy, warnings: networkPolicyWarnings },
  columns: [nameColumn, text<NetworkPolicy>('Pod-Selector', 'Labels of the pods it is for.', (o) => formatLabelSelector(o.spec.podSelector) || NONE), ageColumn],
})
