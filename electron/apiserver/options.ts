/** The parameters of writes, from query and body. */
import type { DeleteOptions } from '../../shared/api/types.ts'
import { field, invalid } from '../../shared/errors.ts'
import { checkBody, rawBody } from './body.ts'
import type { WriteContext } from './registry/env.ts'
import { validateDeleteOptions } from './registry/delete.ts'
import { integerOf, isTrue } from './request-info.ts'
import type { Schemas } from './schema.ts'
import type { ApiRequest } from './types.ts'
import type { Call } from './verbs.ts'

const MANAGER_LIMIT = 128

/** dryRun=All; any other value is refused. */
export function isDryRun(query: URLSearchParams, kind: string): boolean {
  const values = query.getAll('dryRun')
  if (values.length === 0) return false
  if (values.some((v) => v !== 'All')) throw invalid({ group: 'meta.k8s.io', kind }, '', [field.notSupported('dryRun', values, ['All'])])
  return true
}

/** What Go would not print. */
const UNPRINTABLE = /[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/u

/** Who writes, for managedFields: the parameter, else the first word of the user agent. @param kind of the options that the parameter is one of */
export function fieldManagerOf(request: ApiRequest, kind = 'PatchOptions'): string {
  const given = request.query.get('fieldManager')
  if (given) {
    const errors = Buffer.byteLength(given) > MANAGER_LIMIT ? [field.tooLong('fieldManager', MANAGER_LIMIT)] : []
    const odd = UNPRINTABLE.exec(given)
    if (odd) errors.push(field.invalid('fieldManager', given, `invalid character U+${odd[0].codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0')} (at position ${Buffer.byteLength(given.slice(0, odd.index))})`))
    if (errors.length) throw invalid({ group: 'meta.k8s.io', kind }, '', errors)
    return given
  }
  const agent = request.headers['user-agent'] ?? 'unknown'
  const slash = agent.indexOf('/')
  return (slash < 0 ? agent : agent.slice(0, slash)).slice(0, MANAGER_LIMIT) || 'unknown'
}

export const writeContext = ({ request, warn, annotate, stretch }: Pick<Call, 'request' | 'warn' | 'annotate' | 'stretch'>, kind: string): WriteContext =>
  ({ user: request.user, dryRun: isDryRun(request.query, kind), fieldManager: fieldManagerOf(request, kind), warn, annotate, stretch })

const OPTIONS_KIND = { group: '', version: 'v1', kind: 'DeleteOptions', schema: 'V1DeleteOptions' }

/** DeleteOptions from the body, completed by the query. Throws StatusError. */
export function deleteOptionsOf(request: ApiRequest, schemas: Schemas): DeleteOptions {
  const { query, body } = request
  const empty = body === undefined || (body instanceof Uint8Array && body.byteLength === 0)
  const options: DeleteOptions = {}
  if (!empty) {
    const { object, duplicates } = rawBody(request)
    // Every group has its own DeleteOptions; they are all the same.
    const data = typeof object === 'object' && object !== null ? { ...object, apiVersion: 'v1' } : object
    const { metadata: _, ...given } = checkBody(data, duplicates, OPTIONS_KIND, schemas, 'Ignore', () => undefined)
    Object.assign(options, given)
  }
  const grace = integerOf(query, 'gracePeriodSeconds')
  if (grace !== undefined) options.gracePeriodSeconds = grace
  const policy = query.get('propagationPolicy')
  if (policy) options.propagationPolicy = policy
  if (query.has('orphanDependents')) options.orphanDependents = isTrue(query.get('orphanDependents'))
  if (query.has('dryRun')) options.dryRun = query.getAll('dryRun').filter(Boolean)
  validateDeleteOptions(options)
  return options
}
