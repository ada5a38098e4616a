/** From a line of the audit log to what the dashboard shows. Pure. */
import type { AuditEntry } from '../../shared/audit.ts'

interface User { username?: string; groups?: string[] }
interface Line {
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
}

/** undefined: a crash cut the line off, or it is none of ours. */
export function auditEntry(text: string): AuditEntry | undefined {
  let line: Line
  try {
    line = JSON.parse(text) as Line
  } catch {
    return undefined
  }
  const { auditID: id, requestReceivedTimestamp: time } = line
  if (!id || !time) return undefined
  const object = line.objectRef ?? {}
  return {
    id, time,
    milliseconds: Math.max(0, Date.parse(line.stageTimestamp ?? time) - Date.parse(time)),
    user: line.user?.username ?? '', groups: line.user?.groups ?? [], impersonated: line.impersonatedUser?.username ?? '',
    verb: line.verb ?? '', uri: line.requestURI ?? '',
    group: object.apiGroup ?? '', resource: object.resource ?? '', subresource: object.subresource ?? '', namespace: object.namespace ?? '', name: object.name ?? '',
    code: line.responseStatus?.code ?? 0, message: line.responseStatus?.message ?? '',
    decision: line.annotations?.['authorization.k8s.io/reason'] ?? '',
    source: line.sourceIPs?.[0] ?? '', agent: line.userAgent ?? '',
  }
}
