/** AdmissionReview, as webhooks get it and answer it. Source: Kubernetes documentation, "Dynamic Admission Control: webhook request and response". */
import { randomUUID } from 'node:crypto'
import { failure, type StatusError } from '../../../shared/errors.ts'
import { parseJson } from '../../../shared/numbers.ts'
import { apiVersion, type Stored } from '../registry/env.ts'
import type { KindDefinition } from '../resources/kind.ts'
import type { AdmissionRequest } from './plugin.ts'

export const groupVersionKind = (kind: KindDefinition): object => ({ group: kind.group, version: kind.version, kind: kind.kind })
export const groupVersionResource = (kind: KindDefinition): object => ({ group: kind.group, version: kind.version, resource: kind.resource })

const OPTIONS = { CREATE: 'CreateOptions', UPDATE: 'UpdateOptions', DELETE: 'DeleteOptions', CONNECT: undefined } as const

/** The options of the operation: those of a deletion are not told apart from none. */
export function optionsOf({ operation, dryRun, fieldManager }: AdmissionRequest): object | null {
  const kind = OPTIONS[operation]
  if (!kind) return null
  return { kind, apiVersion: 'meta.k8s.io/v1', ...(dryRun ? { dryRun: ['All'] } : {}), ...(fieldManager && operation !== 'DELETE' ? { fieldManager } : {}) }
}

export interface Review {
  readonly uid: string
  readonly body: object
}

/** @param version of AdmissionReview: v1 or v1beta1 */
export function reviewFor(request: AdmissionRequest, shown: KindDefinition, version: string): Review {
  const uid = randomUUID()
  const { kind, subresource, user, object, old } = request
  // What is posted to a subresource has a kind of its own.
  const own = object && subresource && object.kind !== kind.kind ? { group: object.apiVersion.includes('/') ? object.apiVersion.split('/')[0] : '', version: object.apiVersion.split('/').at(-1), kind: object.kind } : undefined
  const as = (given: Stored | undefined): Stored | null => (given ? (shown === kind || own ? given : { ...given, apiVersion: apiVersion(shown) }) : null)
  const part = subresource ? { subResource: subresource } : {}
  return {
    uid,
    body: {
      kind: 'AdmissionReview', apiVersion: `admission.k8s.io/${version}`,
      request: {
        uid, kind: own ?? groupVersionKind(shown), resource: groupVersionResource(shown), ...part,
        requestKind: own ?? groupVersionKind(kind), requestResource: groupVersionResource(kind), ...(subresource ? { requestSubResource: subresource } : {}),
        ...(request.name ? { name: request.name } : {}), ...(request.namespace ? { namespace: request.namespace } : {}), operation: request.operation,
        userInfo: { username: user.name, ...(user.uid ? { uid: user.uid } : {}), groups: user.groups, ...(user.extra ? { extra: user.extra } : {}) },
        object: as(object), oldObject: as(old), dryRun: request.dryRun, options: optionsOf(request),
      },
    },
  }
}

export interface Operation { readonly op?: string; readonly path?: string; readonly from?: string; readonly value?: unknown }

export interface Verdict {
  readonly allowed: boolean
  readonly status: { readonly message?: string; readonly reason?: string; readonly code?: number } | undefined
  /** A JSON patch of one operation at least. */
  readonly patch: readonly Operation[] | undefined
  readonly warnings: readonly string[]
  /** For the audit log. */
  readonly notes: Readonly<Record<string, string>>
}

/** Of an answer in base64. undefined: it has no operations. */
function patchOf(text: string): readonly Operation[] | undefined {
  try {
    const patch = parseJson(Buffer.from(text, 'base64').toString('utf8'))
    if (!Array.isArray(patch)) throw new Error('json: cannot unmarshal object into Go value of type jsonpatch.Patch')
    return patch.length ? (patch as Operation[]) : undefined
  } catch (error) {
    throw new Error(`received undecodable patch in webhook response: ${error instanceof Error ? error.message : String(error)}`)
  }
}

/** Throws Error for an answer that is none. */
export function verdictOf(answer: unknown, uid: string): Verdict {
  const review = answer as { apiVersion?: string; kind?: string; response?: { uid?: string; allowed?: boolean; status?: Verdict['status']; patch?: string; patchType?: string; warnings?: string[]; auditAnnotations?: Record<string, string> } } | null
  if (review?.kind !== 'AdmissionReview' || !review.apiVersion?.startsWith('admission.k8s.io/')) throw new Error(`received invalid webhook response: expected webhook response of admission.k8s.io/v1, Kind=AdmissionReview, got ${review?.apiVersion ?? ''}, Kind=${review?.kind ?? ''}`)
  const { response } = review
  if (!response) throw new Error('received invalid webhook response: webhook response was absent')
  if (response.uid !== uid) throw new Error(`received invalid webhook response: expected response.uid=${JSON.stringify(uid)}, got ${JSON.stringify(response.uid ?? '')}`)
  if (response.patch !== undefined && response.patchType !== 'JSONPatch') throw new Error(`received invalid webhook response: webhook returned response.patch but not response.patchType`)
  const patch = response.patch ? patchOf(response.patch) : undefined
  return { allowed: response.allowed === true, status: response.status, patch, warnings: response.warnings ?? [], notes: response.auditAnnotations ?? {} }
}

/** What the caller is told when a webhook says no. */
export function denial(name: string, status: Verdict['status']): StatusError {
  const by = `admission webhook ${JSON.stringify(name)} denied the request`
  const text = status?.message ? `${by}: ${status.message}` : status?.reason ? `${by}: ${status.reason}` : `${by} without explanation`
  const code = status?.code !== undefined && status.code >= 400 ? status.code : 400
  return failure(code, status?.reason ?? '', text)
}
