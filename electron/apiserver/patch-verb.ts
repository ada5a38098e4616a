/** PATCH in its four kinds, on the object, its status, and (through `view`) on its scale. */
import { badRequest, conflict, failure, field, invalid, notFound, unsupportedMediaType, type StatusError } from '../../shared/errors.ts'
import { checkBody, fieldValidationOf, rawBody, type BodyKind } from './body.ts'
import { decodePatch, mediaType, PATCH_TYPES } from './codec/decode.ts'
import { cloneJson, isRecord } from './json.ts'
import { applySteps, misfit, misfitsOf, rootType, typedPath, UNDECLARED } from './managedfields/index.ts'
import { fieldManagerOf, isDryRun, writeContext } from './options.ts'
import { jsonPatch } from './patch/json-patch.ts'
import { mergePatch } from './patch/merge-patch.ts'
import { strategicMergePatch } from './patch/strategic.ts'
import { createObject } from './registry/create.ts'
import { apiVersion, keyOf, type Env, type Stored } from './registry/env.ts'
import { updateObject } from './registry/update.ts'
import { isTrue } from './request-info.ts'
import type { Schemas } from './schema.ts'
import { atOnce, inStretches, type Steps } from './stretch.ts'
import type { ApiRequest } from './types.ts'
import type { Call } from './verbs.ts'

const APPLY = 'application/apply-patch+yaml'
const STRATEGIC = 'application/strategic-merge-patch+json'
const CUSTOM_TYPES = PATCH_TYPES.filter((t) => t !== STRATEGIC).join(', ')
const OPTIONS = { group: 'meta.k8s.io', kind: 'PatchOptions' }

export interface Patch {
  readonly type: string
  readonly data: unknown
  readonly duplicates: readonly string[]
}

export function patchOf(call: Call): Patch {
  const type = mediaType(call.request.headers['content-type'])
  // A built-in kind has no route for any other: that is told without a list of those there are.
  if (!(PATCH_TYPES as readonly string[]).includes(type)) throw call.kind.decode ? unsupportedMediaType(CUSTOM_TYPES) : failure(415, 'UnsupportedMediaType', '415: Unsupported Media Type', {})
  if (type !== APPLY && call.request.query.has('force')) throw invalid(OPTIONS, '', [field.forbidden('force', 'may not be specified for non-apply patch')])
  const { object, duplicates } = rawBody(call.request, decodePatch)
  // Without Go types behind it, nobody knows how lists of a custom resource would merge.
  if (type === STRATEGIC && call.kind.decode) throw unsupportedMediaType(CUSTOM_TYPES)
  if (type !== 'application/json-patch+json' && type !== APPLY && !isRecord(object)) throw badRequest('the patch must be an object')
  return { type, data: object, duplicates }
}

/** The patched document, unchecked. `live` is not changed. */
export function patched(live: object, { type, data }: Patch, schema: string, schemas: Schemas): unknown {
  switch (type) {
    case 'application/json-patch+json':
      return jsonPatch(live, data)
    case 'application/merge-patch+json':
      return mergePatch(live, data)
    case STRATEGIC:
      return strategicMergePatch(live, data, schema, schemas)
    default:
      throw unsupportedMediaType(PATCH_TYPES.join(', '))
  }
}

/** A copy that is ours to change, but for its account of managers: that is replaced as a whole, and shared until then. */
function ownCopy(object: Stored): Stored {
  const { managedFields, ...metadata } = object.metadata
  const copy = cloneJson({ ...object, metadata }) as Stored
  if (managedFields) copy.metadata.managedFields = managedFields
  return copy
}

/** Who applies says who he is; what is applied names its kind and version, and they are those of the path. Throws Invalid, BadRequest. */
function checkType({ query }: Pick<ApiRequest, 'query'>, data: unknown, kind: BodyKind): void {
  if (!query.get('fieldManager')) throw invalid(OPTIONS, '', [field.required('fieldManager', 'is required for apply patch')])
  // Nothing at all is an object that says nothing.
  if (!isRecord(data) && data !== null && data !== undefined) throw badRequest(`error decoding YAML: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal ${Array.isArray(data) ? 'array' : typeof data === 'boolean' ? 'bool' : typeof data === 'string' ? 'string' : 'number'} into Go value of type map[string]interface {}`)
  const text = (key: string): string => (isRecord(data) && typeof data[key] === 'string' ? data[key] : '')
  const [given, named] = [text('apiVersion'), text('kind')]
  if (given !== apiVersion(kind) || named !== kind.kind) throw badRequest(`invalid object type: ${given.includes('/') ? '' : '/'}${given}, Kind=${named}`)
}

/** What a live object becomes when `config`, which is ours to complete, is applied to it. Throws StatusError. */
function applierOf(env: Env, { request, info, kind }: Call, config: Stored): (live: Stored | undefined) => Steps<Stored> {
  if (config.metadata.managedFields?.length) throw badRequest('metadata.managedFields must be nil')
  if (config.metadata.name && config.metadata.name !== info.name) throw badRequest(`the name of the object (${config.metadata.name}) does not match the name on the URL (${info.name})`)
  const { name: named, namespace, uid, resourceVersion } = config.metadata
  config.metadata.name = info.name
  config.apiVersion = apiVersion(kind)
  config.kind = kind.kind
  return function* (live) {
    if (!live && !named) throw badRequest(`the name of the object (${info.name} based on URL) was undeterminable: name must be provided`)
    const applied = yield* applySteps({
      live, config, manager: fieldManagerOf(request), force: isTrue(request.query.get('force')), schemaName: kind.schema, schemas: env.schemas,
      subresource: info.subresource, apiVersion: apiVersion(kind), now: env.clock.now(),
    })
    yield
    const copy = ownCopy(applied as Stored)
    // Nobody owns these: they are compared with the live object's.
    if (namespace) copy.metadata.namespace = namespace
    if (live && uid) copy.metadata.uid = uid
    if (live && resourceVersion) copy.metadata.resourceVersion = resourceVersion
    return copy
  }
}

