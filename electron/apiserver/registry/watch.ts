/**
 * Watching: from a revision, or with everything there is first. Events of one change are made once and shared by all
 * watchers, so that they also share one encoding. Source: Kubernetes documentation, "API concepts: efficient detection of changes".
 */
import { INITIAL_EVENTS_END, type AnyObject, type KubeObject, type WatchEvent } from '../../../shared/api/meta.ts'
import { expired, toStatusError } from '../../../shared/errors.ts'
import { CompactedError, type StoreEvent, type Watch } from '../../etcd/types.ts'
import { encodeProtobufEvent, hasProtobuf } from '../codec/protobuf/encode.ts'
import { encodeEvent } from '../encode.ts'
import { negotiate, refusalOf, type Form, type Media } from '../negotiate.ts'
import { integerOf, isTrue } from '../request-info.ts'
import type { KindDefinition } from '../resources/kind.ts'
import type { ApiRequest, WatchStream } from '../types.ts'
import { apiVersion, fromStore, keyOf, prefixOf, type Env } from './env.ts'
import { parseFilter, type Filter } from './filter.ts'
import { checkWatchOptions } from './list-options.ts'
import { parseRevision, tooLarge } from './list.ts'
import { EventStream } from './stream.ts'
import { includeObjectOf, partial, toTable } from './table.ts'

const BOOKMARK_MS = 60_000
/** A watch without timeoutSeconds lasts between this and twice this. */
const MIN_TIMEOUT_SECONDS = 1800
/** What a timer can count. */
const MAX_TIMEOUT_SECONDS = 2_000_000

interface Shared {
  added?: WatchEvent
  modified?: WatchEvent
  deleted?: WatchEvent
}
type SharedEvents = WeakMap<StoreEvent<KubeObject>, Shared>
const asStored: SharedEvents = new WeakMap()
/** Of kinds that are stored in another form: each has its own events. */
const byKind = new WeakMap<KindDefinition, SharedEvents>()

function eventsOf(kind: KindDefinition): SharedEvents {
  if (!kind.storage) return asStored
  let events = byKind.get(kind)
  if (!events) byKind.set(kind, (events = new WeakMap()))
  return events
}

const at = (object: KubeObject, revision: number): AnyObject => ({ ...object, metadata: { ...object.metadata, resourceVersion: String(revision) } })

/** What a change means to a watcher with this filter; undefined: nothing. */
function eventFor(kind: KindDefinition, shared: SharedEvents, change: StoreEvent<KubeObject>, filter: Filter, seal: Env['seal']): WatchEvent | undefined {
  const { kv, prev } = change
  const before = prev !== undefined && (!filter || filter(fromStore(kind, prev.value)))
  const after = change.type === 'put' && (!filter || filter(fromStore(kind, kv.value)))
  if (!before && !after) return undefined
  let events = shared.get(change)
  if (!events) shared.set(change, (events = {}))
  if (!after) return (events.deleted ??= seal({ type: 'DELETED', object: at(fromStore(kind, (prev ?? kv).value), kv.modRevision) } as WatchEvent))
  const object = fromStore(kind, kv.value) as unknown as AnyObject
  if (before) return (events.modified ??= seal({ type: 'MODIFIED', object } as WatchEvent))
  return (events.added ??= seal({ type: 'ADDED', object } as WatchEvent))
}

interface Plan {
  readonly revision: number | undefined
  /** Send what there is first. */
  readonly initial: boolean
  /** … and say with a bookmark when that is done. */
  readonly announceEnd: boolean
  readonly bookmarks: boolean
  readonly timeoutMs: number
}

