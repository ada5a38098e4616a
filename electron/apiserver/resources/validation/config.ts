/** ConfigMaps and Secrets. */
import type { ConfigMap, Secret } from '../../../../shared/api/types.ts'
import type { FieldError } from '../../../../shared/errors.ts'
import { field } from '../../../../shared/errors.ts'
import { configKey } from '../../../../shared/labels.ts'
import type { Errors } from './common.ts'
import { equal, IMMUTABLE, say } from './common.ts'
import { lookUp } from '../../json.ts'

/** All values of one object together, in bytes as the pod sees them. */
const MAX_BYTES = 1024 * 1024
const FROZEN = 'field is immutable when `immutable` is set'
const REDACTED = '<secret contents redacted>'
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/
const SA_NAME = 'kubernetes.io/service-account.name'

/** Bytes of base64 text; undefined when it is none. Long texts are cut in pieces by the regular expression engine itself. */
function decodedBytes(text: string): number | undefined {
  const compact = text.replaceAll(/[\r\n]/g, '')
  return BASE64.test(compact) ? Buffer.byteLength(compact, 'base64') : undefined
}

export function validateConfigMap(object: ConfigMap): FieldError[] {
  const errors: FieldError[] = []
  let size = 0
  for (const [key, value] of Object.entries(object.data ?? {})) {
    say(errors, `data[${key}]`, key, configKey(key))
    if (object.binaryData && Object.hasOwn(object.binaryData, key)) errors.push(field.invalid(`data[${key}]`, key, 'duplicate of key present in binaryData'))
    size += Buffer.byteLength(value)
  }
  for (const [key, value] of Object.entries(object.binaryData ?? {})) {
    say(errors, `binaryData[${key}]`, key, configKey(key))
    const length = decodedBytes(value)
    if (length === undefined) errors.push(field.invalid(`binaryData[${key}]`, value.slice(0, 40), 'illegal base64 data'))
    size += length ?? 0
  }
  // No single field is at fault: upstream's empty path is written so.
  if (size > MAX_BYTES) errors.push(field.tooLong('[]', MAX_BYTES))
  return errors
}

function frozen(errors: Errors, object: ConfigMap | Secret, old: ConfigMap | Secret, fields: readonly string[]): void {
  if (!old.immutable) return
  if (!object.immutable) errors.push(field.forbidden('immutable', FROZEN))
  const now = object as unknown as Record<string, object | undefined>
  const before = old as unknown as Record<string, object | undefined>
  for (const name of fields) if (!equal(now[name] ?? {}, before[name] ?? {})) errors.push(field.forbidden(name, FROZEN))
}

export function validateConfigMapUpdate(object: ConfigMap, old: ConfigMap): FieldError[] {
  const errors: FieldError[] = []
  frozen(errors, object, old, ['data', 'binaryData'])
  return errors
}

/** Keys that a secret of the type must have. */
const REQUIRED: Readonly<Record<string, readonly string[]>> = {
  'kubernetes.io/dockercfg': ['.dockercfg'],
  'kubernetes.io/dockerconfigjson': ['.dockerconfigjson'],
  'kubernetes.io/ssh-auth': ['ssh-privatekey'],
  'kubernetes.io/tls': ['tls.crt', 'tls.key'],
}
const JSON_TYPES = new Set(['kubernetes.io/dockercfg', 'kubernetes.io/dockerconfigjson'])

export function validateSecret(object: Secret): FieldError[] {
  const errors: FieldError[] = []
  const data = object.data ?? {}
  let size = 0
  for (const [key, value] of Object.entries(data)) {
    say(errors, `data[${key}]`, key, configKey(key))
    const length = decodedBytes(value)
    if (length === undefined) errors.push(field.invalid(`data[${key}]`, REDACTED, 'illegal base64 data'))
    size += length ?? 0
  }
  if (size > MAX_BYTES) errors.push(field.tooLong('data', MAX_BYTES))
  const type = object.type ?? ''
  for (const key of lookUp(REQUIRED, type) ?? []) {
    const fault = JSON_TYPES.has(type) ? jsonFault(Buffer.from(data[key] ?? '', 'base64').toString('utf8')) : undefined
    if (!Object.hasOwn(data, key) || (type === 'kubernetes.io/ssh-auth' && data[key] === '')) errors.push(field.required(`data[${key}]`))
    else if (fault) errors.push(field.invalid(`data[${key}]`, REDACTED, fault))
  }
  if (type === 'kubernetes.io/basic-auth' && !Object.hasOwn(data, 'username') && !Object.hasOwn(data, 'password')) {
    errors.push(field.required('data[username]'), field.required('data[password]'))
  }
  if (type === 'kubernetes.io/service-account-token' && !object.metadata.annotations?.[SA_NAME]) errors.push(field.required(`metadata.annotations[${SA_NAME}]`))
  return errors
}

/** What is wrong with a text that is to be a JSON object, in the words of Go's decoder where they can be told. */
function jsonFault(text: string): string | undefined {
  const first = text.trim()[0]
  if (first === undefined) return 'unexpected end of JSON input'
  if (!/[[{"\-0-9tfn]/.test(first)) return `invalid character '${first}' looking for beginning of value`
  try {
    const value: unknown = JSON.parse(text)
    const type = Array.isArray(value) ? 'array' : value === null || typeof value === 'object' ? undefined : typeof value === 'boolean' ? 'bool' : typeof value
    return type && `json: cannot unmarshal ${type} into Go value of type map[string]interface {}`
  } catch (error) {
    return /end of JSON|Unterminated/.test(String(error)) ? 'unexpected end of JSON input' : 'must be valid JSON'
  }
}

export function validateSecretUpdate(object: Secret, old: Secret): FieldError[] {
  const errors: FieldError[] = []
  if (object.type !== old.type) errors.push(field.invalid('type', object.type, IMMUTABLE))
  frozen(errors, object, old, ['data'])
  return errors
}
