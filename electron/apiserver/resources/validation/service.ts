/** Services. Source: core/v1 validation of Kubernetes. */
import { isIP } from 'node:net'
import type { Service } from '../../../../shared/api/types.ts'
import type { FieldError } from '../../../../shared/errors.ts'
import { field } from '../../../../shared/errors.ts'
import { dns1123Label, dns1123Subdomain, qualifiedName } from '../../../../shared/labels.ts'
import type { Errors } from './common.ts'
import { cidr, IMMUTABLE, ip, oneOf, optionalOneOf, ordinaryIp, port, portOrName, say } from './common.ts'
import { labels } from './metadata.ts'

const TYPES = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort']
export const PROTOCOLS = ['SCTP', 'TCP', 'UDP']
const MAX_AFFINITY_SECONDS = 86_400
/** Ports that may be opened on every node. */
export const NODE_PORTS = { first: 30_000, last: 32_767 } as const

const KUBELET_PORT = 10_250
const HINTS = 'service.kubernetes.io/topology-aware-hints'
const TOPOLOGY_MODE = 'service.kubernetes.io/topology-mode'

const isHeadless = (s: Service): boolean => s.spec.clusterIP === 'None'
const needsHealthCheck = (s: Service): boolean => s.spec.type === 'LoadBalancer' && s.spec.externalTrafficPolicy === 'Local'
const opensNodePorts = (s: Service): boolean => s.spec.type === 'NodePort' || s.spec.type === 'LoadBalancer'

export function validateService(object: Service): FieldError[] {
  const errors: FieldError[] = []
  const { spec, metadata } = object
  if (!spec) return [field.required('spec')]
  const hints = metadata.annotations?.[HINTS]
  const mode = metadata.annotations?.[TOPOLOGY_MODE]
  if (mode !== undefined && hints !== undefined && mode !== hints) errors.push(field.invalid(`metadata.annotations[${TOPOLOGY_MODE}]`, mode, `must match annotations[${HINTS}] when both are specified`))
  if (!spec.ports?.length && !isHeadless(object) && spec.type !== 'ExternalName') errors.push(field.required('spec.ports'))
  if (spec.type === 'LoadBalancer') spec.ports?.forEach((p, i) => {
    if (p.port === KUBELET_PORT) errors.push(field.invalid(`spec.ports[${i}]`, p.port, `may not expose port ${KUBELET_PORT} externally since it is used by kubelet`))
  })
  if (isHeadless(object) && opensNodePorts(object)) errors.push(field.invalid('spec.clusterIPs[0]', 'None', `may not be set to 'None' for ${spec.type} services`))
  if (spec.type === 'ExternalName') externalName(errors, object)
  ports(errors, object)
  labels(errors, 'spec.selector', spec.selector)
  affinity(errors, object)
  if (spec.type !== 'ExternalName') addresses(errors, object)
  spec.externalIPs?.forEach((address, i) => {
    const before = errors.length
    ip(errors, `spec.externalIPs[${i}]`, address)
    if (errors.length === before) ordinaryIp(errors, `spec.externalIPs[${i}]`, address)
  })
  oneOf(errors, 'spec.type', spec.type, TYPES)
  portNumbers(errors, object)
  balancer(errors, object)
  traffic(errors, object)
  return errors
}

function externalName(errors: Errors, { spec }: Service): void {
  const not = 'may not be set for ExternalName services'
  if (spec.clusterIP || spec.clusterIPs?.length) errors.push(field.forbidden('spec.clusterIPs', not))
  if (spec.ipFamilies?.length) errors.push(field.forbidden('spec.ipFamilies', not))
  if (spec.ipFamilyPolicy !== undefined) errors.push(field.forbidden('spec.ipFamilyPolicy', not))
  const name = (spec.externalName ?? '').replace(/\.$/, '')
  if (name === '') errors.push(field.required('spec.externalName'))
  else say(errors, 'spec.externalName', name, dns1123Subdomain(name))
}

