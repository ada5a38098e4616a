/**
 * From the ports of Services to rules: a pure function. The chains, their order and their comments are upstream's
 * (kubernetes pkg/proxy/iptables/proxier.go); what differs is said where it does.
 */
import type { ChainNames } from './names.ts'
import type { Endpoint, ServicePort } from './model.ts'

export type Table = 'nat' | 'filter' | 'mangle' | 'raw'
/** Chain to its rules, each without `-A CHAIN`. */
export type Chains = Map<string, string[]>
export type RuleSet = Readonly<Record<Table, Chains>>
export const emptyRules = (): RuleSet => ({ nat: new Map(), filter: new Map(), mangle: new Map(), raw: new Map() })

export interface RuleContext {
  readonly names: ChainNames
  readonly podCIDR: string
  readonly serviceCIDR: string
  readonly bridge: string
  /** Packets of this machine to 127.0.0.1 can be sent on to pods (route_localnet of the bridge is on). Otherwise a listener answers there. */
  readonly localhostPorts: boolean
  /** Bridged packets do not meet the rules (bridge-nf-call-iptables is off): answers would go past them unless every connection is masqueraded. */
  readonly masqueradeAll: boolean
  /** Zone of the connections to a Service's UDP port, by `udpKey`; a new number lets go of the old ones. */
  readonly udpZones: ReadonlyMap<string, number>
}

export const MASQUERADE_MARK = '0x4000'
export const udpKey = (p: Pick<ServicePort, 'clusterIP' | 'port'>): string => `${p.clusterIP}:${p.port}`

const comment = (text: string): string => `-m comment --comment "${text}"`
const match = (protocol: string, ip: string, port: number): string => `-d ${ip}/32 -p ${protocol} -m ${protocol} --dport ${port}`

/** One of n at random: each rule takes its part of what the ones before have left. */
function balance(chain: string[], service: ServicePort, endpoints: readonly Endpoint[], chainOf: (e: Endpoint) => string): void {
  const said = comment(service.name)
  if (service.affinitySeconds) for (const e of endpoints) {
    const name = chainOf(e)
    chain.push(`${said} -m recent --name ${name} --rcheck --seconds ${service.affinitySeconds} --reap -j ${name}`)
  }
  endpoints.forEach((e, i) => {
    const left = endpoints.length - i
    chain.push(`${comment(`${service.name} -> ${e.ip}:${e.port}`)}${left > 1 ? ` -m statistic --mode random --probability ${(1 / left).toFixed(10)}` : ''} -j ${chainOf(e)}`)
  })
}

function endpointChain(service: ServicePort, e: Endpoint, name: string, { names }: RuleContext): string[] {
  const said = comment(service.name)
  return [
    `${said} -s ${e.ip}/32 -j ${names.markMasq}`,
    `${said} -p ${service.protocol}${service.affinitySeconds ? ` -m recent --name ${name} --set` : ''} -m ${service.protocol} -j DNAT --to-destination ${e.ip}:${e.port}`,
  ]
}

/** From outside: masqueraded, so that answers come back this way; with policy Local the client's address is kept instead. All endpoints are on this machine, hence local. */
function externalChain(service: ServicePort, { names, podCIDR }: RuleContext, target: string): string[] {
  if (!service.externalLocal) return [`${comment(`masquerade traffic for ${service.name} external destinations`)} -j ${names.markMasq}`, `-j ${target}`]
  return [
    `${comment(`pod traffic for ${service.name} external destinations`)} -s ${podCIDR} -j ${target}`,
    `${comment(`masquerade LOCAL traffic for ${service.name} external destinations`)} -m addrtype --src-type LOCAL -j ${names.markMasq}`,
    `${comment(`route LOCAL traffic for ${service.name} external destinations`)} -m addrtype --src-type LOCAL -j ${target}`,
    `-j ${names.service('SVL', service.name, service.protocol)}`,
  ]
}

function served(service: ServicePort, context: RuleContext, rules: RuleSet, services: string[], nodePorts: string[]): void {
  const { names, podCIDR, masqueradeAll } = context
  const { name, protocol, clusterIP, port, endpoints } = service
  const chainOf = (e: Endpoint): string => names.endpoint(name, protocol, `${e.ip}:${e.port}`)
  for (const e of endpoints) rules.nat.set(chainOf(e), endpointChain(service, e, chainOf(e), context))
  const cluster = names.service('SVC', name, protocol)
  const chain = [`${comment(`${name} cluster IP`)} ${masqueradeAll ? '' : `! -s ${podCIDR} `}${match(protocol, clusterIP, port)} -j ${names.markMasq}`]
  balance(chain, service, endpoints, chainOf)
  rules.nat.set(cluster, chain)
  services.push(`${comment(`${name} cluster IP`)} ${match(protocol, clusterIP, port)} -j ${cluster}`)

  const outside = [...service.externalIPs, ...service.balancerIPs]
  if (!service.nodePort && !outside.length) return
  const external = names.service('EXT', name, protocol)
  rules.nat.set(external, externalChain(service, context, cluster))
  if (service.externalLocal) {
    const local: string[] = []
    balance(local, service, endpoints, chainOf)
    rules.nat.set(names.service('SVL', name, protocol), local)
  }
  for (const ip of service.externalIPs) services.push(`${comment(`${name} external IP`)} ${match(protocol, ip, port)} -j ${external}`)
  const balanced = service.balancerIPs.filter((ip) => context.localhostPorts || !ip.startsWith('127.'))
  const entry = service.sourceRanges.length && balanced.length ? firewall(service, context, rules, external) : external
  // A balancer at 127.0.0.1 is this machine's own business; a packet from elsewhere to that address never gets here.
  for (const ip of balanced) services.push(`${comment(`${name} loadbalancer IP`)} ${match(protocol, ip, port)} -j ${entry}`)
  if (service.nodePort) nodePorts.push(`${comment(name)} -p ${protocol} -m ${protocol} --dport ${service.nodePort} -j ${external}`)
}