/** Of a configuration with fields that its kind does not have, or with values of another kind than its fields. */
const undeclared = (env: Env, kind: BodyKind, data: unknown) => (unknown: readonly string[]): StatusError | undefined => {
  const found = misfitsOf(kind.schema, env.schemas, data)
  const faults = found.length ? found : unknown.map((path) => `${typedPath(rootType(kind.schema, env.schemas), data, path)}: ${UNDECLARED}`)
  return faults.length ? misfit({ apiVersion: apiVersion(kind), kind: kind.kind, metadata: { name: '', ...(isRecord(data) && isRecord(data['metadata']) ? data['metadata'] : {}) } }, faults) : undefined
}

/** Whether a patch may be about the account of managers. */
function isAboutManagers({ data }: Patch): boolean {
  if (isRecord(data)) {
    const { metadata = {} } = data
    const isDirective = (key: string): boolean => key === '$patch' || key === '$retainKeys'
    return !isRecord(metadata) || Object.keys(metadata).some((key) => key === 'managedFields' || isDirective(key)) || Object.keys(data).some(isDirective)
  }
  const isAbout = (pointer: unknown): boolean => typeof pointer !== 'string' || pointer === '' || /^\/metadata(\/managedFields(\/|$)|$)/.test(pointer)
  // What is no list of operations is refused where it is applied.
  return !Array.isArray(data) || data.some((op: unknown) => !isRecord(op) || isAbout(op['path']) || (op['from'] !== undefined && isAbout(op['from'])))
}

/** What a patch is applied to: nobody looks through the account of managers of a large object for a patch that is not about it. */
function withoutManagers(live: Stored): Stored {
  const { managedFields: _, ...metadata } = live.metadata
  return { ...live, metadata }
}

/** Throws StatusError: Conflict of field managers, stale resourceVersion, Invalid, BadRequest. */
export async function patchObject(env: Env, call: Call): Promise<{ object: Stored; created: boolean }> {
  const { request, info, kind } = call
  const patch = patchOf(call)
  const mode = fieldValidationOf(request)
  const context = writeContext(call, 'PatchOptions')
  let warned = false
  const warnOnce = (message: string): void => {
    if (!warned) call.warn(message)
  }
  const check = (data: unknown): Stored => {
    const object = checkBody(data, patch.duplicates, kind, env.schemas, mode, warnOnce)
    warned = true
    return object
  }
  if (patch.type !== APPLY) {
    const whole = isAboutManagers(patch)
    const steps = function* (live: Stored): Steps<Stored> {
      const document = patched(whole ? live : withoutManagers(live), patch, kind.schema, env.schemas)
      yield
      return check(document)
    }
    return { object: await updateObject(env, kind, info.namespace, info.name, { subresource: info.subresource, make: (live) => inStretches(steps(live), context.stretch) }, context), created: false }
  }
  checkType(request, patch.data, kind)
  const config = checkBody(patch.data, patch.duplicates, kind, env.schemas, mode, call.warn, undeclared(env, kind, patch.data))
  const apply = applierOf(env, call, config)
  if (!env.store.get(keyOf(kind, info.namespace, info.name))) {
    if (info.subresource) throw notFound(kind, info.name)
    if (config.metadata.uid) throw conflict(kind, info.name, `uid mismatch: the provided object specified uid ${config.metadata.uid}, and no existing object was found`)
    return { object: await createObject(env, kind, info.namespace, await inStretches(apply(undefined), context.stretch), context, true), created: true }
  }
  const change = { subresource: info.subresource, make: (live: Stored) => inStretches(apply(live), context.stretch), applied: true }
  return { object: await updateObject(env, kind, info.namespace, info.name, change, context), created: false }
}

/** For views of an object that are patched as documents of their own (scale). */
export function patchView(env: Env, call: Call, view: object, kind: BodyKind): Stored {
  const patch = patchOf(call)
  isDryRun(call.request.query, 'PatchOptions')
  return checkBody(patched(view, patch, kind.schema, env.schemas), patch.duplicates, kind, env.schemas, fieldValidationOf(call.request), call.warn)
}

export const isApply = (call: Call): boolean => mediaType(call.request.headers['content-type']) === APPLY

/** As patchView for server-side apply, whose managers own fields of the object itself: `configOf` says which a view is about. */
export function applyView(env: Env, call: Call, kind: BodyKind, configOf: (view: Stored) => Stored): (live: Stored) => Stored {
  const patch = patchOf(call)
  checkType(call.request, patch.data, kind)
  const apply = applierOf(env, call, configOf(checkBody(patch.data, patch.duplicates, kind, env.schemas, fieldValidationOf(call.request), call.warn, undeclared(env, kind, patch.data))))
  return (live) => atOnce(apply(live))
}
