/** The dashboard's older questions (lists of names, one text), put into the query language and answered by the same search. */
import type { Clock } from '../../shared/clock.ts'
import { badRequest, tooManyRequests } from '../../shared/errors.ts'
import type { LogEntry, LogPage, LogQuery } from '../../shared/ipc.ts'
import { logger } from '../../shared/log.ts'
import { and, not, or, type LogAst } from '../../shared/logs/ast.ts'
import type { LogBatch, LogCursor, LogRecord, LogSource } from '../../shared/logs/types.ts'
import { MAX_LIMIT, type Reads } from './reads.ts'
import type { SegmentFiles } from './segment-files.ts'
import type { SourceTable } from './sources.ts'
import type { Writing } from './write.ts'

const DEFAULT_LIMIT = 1_000
const MAX_SEARCH = 1_024
const MAX_NAMES = 10_000
const MAX_READERS = 64

const field = (key: string, ...texts: string[]): LogAst => ({ type: 'field', key, op: ':', values: texts.map((text) => ({ type: 'text', text, glob: false })) })
const moment = (key: 'since' | 'until', ms: number): LogAst => field(key, new Date(ms).toISOString())

/** Throws a bad request that says which field is wrong. Events and audit are no part of what these questions know. */
export function legacyAst(query: LogQuery): LogAst {
  const { search } = query
  const parts: LogAst[] = [not(field('stream', 'event', 'audit'))]
  const namespaces = names(query.namespaces, 'namespaces')
  if (namespaces.length) parts.push(field('namespace', ...namespaces))
  const pods = names(query.pods, 'pods')
  if (pods.length) {
    const of = new Map<string, string[]>()
    for (const p of pods) {
      const slash = p.indexOf('/')
      const namespace = p.slice(0, slash)
      of.set(namespace, [...(of.get(namespace) ?? []), p.slice(slash + 1)])
    }
    parts.push(or([...of].map(([namespace, list]) => (namespace === '' ? field('component', ...list) : and([field('namespace', namespace), field('pod', ...list)])))))
  }
  const containers = names(query.containers, 'containers')
  if (containers.length) parts.push(field('container', ...containers))
  for (const key of ['from', 'to'] as const) {
    const at = query[key]
    if (at === undefined) continue
    if (typeof at !== 'number' || Number.isNaN(at)) throw badRequest(`${key}: must be a time in milliseconds`)
    if (Math.abs(at) < 8e15) parts.push(moment(key === 'from' ? 'since' : 'until', Math.ceil(at)))
  }
  if (search !== undefined && (typeof search !== 'string' || search.length > MAX_SEARCH)) throw badRequest(`search: must be a text of at most ${MAX_SEARCH} characters`)
  if (search) parts.push(textPart(search, query))
  return and(parts)
}
function textPart(search: string, { regex, caseSensitive }: LogQuery): LogAst {
  if (!regex && !caseSensitive) return { type: 'text', text: search }
  const flags = caseSensitive ? '' : 'i'
  try {
    return { type: 'regex', source: new RegExp(regex ? search : search.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'), flags).source, flags }
  } catch (e) {
    throw badRequest(`search: ${(e as Error).message}`)
  }
}
function names(list: string[] | undefined, what: string): string[] {
  if (list === undefined) return []
  if (!Array.isArray(list) || list.length > MAX_NAMES || list.some((n) => typeof n !== 'string')) throw badRequest(`${what}: must be a list of at most ${MAX_NAMES} names`)
  return list
}

export const legacyEntry = (r: LogRecord, s: LogSource): LogEntry => ({
  time: r.time + r.nanos / 1e6, sequence: r.id, stream: s.stream === 'event' || s.stream === 'audit' ? 'component' : s.stream,
  namespace: s.namespace, pod: s.pod, podUid: s.podUid, container: s.container, node: s.node, restart: s.restart, text: r.text,
})
const entries = (b: LogBatch): LogEntry[] => b.entries.map((e) => legacyEntry(e, b.sources[e.source] as LogSource))

interface LegacyParts {
  readonly clock: Clock
  readonly segments: SegmentFiles
  readonly writing: Writing
  readonly sources: SourceTable
  readonly limitBytes: number
}

export class LegacyReads {
  readonly #reads: Reads
  readonly #o: LegacyParts
  readonly #tails = new Set<AbortController>()

  constructor(reads: Reads, parts: LegacyParts) {
    this.#reads = reads
    this.#o = parts
  }

  async query(query: LogQuery, signal?: AbortSignal): Promise<LogPage> {
    const { limit = DEFAULT_LIMIT, before } = query
    if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT) throw badRequest(`limit: must be a whole number from 1 to ${MAX_LIMIT}`)
    const found: LogEntry[] = []
    let more = false
    const after = before && (await this.#cursor(before))
    await this.#reads.searchAst(legacyAst(query), { limit, ...(after ? { after } : {}) }, (m) => {
      found.push(...entries(m))
      more = m.done?.more ?? more
    }, signal)
    return { entries: found.toReversed(), more }
  }
  /** The exact place of a line that is named by a time with a fraction, which is not exact. */
  async #cursor(before: NonNullable<LogQuery['before']>): Promise<LogCursor> {
    if (!Number.isFinite(before.time) || !Number.isFinite(before.sequence)) throw badRequest('before: time and sequence must be numbers')
    const line = await this.#reads.line(before.sequence)
    const time = Math.floor(before.time)
    return line?.record ?? { time, nanos: Math.round((before.time - time) * 1e6), id: before.sequence }
  }

  tail(query: LogQuery, listener: (batch: { entries: LogEntry[]; dropped: number }) => void): { close(): void } {
    if (this.#tails.size >= MAX_READERS) throw tooManyRequests(`at most ${MAX_READERS} live readers at once`, 1)
    const ast = legacyAst(query)
    const stop = new AbortController()
    this.#tails.add(stop)
    this.#reads.followAst(ast, undefined, (m) => listener({ entries: entries(m), dropped: 0 }), stop.signal)
      // An expression that takes too long, or a listener that is broken: no other reader is to suffer.
      .catch((error: unknown) => logger('logging').warning('a live reader was ended', { error }))
      .finally(() => this.#tails.delete(stop))
    return { close: () => stop.abort() }
  }
  close(): void {
    for (const t of this.#tails) t.abort()
  }

  async sources(): Promise<{ namespaces: string[]; pods: { namespace: string; pod: string; lastTime: number }[]; components: string[]; bytes: number; limitBytes: number }> {
    await this.#reads.loaded()
    const { segments, writing, sources, limitBytes } = this.#o
    const lastTimes = new Map<number, number>()
    const seen = (id: number, time: number): void => { lastTimes.set(id, Math.max(lastTimes.get(id) ?? 0, time)) }
    for (const b of segments.list.flatMap((s) => s.blocks ?? [])) for (const id of b.sources) seen(id, b.maxTime)
    for (const { columns: c, sources: own } of writing.heads) {
      const ids = own.map((s) => sources.id(s))
      for (let i = 0; i < c.count; i++) seen(ids[c.sources[i] as number] as number, c.times[i] as number)
    }
    const namespaces = new Set<string>()
    const components = new Set<string>()
    const pods = new Map<string, { namespace: string; pod: string; lastTime: number }>()
    for (const [id, time] of lastTimes) {
      const s = sources.all[id] as LogSource
      if (s.stream === 'component') components.add(s.pod)
      if (s.stream !== 'stdout' && s.stream !== 'stderr') continue
      namespaces.add(s.namespace)
      const key = `${s.namespace}/${s.pod}`
      pods.set(key, { namespace: s.namespace, pod: s.pod, lastTime: Math.max(pods.get(key)?.lastTime ?? 0, time) })
    }
    return {
      namespaces: [...namespaces].sort(), components: [...components].sort(), pods: [...pods.values()].sort((a, b) => (`${a.namespace}/${a.pod}` < `${b.namespace}/${b.pod}` ? -1 : 1)),
      bytes: segments.bytes + writing.heads.reduce((n, h) => n + h.journalBytes, 0), limitBytes,
    }
  }
}
