/**
 * Audit: who asked for what, and how it went, as audit.k8s.io/v1 Events of level Metadata, one for each request when its
 * answer is complete (a watch: when it begins). Source: Kubernetes documentation, "Auditing".
 */
import { randomUUID } from 'node:crypto'
import { rfc3339Micro } from '../../shared/clock.ts'
import type { RequestInfo } from './request-info.ts'
import type { ApiRequest, ApiResponse, UserInfo } from './types.ts'

/** Takes events and returns at once. */
export interface AuditSink {
  /** @param line an event as JSON, without the end of the line */
  write(line: string): void
  /**
   * Resolves when all events so far are with the operating system, so that the end of this process takes none of them along, or
   * when that cannot be waited for. Never rejects. Who asks from outside is answered only then.
   */
  written(): Promise<void>
}

/** What is learned of a request on its way. */
export interface Trail {
  info?: RequestInfo
  /** Whom it acts as. */
  user?: UserInfo
  /** Why it was allowed. */
  reason?: string
  annotations?: Record<string, string>
  /** Headers that say to which flow schema and priority level it belongs. */
  flow?: Readonly<Record<string, string>>
}

const SNAPSHOT = /^\/snapshot\/?$/
const READS = new Set(['get', 'list', 'watch'])
/** What components tell all the time about themselves and their work; nobody asks later who did. */
const CHATTER = new Set(['events', 'leases', 'endpoints', 'endpointslices'])

/**
 * The policy. Everything that anybody does from outside is written down, and what the cluster's own components change. Not:
 * what they read, their status reports, and paths that hold no resources (health, discovery), unless they are refused; but
 * whoever takes a snapshot has taken everything.
 */
export function isAudited(request: ApiRequest, info: RequestInfo | undefined, status: number): boolean {
  if (!info || status === 403) return true
  if (!info.isResource) return SNAPSHOT.test(info.path)
  if (!request.inProcess) return true
  if (READS.has(info.verb)) return false
  return !request.user.name.startsWith('system:') || (!CHATTER.has(info.resource) && info.subresource !== 'status')
}

const quoted = (text: string): string => JSON.stringify(text)
const member = (name: string, value: string | undefined): string => (value ? `,"${name}":${quoted(value)}` : '')

const users = new WeakMap<UserInfo, string>()
/** Kept with the user: each connection has one for all of its requests. */
function userText(user: UserInfo): string {
  let text = users.get(user)
  if (text === undefined) {
    const { name, uid, groups, extra } = user
    users.set(user, (text = JSON.stringify({ username: name, ...(uid ? { uid } : {}), groups, ...(extra ? { extra } : {}) })))
  }
  return text
}

interface Answered { metadata?: { name?: string; uid?: string; resourceVersion?: string }; message?: string; reason?: string; status?: unknown; kind?: string }

function objectText(info: RequestInfo, object: Answered['metadata']): string {
  const name = member('name', info.name || object?.name)
  const version = info.name ? member('resourceVersion', object?.resourceVersion) : ''
  return `,"objectRef":{"resource":${quoted(info.resource)}${member('namespace', info.namespace)}${name}${member('uid', object?.uid)}${member('apiGroup', info.group)},"apiVersion":${quoted(info.version)}${version}${member('subresource', info.subresource)}}`
}

/**
 * The event as one line of JSON, without its end. It is made for every request: that is why it is put together by hand.
 * @param times when the request came in and when it was answered: milliseconds since 1970
 */
export function auditLine(request: ApiRequest, response: ApiResponse, { info, user, reason = '', annotations }: Trail, times: { received: number; answered: number }): string {
  const answer = response.body.type === 'object' ? (response.body.value as Answered) : undefined
  const failed = response.status >= 400
  const uri = quoted(request.query.size ? `${request.path}?${request.query.toString()}` : request.path)
  const stage = response.body.type === 'watch' ? 'ResponseStarted' : 'ResponseComplete'
  const acting = user && user !== request.user ? `,"impersonatedUser":${userText(user)}` : ''
  const object = info?.isResource ? objectText(info, failed || answer?.kind === 'Status' ? undefined : answer?.metadata) : ''
  const status = failed ? `,"status":"Failure","message":${quoted(answer?.message ?? '')},"reason":${quoted(answer?.reason ?? '')}` : ''
  const decision = response.status === 403 && !reason ? 'forbid' : 'allow'
  // More of them are rare.
  const more = annotations ? `,${JSON.stringify(annotations).slice(1, -1)}` : ''
  return `{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"${randomUUID()}","stage":"${stage}","requestURI":${uri},"verb":${quoted(info?.verb ?? request.method.toLowerCase())},"user":${userText(request.user)}${acting},"sourceIPs":[${quoted(request.remote ?? '')}],"userAgent":${quoted(request.headers['user-agent'] ?? '')}${object},"responseStatus":{"metadata":{}${status},"code":${response.status}},"requestReceivedTimestamp":"${rfc3339Micro(times.received)}","stageTimestamp":"${rfc3339Micro(times.answered)}","annotations":{"authorization.k8s.io/decision":"${decision}","authorization.k8s.io/reason":${quoted(reason)}${more}}}`
}
