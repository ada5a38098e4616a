/**
 * API priority and fairness: each request from outside belongs to a flow schema's priority level, of whose seats it takes
 * one while it is worked on. What our own components ask in this process is not counted: they pace themselves.
 * Source: Kubernetes documentation, "API Priority and Fairness".
 */
import { tooManyRequests } from '../../../shared/errors.ts'
import { isStream, type RequestInfo } from '../request-info.ts'
import { prefixOf, type Env } from '../registry/env.ts'
import type { FlowSchema } from '../resources/flowschema.ts'
import type { PriorityLevelConfiguration } from '../resources/prioritylevelconfiguration.ts'
import type { ApiRequest, UserInfo } from '../types.ts'
import { type ConfiguredLevel, Levels, Refused, type Reason, type Release, type Visitor } from './levels.ts'
import { distinguish, inOrder, matcherOf, type Matcher } from './match.ts'

export const GROUP = 'flowcontrol.apiserver.k8s.io'
/** Everything in this room's group is stored below. */
export const FLOW_PREFIX = `/registry/${GROUP}/`
const SCHEMAS = { group: GROUP, resource: 'flowschemas' }
const LEVELS = { group: GROUP, resource: 'prioritylevelconfigurations' }

/** Requests under way, as upstream's --max-requests-inflight and --max-mutating-requests-inflight have it; together they are the seats of all levels. */
export const READ_LIMIT = 400
export const WRITE_LIMIT = 200
/** A list takes a seat for each so many objects … */
const OBJECTS_PER_SEAT = 100
/** … but no more than this. */
const MAX_WIDTH = 10

/** What has become of the requests of one flow schema. */
export interface Tally {
  readonly schema: string
  readonly level: string
  dispatched: number
  executing: number
  inqueue: number
  readonly rejected: Partial<Record<Reason, number>>
}
interface Flow {
  readonly schema: FlowSchema
  readonly matches: Matcher
  readonly exempt: boolean
  readonly headers: Readonly<Record<string, string>>
  readonly tally: Tally
}

export interface FlowControl {
  /** Before the request is worked on. Throws TooManyRequests; `headers` says where it belongs, in either case. */
  enter(request: ApiRequest, info: RequestInfo, user: UserInfo, headers: (h: Readonly<Record<string, string>>) => void): Release | Promise<Release>
  readonly levels: Levels['all']
  readonly tallies: Iterable<Tally>
  readonly inflight: { readonly readOnly: number; readonly mutating: number }
  stop(): void
}

const configOf = ({ metadata: { name }, spec }: PriorityLevelConfiguration): ConfiguredLevel => {
  const { limited, exempt } = spec ?? {}
  const { queuing } = limited?.limitResponse ?? {}
  return {
    name, exempt: spec?.type === 'Exempt', shares: (limited ?? exempt)?.nominalConcurrencyShares ?? 0, lendablePercent: (limited ?? exempt)?.lendablePercent ?? 0,
    borrowingLimitPercent: limited?.borrowingLimitPercent, queuing: queuing && { queues: queuing.queues ?? 1, handSize: queuing.handSize ?? 1, queueLengthLimit: queuing.queueLengthLimit ?? 1 },
  }
}

