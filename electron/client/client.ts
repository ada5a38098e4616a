/** The typed client over any Connection: turns typed calls into requests of the Kubernetes API. */
import type { AnyObject, KubeList, KubeObject, WatchEvent } from '../../shared/api/meta.ts'
import { apiVersionOf, pathOf, type ResourceType } from '../../shared/api/resources.ts'
import { StatusError, badRequest } from '../../shared/errors.ts'
import type { Connection, ConnectionRequest } from './connection.ts'
import type { Client, DeleteCallOptions, ListOptions, PatchType, WatchOptions, WriteOptions } from './types.ts'

const PATCH_TYPES: Readonly<Record<PatchType, string>> = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  apply: 'application/apply-patch+yaml',
}

const query = (values: Readonly<Record<string, string | number | boolean | undefined>>): URLSearchParams => {
  const params = new URLSearchParams()
  for (const [name, value] of Object.entries(values)) if (value !== undefined && value !== '') params.set(name, String(value))
  return params
}
/** The namespace is in the path, so it is not in the query. */
const listQuery = (options: WatchOptions, more: Record<string, boolean> = {}): URLSearchParams => query({ ...options, namespace: undefined, ...more })
const writeQuery = (o: WriteOptions = {}, more: Record<string, boolean | undefined> = {}): URLSearchParams =>
  query({ dryRun: o.dryRun ? 'All' : undefined, fieldManager: o.fieldManager, fieldValidation: o.fieldValidation, ...more })

/** The DeleteOptions body of a call, or undefined when nothing was asked. */
function deleteBody(o: DeleteCallOptions): object | undefined {
  const body = {
    ...(o.gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds: o.gracePeriodSeconds }),
    ...(o.propagationPolicy ? { propagationPolicy: o.propagationPolicy } : {}),
    ...(o.preconditions ? { preconditions: o.preconditions } : {}),
    ...(o.dryRun ? { dryRun: ['All'] } : {}),
  }
  return Object.keys(body).length ? { kind: 'DeleteOptions', apiVersion: 'v1', ...body } : undefined
}

/** The path of a resource; a namespaced object without a namespace is a caller's mistake and would address another path. */
function target(type: ResourceType, namespace: string | undefined, name?: string, subresource?: string): string {
  if (type.namespaced && !namespace && name !== undefined) throw badRequest(`an empty namespace may not be set when a ${type.kind} is named`)
  return pathOf(type, type.namespaced ? namespace : undefined, name, subresource)
}

/** Objects leave with their apiVersion and kind, whether or not the caller has set them. */
const typed = (type: ResourceType, object: object): object =>
  (object as Partial<KubeObject>).kind && (object as Partial<KubeObject>).apiVersion ? object : { ...object, apiVersion: apiVersionOf(type), kind: type.kind }

export function createClient(connection: Connection): Client {
  const call = async <R>(request: ConnectionRequest): Promise<R> => (await connection.request(request, new AbortController().signal)) as R
  const put = <T extends KubeObject>(type: ResourceType<T>, object: T, options: WriteOptions | undefined, subresource?: string): Promise<T> =>
    call({ method: 'PUT', path: target(type, object.metadata.namespace, object.metadata.name, subresource), query: writeQuery(options), body: typed(type, object) })
  return {
    get: async (type, name, namespace) => call({ method: 'GET', path: target(type, namespace, name), query: new URLSearchParams() }),
    list: async <T extends KubeObject>(type: ResourceType<T>, options: ListOptions = {}) =>
      call<KubeList<T>>({ method: 'GET', path: target(type, options.namespace), query: listQuery(options) }),
    async *watch<T extends KubeObject>(type: ResourceType<T>, options: WatchOptions, signal: AbortSignal): AsyncGenerator<WatchEvent<T>> {
      for await (const batch of connection.watch(target(type, options.namespace), listQuery(options, { watch: true }), signal)) {
        for (const event of batch as readonly WatchEvent<AnyObject>[]) {
          if (signal.aborted) return
          if (event.type === 'ERROR') throw new StatusError(event.object)
          yield event as unknown as WatchEvent<T>
        }
      }
    },
    create: async (type, object, options) => {
      if (type.namespaced && !object.metadata.namespace) throw badRequest(`an empty namespace may not be set when a ${type.kind} is created`)
      return call({ method: 'POST', path: target(type, object.metadata.namespace), query: writeQuery(options), body: typed(type, object) })
    },
    update: async (type, object, options) => put(type, object, options, options?.subresource),
    updateStatus: async (type, object, options) => put(type, object, options, 'status'),
    patch: async (type, name, namespace, patchType, patch, options) => {
      if (typeof patch !== 'object' || patch === null) throw badRequest('a patch is an object or an array')
      return call({
        method: 'PATCH', path: target(type, namespace, name, options?.subresource),
        query: writeQuery(options, { force: options?.force }), contentType: PATCH_TYPES[patchType], body: patch,
      })
    },
    delete: async (type, name, namespace, options = {}) => {
      const body = deleteBody(options)
      await call({ method: 'DELETE', path: target(type, namespace, name), query: new URLSearchParams(), ...(body ? { body } : {}) })
    },
    deleteCollection: async (type, options) => {
      const { gracePeriodSeconds, propagationPolicy, preconditions, dryRun, ...list } = options
      const body = deleteBody({
        ...(gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds }), ...(propagationPolicy ? { propagationPolicy } : {}),
        ...(preconditions ? { preconditions } : {}), ...(dryRun ? { dryRun } : {}),
      })
      await call({ method: 'DELETE', path: target(type, list.namespace), query: listQuery(list), ...(body ? { body } : {}) })
    },
    createSubresource: async (type, name, namespace, subresource, body) =>
      call({ method: 'POST', path: target(type, namespace, name, subresource), query: new URLSearchParams(), body }),
    raw: async (path) => {
      const at = path.indexOf('?')
      return call({ method: 'GET', path: at < 0 ? path : path.slice(0, at), query: new URLSearchParams(at < 0 ? '' : path.slice(at + 1)) })
    },
    stream: async (path, values, signal) => connection.stream(path, query(values), signal),
  }
}
