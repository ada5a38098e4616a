/**
 * NetworkPolicies as rules: a pure function. A pod that no policy selects is left alone; one that a policy selects may be spoken to
 * (or speak) only as one of its policies allows. Source: Kubernetes documentation, "Network Policies".
 *
 * The rules stand in mangle's FORWARD: there the engine has none that could let a packet pass before. What comes from this machine itself
 * (kubelet probes, localhost) and what goes to it is not forwarded, hence never stopped.
 */
import type { Namespace, NetworkPolicy, Pod } from '../../shared/api/types.ts'
import { formatCidr, parseCidr, parseIpv4, subtractCidrs } from '../../shared/ipv4.ts'
import { labelSelectorMatches } from '../../shared/selectors.ts'

type Direction = 'Ingress' | 'Egress'
type Peer = NonNullable<NonNullable<NonNullable<NetworkPolicy['spec']['ingress']>[number]['from']>[number]>
type Port = NonNullable<NonNullable<NonNullable<NetworkPolicy['spec']['ingress']>[number]['ports']>[number]>
interface Allow { readonly peers: readonly Peer[]; readonly ports: readonly Port[] }

export interface PolicyWorld {
  readonly policies: readonly NetworkPolicy[]
  readonly namespaces: readonly Namespace[]
  readonly pods: readonly Pod[]
}
export interface PolicyNames {
  /** The chain that all forwarded packets come through. */
  readonly policy: string
  content(prefix: string, rules: readonly string[]): string
}

const ESTABLISHED = '-m conntrack --ctstate RELATED,ESTABLISHED -j RETURN'
const ALLOWED = '-j RETURN'
const DROPPED = '-j DROP'

/** Has an address of its own on the pod network, and may still use it. */
export const isConcerned = (pod: Pod): boolean => !pod.spec.hostNetwork && parseIpv4(pod.status?.podIP ?? '') !== undefined && pod.status?.phase !== 'Succeeded' && pod.status?.phase !== 'Failed'

/** Whether a policy is about the pod. One that is being deleted is about nobody. */
export const selects = (policy: NetworkPolicy, pod: Pod): boolean =>
  !policy.metadata.deletionTimestamp && policy.metadata.namespace === pod.metadata.namespace && labelSelectorMatches(policy.spec.podSelector ?? {}, pod.metadata.labels)

const types = ({ spec }: NetworkPolicy): readonly string[] => (spec.policyTypes?.length ? spec.policyTypes : spec.egress?.length ? ['Ingress', 'Egress'] : ['Ingress'])

/** What the policy lets through in one direction. */
function allows({ spec }: NetworkPolicy, direction: Direction): Allow[] {
  if (direction === 'Egress') return (spec.egress ?? []).map((r) => ({ peers: r.to ?? [], ports: r.ports ?? [] }))
  return (spec.ingress ?? []).map((r) => ({ peers: r.from ?? [], ports: r.ports ?? [] }))
}

/** Pods that a peer means; undefined: it means addresses. */
function podsOf(peer: Peer, namespace: string, world: PolicyWorld): Pod[] | undefined {
  if (peer.ipBlock) return undefined
  const chosen = peer.namespaceSelector
    ? new Set(world.namespaces.filter((n) => labelSelectorMatches(peer.namespaceSelector, n.metadata.labels)).map((n) => n.metadata.name))
    : new Set([namespace])
  return world.pods.filter((p) => chosen.has(p.metadata.namespace ?? '') && (!peer.podSelector || labelSelectorMatches(peer.podSelector, p.metadata.labels)))
}

/** Ranges of an ipBlock without its exceptions; none of another family. */
export function blockRanges({ cidr, except = [] }: NonNullable<Peer['ipBlock']>): string[] {
  const range = parseCidr(cidr)
  return range ? subtractCidrs(range, except.flatMap((text) => parseCidr(text) ?? [])).map(formatCidr) : []
}

