/** From a line of the audit log to what the dashboard shows. Pure. */
import type { AuditEntry, AuditObjects } from '../../shared/audit.ts'
import { parseJson } from '../../shared/numbers.ts'

interface User { username?: string; groups?: string[] }
interface Line {
  level?: string
  stage?: string
  auditID?: string
  requestURI?: string
  verb?: string
  user?: User
  impersonatedUser?: User
  sourceIPs?: string[]
  userAgent?: string
  objectRef?: { resource?: string; namespace?: string; name?: string; apiGroup?: string; subresource?: string }
  responseStatus?: { code?: number; message?: string }
  requestReceivedTimestamp?: string
  stageTimestamp?: string
  annotations?: Record<string, string>
  requestObject?: unknown
  responseObject?: unknown
}

/** undefined: a crash cut the line off, it is none of ours, or the request was not answered yet: then there is another line. */
export function auditEntry(text: string): AuditEntry | undefined {
  let line: Line
  try {
    line = JSON.parse(text) as Line
  } catch {
    return undefined
  }
  const { auditID: id, requestReceivedTimestamp: time } = line
  if (!id || !time || line.stage === 'RequestReceived') return undefined
  const object = line.objectRef ?? {}
  return {
    id, time, withObjects: line.requestObject !== undefined || line.responseObject !== undefined,
    milliseconds: Math.max(0, Date.parse(line.stageTimestamp ?? time) - Date.parse(time)),
    user: line.user?.username ?? '', groups: line.user?.groups ?? [], impersonated: line.impersonatedUser?.username ?? '',
    verb: line.verb ?? '', uri: line.requestURI ?? '',
    group: object.apiGroup ?? '', resource: object.resource ?? '', subresource: object.subresource ?? '', namespace: object.namespace ?? '', name: object.name ?? '',
    code: line.responseStatus?.code ?? 0, message: line.responseStatus?.message ?? '',
    decision: line.annotations?.['authorization.k8s.io/reason'] ?? '',
    source: line.sourceIPs?.[0] ?? '', agent: line.userAgent ?? '',
  }
}

/** What was sent and answered, where the policy has it written down. @param text a line that is known to be an event */
export function auditObjects(text: string): AuditObjects {
  const { requestObject: request, responseObject: response } = parseJson(text) as Line
  return { ...(request === undefined ? {} : { request }), ...(response === undefined ? {} : { response }) }
}

/** An event of which the log store keeps a copy: with its objects, but for large ones, which would push out the lines of the pods. */
const MOST_COPIED = 16 * 1024
export function withoutObjects(text: string): string {
  if (text.length <= MOST_COPIED) return text
  const { requestObject: _request, responseObject: _response, ...line } = JSON.parse(text) as Line
  return JSON.stringify(line)
}