function addresses(errors: Errors, object: Service): void {
  const { clusterIP, clusterIPs: ips = [], ipFamilies: families = [], ipFamilyPolicy } = object.spec
  if (clusterIP && ips[0] !== clusterIP) errors.push(field.invalid('spec.clusterIPs', ips, 'first value must match `clusterIP`'))
  if (!clusterIP && ips.length) errors.push(field.invalid('spec.clusterIPs', ips, 'must be empty when `clusterIP` is not specified'))
  families.forEach((family, i) => {
    optionalOneOf(errors, `spec.ipFamilies[${i}]`, family, ['IPv4', 'IPv6'])
    if (families.indexOf(family) !== i) errors.push(field.duplicate(`spec.ipFamilies[${i}]`, family))
  })
  optionalOneOf(errors, 'spec.ipFamilyPolicy', ipFamilyPolicy, ['PreferDualStack', 'RequireDualStack', 'SingleStack'])
  const before = errors.length
  ips.forEach((address, i) => {
    if (i === 0 && address === 'None') {
      if (ips.length > 1) errors.push(field.invalid('spec.clusterIPs', ips, "'None' must be the first and only value"))
    } else ip(errors, `spec.clusterIPs[${i}]`, address)
  })
  if (ips.length > 2) errors.push(field.invalid('spec.clusterIPs', ips, 'may only hold up to 2 values'))
  if (errors.length > before) return
  if (ips.length > 1 && ips[0]?.includes(':') === ips[1]?.includes(':')) errors.push(field.invalid('spec.clusterIPs', ips, 'may specify no more than one IP for each IP family'))
  if (!isHeadless(object)) ips.forEach((address, i) => {
    const family = families[i]
    if (family && family !== (address.includes(':') ? 'IPv6' : 'IPv4')) errors.push(field.invalid(`spec.clusterIPs[${i}]`, address, `expected an ${family} value as indicated by \`ipFamilies[${i}]\``))
  })
}

function ports(errors: Errors, { spec }: Service): void {
  const list = spec.ports ?? []
  const names = new Set<string>()
  list.forEach((p, i) => {
    const path = `spec.ports[${i}]`
    if (!p.name) {
      if (list.length > 1) errors.push(field.required(`${path}.name`))
    } else {
      say(errors, `${path}.name`, p.name, dns1123Label(p.name))
      if (names.has(p.name)) errors.push(field.duplicate(`${path}.name`, p.name))
      names.add(p.name)
    }
    port(errors, `${path}.port`, p.port ?? 0)
    oneOf(errors, `${path}.protocol`, p.protocol, PROTOCOLS)
    if (p.targetPort !== undefined) portOrName(errors, `${path}.targetPort`, p.targetPort)
    if (p.appProtocol !== undefined) say(errors, `${path}.appProtocol`, p.appProtocol, qualifiedName(p.appProtocol))
  })
}

/** Each once; those of nodes only where they are opened, and in the range that is free for them. */
function portNumbers(errors: Errors, object: Service): void {
  const list = object.spec.ports ?? []
  const numbers = new Set<string>()
  const nodePorts = new Set<string>()
  list.forEach((p, i) => {
    if (!p.nodePort) return
    const path = `spec.ports[${i}].nodePort`
    if (!opensNodePorts(object)) errors.push(field.forbidden(path, `may not be used when \`type\` is '${object.spec.type}'`))
    else if (p.nodePort < NODE_PORTS.first || p.nodePort > NODE_PORTS.last) errors.push(field.invalid(path, p.nodePort, `provided port is not in the valid range. The range of valid ports is ${NODE_PORTS.first}-${NODE_PORTS.last}`))
    const nodePort = `${p.protocol}/${p.nodePort}`
    if (nodePorts.has(nodePort)) errors.push(field.duplicate(path, p.nodePort))
    nodePorts.add(nodePort)
  })
  list.forEach((p, i) => {
    const number = `${p.protocol}/${p.port}`
    if (numbers.has(number)) errors.push(field.duplicate(`spec.ports[${i}]`, { protocol: p.protocol, port: p.port }))
    numbers.add(number)
  })
}

function affinity(errors: Errors, { spec }: Service): void {
  const at = 'spec.sessionAffinityConfig'
  oneOf(errors, 'spec.sessionAffinity', spec.sessionAffinity, ['ClientIP', 'None'])
  if (spec.sessionAffinity === 'None' && spec.sessionAffinityConfig) errors.push(field.forbidden(at, 'must not be set when session affinity is None'))
  const seconds = spec.sessionAffinityConfig?.clientIP?.timeoutSeconds
  if (spec.sessionAffinity === 'ClientIP' && seconds !== undefined && (seconds <= 0 || seconds > MAX_AFFINITY_SECONDS))
    errors.push(field.invalid(`${at}.clientIP.timeoutSeconds`, seconds, `must be greater than 0 and less than ${MAX_AFFINITY_SECONDS}`))
}

const ONLY_BALANCERS = "may only be used when `type` is 'LoadBalancer'"

