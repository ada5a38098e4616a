/** Environment variables of a container. */
import type { Container, EnvVar, PodSpec } from '../../../../shared/api/types.ts'
import { field } from '../../../../shared/errors.ts'
import { annotationKey, configKey, dns1123Subdomain, envName, nameErrors, qualifiedName } from '../../../../shared/labels.ts'
import { formatQuantity, parseQuantity, QUANTITY_SYNTAX } from '../../../../shared/quantity.ts'
import type { Errors } from './common.ts'
import { say } from './common.ts'

const TOO_MANY = 'may not have more than one field specified at a time'
const ENV_FIELDS = [
  'metadata.name', 'metadata.namespace', 'metadata.uid', 'spec.nodeName', 'spec.serviceAccountName',
  'status.hostIP', 'status.hostIPs', 'status.podIP', 'status.podIPs',
]
const KNOWN_FIELDS = new Set([...ENV_FIELDS, 'metadata.labels', 'metadata.annotations', 'spec.restartPolicy', 'spec.schedulerName', 'status.phase'])
/** `metadata.labels['app']`: path and key. */
const KEYED = /^([^']+)\['(.*)'\]$/
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
    for (const key of ['configMapRef', 'secretRef'] as const) {
      const reference = source[key]
      if (!reference) continue
      if (!reference.name) errors.push(field.required(`${at}.${key}.name`))
      else say(errors, `${at}.${key}.name`, reference.name, nameErrors('subdomain', reference.name, true))
    }
    // Of the list as a whole, as upstream has it.
    if (!source.configMapRef && !source.secretRef) errors.push(field.invalid(`${path}.envFrom`, '', 'must specify one of: `configMapRef` or `secretRef`'))
    else if (source.configMapRef && source.secretRef) errors.push(field.invalid(`${path}.envFrom`, '', TOO_MANY))
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
    say(errors, `${path}.${name}.name`, reference.name, dns1123Subdomain(reference.name))
    if (!reference.key) errors.push(field.required(`${path}.${name}.key`))
    else say(errors, `${path}.${name}.key`, reference.key, configKey(reference.key))
  }
  if (from.fileKeyRef) {
    sources++
    fileKeyRef(errors, `${path}.fileKeyRef`, from.fileKeyRef)
  }
  if (sources === 0) errors.push(field.invalid(path, '', 'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`'))
  else if (variable.value) errors.push(field.invalid(path, '', 'may not be specified when `value` is not empty'))
  else if (sources > 1) errors.push(field.invalid(path, '', TOO_MANY))
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
  const { apiVersion, fieldPath: name } = reference
  const unknown = (why: string): void => void errors.push(field.invalid(`${path}.fieldPath`, name, `error converting fieldPath: ${why}`))
  if (!apiVersion) return void errors.push(field.required(`${path}.apiVersion`))
  if (!name) return void errors.push(field.required(`${path}.fieldPath`))
  if (apiVersion !== 'v1') return unknown(`unsupported pod version: ${apiVersion}`)
  const [, of, key = ''] = KEYED.exec(name) ?? []
  if (of === 'metadata.labels') say(errors, path, key, qualifiedName(key))
  else if (of === 'metadata.annotations') say(errors, path, key.toLowerCase(), annotationKey(key))
  else if (of !== undefined) unknown(`field label does not support subscript: ${name}`)
  else if (whole.includes(name)) return
  else if (KNOWN_FIELDS.has(name)) errors.push(field.notSupported(`${path}.fieldPath`, name, whole))
  else unknown(`field label not supported: ${name}`)
}

const CPU_DIVISORS = ['1m', '1']
const SIZE_DIVISORS = ['1', '1k', '1M', '1G', '1T', '1P', '1E', '1Ki', '1Mi', '1Gi', '1Ti', '1Pi', '1Ei']
const HUGE_PAGES = /^(limits|requests)\.hugepages-/

/** What a container asks for or may have; `volume`: a file has to say of which container. */
export function resourceFieldRef(errors: Errors, path: string, reference: { containerName?: string; resource: string; divisor?: string }, volume = false): void {
  const { resource, divisor } = reference
  if (volume && !reference.containerName) errors.push(field.required(`${path}.containerName`))
  else if (!resource) errors.push(field.required(`${path}.resource`))
  else if (!ENV_RESOURCES.includes(resource) && !HUGE_PAGES.test(resource)) errors.push(field.notSupported(`${path}.resource`, resource, ENV_RESOURCES))
  if (divisor === undefined || !resource) return
  const q = parseQuantity(divisor)
  if (!q) errors.push(field.invalid(`${path}.divisor`, divisor, QUANTITY_SYNTAX))
  else if (q.nanos !== 0n) {
    const what = HUGE_PAGES.test(resource) ? 'hugepages' : DIVIDED[resource.slice(resource.indexOf('.') + 1)]
    if (what === 'cpu') {
      if (!CPU_DIVISORS.includes(formatQuantity(q))) errors.push(field.invalid(`${path}.divisor`, resource, `only divisor's values ${CPU_DIVISORS.join(' and ')} are supported with the cpu resource`))
    } else if (what && !SIZE_DIVISORS.includes(formatQuantity(q))) errors.push(field.invalid(`${path}.divisor`, resource, `only divisor's values ${SIZE_DIVISORS.join(', ')} are supported with the ${what} resource`))
  }
}
const DIVIDED: Readonly<Record<string, string>> = { cpu: 'cpu', memory: 'memory', 'ephemeral-storage': 'local ephemeral storage' }