/** @param countOf how many objects a list is about */
export function createFlowControl(env: Pick<Env, 'store' | 'clock'>, countOf: (info: RequestInfo) => number): FlowControl {
  const levels = new Levels(READ_LIMIT + WRITE_LIMIT, env.clock)
  const tallies = new Map<string, Tally>()
  const inflight = { readOnly: 0, mutating: 0 }
  let flows: readonly Flow[] | undefined
  let watch: { close(): void } | undefined

  function tallyOf(schema: string, level: string): Tally {
    const key = `${schema}/${level}`
    let tally = tallies.get(key)
    if (!tally) tallies.set(key, (tally = { schema, level, dispatched: 0, executing: 0, inqueue: 0, rejected: {} }))
    return tally
  }

  /** From the objects as they are now; again after each change, when next somebody comes. */
  function configure(): readonly Flow[] {
    watch ??= env.store.watch({ prefix: FLOW_PREFIX }, () => (flows = undefined))
    const list = <T>(of: typeof LEVELS): T[] => env.store.range(prefixOf(of)).kvs.map((kv) => kv.value as T)
    const known = new Map(list<PriorityLevelConfiguration>(LEVELS).map((level) => [level.metadata.name, level]))
    levels.configure([...known.values()].map(configOf))
    // A schema whose level is missing is passed over.
    const made = inOrder(list<FlowSchema>(SCHEMAS)).flatMap((schema): Flow[] => {
      const level = known.get(schema.spec?.priorityLevelConfiguration.name ?? '')
      if (!level) return []
      return [{
        schema, matches: matcherOf(schema), exempt: level.spec?.type === 'Exempt', tally: tallyOf(schema.metadata.name, level.metadata.name),
        headers: { 'x-kubernetes-pf-flowschema-uid': schema.metadata.uid ?? '', 'x-kubernetes-pf-prioritylevel-uid': level.metadata.uid ?? '' },
      }]
    })
    const current = new Set(made.map((flow) => flow.tally))
    for (const [key, tally] of tallies) if (!current.has(tally) && !tally.executing && !tally.inqueue) tallies.delete(key)
    return (flows = made)
  }

  function refused(flow: Flow | undefined, reason: Reason): Error {
    if (flow) flow.tally.rejected[reason] = (flow.tally.rejected[reason] ?? 0) + 1
    return tooManyRequests('too many requests, please try again later', 1)
  }

  function widthOf(info: RequestInfo): number {
    if (info.verb !== 'list') return 1
    return Math.min(MAX_WIDTH, Math.max(1, Math.ceil(countOf(info) / OBJECTS_PER_SEAT)))
  }

  return {
    enter(request, info, user, headers) {
      // They last, and are bounded otherwise: as many as there are connections.
      if (isStream(info)) return () => undefined
      const reads = request.method === 'GET' || request.method === 'HEAD'
      const kind = reads ? 'readOnly' : 'mutating'
      const flow = (flows ?? configure()).find((f) => f.matches(user, info))
      if (flow) headers(flow.headers)
      if (!flow || flow.exempt) {
        // Exempt from waiting and from shares, but this is one process.
        if (inflight[kind] >= (reads ? READ_LIMIT : WRITE_LIMIT)) throw refused(flow, 'concurrency-limit')
        inflight[kind]++
        if (flow) flow.tally.dispatched++
        if (flow) flow.tally.executing++
        return () => {
          inflight[kind]--
          if (flow) flow.tally.executing--
        }
      }
      return limited(flow, request, info, user)
    },
    get levels() {
      if (!flows) configure()
      return levels.all
    },
    get tallies() {
      return tallies.values()
    },
    inflight,
    stop: () => watch?.close(),
  }

  function limited(flow: Flow, request: ApiRequest, info: RequestInfo, user: UserInfo): Release | Promise<Release> {
    const { tally, schema } = flow
    const started = (release: Release): Release => {
      tally.dispatched++
      tally.executing++
      return () => {
        tally.executing--
        release()
      }
    }
    const failed = (error: unknown): never => {
      throw error instanceof Refused ? refused(flow, error.reason) : error
    }
    const visitor = (): Visitor => ({
      flow: `${schema.metadata.name}/${distinguish(schema, user, info)}`, bytes: request.body instanceof Uint8Array ? request.body.byteLength : 0, signal: request.signal,
    })
    try {
      const entered = levels.enter(tally.level, widthOf(info), visitor, () => {
        tally.inqueue++
        return () => void tally.inqueue--
      })
      return typeof entered === 'function' ? started(entered) : entered.then(started, failed)
    } catch (error) {
      return failed(error)
    }
  }
}