function planOf(query: URLSearchParams): Plan {
  const seconds = integerOf(query, 'timeoutSeconds')
  // As in a list: a limit is nothing to a watch, but is read.
  integerOf(query, 'limit')
  checkWatchOptions(query)
  const revision = parseRevision(query.get('resourceVersion'))
  const bookmarks = isTrue(query.get('allowWatchBookmarks'))
  const sendInitial = query.has('sendInitialEvents') ? isTrue(query.get('sendInitialEvents')) : undefined
  return {
    revision, bookmarks,
    initial: sendInitial ?? !revision,
    announceEnd: sendInitial === true && bookmarks,
    timeoutMs: 1000 * Math.min(MAX_TIMEOUT_SECONDS, Math.max(0, seconds || MIN_TIMEOUT_SECONDS * (1 + Math.random()))),
  }
}

/** Events in other forms than their own, by event and form: they, too, are made and encoded once for all who are told in the same moment. */
const reshaped = new WeakMap<WatchEvent, Map<string, { readonly at: number; readonly event: WatchEvent }>>()
/** For as long an age in a row is as good as new: it is told in seconds. */
const ROW_MS = 500

function shared(event: WatchEvent, form: string, at: number, make: () => WatchEvent): WatchEvent {
  let forms = reshaped.get(event)
  if (!forms) reshaped.set(event, (forms = new Map()))
  const known = forms.get(form)
  if (known && at - known.at < ROW_MS) return known.event
  const made = make()
  forms.set(form, { at, event: made })
  return made
}

/** Events in the form that the caller asked for. Objects as they are cost nothing. */
function transformer(kind: KindDefinition, form: Form, query: URLSearchParams, now: () => number): (event: WatchEvent) => WatchEvent {
  if (form.as === 'partial') return (event) => (event.type === 'ERROR' ? event : shared(event, `partial ${form.version}`, 0, () => ({ type: event.type, object: partial(event.object, form.version) as AnyObject })))
  if (form.as !== 'table') return (event) => event
  const includeObject = includeObjectOf(query)
  let first = true
  return (event) => {
    if (event.type === 'ERROR') return event
    const { metadata: { resourceVersion } } = event.object
    if (event.type === 'BOOKMARK') {
      const table = { kind: 'Table', apiVersion: `meta.k8s.io/${form.version}`, metadata: { resourceVersion }, columnDefinitions: [], rows: [{ cells: [], object: partial(event.object, form.version) }] }
      return { type: event.type, object: table as unknown as AnyObject }
    }
    const options = { version: form.version, includeObject, now: now(), withColumns: first }
    first = false
    return shared(event, `table ${form.version} ${includeObject} ${options.withColumns}`, options.now, () => ({ type: event.type, object: toTable(kind, [event.object], { resourceVersion }, options) as unknown as AnyObject }))
  }
}

function bookmark(env: Env, kind: KindDefinition, revision: number, end: boolean): WatchEvent {
  const annotations = end ? { annotations: { [INITIAL_EVENTS_END]: 'true' } } : {}
  return env.seal({ type: 'BOOKMARK', object: { kind: kind.kind, apiVersion: apiVersion(kind), metadata: { resourceVersion: String(revision), ...annotations } } } as unknown as WatchEvent)
}

/** Events of objects that are converted elsewhere: each batch when the one before has been told. */
function inTurn(storage: NonNullable<KindDefinition['storage']>, tell: (changes: readonly StoreEvent<KubeObject>[]) => void, fail: (status: object) => void): (changes: readonly StoreEvent<KubeObject>[]) => void {
  let last: Promise<void> = Promise.resolve()
  return (changes) => {
    last = last.then(async () => {
      await storage.prepare?.(changes.flatMap(({ kv, prev, type }) => [...(type === 'put' ? [kv.value] : []), ...(prev ? [prev.value] : [])]))
      tell(changes)
    }).catch((error: unknown) => fail(toStatusError(error).status))
  }
}

const STREAMED: readonly Media[] = ['json', 'protobuf']

/** YAML has no form for a stream. Throws NotAcceptable. */
export const watchForm = (request: ApiRequest, kind: KindDefinition): Form =>
  negotiate(request.headers['accept'], ['object', 'table', 'partial'], kind.decode || !hasProtobuf(apiVersion(kind), kind.kind) ? ['json'] : STREAMED, refusalOf(request.headers['accept'], kind.decode !== undefined, 'watch'))

