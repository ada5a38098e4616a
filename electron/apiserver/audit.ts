/**
 * Audit: who asked for what, and how it went, as audit.k8s.io/v1 Events. Where the user has written no policy they are of level
 * Metadata, one for each request when its answer is complete (a watch: when it begins). Source: Kubernetes documentation, "Auditing".
 */
import { randomUUID } from 'node:crypto'
import { rfc3339Micro } from '../../shared/clock.ts'
import type { AuditLevel, AuditStage } from './audit-policy.ts'
import type { AuditRecord } from './audit-record.ts'
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
  /** Why events are lost at present. */
  readonly problem?: string | undefined
}

/** What is learned of a request on its way. */
export interface Trail {
  /** The request's name in the log, from when it is asked for. */
  id?: string
  /** When it came in: milliseconds since 1970. */
  readonly received: number
  info?: RequestInfo
  /** There is such a resource. */
  served?: boolean
  /** Whom it acts as. */
  user?: UserInfo
  /** Why it was allowed. */
  reason?: string
  annotations?: Record<string, string>
  /** Headers that say to which flow schema and priority level it belongs. */
  flow?: Readonly<Record<string, string>>
  /** What a policy of the user's wants to be written down. */
  record?: AuditRecord | undefined
}

/** The name of a request: the caller's own, else a new one. Most of those within this process need none. */
export const auditId = (request: ApiRequest, trail: Trail): string => (trail.id ??= request.headers['audit-id'] || randomUUID())

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
  if (!info || status === 403 || status === 401) return true
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

/** What a policy makes of an event. */
export interface Detail {
  readonly level: AuditLevel
  readonly stage: AuditStage
  /** Further members as text, each behind a comma: what was sent, what was answered. */
  readonly objects: string
}

/**
 * The event as one line of JSON, without its end. It is made for every request: that is why it is put together by hand. What
 * others have written stands before the times, by which readers of the log find the end of it.
 * @param response undefined: it is not answered yet
 * @param answered when that was: milliseconds since 1970
 * @param detail absent: as without a policy
 */
export function auditLine(request: ApiRequest, response: ApiResponse | undefined, trail: Trail, answered: number, detail?: Detail): string {
  const { received, info, user, reason = '', annotations } = trail
  const answer = response?.body.type === 'object' ? (response.body.value as Answered) : undefined
  const failed = response !== undefined && response.status >= 400
  const uri = quoted(request.query.size ? `${request.path}?${request.query.toString()}` : request.path)
  const stage = detail?.stage ?? (response?.body.type === 'watch' ? 'ResponseStarted' : 'ResponseComplete')
  const acting = user && user !== request.user ? `,"impersonatedUser":${userText(user)}` : ''
  const object = info?.isResource ? objectText(info, failed || answer?.kind === 'Status' ? undefined : answer?.metadata) : ''
  const said = request.refused ? `Authentication failed, ${request.refused.length ? `attempted: ${request.refused.join(', ')}` : 'no credentials provided'}` : answer?.message
  const failure = failed ? `,"status":"Failure","message":${quoted(said ?? '')},"reason":${quoted(answer?.reason ?? '')}` : ''
  const status = response ? `,"responseStatus":{"metadata":{}${failure},"code":${response.status}}` : ''
  const decision = response?.status === 403 && !reason ? 'forbid' : 'allow'
  // More of them are rare.
  const more = annotations ? `,${JSON.stringify(annotations).slice(1, -1)}` : ''
  const notes = response && !request.refused ? `,"annotations":{"authorization.k8s.io/decision":"${decision}","authorization.k8s.io/reason":${quoted(reason)}${more}}` : ''
  return `{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"${detail?.level ?? 'Metadata'}","auditID":${quoted(auditId(request, trail))},"stage":"${stage}","requestURI":${uri},"verb":${quoted(info?.verb ?? request.method.toLowerCase())},"user":${userText(request.user)}${acting},"sourceIPs":[${quoted(request.remote ?? '')}],"userAgent":${quoted(request.headers['user-agent'] ?? '')}${object}${detail?.objects ?? ''}${status},"requestReceivedTimestamp":"${rfc3339Micro(received)}","stageTimestamp":"${rfc3339Micro(answered)}"${notes}}`
}
