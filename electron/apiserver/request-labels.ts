/**
 * What a request is called in the server's metrics. Dashboards and alerts look for these very words. Source: kubernetes
 * staging/src/k8s.io/apiserver/pkg/endpoints/metrics/metrics.go.
 */
import type { RequestInfo } from './request-info.ts'
import type { ApiRequest } from './types.ts'

export const LABELS = ['verb', 'dry_run', 'group', 'version', 'resource', 'subresource', 'scope', 'component'] as const
export type Asked = Pick<ApiRequest, 'method' | 'headers' | 'query'>
export type RequestLabels = Readonly<Record<(typeof LABELS)[number], string>>

const VERBS: Readonly<Record<string, string>> = { create: 'POST', update: 'PUT', patch: 'PATCH', delete: 'DELETE', deletecollection: 'DELETECOLLECTION', get: 'GET', list: 'LIST', watch: 'WATCH' }
const CONNECTS = new Set(['exec', 'attach', 'portforward', 'proxy'])
/** Of the others there are as many as callers think of. */
const SUBRESOURCES = new Set(['', 'status', 'scale', ...CONNECTS, 'log', 'binding', 'eviction', 'token', 'approval', 'finalize', 'ephemeralcontainers', 'resize'])
const HEALTH = new Set(['/healthz', '/livez', '/readyz'])

function verbOf({ method, headers }: Asked, { verb, subresource }: RequestInfo): string {
  if (CONNECTS.has(subresource)) return 'CONNECT'
  if (verb === 'patch' && headers['content-type']?.startsWith('application/apply-patch')) return 'APPLY'
  return VERBS[verb] ?? method
}
function scopeOf({ isResource, verb, name, namespace }: RequestInfo): string {
  if (name !== '' || verb === 'create') return 'resource'
  if (namespace !== '') return 'namespace'
  return isResource ? 'cluster' : ''
}

/**
 * @param info undefined: its path could not be read
 * @param served whether there is such a resource: names that somebody thought of are not written down
 */
export function requestLabels(request: Asked, info: RequestInfo | undefined, served: boolean): RequestLabels {
  const nothing = { verb: request.method, dry_run: '', group: '', version: '', resource: '', subresource: '', scope: '', component: 'apiserver' }
  if (!info) return nothing
  if (!info.isResource) return { ...nothing, subresource: HEALTH.has(info.path) ? info.path : '' }
  if (!served) return { ...nothing, verb: VERBS[info.verb] ?? request.method, scope: scopeOf(info) }
  return {
    verb: verbOf(request, info), dry_run: request.query.has('dryRun') ? 'All' : '', group: info.group, version: info.version, resource: info.resource,
    subresource: SUBRESOURCES.has(info.subresource) ? info.subresource : '', scope: scopeOf(info), component: 'apiserver',
  }
}

/** A text that is the same for requests with the same labels, and made quickly. As requestLabels. */
export function labelKey({ method, headers, query }: Asked, info: RequestInfo | undefined, served: boolean): string {
  if (!info?.isResource || !served) return `${method} ${info && !info.isResource && HEALTH.has(info.path) ? info.path : info ? `${info.verb} ${scopeOf(info)}` : ''}`
  const flags = (info.name !== '' ? 1 : 0) + (info.namespace !== '' ? 2 : 0) + (query.size > 0 && query.has('dryRun') ? 4 : 0) + (method === 'PATCH' && headers['content-type']?.startsWith('application/apply-patch') ? 8 : 0)
  return `${info.verb} ${info.version}/${info.resource}.${info.group}/${SUBRESOURCES.has(info.subresource) ? info.subresource : ''} ${flags} ${method}`
}
