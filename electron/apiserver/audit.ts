/**
 * Audit: who asked for what, and how it went, as audit.k8s.io/v1 Events of level Metadata, one for each request when its
 * answer is complete (a watch: when it begins). Source: Kubernetes documentation, "Auditing".
 */
import { randomUUID } from 'node:crypto'
import { rfc3339Micro } from '../../shared/clock.ts'
import type { RequestInfo } from './request-info.ts'
import type { ApiRequest, ApiResponse, UserInfo } from './types.ts'

/** Takes events and returns at once; what becomes of them is its own affair. */
export interface AuditSink {
  /** `event` is ours no longer: it may be turned into text later. */
  write(event: object): void
}

/** What is learned of a request on its way. */
export interface Trail {
  info?: RequestInfo
  /** Whom it acts as. */
  user?: UserInfo
  /** Why it was allowed. */
  reason?: string
  annotations?: Record<string, string>
}

const READS = new Set(['get', 'list', 'watch'])
/** What components tell all the time about themselves and their work; nobody asks later who did. */
const CHATTER = new Set(['events', 'leases', 'endpoints', 'endpointslices'])

/**
 * The policy. Everything that anybody does from outside is written down, and what the cluster's own components change. Not:
 * what they read, their status reports, and paths that hold no resources (health, discovery), unless they are refused.
 */
export function isAudited(request: ApiRequest, info: RequestInfo | undefined, status: number): boolean {
  if (!info || status === 403) return true
  if (!info.isResource) return false
  if (!request.inProcess) return true
  if (READS.has(info.verb)) return false
  return !request.user.name.startsWith('system:') || (!CHATTER.has(info.resource) && info.subresource !== 'status')
}

const userOf = ({ name, uid, groups, extra }: UserInfo): object => ({ username: name, ...(uid ? { uid } : {}), groups, ...(extra ? { extra } : {}) })

interface Answered { metadata?: { name?: string; uid?: string; resourceVersion?: string }; message?: string; reason?: string; status?: unknown; kind?: string }

/** @param times when the request came in and when it was answered: milliseconds since 1970 */
export function auditEvent(request: ApiRequest, response: ApiResponse, { info, user, reason, annotations }: Trail, times: { received: number; answered: number }): object {
  const answer = response.body.type === 'object' ? (response.body.value as Answered) : undefined
  const failed = response.status >= 400
  const acting = user && user !== request.user ? user : undefined
  const query = request.query.toString()
  const decision = response.status === 403 && !reason ? 'forbid' : 'allow'
  const object = failed || answer?.kind === 'Status' ? undefined : answer?.metadata
  return {
    kind: 'Event', apiVersion: 'audit.k8s.io/v1', level: 'Metadata', auditID: randomUUID(), stage: response.body.type === 'watch' ? 'ResponseStarted' : 'ResponseComplete',
    requestURI: query ? `${request.path}?${query}` : request.path, verb: info?.verb ?? request.method.toLowerCase(), user: userOf(request.user),
    ...(acting ? { impersonatedUser: userOf(acting) } : {}),
    sourceIPs: [request.remote ?? ''], userAgent: request.headers['user-agent'] ?? '',
    ...(info?.isResource ? {
      objectRef: {
        resource: info.resource, ...(info.namespace ? { namespace: info.namespace } : {}), ...(info.name || object?.name ? { name: info.name || object?.name } : {}),
        ...(object?.uid ? { uid: object.uid } : {}), ...(info.group ? { apiGroup: info.group } : {}), apiVersion: info.version,
        ...(object?.resourceVersion && info.name ? { resourceVersion: object.resourceVersion } : {}), ...(info.subresource ? { subresource: info.subresource } : {}),
      },
    } : {}),
    responseStatus: { metadata: {}, ...(failed ? { status: 'Failure', message: answer?.message ?? '', reason: answer?.reason ?? '' } : {}), code: response.status },
    requestReceivedTimestamp: rfc3339Micro(times.received), stageTimestamp: rfc3339Micro(times.answered),
    annotations: { 'authorization.k8s.io/decision': decision, 'authorization.k8s.io/reason': reason ?? '', ...annotations },
  }
}
