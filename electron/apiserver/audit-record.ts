/**
 * What a policy of the user's wants written down of one request: an event at each stage that the policy does not omit, with what
 * was sent and what was answered from level Request and RequestResponse on. Source: Kubernetes documentation, "Auditing".
 */
import type { Clock } from '../../shared/clock.ts'
import { auditLine, type AuditSink, type Trail } from './audit.ts'
import type { AuditLevel, AuditStage, Decided } from './audit-policy.ts'
import { rawBody } from './body.ts'
import { decodePatch } from './codec/decode.ts'
import { encodeJson } from './encode.ts'
import { isRecord } from './json.ts'
import { isOpen, toldWhenEnded } from './long-running.ts'
import { isLongRunning, type RequestInfo } from './request-info.ts'
import type { Annotate, ApiRequest, ApiResponse, UserInfo } from './types.ts'

/** Where one event is larger the objects are left out, and it says so: as upstream's log does when it is told to. */
const MOST_OBJECTS = 3 * 1024 * 1024
const BODIES = new Set(['create', 'update', 'patch', 'delete', 'deletecollection'])
/** What is sent to these is not the API's to read. */
const CONNECTIONS = new Set(['proxy', 'exec', 'attach', 'portforward'])

export interface AuditRecord {
  readonly level: AuditLevel
  /** The request has come to who reads its body. */
  taken(): void
  /** @returns the answer, which now also says when it has ended */
  answered(response: ApiResponse): ApiResponse
}

function withoutManagers(value: unknown): unknown {
  if (!isRecord(value)) return value
  const { metadata, items } = value
  const plain = { ...value }
  if (isRecord(metadata) && 'managedFields' in metadata) {
    const { managedFields: _, ...rest } = metadata
    plain['metadata'] = rest
  }
  if (Array.isArray(items)) plain['items'] = items.map(withoutManagers)
  return plain
}

/** What was sent, as JSON; undefined: nothing, or what nobody can read. */
function sent(request: ApiRequest, verb: string, omit: boolean): string | undefined {
  try {
    const { object } = rawBody(request, verb === 'patch' ? decodePatch : undefined)
    return object === undefined ? undefined : JSON.stringify(omit ? withoutManagers(object) : object)
  } catch {
    // The answer says what is wrong with it.
    return undefined
  }
}

/** What was answered, as JSON; undefined: it is too large. Of a list no more is looked at than it takes to know that. */
function answered(value: object, omit: boolean): string | undefined {
  const { items } = value as { items?: unknown }
  if (Array.isArray(items)) {
    let size = 0
    // Managers are about half of an object.
    for (const item of items as object[]) if ((size += encodeJson(item).byteLength) > MOST_OBJECTS * (omit ? 2 : 1)) return undefined
  }
  return omit ? JSON.stringify(withoutManagers(value)) : encodeJson(value).toString()
}

/** Without a policy of the user's the log is of level Metadata. */
export const annotator = (trail: Trail): Annotate => (key, value, level = 'Metadata') => {
  const deep = trail.record?.level === 'Request' || trail.record?.level === 'RequestResponse'
  if (level === 'Metadata' || deep) (trail.annotations ??= {})[key] = typeof value === 'string' ? value : value()
}

export function createAuditRecorder(sink: AuditSink, decide: (info: RequestInfo, user: UserInfo) => Decided, clock: Clock): (request: ApiRequest, info: RequestInfo, trail: Trail) => AuditRecord | undefined {
  return (request, info, trail) => {
    const { level, omitStages, omitManagedFields } = decide(info, request.user)
    if (level === 'None') return undefined
    let reads = false

    function objects(response: ApiResponse | undefined, stage: AuditStage): string {
      if (level === 'Metadata' || !response) return ''
      const given = reads ? sent(request, info.verb, omitManagedFields) : undefined
      const { body } = response
      const shown = level === 'RequestResponse' && stage === 'ResponseComplete' && body.type === 'object' && info.isResource
      const answer = shown ? answered(body.value, omitManagedFields) : undefined
      if ((shown && answer === undefined) || (given?.length ?? 0) + (answer?.length ?? 0) > MOST_OBJECTS) {
        ;(trail.annotations ??= {})['audit.k8s.io/truncated'] = 'true'
        return ''
      }
      return `${given === undefined ? '' : `,"requestObject":${given}`}${answer === undefined ? '' : `,"responseObject":${answer}`}`
    }
    function write(stage: AuditStage, response?: ApiResponse): void {
      if (omitStages.has(stage)) return
      const more = objects(response, stage)
      sink.write(auditLine(request, response, trail, clock.now(), { level, stage, objects: more }))
    }
    write('RequestReceived')
    return {
      level,
      taken() {
        reads = BODIES.has(info.verb) && !CONNECTIONS.has(info.subresource)
      },
      answered(response) {
        if (isLongRunning(info)) write('ResponseStarted', response)
        const complete = (): void => write('ResponseComplete', response)
        if (isOpen(response)) return toldWhenEnded(response, () => complete)
        complete()
        return response
      },
    }
  }
}
