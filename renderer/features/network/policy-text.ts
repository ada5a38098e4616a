/** The rules of a network policy, one line each: who may speak with its pods, at which ports. */
import type { NetworkPolicy } from '../../../shared/api/types.ts'
import { formatLabelSelector } from '../../../shared/selectors.ts'

type Peer = NonNullable<NonNullable<NetworkPolicy['spec']['egress']>[number]['to']>[number]
type Port = NonNullable<NonNullable<NetworkPolicy['spec']['egress']>[number]['ports']>[number]

export interface RuleText {
  direction: 'in' | 'out'
  /** `*`: anybody; `''`: nobody, as there is no rule for the direction. */
  peers: string
  /** `*`: any. */
  ports: string
}
function peer(p: Peer): string {
  if (p.ipBlock) return `${p.ipBlock.cidr}${p.ipBlock.except?.length ? ` except ${p.ipBlock.except.join(', ')}` : ''}`
  const parts = []
  if (p.namespaceSelector) parts.push(`namespaces ${formatLabelSelector(p.namespaceSelector) || '*'}`)
  if (p.podSelector) parts.push(`pods ${formatLabelSelector(p.podSelector) || '*'}`)
  return parts.join(' / ')
}
const port = (p: Port): string => `${p.port === undefined ? '*' : String(p.port)}${p.endPort ? `-${p.endPort}` : ''}/${p.protocol ?? 'TCP'}`
const line = (direction: RuleText['direction'], peers: Peer[] | undefined, ports: Port[] | undefined): RuleText => ({ direction, peers: peers?.length ? peers.map(peer).join('; ') : '*', ports: ports?.length ? ports.map(port).join(', ') : '*' })

/** A direction that the policy is for and that has no rule lets nothing pass. */
export const closed = (p: NetworkPolicy): RuleText[] => (['Ingress', 'Egress'] as const)
  .filter((type) => p.spec.policyTypes?.includes(type) && !(type === 'Ingress' ? p.spec.ingress : p.spec.egress)?.length)
  .map((type) => ({ direction: type === 'Ingress' ? 'in' : 'out', peers: '', ports: '' }))

export const rulesText = (p: NetworkPolicy): RuleText[] => [
  ...(p.spec.ingress ?? []).map((r) => line('in', (r as { from?: Peer[] }).from, r.ports)),
  ...(p.spec.egress ?? []).map((r) => line('out', r.to, r.ports)),
]
