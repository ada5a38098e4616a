/** The parameters of writes, from query and body. */
import type { DeleteOptions } from '../../shared/api/types.ts'
import { badRequest, field, invalid } from '../../shared/errors.ts'
import { checkBody, rawBody } from './body.ts'
import type { WriteContext } from './registry/env.ts'
import { validateDeleteOptions } from './registry/delete.ts'
import { isTrue } from './request-info.ts'
import type { Schemas } from './schema.ts'
import type { ApiRequest } from './types.ts'
import type { Call } from './verbs.ts'

const MANAGER_LIMIT = 128

/** dryRun=All; any other value is refused. */
export function isDryRun(query: URLSearchParams, kind: string): boolean {
  const values = query.getAll('dryRun').filter((v) => v !== '')
  if (values.length === 0) return false
  if (values.some((v) => v !== 'All')) throw invalid({ group: 'meta.k8s.io', kind }, '', [field.notSupported('dryRun', values, ['All'])])
  return true
}

/** Who writes, for managedFields: the parameter, else the first word of the user agent. */
export function fieldManagerOf(request: ApiRequest): string {
  const given = request.query.get('fieldManager')
  if (given) {
    if (given.length > MANAGER_LIMIT) throw invalid({ group: 'meta.k8s.io', kind: 'PatchOptions' }, '', [field.tooLong('fieldManager', MANAGER_LIMIT)])
    return given
  }
  const agent = request.headers['user-agent'] ?? 'unknown'
  const slash = agent.indexOf('/')
  return (slash < 0 ? agent : agent.slice(0, slash)).slice(0, MANAGER_LIMIT) || 'unknown'
}

export const writeContext = ({ request, warn, annotate, stretch }: Pick<Call, 'request' | 'warn' | 'annotate' | 'stretch'>, kind: string): WriteContext =>
  ({ user: request.user, dryRun: isDryRun(request.query, kind), fieldManager: fieldManagerOf(request), warn, annotate, stretch })

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
  const grace = query.get('gracePeriodSeconds')
  if (grace !== null && grace !== '') {
    if (!/^-?\d{1,15}$/.test(grace)) throw badRequest(`invalid gracePeriodSeconds: ${JSON.stringify(grace)}`)
    options.gracePeriodSeconds = Number(grace)
  }
  const policy = query.get('propagationPolicy')
  if (policy) options.propagationPolicy = policy
  if (query.has('orphanDependents')) options.orphanDependents = isTrue(query.get('orphanDependents'))
  if (query.has('dryRun')) options.dryRun = query.getAll('dryRun').filter(Boolean)
  validateDeleteOptions(options)
  return options
}
