/** Services. */
import type { Service } from '../../../../shared/api/types.ts'
import type { FieldError } from '../../../../shared/errors.ts'
import { field } from '../../../../shared/errors.ts'
import { dns1123Label, dns1123Subdomain } from '../../../../shared/labels.ts'
import type { Errors } from './common.ts'
import { ip, oneOf, optionalOneOf, port, portOrName, say } from './common.ts'
import { labels } from './metadata.ts'

const TYPES = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort']
export const PROTOCOLS = ['SCTP', 'TCP', 'UDP']
const MAX_AFFINITY_SECONDS = 86_400
/** Ports that may be opened on every node. */
export const NODE_PORTS = { first: 30_000, last: 32_767 } as const

const isHeadless = (s: Service): boolean => s.spec.clusterIP === 'None'
const opensNodePorts = (s: Service): boolean => s.spec.type === 'NodePort' || s.spec.type === 'LoadBalancer'

export function validateService(object: Service): FieldError[] {
  const errors: FieldError[] = []
  const spec = object.spec
  if (!spec) return [field.required('spec')]
  if (!spec.ports?.length && !isHeadless(object) && spec.type !== 'ExternalName') errors.push(field.required('spec.ports'))
  oneOf(errors, 'spec.type', spec.type, TYPES)
  addresses(errors, object)
  ports(errors, object)
  labels(errors, 'spec.selector', spec.selector)
  affinity(errors, object)
  spec.externalIPs?.forEach((address, i) => ip(errors, `spec.externalIPs[${i}]`, address))
  optionalOneOf(errors, 'spec.internalTrafficPolicy', spec.internalTrafficPolicy, ['Cluster', 'Local'])
  if (spec.externalTrafficPolicy) {
    if (!opensNodePorts(object) && !spec.externalIPs?.length) errors.push(field.invalid('spec.externalTrafficPolicy', spec.externalTrafficPolicy, 'may only be set for externally-accessible services'))
    else optionalOneOf(errors, 'spec.externalTrafficPolicy', spec.externalTrafficPolicy, ['Cluster', 'Local'])
  }
  optionalOneOf(errors, 'spec.ipFamilyPolicy', spec.ipFamilyPolicy, ['SingleStack', 'PreferDualStack', 'RequireDualStack'])
  spec.ipFamilies?.forEach((family, i) => optionalOneOf(errors, `spec.ipFamilies[${i}]`, family, ['IPv4', 'IPv6']))
  return errors
}

function addresses(errors: Errors, { spec }: Service): void {
  const ips = spec.clusterIPs ?? []
  if (spec.type === 'ExternalName') {
    if (spec.clusterIP || ips.length > 0) errors.push(field.forbidden('spec.clusterIPs', 'may not be set for ExternalName services'))
    const name = (spec.externalName ?? '').replace(/\.$/, '')
    if (name === '') errors.push(field.required('spec.externalName'))
    else say(errors, 'spec.externalName', spec.externalName, dns1123Subdomain(name))
    return
  }
  if (spec.clusterIP && ips.length > 0 && ips[0] !== spec.clusterIP) errors.push(field.invalid('spec.clusterIPs', ips, 'first value must match `clusterIP`'))
  ips.forEach((address, i) => {
    if (address !== 'None') ip(errors, `spec.clusterIPs[${i}]`, address)
    else if (i > 0 || ips.length > 1) errors.push(field.invalid('spec.clusterIPs', ips, "'None' must be the first and only value"))
    else if (spec.type !== 'ClusterIP') errors.push(field.invalid('spec.clusterIPs[0]', address, `may not be set to 'None' for ${spec.type} services`))
  })
}

function ports(errors: Errors, object: Service): void {
  const list = object.spec.ports ?? []
  const names = new Set<string>()
  const numbers = new Set<string>()
  const nodePorts = new Set<string>()
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
    const number = `${p.protocol}/${p.port}`
    if (numbers.has(number)) errors.push(field.duplicate(path, { protocol: p.protocol, port: p.port }))
    numbers.add(number)
    if (!p.nodePort) return
    if (!opensNodePorts(object)) errors.push(field.forbidden(`${path}.nodePort`, `may not be used when \`type\` is '${object.spec.type}'`))
    else if (p.nodePort < NODE_PORTS.first || p.nodePort > NODE_PORTS.last)
      errors.push(field.invalid(`${path}.nodePort`, p.nodePort, `provided port is not in the valid range. The range of valid ports is ${NODE_PORTS.first}-${NODE_PORTS.last}`))
    const nodePort = `${p.protocol}/${p.nodePort}`
    if (nodePorts.has(nodePort)) errors.push(field.duplicate(`${path}.nodePort`, p.nodePort))
    nodePorts.add(nodePort)
  })
}

function affinity(errors: Errors, { spec }: Service): void {
  oneOf(errors, 'spec.sessionAffinity', spec.sessionAffinity, ['ClientIP', 'None'])
  const seconds = spec.sessionAffinityConfig?.clientIP?.timeoutSeconds
  if (spec.sessionAffinity === 'ClientIP' && seconds !== undefined && (seconds <= 0 || seconds > MAX_AFFINITY_SECONDS))
    errors.push(field.invalid('spec.sessionAffinityConfig.clientIP.timeoutSeconds', seconds, `must be greater than 0 and less than ${MAX_AFFINITY_SECONDS}`))
}

export function validateServiceUpdate(object: Service, old: Service): FieldError[] {
  const errors: FieldError[] = []
  if (!object.spec) return errors
  // From and to ExternalName, the address comes and goes.
  if (object.spec.type === 'ExternalName' || old.spec.type === 'ExternalName') return errors
  if (old.spec.clusterIP && object.spec.clusterIP !== old.spec.clusterIP) errors.push(field.invalid('spec.clusterIPs[0]', object.spec.clusterIPs ?? [], 'may not change once set'))
  const family = old.spec.ipFamilies?.[0]
  if (family && object.spec.ipFamilies?.[0] !== family) errors.push(field.invalid('spec.ipFamilies[0]', object.spec.ipFamilies?.[0] ?? '', 'may not change once set'))
  return errors
}