/** Only who is in a range passes; the rest is dropped by KUBE-PROXY-FIREWALL, which sees what was not sent on. */
function firewall(service: ServicePort, { names }: RuleContext, rules: RuleSet, external: string): string {
  const name = names.service('FW', service.name, service.protocol)
  rules.nat.set(name, [
    ...service.sourceRanges.map((range) => `${comment(`${service.name} loadbalancer IP`)} -s ${range} -j ${external}`),
    `${comment(`other traffic to ${service.name} will be dropped by ${names.proxyFirewall}`)}`,
  ])
  for (const ip of service.balancerIPs) rules.filter.get(names.proxyFirewall)?.push(`${comment(`${service.name} traffic not accepted by ${name}`)} ${match(service.protocol, ip, service.port)} -j DROP`)
  return name
}

function unserved(service: ServicePort, { names }: RuleContext, rules: RuleSet): void {
  const { name, protocol, clusterIP, port } = service
  const why = comment(`${name} has no endpoints`)
  rules.filter.get(names.services)?.push(`${why} ${match(protocol, clusterIP, port)} -j REJECT`)
  const external = rules.filter.get(names.externalServices)
  for (const ip of [...service.externalIPs, ...service.balancerIPs]) external?.push(`${why} ${match(protocol, ip, port)} -j REJECT`)
  if (service.nodePort) external?.push(`${why} -m addrtype --dst-type LOCAL -p ${protocol} -m ${protocol} --dport ${service.nodePort} -j REJECT`)
}

/** Rules for all ports of all Services. */
export function serviceRules(ports: readonly ServicePort[], context: RuleContext): RuleSet {
  const { names, bridge, serviceCIDR } = context
  const rules = emptyRules()
  const services: string[] = []
  const nodePorts: string[] = []
  for (const chain of [names.services, names.externalServices, names.forward, names.proxyFirewall, names.nodePorts, names.firewall]) rules.filter.set(chain, [])
  const zones: string[] = []
  for (const port of ports) {
    if (port.endpoints.length) served(port, context, rules, services, nodePorts)
    else unserved(port, context, rules)
    const zone = port.protocol === 'udp' ? context.udpZones.get(udpKey(port)) : undefined
    if (zone) zones.push(`${comment(port.name)} ${match('udp', port.clusterIP, port.port)} -j CT --zone-orig ${zone}`)
    if (port.healthCheckNodePort) rules.filter.get(names.nodePorts)?.push(`${comment(`${port.name} health check node port`)} -p tcp -m tcp --dport ${port.healthCheckNodePort} -j ACCEPT`)
  }
  // Node ports are for this machine and for pods: a desktop's are not open to its network. Upstream takes them from anywhere.
  const local = context.localhostPorts ? '' : '! -d 127.0.0.0/8 '
  const last = comment('kubernetes service nodeports; NOTE: this must be the last rule in this chain')
  services.push(`${last} ${local}-i ${bridge} -m addrtype --dst-type LOCAL -j ${names.nodePorts}`, `${last} ${local}-m addrtype --src-type LOCAL --dst-type LOCAL -j ${names.nodePorts}`)
  rules.nat.set(names.services, services)
  rules.nat.set(names.nodePorts, nodePorts)
  rules.nat.set(names.markMasq, [`-j MARK --or-mark ${MASQUERADE_MARK}`])
  rules.nat.set(names.postrouting, [
    `-m mark ! --mark ${MASQUERADE_MARK}/${MASQUERADE_MARK} -j RETURN`, `-j MARK --xor-mark ${MASQUERADE_MARK}`, `${comment('kubernetes service traffic requiring SNAT')} -j MASQUERADE`,
  ])
  // Nothing of the Services' range is on any wire: what no rule took is refused, not sent to the default gateway.
  rules.filter.get(names.services)?.push(`${comment('no such service')} -d ${serviceCIDR} -j REJECT`)
  rules.filter.set(names.forward, [
    // Only what concerns our bridge: other forwarding is not ours to decide.
    `${comment('kubernetes forwarding rules')} -o ${bridge} -m mark --mark ${MASQUERADE_MARK}/${MASQUERADE_MARK} -j ACCEPT`,
    `${comment('kubernetes forwarding rules')} -o ${bridge} -m conntrack --ctstate DNAT -j ACCEPT`,
    `${comment('kubernetes forwarding conntrack rule')} -i ${bridge} -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT`,
    `${comment('kubernetes forwarding conntrack rule')} -o ${bridge} -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT`,
  ])
  // Since the bridge lets answers to 127.0.0.1 in, nobody on it may begin a conversation with it.
  rules.filter.set(names.firewall, [`${comment('block incoming localnet connections')} -i ${bridge} -d 127.0.0.0/8 -m conntrack ! --ctstate RELATED,ESTABLISHED,DNAT -j DROP`])
  rules.raw.set(names.zones, zones)
  // Policies come from elsewhere; the way to them is always there.
  rules.mangle.set(names.policy, [])
  return rules
}