/** Matches for the ports of a rule. A name is looked up on a pod; one that it does not have matches nothing. */
function portMatches(ports: readonly Port[], on: Pod | undefined): string[] {
  if (!ports.length) return ['']
  return ports.flatMap(({ protocol = 'TCP', port, endPort }) => {
    const p = protocol.toLowerCase()
    if (port === undefined) return [`-p ${p} `]
    if (typeof port === 'number' || /^\d+$/.test(String(port))) return [`-p ${p} -m ${p} --dport ${String(port)}${endPort ? `:${endPort}` : ''} `]
    const containers = [...(on?.spec.containers ?? []), ...(on?.spec.initContainers ?? []).filter((c) => c.restartPolicy === 'Always')]
    const numbers = containers.flatMap((c) => c.ports ?? []).filter((c) => c.name === String(port) && (c.protocol ?? 'TCP') === protocol).map((c) => c.containerPort)
    return [...new Set(numbers)].map((n) => `-p ${p} -m ${p} --dport ${n} `)
  })
}

/** Rules that let pass what the policies of a pod allow; whatever they do not is dropped. */
function podRules(pod: Pod, policies: readonly NetworkPolicy[], direction: Direction, world: PolicyWorld): string[] {
  const flag = direction === 'Ingress' ? '-s' : '-d'
  const rules = new Set<string>()
  for (const policy of policies) for (const { peers, ports } of allows(policy, direction)) {
    const own = (): string[] => portMatches(ports, direction === 'Ingress' ? pod : undefined)
    if (!peers.length) {
      for (const match of own()) rules.add(`${match}${ALLOWED}`)
      // Names of ports to anywhere: where a pod has such a port, it is meant.
      if (direction === 'Egress' && ports.some((p) => typeof p.port === 'string')) for (const other of world.pods) for (const match of portMatches(ports.filter((p) => typeof p.port === 'string'), other)) rules.add(`-d ${other.status?.podIP}/32 ${match}${ALLOWED}`)
      continue
    }
    for (const peer of peers) {
      const pods = podsOf(peer, policy.metadata.namespace ?? '', world)
      if (!pods) for (const range of blockRanges(peer.ipBlock!)) for (const match of own()) rules.add(`${flag} ${range} ${match}${ALLOWED}`)
      else for (const other of pods) for (const match of portMatches(ports, direction === 'Ingress' ? pod : other)) rules.add(`${flag} ${other.status?.podIP}/32 ${match}${ALLOWED}`)
    }
  }
  return [...[...rules].sort(), DROPPED]
}

/** Chains of the mangle table. Pods for whom the same holds share a chain. */
export function policyRules({ policies, namespaces, pods: all }: PolicyWorld, names: PolicyNames): Map<string, string[]> {
  const world: PolicyWorld = { policies, namespaces, pods: all.filter(isConcerned) }
  const chains = new Map<string, string[]>([[names.policy, []]])
  if (!policies.length) return chains
  const self: string[] = []
  const out: string[] = []
  const into: string[] = []
  for (const pod of world.pods) {
    const selecting = policies.filter((p) => selects(p, pod))
    if (!selecting.length) continue
    const ip = pod.status?.podIP ?? ''
    const said = `-m comment --comment "${pod.metadata.namespace}/${pod.metadata.name}"`
    self.push(`${said} -s ${ip}/32 -d ${ip}/32 -j RETURN`)
    for (const [direction, prefix, flag, list] of [['Egress', 'KUBE-NWPE', '-s', out], ['Ingress', 'KUBE-NWPI', '-d', into]] as const) {
      const of = selecting.filter((p) => types(p).includes(direction))
      if (!of.length) continue
      const rules = podRules(pod, of, direction, world)
      const chain = names.content(prefix, rules)
      chains.set(chain, rules)
      list.push(`${said} ${flag} ${ip}/32 -j ${chain}`)
    }
  }
  if (self.length) chains.set(names.policy, [ESTABLISHED, ...self.sort(), ...out.sort(), ...into.sort()])
  return chains
}
