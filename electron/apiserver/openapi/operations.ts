/** One operation of a path, in either version. */
import type { Components, GroupVersionKind, Json } from './components.ts'
import { queryParameter } from './parameters.ts'

export interface Writer {
  readonly components: Components
  readonly version: 'v2' | 'v3'
}

export const MEDIA: readonly string[] = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf']
/** What a list may be answered in, which may be a watch. */
export const STREAMED: readonly string[] = [...MEDIA, 'application/json;stream=watch', 'application/vnd.kubernetes.protobuf;stream=watch']

export interface Operation {
  readonly id: string
  /** Absent: of no kind, as discovery. */
  readonly of?: { readonly action: string; readonly gvk: GroupVersionKind }
  readonly description: string
  /** `apps_v1` */
  readonly tag: string
  readonly query?: readonly string[]
  /** What the body is, and in which forms. */
  readonly body?: { readonly ref: Json; readonly types: readonly string[]; readonly optional?: boolean }
  /** What comes back, and in which forms (default: MEDIA). Where it is plain text, a schema of a string. */
  readonly answer: Json
  readonly types?: readonly string[]
  /** Status codes beside 200 (which is OK) and 401. */
  readonly codes?: readonly ('201' | '202')[]
}

const SAYS = { 200: 'OK', 201: 'Created', 202: 'Accepted' } as const

export function operation(op: Operation, { version }: Writer): Json {
  const query = (op.query ?? []).map((name) => queryParameter(name, version))
  const codes = ['200' as const, ...(op.codes ?? [])]
  const types = op.types ?? MEDIA
  const head: Json = {
    description: op.description, operationId: op.id, tags: [op.tag],
    ...(op.of ? { 'x-kubernetes-action': op.of.action, 'x-kubernetes-group-version-kind': op.of.gvk } : {}),
  }
  if (version === 'v2') {
    return {
      ...head, consumes: op.body?.types ?? ['*/*'], produces: types, schemes: ['https'],
      parameters: [...(op.body ? [{ name: 'body', in: 'body', ...(op.body.optional ? {} : { required: true }), schema: op.body.ref }] : []), ...query],
      responses: { ...Object.fromEntries(codes.map((c) => [c, { description: SAYS[c], schema: op.answer }])), 401: { description: 'Unauthorized' } },
    }
  }
  const content = (some: readonly string[], schema: Json): Json => Object.fromEntries(some.map((t) => [t, { schema }]))
  return {
    ...head, parameters: query,
    ...(op.body ? { requestBody: { content: content(op.body.types, op.body.ref), ...(op.body.optional ? {} : { required: true }) } } : {}),
    responses: { ...Object.fromEntries(codes.map((c) => [c, { description: SAYS[c], content: content(types, op.answer) }])), 401: { description: 'Unauthorized' } },
  }
}

const upper = (text: string): string => text.replace(/^./, (c) => c.toUpperCase())
/** `rbac.authorization.k8s.io` → `rbac`, `authorization`; the core group is called so. */
const words = (group: string): string[] => (group === '' ? ['core'] : group.replace(/\.k8s\.io$/, '').split(/[.-]/))
/** `AppsV1`, `RbacAuthorizationV1` */
export const groupName = (group: string, version: string): string => [...words(group), version].map(upper).join('')
/** `apps_v1`, `rbacAuthorization_v1` */
export const tagOf = (group: string, version?: string): string => `${words(group).map((w, i) => (i ? upper(w) : w)).join('')}${version ? `_${version}` : ''}`
/** A kind with its article. */
export const one = (kind: string): string => `${/^[AEIOU]/.test(kind) ? 'an' : 'a'} ${kind}`
