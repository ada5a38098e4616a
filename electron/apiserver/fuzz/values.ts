/** Values for fields: what a schema asks for, small, and now and then what it does not. */
import type { Schema, Schemas } from '../schema.ts'
import type { Tape } from './tape.ts'

export const NAMES = ['a', 'b', 'default', 'kube-system', 'a.b', 'node-1'] as const
/** What is hard to read, to compare, to index or to print. */
export const STRINGS = [
  '', ' ', '.', '..', '-', '/', '%', '%2F', '%zz', 'A', 'a b', 'a/b', '\0', '\n', '\ud800', '\u{1f600}', 'ä', '__proto__', 'constructor', 'toString', 'hasOwnProperty', 'length', 'null', 'NaN', '0', '-1', '1e999', '9'.repeat(400),
  'x'.repeat(64), 'y'.repeat(254), 'z'.repeat(5000), '$(A)', '${a}', '{{.}}', '((((((((((a*)*)*)*)*)*)*)*)*)*b', '[', '*', '1Gi', '1e3000', '-5m', '0x10', '10.0.0.1', '::1', '10.0.0.0/33', '::/0', '999.1.1.1', 'http://[', '2020-01-01T00:00:00Z', '2020-13-45T99:99:99Z',
  '* * * * *', '99 99 99 99 99', '@every 1ns', 'self.x == oldSelf.x', 'size(self) > ', 'AAA=', '====', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----', 'system:masters', 'k8s.io/a', 'example.com/', '/example', 'a=b,c in (d', '!a', 'sha256:', 'UTF-8', '\r\nX: y',
] as const
const NUMBERS = [0, 1, 2, -1, 80, 3600, 65535, 65536, 2 ** 31 - 1, 2 ** 31, -(2 ** 31) - 1, 2 ** 53, 1e19, 1e300, 0.5, -0] as const
const TIMES = ['2020-01-01T00:00:00Z', '2020-01-01T00:00:00.000000Z', '0001-01-01T00:00:00Z', '2020-02-30T00:00:00Z', ''] as const
const QUANTITIES = ['1', '100m', '1Gi', '0', '-1', '1e30', '0.0000001', '1i', ''] as const
const KEYS = ['a', 'app', 'app.kubernetes.io/name', 'b', '__proto__', 'constructor', '', 'A_B', 'x'.repeat(64), 'é', 'tls.crt', 'requests.cpu', 'cpu', 'memory', '..'] as const
const DEPTH = 12

export const text = (tape: Tape): string => (tape.chance(3) ? tape.pick(STRINGS) : tape.pick(NAMES))

/** A record by `entries` and not by assignment: `__proto__` is a key as others are. */
const record = (entries: [string, unknown][]): Record<string, unknown> => Object.fromEntries(entries)

/** Any JSON. */
export function anything(tape: Tape, depth = 3): unknown {
  switch (tape.below(depth > 0 ? 8 : 5)) {
    case 0: return null
    case 1: return text(tape)
    case 2: return tape.pick(NUMBERS)
    case 3: return tape.below(2) === 1
    case 4: return ''
    case 5: return tape.several(3, () => anything(tape, depth - 1))
    case 6: return {}
    default: return record(tape.several(3, () => [tape.pick(KEYS), anything(tape, depth - 1)]))
  }
}

/** Words that fields with a closed set of them take; found by trying, they open the ways behind them. */
const WORDS = [
  'Always', 'Never', 'OnFailure', 'IfNotPresent', 'TCP', 'UDP', 'ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName', 'None', 'RollingUpdate', 'Recreate', 'OnDelete', 'In', 'NotIn', 'Exists', 'DoesNotExist', 'Gt', 'Equal', 'NoSchedule', 'NoExecute',
  'Retain', 'Delete', 'ReadWriteOnce', 'ReadWriteMany', 'Filesystem', 'Block', 'Opaque', 'kubernetes.io/tls', 'Ingress', 'Egress', 'Exact', 'Prefix', 'Fail', 'Ignore', 'Role', 'ClusterRole', 'User', 'Group', 'ServiceAccount', 'rbac.authorization.k8s.io',
  'Resource', 'Pods', 'Utilization', 'AverageValue', 'Allow', 'Forbid', 'Replace', 'Indexed', 'NonIndexed', 'string', 'object', 'array', 'integer', 'CREATE', 'UPDATE', '*', 'Namespaced', 'Cluster', 'v1', 'apps/v1', 'kubernetes.io/hostname', 'ScheduleAnyway', 'DoNotSchedule', 'DirectoryOrCreate', 'Local', 'IPv4', 'IPv6',
] as const

function string(tape: Tape, schema: Schema): string {
  if (schema.format === 'date-time' || schema.format === 'micro-time') return tape.pick(TIMES)
  if (schema.format === 'quantity') return tape.pick(QUANTITIES)
  if (schema.format === 'byte') return tape.pick(['YQ==', '', '=', 'ä'])
  return tape.below(2) === 1 ? tape.pick(WORDS) : text(tape)
}

/** What a schema asks for, mostly; `depth` bounds those that hold themselves. */
export function fitting(tape: Tape, schema: Schema, schemas: Schemas, depth = DEPTH): unknown {
  if (tape.chance(40)) return anything(tape)
  const named = schema.ref ? schemas[schema.ref] : undefined
  if (schema.ref) return named && depth > 0 ? fitting(tape, named, schemas, depth - 1) : {}
  if (schema.format === 'int-or-string') return tape.pick<unknown>(['50%', 1, 0, '101%', -1, 'http', 2 ** 40])
  if (schema.format === 'quantity') return tape.pick(QUANTITIES)
  switch (schema.type) {
    case 'string': return string(tape, schema)
    case 'boolean': return tape.below(2) === 1
    case 'integer': case 'number': return tape.below(2) === 1 ? tape.pick(NUMBERS) : tape.below(5)
    case 'array': return depth > 0 && schema.items ? tape.several(2, () => fitting(tape, schema.items as Schema, schemas, depth - 1)) : []
    case 'object': break
    default: return anything(tape)
  }
  if (!schema.properties) return schema.additionalProperties && depth > 0 ? record(tape.several(2, () => [tape.pick(KEYS), fitting(tape, schema.additionalProperties as Schema, schemas, depth - 1)])) : anything(tape)
  const all = Object.keys(schema.properties)
  // What has to be there mostly is, so that the checks behind the first one have their turn.
  const chosen = new Set([...(schema.required ?? []).filter(() => !tape.chance(10)), ...tape.several(depth > DEPTH - 3 ? 4 : 2, () => tape.pick(all))])
  const entries: [string, unknown][] = [...chosen].map((name) => [name, fitting(tape, schema.properties?.[name] as Schema, schemas, depth - 1)])
  if (tape.chance(30)) entries.push([tape.pick(KEYS), anything(tape)])
  return record(entries)
}

/** Where something stands in an object, as a JSON pointer; sometimes where nothing does. */
export function pointer(tape: Tape, object: unknown): string {
  let at = object
  let path = ''
  while (typeof at === 'object' && at !== null && !tape.chance(4)) {
    const keys = Object.keys(at)
    if (!keys.length) break
    const key = tape.pick(keys)
    path += `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`
    at = (at as Record<string, unknown>)[key]
  }
  return tape.chance(5) ? `${path}/${tape.pick(['-', '0', '99', '-1', '~', '~2', '__proto__', 'constructor/prototype', '01', ''])}` : path
}
