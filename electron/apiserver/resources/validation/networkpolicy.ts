/** NetworkPolicies. Source: networking/v1 validation of Kubernetes. */
import type { NetworkPolicy } from '../../../../shared/api/types.ts'
import type { FieldError } from '../../../../shared/errors.ts'
import { field } from '../../../../shared/errors.ts'
import { cidr, port, portOrName, type Errors } from './common.ts'
import { labelSelector } from './metadata.ts'

type Spec = NetworkPolicy['spec']
type Rule = NonNullable<Spec['egress']>[number]
type Ports = Rule['ports']
type Peers = Rule['to']
const TYPES = ['Ingress', 'Egress']
const ORDER = ['TCP', 'UDP', 'SCTP']

function ports(errors: Errors, path: string, given: Ports): void {
  given?.forEach((p, i) => {
    const at = `${path}[${i}]`
    if (p.protocol !== undefined && !ORDER.includes(p.protocol)) errors.push(field.notSupported(`${at}.protocol`, p.protocol, ORDER, true))
    if (p.port !== undefined) portOrName(errors, `${at}.port`, p.port)
    if (p.endPort === undefined) return
    if (p.port === undefined) errors.push(field.invalid(`${at}.endPort`, p.endPort, 'may not be specified when `port` is not specified'))
    else if (typeof p.port === 'string') errors.push(field.invalid(`${at}.endPort`, p.endPort, 'may not be specified when `port` is non-numeric'))
    else {
      if (p.endPort < p.port) errors.push(field.invalid(`${at}.endPort`, p.endPort, 'must be greater than or equal to `port`'))
      port(errors, `${at}.endPort`, p.endPort)
    }
  })
}

/** The block in which an address stands: `10.0.0.0/8`. */
const within = (inner: string, outer: string): boolean => {
  const [a = '', bits = ''] = inner.split('/')
  const [b = '', outerBits = ''] = outer.split('/')
  if (a.includes(':') !== b.includes(':')) return false
  if (Number(bits) <= Number(outerBits)) return false
  if (a.includes(':')) return true
  const number = (text: string): number => text.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
  const size = 2 ** (32 - Number(outerBits))
  return Math.floor(number(a) / size) === Math.floor(number(b) / size)
}

function peers(errors: Errors, path: string, given: Peers): void {
  given?.forEach((peer, i) => {
    const at = `${path}[${i}]`
    const selects = peer.podSelector !== undefined || peer.namespaceSelector !== undefined
    labelSelector(errors, `${at}.podSelector`, peer.podSelector)
    labelSelector(errors, `${at}.namespaceSelector`, peer.namespaceSelector)
    if (peer.ipBlock) {
      const { cidr: block, except = [] } = peer.ipBlock
      if (!block) errors.push(field.required(`${at}.ipBlock.cidr`))
      else cidr(errors, `${at}.ipBlock.cidr`, block)
      except.forEach((hole, j) => {
        const before = errors.length
        cidr(errors, `${at}.ipBlock.except[${j}]`, hole)
        if (errors.length === before && block && !within(hole, block)) errors.push(field.invalid(`${at}.ipBlock.except[${j}]`, hole, 'must be a strict subset of `cidr`'))
      })
      if (selects) errors.push(field.forbidden(at, 'may not specify both ipBlock and another peer'))
    } else if (!selects) errors.push(field.required(at, 'must specify a peer'))
  })
}

export function validateNetworkPolicy(object: NetworkPolicy): FieldError[] {
  const errors: Errors = []
  const spec: Partial<Spec> = object.spec ?? {}
  labelSelector(errors, 'spec.podSelector', spec.podSelector)
  spec.ingress?.forEach((rule, i) => {
    ports(errors, `spec.ingress[${i}].ports`, rule.ports)
    peers(errors, `spec.ingress[${i}].from`, rule.from)
  })
  spec.egress?.forEach((rule, i) => {
    ports(errors, `spec.egress[${i}].ports`, rule.ports)
    peers(errors, `spec.egress[${i}].to`, rule.to)
  })
  const types = spec.policyTypes ?? []
  if (types.length > TYPES.length) errors.push(field.invalid('spec.policyTypes', types, 'may not specify more than two policyTypes'))
  else types.forEach((type, i) => {
    if (!TYPES.includes(type)) errors.push(field.notSupported(`spec.policyTypes[${i}]`, type, TYPES, true))
  })
  return errors
}
