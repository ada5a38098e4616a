/** The verbs of a stored resource, from request to answer. */
import type { AnyObject, KubeObject } from '../../shared/api/meta.ts'
import { badRequest, failure, methodNotAllowed, notFound, StatusError } from '../../shared/errors.ts'
import { decodeObject, packageOf } from './body.ts'
import { hasProtobuf } from './codec/protobuf/encode.ts'
import { ALL_MEDIA, negotiate, refusalOf, type Form, type Media } from './negotiate.ts'
import { deleteOptionsOf, writeContext } from './options.ts'
import { patchObject } from './patch-verb.ts'
import { createObject } from './registry/create.ts'
import { deleteObject, type Deletion } from './registry/delete.ts'
import { apiVersion, fromStore, keyOf, type Env, type Stored } from './registry/env.ts'
import { checkNotOlder, listObjects } from './registry/list.ts'
import { getFromMemory, listFromMemory } from './registry/memory.ts'
import { includeObjectOf, partial, partialList, toTable } from './registry/table.ts'
import { withPrepared } from './registry/prepared.ts'
import { updateObject } from './registry/update.ts'
import { watchForm, watchObjects } from './registry/watch.ts'
import type { RequestInfo } from './request-info.ts'
import type { KindDefinition } from './resources/kind.ts'
import { serveWatch, watchProtocol } from './streams/watch-socket.ts'
import { acceptWebSocket, wantsWebSocket } from './streams/websocket.ts'
import type { Stretch } from './stretch.ts'
import type { Annotate, ApiRequest, ApiResponse } from './types.ts'

export interface Call {
  readonly request: ApiRequest
  readonly info: RequestInfo
  readonly kind: KindDefinition
  warn(message: string): void
  /** Adds to what the audit log says of the request; absent where there is no such log. */
  readonly annotate?: Annotate | undefined
  readonly stretch: Stretch
}

/** Kinds whose deletion answers the object that is gone; the others answer a Status, as upstream's registries do. */
const ANSWERS_DELETED = new Set(['pods', 'podtemplates', 'services', 'serviceaccounts', 'resourcequotas', 'persistentvolumes', 'persistentvolumeclaims'])
/** Deletions of a collection that run at once. */
const COLLECTION_WIDTH = 32

/** Custom resources have no protobuf: no generated code stands behind them. */
const mediaFor = (kind: KindDefinition): readonly Media[] => (kind.decode || !hasProtobuf(apiVersion(kind), kind.kind) ? JSON_AND_YAML : ALL_MEDIA)
const JSON_AND_YAML: readonly Media[] = ['json', 'yaml']

const FORMS = ['object', 'table', 'partial'] as const
const WRITES = new Set(['create', 'update', 'patch', 'delete', 'deletecollection'])
/** Their answers are streams, or somebody else's. */
const CONNECTIONS = new Set(['proxy', 'exec', 'attach', 'portforward'])

/** The form in which this is answered. Throws NotAcceptable. */
const formOf = ({ request, info, kind }: Call): Form => negotiate(request.headers['accept'], FORMS, mediaFor(kind), refusalOf(request.headers['accept'], kind.decode !== undefined, info.verb))

/** Metadata of one object is not that of a list. Throws NotAcceptable. */
function refuseNumber(form: Form, kind: KindDefinition, list: boolean): void {
  if (form.as !== 'partial' || form.list === list) return
  const type = kind.decode ? `*unstructured.Unstructured${list ? 'List' : ''}` : `*${packageOf(kind.group)}.${kind.kind}${list ? 'List' : ''}`
  throw failure(406, 'NotAcceptable', `you requested PartialObjectMetadata${list ? `, but the requested object is a list` : `List, but the requested object is not a list`} (${type})`)
}

/** A write whose answer the caller could not read is not done: refused before, not after it. Throws NotAcceptable, BadRequest. */
export function refuseUnreadable(call: Call): void {
  const { request, info } = call
  if (!WRITES.has(info.verb) || CONNECTIONS.has(info.subresource)) return
  const form = formOf(call)
  if (form.as === 'table') includeObjectOf(request.query)
  if (info.verb !== 'deletecollection') refuseNumber(form, call.kind, false)
}

/** One object in the form that the caller accepts. */
export function answerObject(env: Env, call: Call, object: KubeObject, status = 200): ApiResponse {
  const { request, kind } = call
  const form = formOf(call)
  refuseNumber(form, kind, false)
  switch (form.as) {
    case 'table':
      return { status, body: { type: 'object', value: toTable(kind, [object], { resourceVersion: object.metadata.resourceVersion }, { version: form.version, includeObject: includeObjectOf(request.query), now: env.clock.now(), withColumns: true }) } }
    case 'partial':
      return { status, body: { type: 'object', value: partial(object, form.version) } }
    default:
      return { status, body: { type: 'object', value: object } }
  }
}

function list(env: Env, call: Call): ApiResponse {
  const { request, info, kind } = call
  const form = formOf(call)
  refuseNumber(form, kind, true)
  const found = (kind.memory ? listFromMemory : listObjects.bind(undefined, env))(kind, info.namespace, request.query)
  if (form.as === 'table') {
    return { status: 200, body: { type: 'object', value: toTable(kind, found.items, found.metadata, { version: form.version, includeObject: includeObjectOf(request.query), now: env.clock.now(), withColumns: true }) } }
  }
  return { status: 200, body: { type: 'object', value: form.as === 'partial' ? partialList(found.items, found.metadata, form.version) : found } }
}

