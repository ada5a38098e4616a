/** Environment variables of a container. */
import type { Container, EnvVar, PodSpec } from '../../../../shared/api/types.ts'
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
  if (from.fileKeyRef) {
    sources++
    fileKeyRef(errors, `${path}.fileKeyRef`, from.fileKeyRef)
  }
  if (sources === 0) errors.push(field.invalid(path, '', 'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`'))
  if (variable.value) {
    if (sources > 0) errors.push(field.invalid(path, '', 'may not be specified when `value` is not empty'))
  } else if (sources > 1) errors.push(field.invalid(path, '', TOO_MANY))
}

const LONGEST_KEY = 128
type FileKeyRef = NonNullable<NonNullable<EnvVar['valueFrom']>['fileKeyRef']>

/** A key of a file that containers of the pod write. Source: KEP-3721. */
function fileKeyRef(errors: Errors, path: string, { volumeName, path: file, key }: FileKeyRef): void {
  if (!volumeName) errors.push(field.required(`${path}.volumeName`))
  if (!file) errors.push(field.required(`${path}.path`))
  else if (file.startsWith('/')) errors.push(field.invalid(`${path}.path`, file, 'must be a relative path'))
  else if (file.split('/').includes('..')) errors.push(field.invalid(`${path}.path`, file, "must not contain '..'"))
  else if (file.startsWith('..')) errors.push(field.invalid(`${path}.path`, file, "must not start with '..'"))
  if (!key) errors.push(field.required(`${path}.key`))
  else if (key.length > LONGEST_KEY) errors.push(field.invalid(`${path}.key`, key, `must be no more than ${LONGEST_KEY} characters`))
  else say(errors, `${path}.key`, key, envName(key))
}

/** Files are read out of emptyDirs alone. */
export function envFiles(errors: Errors, path: string, spec: PodSpec): void {
  for (const list of ['containers', 'initContainers'] as const) {
    spec[list]?.forEach((container, i) => container.env?.forEach(({ valueFrom: from }, j) => {
      const name = from?.fileKeyRef?.volumeName
      if (!name) return
      const at = `${path}.${list}[${i}].env[${j}].valueFrom.fileKeyRef.volumeName`
      const volume = spec.volumes?.find((v) => v.name === name)
      if (!volume) errors.push(field.notFound(at, name))
      else if (!volume.emptyDir) errors.push(field.invalid(at, name, 'only emptyDir volumes are supported'))
    }))
  }
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
