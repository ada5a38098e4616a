/** Listing: a consistent snapshot, in pages, at now or at a revision of the past. Source: Kubernetes documentation, "API concepts". */
import type { KubeList, KubeObject, ListMeta } from '../../../shared/api/meta.ts'
import { badRequest, expired, failure, field, invalid, type StatusError } from '../../../shared/errors.ts'
import { CompactedError, FutureRevisionError, type KeyValue, type RangeResult } from '../../etcd/types.ts'
import type { KindDefinition } from '../resources/kind.ts'
import { apiVersion, fromStore, keyOf, listKind, prefixOf, type Env, type Stored } from './env.ts'
import { parseFilter } from './filter.ts'
import { checkListOptions } from './list-options.ts'

/** Keys read at once while a selector is being satisfied. */
const CHUNK = 500
const TOKEN_VERSION = 'meta.k8s.io/v1'

/** In a token: at whatever is current then. */
const LATEST = -1

interface Token {
  revision: number
  /** The last key that was answered, without the prefix. */
  start: string
}

const encodeToken = (t: Token): string => Buffer.from(JSON.stringify({ v: TOKEN_VERSION, rv: t.revision, start: t.start })).toString('base64url')

function decodeToken(text: string): Token {
  try {
    const parsed = JSON.parse(Buffer.from(text, 'base64url').toString()) as { v?: unknown; rv?: unknown; start?: unknown }
    if (parsed.v === TOKEN_VERSION && typeof parsed.rv === 'number' && typeof parsed.start === 'string') return { revision: parsed.rv, start: parsed.start }
  } catch (error) {
    throw badRequest(`continue key is not valid: ${error instanceof Error ? error.message : String(error)}`)
  }
  throw badRequest('continue key is not valid: it was not made by this server')
}

/** A resourceVersion parameter as a number; undefined: not given. Throws BadRequest. */
export function parseRevision(text: string | null): number | undefined {
  if (text === null || text === '') return undefined
  if (!/^\d{1,15}$/.test(text)) throw invalid({ group: '', kind: 'ListOptions' }, '', [field.invalid('resourceVersion', text, 'must be a number')])
  return Number(text)
}

const tooLarge = (revision: number, current: number): Error =>
  failure(504, 'Timeout', `Too large resource version: ${revision}, current: ${current}`, { retryAfterSeconds: 1, causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }] })

/** Store errors about revisions, as the API says them. */
export function revisionError(error: unknown): unknown {
  if (error instanceof CompactedError) return expired('The resourceVersion for the provided list is too old.')
  if (error instanceof FutureRevisionError) return failure(504, 'Timeout', `Too large resource version: current: ${error.current}`, { retryAfterSeconds: 1, causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }] })
  return error
}

interface Snapshot {
  revision: number | undefined
  after: string | undefined
  continued: boolean
}

function snapshotOf(env: Env, query: URLSearchParams, prefix: string, limit: number): Snapshot {
  const wanted = parseRevision(query.get('resourceVersion'))
  const match = query.get('resourceVersionMatch')
  const token = query.get('continue')
  checkListOptions(query)
  if (token) {
    if (wanted) throw badRequest('specifying resource version is not allowed when using continue')
    const { revision, start } = decodeToken(token)
    return { revision: revision === LATEST ? undefined : revision, after: prefix + start, continued: true }
  }
  if (wanted && wanted > env.store.revision) throw tooLarge(wanted, env.store.revision)
  // Without a match rule, a page of an exact revision is meant where a limit is given; otherwise: not older than.
  const exact = match === 'Exact' || (!match && wanted !== undefined && wanted > 0 && limit > 0)
  return { revision: exact ? wanted : undefined, after: undefined, continued: false }
}

function limitOf(query: URLSearchParams): number {
  const text = query.get('limit')
  if (!text) return 0
  if (!/^-?\d{1,15}$/.test(text)) throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`)
  return Math.max(0, Number(text))
}

/** The rest can still be had, as it is by then, with the token that comes along. */
function tooOld(start: string): StatusError {
  const error = expired('The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.')
  error.status.metadata = { continue: encodeToken({ revision: LATEST, start }) }
  return error
}

/** A list with the exact list kind; `items` last and frozen objects inside. Throws StatusError. */
export function listObjects(env: Env, kind: KindDefinition, namespace: string, query: URLSearchParams): KubeList<Stored & Record<string, unknown>> {
  const prefix = prefixOf(kind, kind.scope === 'Namespaced' ? namespace : '')
  const limit = limitOf(query)
  const { filter, name } = parseFilter(kind, query)
  const at = snapshotOf(env, query, prefix, limit)
  const items: (Stored & Record<string, unknown>)[] = []
  const offer = (kv: KeyValue<KubeObject>): boolean => {
    const object = fromStore(kind, kv.value)
    if (filter && !filter(object)) return false
    items.push(object as Stored & Record<string, unknown>)
    return true
  }
  const metadata: ListMeta = {}
  try {
    if (name !== undefined && (kind.scope === 'Cluster' || namespace)) {
      metadata.resourceVersion = String(at.revision ?? env.store.revision)
      const kv = env.store.get(keyOf(kind, namespace, name), at.revision)
      if (kv && !at.continued) offer(kv)
    } else {
      let revision = at.revision
      let after = at.after
      let range: RangeResult<KubeObject>
      let last = ''
      do {
        const got = env.store.range(prefix, { ...(revision === undefined ? {} : { revision }), ...(after === undefined ? {} : { after }), ...(limit ? { limit: filter ? CHUNK : limit } : {}) })
        range = got
        revision = got.revision
        for (let i = 0; i < got.kvs.length; i++) {
          const kv = got.kvs[i]
          if (!kv) continue
          last = kv.key
          if (!offer(kv)) continue
          if (limit && items.length >= limit) {
            range = { ...got, more: got.more || i < got.kvs.length - 1 }
            break
          }
        }
        after = last
      } while (range.more && (!limit || items.length < limit))
      metadata.resourceVersion = String(revision)
      if (range.more) {
        metadata.continue = encodeToken({ revision, start: last.slice(prefix.length) })
        if (!filter) metadata.remainingItemCount = range.count - items.length
      }
    }
  } catch (error) {
    throw at.continued && error instanceof CompactedError ? tooOld(at.after?.slice(prefix.length) ?? '') : revisionError(error)
  }
  return { kind: listKind(kind), apiVersion: apiVersion(kind), metadata, items }
}