/** What only somebody else's balancer has. Its ranges are upstream's, in upper case. */
function balancer(errors: Errors, { spec }: Service): void {
  const isBalancer = spec.type === 'LoadBalancer'
  const { loadBalancerSourceRanges: sources = [], loadBalancerClass: name } = spec
  if (sources.length && !isBalancer) errors.push(field.forbidden('spec.LoadBalancerSourceRanges', ONLY_BALANCERS))
  sources.forEach((value, i) => cidr(errors, `spec.LoadBalancerSourceRanges[${i}]`, value.trim()))
  if (spec.allocateLoadBalancerNodePorts !== undefined && !isBalancer) errors.push(field.forbidden('spec.allocateLoadBalancerNodePorts', ONLY_BALANCERS))
  if (name === undefined) return
  if (isBalancer) say(errors, 'spec.loadBalancerClass', name, qualifiedName(name))
  else errors.push(field.forbidden('spec.loadBalancerClass', ONLY_BALANCERS))
}

function traffic(errors: Errors, object: Service): void {
  const { spec } = object
  if (spec.externalTrafficPolicy) {
    if (!opensNodePorts(object) && !(spec.type === 'ClusterIP' && spec.externalIPs?.length)) errors.push(field.invalid('spec.externalTrafficPolicy', spec.externalTrafficPolicy, 'may only be set for externally-accessible services'))
    else optionalOneOf(errors, 'spec.externalTrafficPolicy', spec.externalTrafficPolicy, ['Cluster', 'Local'])
  }
  if (spec.healthCheckNodePort) {
    if (!needsHealthCheck(object)) errors.push(field.invalid('spec.healthCheckNodePort', spec.healthCheckNodePort, "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'"))
    else port(errors, 'spec.healthCheckNodePort', spec.healthCheckNodePort)
  }
  optionalOneOf(errors, 'spec.internalTrafficPolicy', spec.internalTrafficPolicy, ['Cluster', 'Local'])
  optionalOneOf(errors, 'spec.trafficDistribution', spec.trafficDistribution, ['PreferClose', 'PreferSameNode', 'PreferSameZone'])
}

export function validateServiceUpdate(object: Service, old: Service): FieldError[] {
  const errors: FieldError[] = []
  const now = object.spec
  if (!now) return errors
  if (now.type === 'LoadBalancer' && old.spec.type === 'LoadBalancer' && now.loadBalancerClass !== old.spec.loadBalancerClass) errors.push(field.invalid('spec.loadBalancerClass', now.loadBalancerClass, 'may not change once set'))
  if (needsHealthCheck(object) && needsHealthCheck(old) && old.spec.healthCheckNodePort && now.healthCheckNodePort !== old.spec.healthCheckNodePort) errors.push(field.forbidden('spec.healthCheckNodePort', IMMUTABLE))
  // From and to ExternalName, the address comes and goes; without one, its family is anybody's.
  if (now.type === 'ExternalName' || old.spec.type === 'ExternalName' || (isHeadless(object) && isHeadless(old))) return errors
  if (old.spec.clusterIP && now.clusterIP !== old.spec.clusterIP) errors.push(field.invalid('spec.clusterIPs[0]', now.clusterIPs ?? [], 'may not change once set'))
  const family = old.spec.ipFamilies?.[0]
  if (family && isHeadless(object) === isHeadless(old) && now.ipFamilies?.[0] !== family) errors.push(field.invalid('spec.ipFamilies[0]', now.ipFamilies ?? [], 'may not change once set'))
  return errors
}

export function validateServiceStatus(object: Service): FieldError[] {
  const errors: FieldError[] = []
  object.status?.loadBalancer?.ingress?.forEach((given, i) => {
    const at = `status.loadBalancer.ingress[${i}]`
    if (object.spec.type !== 'LoadBalancer') {
      if (i === 0) errors.push(field.forbidden('status.loadBalancer.ingress', "may only be used when `spec.type` is 'LoadBalancer'"))
      return
    }
    if (given.ip) ip(errors, `${at}.ip`, given.ip)
    if (given.ipMode === undefined) {
      if (given.ip) errors.push(field.required(`${at}.ipMode`, 'must be specified when `ip` is set'))
    } else if (!given.ip) errors.push(field.forbidden(`${at}.ipMode`, 'may not be specified when `ip` is not set'))
    else optionalOneOf(errors, `${at}.ipMode`, given.ipMode, ['Proxy', 'VIP'])
    balancerHost(errors, `${at}.hostname`, given.hostname)
  })
  return errors
}

/** The name of a balancer, of Services and Ingresses alike. */
export function balancerHost(errors: Errors, path: string, name: string | undefined): void {
  if (!name) return
  say(errors, path, name, dns1123Subdomain(name))
  if (isIP(name)) errors.push(field.invalid(path, name, 'must be a DNS name, not an IP address'))
}
