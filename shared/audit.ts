/** The audit log as the dashboard reads it: one entry a request. Source of the terms: audit.k8s.io/v1. */

export interface AuditEntry {
  /** The event's auditID. */
  id: string
  /** When the request came in, RFC 3339 with microseconds. */
  time: string
  /** Until it was answered, in milliseconds; of a watch, until it began. */
  milliseconds: number
  user: string
  groups: string[]
  /** As whom it acted; `''`: as itself. */
  impersonated: string
  verb: string
  uri: string
  /** These five are empty where no resource was asked for. */
  group: string
  resource: string
  subresource: string
  namespace: string
  name: string
  code: number
  /** What the refusal said; `''` when it went well. */
  message: string
  /** Why it was allowed, as the authorizer says. */
  decision: string
  source: string
  agent: string
  /** Whether the log has also what was sent or answered, as a policy may want it. */
  withObjects: boolean
}
/** What was sent, and what was answered. */
export interface AuditObjects {
  request?: unknown
  response?: unknown
}

/** Which requests. Absent and empty fields mean: all. */
export interface AuditQuery {
  /** Part of the user's name, or of whom it acted as; in any case of letters. */
  user?: string
  verb?: string
  /** Part of `resource.group/subresource` or of the object's name; in any case of letters. */
  object?: string
  namespace?: string
  /** Only those that were not answered with success. */
  failed?: boolean
}
export interface AuditPageQuery extends AuditQuery {
  /** At most this many, the newest ones. Default 500, at most 2000. */
  limit?: number
  /** Go on where an earlier page ended: its `next`. */
  before?: string
}
export interface AuditPage {
  /** Newest first. */
  entries: AuditEntry[]
  /** Where to go on; `''`: nothing older is kept. A page may be short, or empty, and still have one: only so much is read at a time. */
  next: string
  /** How far back was read: when the oldest request that was looked at came in; `''` when none was. */
  reached: string
}

const has = (text: string, part: string | undefined): boolean => !part || text.toLowerCase().includes(part.toLowerCase())
/** `deployments.apps/scale` */
export const auditResource = (e: Pick<AuditEntry, 'group' | 'resource' | 'subresource'>): string => `${e.resource}${e.group && `.${e.group}`}${e.subresource && `/${e.subresource}`}`

export function auditMatches(e: AuditEntry, q: AuditQuery): boolean {
  return (!q.failed || e.code >= 400) && (!q.verb || e.verb === q.verb) && (!q.namespace || e.namespace === q.namespace)
    && (has(e.user, q.user) || has(e.impersonated, q.user)) && (has(auditResource(e), q.object) || has(e.name, q.object))
}
