/** Listing: a consistent snapshot, in pages, at now or at a revision of the past. Source: Kubernetes documentation, "API concepts". */
import type { KubeList, KubeObject, ListMeta } from '../../../shared/api/meta.ts'
import { badRequest, expired, timeout, type StatusError } from '../../../shared/errors.ts'
import { CompactedError, FutureRevisionError, type KeyValue, type RangeResult } from '../../etcd/types.ts'
import { jsonFault } from '../codec/json-fault.ts'
import { isRecord } from '../json.ts'
import { integerOf } from '../request-info.ts'
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

/** What is wrong with a token; undefined: nothing. A start that leads out of the range is not one of ours. */
function tokenFault({ v, rv, start }: { v?: unknown; rv?: unknown; start?: unknown }): string | undefined {
  if (v !== TOKEN_VERSION) return `: server does not recognize this encoded version ${typeof v === 'string' ? v : ''}`
  if (!Number.isSafeInteger(rv) || rv === 0) return `: incorrect encoded start resourceVersion (version ${TOKEN_VERSION})`
  if (typeof start !== 'string' || start === '') return `: encoded start key empty (version ${TOKEN_VERSION})`
  const segments = (start.startsWith('/') ? start.slice(1) : start).split('/')
  return segments.some((s, i) => s === '.' || s === '..' || (s === '' && i < segments.length - 1)) ? `: ${start}` : undefined
}

function decodeToken(text: string): Token {
  const wrong = (why: string): StatusError => badRequest(`invalid continue token: continue key is not valid${why}`)
  if (!/^[\w-]*$/.test(text)) throw wrong(`: illegal base64 data at input byte ${text.search(/[^\w-]/)}`)
  const json = Buffer.from(text, 'base64url').toString()
  let parsed: unknown
  try {
    parsed = JSON.parse(json)
  } catch {
    throw wrong(`: ${jsonFault(json)}`)
  }
  const token = isRecord(parsed) ? parsed : {}
  const fault = tokenFault(token)
  if (fault !== undefined) throw wrong(fault)
  return { revision: token['rv'] as number, start: (token['start'] as string).replace(/^\//, '') }
}

/** A resourceVersion parameter as a number; undefined: not given. Throws BadRequest. */
export function parseRevision(text: string | null): number | undefined {
  if (text === null || text === '') return undefined
  const fault = !/^\d+$/.test(text) ? 'invalid syntax' : BigInt.asUintN(64, BigInt(text)) === BigInt(text) ? undefined : 'value out of range'
  if (fault) throw badRequest(`invalid resource version: resourceVersion: Invalid value: ${JSON.stringify(text)}: strconv.ParseUint: parsing ${JSON.stringify(text)}: ${fault}`)
  return Number(text)
}

/** Whoever asks for what has not come yet may ask again. */
export const tooLarge = (wanted: string | number, current: number): StatusError =>
  timeout(`Too large resource version: ${wanted}, current: ${current}`, { retryAfterSeconds: 1, causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }] })

/** Throws BadRequest for what is no version; Timeout for one that has not come yet. */
export function checkNotOlder(env: Pick<Env, 'store'>, query: URLSearchParams): number | undefined {
  const text = query.get('resourceVersion')
  const wanted = parseRevision(text)
  if (wanted && wanted > env.store.revision) throw tooLarge(text ?? '', env.store.revision)
  return wanted
}

/** Store errors about revisions, as the API says them. */
function revisionError(error: unknown, wanted: number | undefined): unknown {
  if (error instanceof CompactedError) return expired('The resourceVersion for the provided list is too old.')
  // Only a token that nobody was given names such a one.
  if (error instanceof FutureRevisionError) return tooLarge(wanted ?? '', error.current)
  return error
}

interface Snapshot {
  revision: number | undefined
  after: string | undefined
  continued: boolean
}

function snapshotOf(env: Env, query: URLSearchParams, prefix: string, limit: number): Snapshot {
  const match = query.get('resourceVersionMatch')
  const token = query.get('continue')
  checkListOptions(query)
  if (token) {
    const { revision, start } = decodeToken(token)
    if (parseRevision(query.get('resourceVersion'))) throw badRequest('specifying resource version is not allowed when using continue')
    return { revision: revision < 0 ? undefined : revision, after: prefix + start, continued: true }
  }
  const wanted = checkNotOlder(env, query)
  // Without a match rule, a page of an exact revision is meant where a limit is given; otherwise: not older than.
  const exact = match === 'Exact' || (!match && wanted !== undefined && wanted > 0 && limit > 0)
  return { revision: exact ? wanted : undefined, after: undefined, continued: false }
}

/** Fewer than none are all. */
const limitOf = (query: URLSearchParams): number => Math.max(0, integerOf(query, 'limit') ?? 0)

/** The rest can still be had, as it is by then, with the token that comes along. */
function tooOld(start: string): StatusError {
  const error = expired('The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.')
  error.status.metadata = { continue: encodeToken({ revision: LATEST, start }) }
  return error
}

/** A list with the exact list kind; `items` last and frozen objects inside. Throws StatusError. */
export function listObjects(env: Env, kind: KindDefinition, namespace: string, query: URLSearchParams): KubeList<Stored & Record<string, unknown>> {
  const prefix = prefixOf(kind, kind.scope === 'Namespaced' ? namespace : '')
  // Nothing to a list, but read.
  integerOf(query, 'timeoutSeconds')
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
    throw at.continued && error instanceof CompactedError ? tooOld(at.after?.slice(prefix.length) ?? '') : revisionError(error, at.revision)
  }
  return { kind: listKind(kind), apiVersion: apiVersion(kind), metadata, items }
}