const successFor = (kind: KindDefinition, object: Stored): object => ({
  kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success',
  details: { name: object.metadata.name, ...(kind.group ? { group: kind.group } : {}), kind: kind.resource, uid: object.metadata.uid },
})

function answerDeletion(env: Env, call: Call, { object, gone }: Deletion): ApiResponse {
  if (gone && !ANSWERS_DELETED.has(call.kind.resource)) return { status: 200, body: { type: 'object', value: successFor(call.kind, object) } }
  return answerObject(env, call, object)
}

async function deleteCollection(env: Env, call: Call): Promise<ApiResponse> {
  const { request, info, kind } = call
  const options = deleteOptionsOf(request, env.schemas)
  const context = { ...writeContext(call, 'DeleteOptions'), dryRun: options.dryRun?.length === 1 }
  const query = new URLSearchParams(request.query)
  // These are parameters of the deletion, not of the list.
  query.delete('propagationPolicy')
  const found = listObjects(env, kind, info.namespace, query)
  const { items } = found
  let next = 0
  const worker = async (): Promise<void> => {
    for (let item = items[next++]; item; item = items[next++]) {
      try {
        await deleteObject(env, kind, item.metadata.namespace ?? '', item.metadata.name, options, context)
      } catch (error) {
        // Somebody else has deleted it meanwhile: that is what was wanted.
        if (!(error instanceof StatusError) || error.reason !== 'NotFound') throw error
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(COLLECTION_WIDTH, items.length) }, worker))
  return { status: 200, body: { type: 'object', value: found } }
}

async function put(env: Env, call: Call): Promise<ApiResponse> {
  const { request, info, kind } = call
  const body = decodeObject(request, kind, env.schemas, call.warn)
  if (call.stretch.tired) await call.stretch.rest()
  const context = writeContext(call, 'UpdateOptions')
  if (body.metadata.name && body.metadata.name !== info.name) throw badRequest(`the name of the object (${body.metadata.name}) does not match the name on the URL (${info.name})`)
  if (info.subresource === '' && kind.strategy.allowCreateOnUpdate && !env.store.get(keyOf(kind, info.namespace, info.name))) {
    body.metadata.name ||= info.name
    return answerObject(env, call, await createObject(env, kind, info.namespace, body, context), 201)
  }
  let fresh: Stored | undefined = body
  // The pipeline makes its object of it: who has to try again reads it again.
  const make = (): Stored => {
    const given = fresh ?? decodeObject(request, kind, env.schemas, () => undefined)
    fresh = undefined
    return given
  }
  return answerObject(env, call, await updateObject(env, kind, info.namespace, info.name, { subresource: info.subresource, make, put: true }, context))
}

/** The main resource, /status, and what is written by its rules. Throws StatusError. */
export function handleResource(env: Env, call: Call): Promise<ApiResponse> {
  const { info, kind } = call
  return kind.storage?.prepare ? withPrepared(env, kind, info.namespace, info.name, () => handleVerb(env, call)) : handleVerb(env, call)
}

async function handleVerb(env: Env, call: Call): Promise<ApiResponse> {
  const { request, info, kind } = call
  if (kind.verbs && !kind.verbs.includes(info.verb)) throw methodNotAllowed()
  if (kind.deprecated) call.warn(kind.deprecated)
  if (info.subresource && !['get', 'update', 'patch'].includes(info.verb)) throw methodNotAllowed()
  const waiting = kind.ready && ['create', 'update', 'patch'].includes(info.verb) ? kind.ready() : undefined
  if (waiting) await waiting
  switch (info.verb) {
    case 'get': {
      if (kind.memory) return answerObject(env, call, getFromMemory(kind, info.namespace, info.name))
      checkNotOlder(env, request.query)
      const kv = env.store.get(keyOf(kind, info.namespace, info.name))
      if (!kv) throw notFound(kind, info.name)
      return answerObject(env, call, fromStore(kind, kv.value))
    }
    case 'list':
      return list(env, call)
    case 'watch': {
      const named = request.path.split('/').includes(info.name) ? info.name : ''
      const stream = watchObjects(env, kind, info.namespace, named, request)
      if (request.inProcess || !wantsWebSocket(request.headers)) return { status: 200, body: { type: 'watch', stream, media: watchForm(request, kind).media } }
      return { status: 101, body: { type: 'upgrade', handler: (message, socket, head) => acceptWebSocket(message, socket, head, watchProtocol(message.headers), (ws) => serveWatch(ws, stream)) } }
    }
    case 'create': {
      if (info.name) throw methodNotAllowed()
      const draft = decodeObject(request, kind, env.schemas, call.warn)
      if (call.stretch.tired) await call.stretch.rest()
      return answerObject(env, call, await createObject(env, kind, info.namespace, draft, writeContext(call, 'CreateOptions')), 201)
    }
    case 'update':
      if (!info.name) throw methodNotAllowed()
      return put(env, call)
    case 'patch': {
      if (!info.name) throw methodNotAllowed()
      const { object, created } = await patchObject(env, call)
      return answerObject(env, call, object, created ? 201 : 200)
    }
    case 'delete': {
      const options = deleteOptionsOf(request, env.schemas)
      const context = { ...writeContext(call, 'DeleteOptions'), dryRun: options.dryRun?.length === 1 }
      return answerDeletion(env, call, await deleteObject(env, kind, info.namespace, info.name, options, context))
    }
    case 'deletecollection':
      return deleteCollection(env, call)
    default:
      throw methodNotAllowed()
  }
}

/** For subresources that answer an object of another kind as it is. */
export const plain = (value: object, status = 200): ApiResponse => ({ status, body: { type: 'object', value: value as AnyObject } })