/** Begins a watch. Throws StatusError for parameters that make no sense; a revision out of reach is an ERROR event. */
export function watchObjects(env: Env, kind: KindDefinition, namespace: string, name: string, request: ApiRequest): WatchStream {
  const { query } = request
  const plan = planOf(query)
  const form = watchForm(request, kind)
  const parsed = parseFilter(kind, query)
  const only = name || parsed.name
  const filter: Filter = name && !parsed.filter ? (o) => o.metadata.name === name : parsed.filter
  const prefix = only !== undefined && only !== '' && (kind.scope === 'Cluster' || namespace) ? keyOf(kind, namespace, only) : prefixOf(kind, kind.scope === 'Namespaced' ? namespace : '')
  const transform = transformer(kind, form, query, () => env.clock.now())
  const sharedEvents = eventsOf(kind)
  let watch: Watch | undefined
  const timers = new Set<{ cancel(): void }>()
  const finish = (): void => stream.end()
  const stream = new EventStream(() => {
    watch?.close()
    for (const timer of timers) timer.cancel()
    request.signal.removeEventListener('abort', finish)
    env.closing.removeEventListener('abort', finish)
    kind.retired?.removeEventListener('abort', finish)
  }, request.inProcess ? undefined : (event) => (form.media === 'protobuf' ? encodeProtobufEvent : encodeEvent)(event).byteLength)
  let from = (plan.revision ?? 0) + 1
  if (plan.revision && plan.revision > env.store.revision) {
    stream.fail(tooLarge(query.get('resourceVersion') ?? '', env.store.revision).status as never)
    return stream
  }
  if (plan.initial) {
    const { kvs, revision } = env.store.range(prefix)
    const events: WatchEvent[] = []
    for (const kv of kvs) {
      const object = fromStore(kind, kv.value)
      if (!filter || filter(object)) events.push(transform({ type: 'ADDED', object: object as unknown as AnyObject }))
    }
    if (plan.announceEnd) events.push(transform(bookmark(env, kind, revision, true)))
    stream.start(events)
    from = revision + 1
  } else if (!plan.revision) from = env.store.revision + 1
  try {
    const tell = (changes: readonly StoreEvent<KubeObject>[]): void => {
      for (const change of changes) {
        const event = eventFor(kind, sharedEvents, change, filter, env.seal)
        if (event) stream.push(transform(event))
      }
    }
    watch = env.store.watch({ prefix, fromRevision: from }, kind.storage?.prepare ? inTurn(kind.storage, tell, (status) => stream.fail(status as never)) : tell)
  } catch (error) {
    const { status } = error instanceof CompactedError ? expired(`too old resource version: ${plan.revision ?? 0} (${error.compactRevision + 1})`) : toStatusError(error)
    stream.fail(status as never)
    return stream
  }
  if (stream.ended) {
    // The past alone was more than the watcher may have waiting.
    watch.close()
    return stream
  }
  const after = (ms: number, callback: () => void): void => {
    const timer = env.clock.after(ms, () => {
      timers.delete(timer)
      callback()
    })
    timers.add(timer)
  }
  const remind = (): void => {
    stream.push(transform(bookmark(env, kind, env.store.revision, false)))
    if (!stream.ended) after(BOOKMARK_MS, remind)
  }
  if (plan.bookmarks) after(BOOKMARK_MS, remind)
  after(plan.timeoutMs, () => {
    // So that who watches on need not be told again what it has seen.
    if (plan.bookmarks) stream.push(transform(bookmark(env, kind, env.store.revision, false)))
    finish()
  })
  request.signal.addEventListener('abort', finish, { once: true })
  env.closing.addEventListener('abort', finish, { once: true })
  kind.retired?.addEventListener('abort', finish, { once: true })
  if (request.signal.aborted || env.closing.aborted || kind.retired?.aborted) stream.close()
  return stream
}
