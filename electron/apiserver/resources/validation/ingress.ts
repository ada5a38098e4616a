/** Ingresses. Source: networking/v1 validation of Kubernetes. */
import { isIP } from 'node:net'
import type { Ingress } from '../../../../shared/api/types.ts'
import type { FieldError } from '../../../../shared/errors.ts'
import { field } from '../../../../shared/errors.ts'
import { dns1035Label, dns1123Subdomain, pathSegment, portName } from '../../../../shared/labels.ts'
import { ip, port, say, type Errors } from './common.ts'
import { balancerHost } from './service.ts'

type Spec = Ingress['spec']
type Backend = NonNullable<Spec['defaultBackend']>
type Path = NonNullable<NonNullable<Spec['rules']>[number]['http']>['paths'][number]

const CLASS = 'kubernetes.io/ingress.class'
const PATH_TYPES = ['Exact', 'ImplementationSpecific', 'Prefix']
const INVALID_SEQUENCES = ['//', '/./', '/../', '%2f', '%2F']
const INVALID_ENDS = ['/..', '/.']
const WILDCARD = /^\*(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)+$/

function backend(errors: Errors, path: string, given: Backend | undefined): void {
  const service = given?.service
  const resource = given?.resource
  if (service && resource) {
    errors.push(field.invalid(path, '', 'cannot set both resource and service backends'))
  } else if (resource) {
    if (resource.apiGroup) say(errors, `${path}.resource.apiGroup`, resource.apiGroup, dns1123Subdomain(resource.apiGroup))
    for (const name of ['kind', 'name'] as const) {
      if (!resource[name]) errors.push(field.required(`${path}.resource.${name}`))
      else say(errors, `${path}.resource.${name}`, resource[name], pathSegment(resource[name]))
    }
  } else if (service) {
    if (!service.name) errors.push(field.required(`${path}.service.name`))
    else say(errors, `${path}.service.name`, service.name, dns1035Label(service.name))
    const { name, number } = service.port ?? {}
    if (name && number) errors.push(field.invalid(path, '', 'cannot set both port name & port number'))
    else if (name) say(errors, `${path}.service.port.name`, name, portName(name))
    else if (number) port(errors, `${path}.service.port.number`, number)
    else errors.push(field.required(path, 'port name or number is required'))
  } else errors.push(field.invalid(path, '', 'resource or service backend is required'))
}

function httpPath(errors: Errors, at: string, { path = '', pathType, backend: to }: Path): void {
  if (!pathType) return void errors.push(field.required(`${at}.pathType`, 'pathType must be specified'))
  if (!PATH_TYPES.includes(pathType)) errors.push(field.notSupported(`${at}.pathType`, pathType, PATH_TYPES))
  else if (pathType === 'ImplementationSpecific') {
    if (path !== '' && !path.startsWith('/')) errors.push(field.invalid(`${at}.path`, path, 'must be an absolute path'))
  } else {
    if (!path.startsWith('/')) errors.push(field.invalid(`${at}.path`, path, 'must be an absolute path'))
    for (const part of INVALID_SEQUENCES) if (path.includes(part)) errors.push(field.invalid(`${at}.path`, path, `must not contain '${part}'`))
    for (const end of INVALID_ENDS) if (path.endsWith(end)) errors.push(field.invalid(`${at}.path`, path, `cannot end with '${end}'`))
  }
  backend(errors, `${at}.backend`, to)
}

function host(errors: Errors, path: string, name: string): void {
  if (name.includes('*')) {
    if (!WILDCARD.test(name)) errors.push(field.invalid(path, name, "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character (e.g. '*.example.com', regex used for validation is '\\*\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"))
  } else say(errors, path, name, dns1123Subdomain(name))
}

export function validateIngress(object: Ingress): FieldError[] {
  const errors: Errors = []
  const spec: Spec = object.spec ?? {}
  if (!spec.rules?.length && !spec.defaultBackend) errors.push(field.invalid('spec', spec.rules, 'either `defaultBackend` or `rules` must be specified'))
  if (spec.defaultBackend) backend(errors, 'spec.defaultBackend', spec.defaultBackend)
  spec.rules?.forEach((rule, i) => {
    const at = `spec.rules[${i}]`
    if (rule.host && isIP(rule.host)) errors.push(field.invalid(`${at}.host`, rule.host, 'must be a DNS name, not an IP address'))
    if (rule.host) host(errors, `${at}.host`, rule.host)
    if (!rule.http) return
    if (!rule.http.paths?.length) errors.push(field.required(`${at}.http.paths`))
    rule.http.paths?.forEach((path, j) => httpPath(errors, `${at}.http.paths[${j}]`, path))
  })
  spec.tls?.forEach((tls, i) => {
    tls.hosts?.forEach((name, j) => host(errors, `spec.tls[${i}].hosts[${j}]`, name))
    if (tls.secretName) say(errors, `spec.tls[${i}].secretName`, tls.secretName, dns1123Subdomain(tls.secretName))
  })
  if (spec.ingressClassName !== undefined) say(errors, 'spec.ingressClassName', spec.ingressClassName, dns1123Subdomain(spec.ingressClassName))
  const named = object.metadata.annotations?.[CLASS]
  const isNew = object.metadata.resourceVersion === undefined
  if (isNew && named !== undefined && spec.ingressClassName !== undefined && named !== spec.ingressClassName) errors.push(field.invalid(`annotations.${CLASS}`, named, 'must match `ingressClassName` when both are specified'))
  return errors
}

export function validateIngressStatus(object: Ingress): FieldError[] {
  const errors: Errors = []
  object.status?.loadBalancer?.ingress?.forEach((given, i) => {
    const at = `status.loadBalancer.ingress[${i}]`
    if (given.ip) ip(errors, `${at}.ip`, given.ip)
    balancerHost(errors, `${at}.hostname`, given.hostname)
  })
  return errors
}
