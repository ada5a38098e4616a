/** Environment variables of a container. */
import type { Container, EnvVar } from '../../../../shared/api/types.ts'
import { field } from '../../../../shared/errors.ts'
import { configKey, envName } from '../../../../shared/labels.ts'
import { parseQuantity, QUANTITY_SYNTAX } from '../../../../shared/quantity.ts'
import type { Errors } from './common.ts'
import { say } from './common.ts'

const TOO_MANY = 'may not have more than one field specified at a time'
const ENV_FIELDS = [
  'metadata.name', 'metadata.namespace', 'metadata.uid', 'spec.nodeName', 'spec.serviceAccountName',
  'status.hostIP', 'status.hostIPs', 'status.podIP', 'status.podIPs',
]
const KNOWN_FIELDS = new Set([...ENV_FIELDS, 'metadata.labels', 'metadata.annotations', 'spec.restartPolicy', 'spec.schedulerName', 'status.phase', 'status.nominatedNodeName'])
const KEYED = /^metadata\.(?:labels|annotations)\['[^']+'\]$/
const ENV_RESOURCES = ['limits.cpu', 'limits.ephemeral-storage', 'limits.memory', 'requests.cpu', 'requests.ephemeral-storage', 'requests.memory']

export function env(errors: Errors, path: string, container: Container): void {
  container.env?.forEach((variable, i) => {
    const at = `${path}.env[${i}]`
    if (!variable.name) errors.push(field.required(`${at}.name`))
    else say(errors, `${at}.name`, variable.name, envName(variable.name))
    if (variable.valueFrom) valueFrom(errors, `${at}.valueFrom`, variable)
  })
  container.envFrom?.forEach((source, i) => {
    const at = `${path}.envFrom[${i}]`
    if (source.prefix) say(errors, `${at}.prefix`, source.prefix, envName(source.prefix))
    if (source.configMapRef && !source.configMapRef.name) errors.push(field.required(`${at}.configMapRef.name`))
    if (source.secretRef && !source.secretRef.name) errors.push(field.required(`${at}.secretRef.name`))
    if (!source.configMapRef && !source.secretRef) errors.push(field.invalid(at, '', 'must specify one of: `configMapRef` or `secretRef`'))
    else if (source.configMapRef && source.secretRef) errors.push(field.invalid(at, '', TOO_MANY))
  })
}

function valueFrom(errors: Errors, path: string, variable: EnvVar): void {
  const from = variable.valueFrom ?? {}
  let sources = 0
  if (from.fieldRef) {
    sources++
    fieldRef(errors, `${path}.fieldRef`, from.fieldRef)
  }
  if (from.resourceFieldRef) {
    sources++
    resourceFieldRef(errors, `${path}.resourceFieldRef`, from.resourceFieldRef)
  }
  for (const name of ['configMapKeyRef', 'secretKeyRef'] as const) {
    const reference = from[name]
    if (!reference) continue
    sources++
    if (!reference.name) errors.push(field.required(`${path}.${name}.name`))
    if (!reference.key) errors.push(field.required(`${path}.${name}.key`))
    else say(errors, `${path}.${name}.key`, reference.key, configKey(reference.key))
  }
  if (sources === 0) errors.push(field.invalid(path, '', 'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`'))
  if (variable.value) {
    if (sources > 0) errors.push(field.invalid(path, '', 'may not be specified when `value` is not empty'))
  } else if (sources > 1) errors.push(field.invalid(path, '', TOO_MANY))
}

/** A field of the pod itself. Volumes may also take all labels or annotations at once. */
export function fieldRef(errors: Errors, path: string, reference: { apiVersion?: string; fieldPath: string }, whole: readonly string[] = ENV_FIELDS): void {
  const name = reference.fieldPath
  if (!reference.apiVersion) errors.push(field.required(`${path}.apiVersion`))
  if (!name) errors.push(field.required(`${path}.fieldPath`))
  else if (whole.includes(name) || KEYED.test(name)) return
  else if (KNOWN_FIELDS.has(name)) errors.push(field.notSupported(`${path}.fieldPath`, name, whole))
  else errors.push(field.invalid(`${path}.fieldPath`, name, `error converting fieldPath: field label not supported: ${name}`))
}

export function resourceFieldRef(errors: Errors, path: string, reference: { resource: string; divisor?: string }): void {
  if (!reference.resource) errors.push(field.required(`${path}.resource`))
  else if (!ENV_RESOURCES.includes(reference.resource) && !/^(limits|requests)\.hugepages-/.test(reference.resource)) errors.push(field.notSupported(`${path}.resource`, reference.resource, ENV_RESOURCES))
  if (reference.divisor !== undefined && !parseQuantity(reference.divisor)) errors.push(field.invalid(`${path}.divisor`, reference.divisor, QUANTITY_SYNTAX))
}
