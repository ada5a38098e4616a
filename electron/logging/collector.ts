/**
 * Follows the log of every container of the cluster into the store. It goes by what the runtime reports, and looks at
 * everything again on resync; how far it is with a container is stored with the lines, so that stopping at any instant
 * loses and doubles nothing.
 */
import type { Component, Health } from '../client/component.ts'
import type { ContainerRuntime, ContainerState, LogLine, RuntimeEvent } from '../kubelet/runtime/types.ts'
import type { Clock, Timer } from '../../shared/clock.ts'
import { healthText } from '../../shared/component-health.ts'
import { logger } from '../../shared/log.ts'
import { LOG_LEVELS, type LogSource as LineSource } from '../../shared/logs/types.ts'
import { Ahead, ContainerReader, lostText } from './container-reader.ts'
import type { Gap } from './gaps.ts'
import type { ContainerPosition } from './position.ts'
import type { LogWriter } from './types.ts'

export type LogSource = Pick<ContainerRuntime, 'listContainers' | 'logs' | 'subscribe'>
/** What the cluster knows of a pod beyond what its containers say. */
export interface PodFacts {
  readonly labels: Readonly<Record<string, string>>
  /** `Deployment/web`; `''`: it belongs to none. */
  readonly workload: string
}
export interface LogCollectorOptions {
  readonly store: LogWriter
  readonly source: LogSource
  readonly clock: Clock
  /** Stands in where a container does not say which node it is on. */
  readonly node: string
  /** undefined: the pod is not known (any more). */
  readonly pod?: (pod: ContainerState['pod']) => PodFacts | undefined
  /** Containers followed at once; the others wait. Default 1000. */
  readonly maxFollowers?: number
}

const MAX_RETRY_MS = 30_000
/** A container that has ended may be removed after so long, though its log has not been read. */
const MAX_DRAIN_MS = 30_000
const ORIGIN = 'container:'

interface Follower {
  readonly container: ContainerState
  readonly aborter: AbortController
  readonly done: Promise<void>
  /** When we heard that it has ended. */
  died: number | undefined
}
/** How a stream ended. */
interface Copied {
  /** Something was read. */
  readonly read: boolean
  /** It is to be opened anew at once. */
  readonly again: boolean
  /** Whether its end is not the container's, if that has been removed meanwhile. */
  isShort(died: number): boolean
}

export interface LogCollector extends Component {
  /** Resolves when what a container that has ended wrote has been read, so that it can be removed without loss; after half a minute anyway. */
  read(id: string): Promise<void>
  /** Gaps in what was read, since the start: how often the engine no longer had what was to be read next, and how many milliseconds were between. */
  lost(): { readonly gaps: number; readonly ms: number }
}

export function createLogCollector({ store, source, clock, node, pod, maxFollowers = 1_000 }: LogCollectorOptions): LogCollector {
  const log = logger('log-collector')
  const ahead = new Ahead()
  const followers = new Map<string, Follower>()
  /** Wait for a free place, oldest first. */
  const waiting = new Map<string, ContainerState>()
  /** Ended and read to the end; forgotten with the container. */
  const drained = new Set<string>()
  /** Containers that have died: their streams come to an end. */
  const dead = new Set<string>()
  const timers = new Set<Timer>()
  let subscription: { close(): void } | undefined
  let running = false
  let looking: Promise<void> | undefined
  let again = false
  let trouble = ''
  const lost = { gaps: 0, ms: 0 }
  /** Of them the log has told that their end may be missing. */
  const told = new Set<string>()

  const ended = (c: ContainerState): boolean => c.state === 'exited'
  const message = (error: unknown): string => (error instanceof Error ? error.message : String(error))

  /** @param atOnce it is about to go: it need not wait for a place */
  function consider(container: ContainerState, atOnce = false): void {
    if (!running || container.state === 'created' || followers.has(container.id) || drained.has(container.id)) return
    if (followers.size >= maxFollowers && !atOnce) return void waiting.set(container.id, container)
    waiting.delete(container.id)
    const aborter = new AbortController()
    const done = follow(container, aborter.signal)
      .catch((error: unknown) => { if (!aborter.signal.aborted) log.error('collecting a log failed', { container: container.id, error: message(error) }) })
      .finally(() => {
        followers.delete(container.id)
        told.delete(container.id)
        const next = waiting.values().next().value
        if (next) consider(next)
      })
    followers.set(container.id, { container, aborter, done, died: undefined })
  }

  /** Until the container has ended and all is read, or it is gone. */
  async function follow(first: ContainerState, signal: AbortSignal): Promise<void> {
    let container: ContainerState | undefined = first
    // Read to the end by an earlier run.
    if (ended(first) && (store.position(ORIGIN + first.id) as ContainerPosition | undefined)?.ended === (first.finishedAt ?? 0)) return void drained.add(first.id)
    /** What was open last; undefined: it broke off, or nothing has been opened. */
    let copied: Copied | undefined
    for (let failures = 0; container && !signal.aborted;) {
      let atOnce = false
      try {
        copied = await copy(container, signal)
        if (copied.read) failures = 0
        atOnce = copied.again
        if (ended(container) && !copied.again) {
          drained.add(container.id)
          return
        }
      } catch (error) {
        if (signal.aborted) return
        if ((error as { reason?: unknown }).reason === 'NotFound') break
        copied = undefined
        failures++
        log.debug('a log stream broke off', { container: container.id, error: message(error) })
      }
      // A stream that ends says nothing of the container: look, then read what is left, or go on following.
      if (failures) await pause(Math.min(MAX_RETRY_MS, 500 * 2 ** Math.min(failures, 10)), signal)
      const old: ContainerState = container
      container = await lookUp(old.pod.uid, old.id).catch((error: unknown) => { failures++; log.debug('a container cannot be looked up', { error: message(error) }); return old })
      if (container && !ended(container) && !failures && !atOnce) await pause(500, signal)
    }
    if (signal.aborted) return
    // Somebody has removed it. A stream that came to its end had all, unless it was far behind.
    const died = followers.get(first.id)?.died ?? clock.now()
    if (!copied || copied.again || copied.isShort(died)) cut(first, 'was removed')
  }

  async function copy(container: ContainerState, signal: AbortSignal): Promise<Copied> {
    const reader = new ContainerReader({ store, clock, ahead, origin: ORIGIN + container.id, started: container.startedAt, source: (output) => sourceOf(container, output), lost: (gap) => missed(container, gap) })
    const options = { follow: !ended(container), ...(reader.since === undefined ? {} : { since: reader.since }) }
    const { again: reopen } = await reader.copy(source.logs(container.id, options, signal))
    if (ended(container) && !reopen && !signal.aborted) reader.finish(container.finishedAt ?? 0)
    return { read: reader.lines > 0, again: reopen, isShort: (died) => reader.isShort(died) }
  }
  function missed(container: ContainerState, gap: Gap): void {
    lost.gaps++
    lost.ms += Math.max(0, gap.to.time - gap.from.time)
    const { namespace, name } = container.pod
    log.warning(lostText(gap), { pod: `${namespace}/${name}`, container: container.name })
  }
  /** It goes, or has gone, whatever of it has not been read. Told once. */
  function cut(container: ContainerState, how: 'is removed' | 'was removed'): void {
    const { id } = container
    if (told.has(id)) return
    told.add(id)
    const { stdout, stderr } = (store.position(ORIGIN + id) ?? {}) as ContainerPosition
    const last = stdout && stderr ? (stdout[0] > stderr[0] ? stdout : stderr) : (stdout ?? stderr)
    const time = last?.[0] ?? container.startedAt ?? container.createdAt
    const text = `Pilothouse: lines after ${new Date(time).toISOString()} may be lost: the container ${how} before its log could be read to the end`
    lost.gaps++
    lost.ms += Math.max(0, clock.now() - time)
    log.warning(text, { pod: `${container.pod.namespace}/${container.pod.name}`, container: container.name })
    void store.append(sourceOf(container, 'stdout'), [{ time, nanos: last?.[1] ?? 0, rank: LOG_LEVELS.indexOf('warn'), text }])
  }
  function sourceOf(container: ContainerState, output: LogLine['stream']): LineSource {
    const { namespace, name, uid } = container.pod
    const facts = pod?.(container.pod)
    return { stream: output, namespace, pod: name, podUid: uid, container: container.name, node: container.node || node, restart: container.attempt, workload: facts?.workload ?? '', labels: facts?.labels ?? {} }
  }

  const lookUp = async (podUid: string, id: string): Promise<ContainerState | undefined> => (await source.listContainers({ podUid })).find((c) => c.id === id)

  function pause(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        timer.cancel()
        timers.delete(timer)
        signal.removeEventListener('abort', end)
        resolve()
      }
      const timer = clock.after(ms, end)
      timers.add(timer)
      signal.addEventListener('abort', end)
      if (signal.aborted) end()
    })
  }

  /** One look at a time; asked for again meanwhile, it looks once more. */
  function resync(): Promise<void> {
    again = true
    looking ??= (async () => {
      while (again && running) {
        again = false
        try {
          const containers = await source.listContainers()
          trouble = ''
          const present = new Set(containers.map((c) => c.id))
          for (const id of drained) if (!present.has(id)) drained.delete(id)
          for (const id of waiting.keys()) if (!present.has(id)) waiting.delete(id)
          store.keepPositions((origin) => !origin.startsWith(ORIGIN) || present.has(origin.slice(ORIGIN.length)) || followers.has(origin.slice(ORIGIN.length)))
          for (const container of containers) consider(container)
        } catch (error) {
          // The runtime reports `resync` once it is back.
          trouble = message(error)
        }
      }
    })().finally(() => { looking = undefined })
    return looking
  }

  function onEvent(event: RuntimeEvent): void {
    if (!running) return
    if (event.type === 'resync' || event.type === 'available') return void resync()
    if (event.type === 'unavailable') { trouble = event.message; return }
    if (event.type !== 'container') return
    if (event.action === 'died') dead.add(event.id)
    const follower = followers.get(event.id)
    if (follower && (event.action === 'died' || event.action === 'removed')) follower.died ??= clock.now()
    if (event.action === 'removed') {
      dead.delete(event.id)
      drained.delete(event.id)
      const unread = waiting.get(event.id)
      waiting.delete(event.id)
      if (unread) {
        cut(unread, 'was removed')
        told.delete(event.id)
      }
      // Its stream ends by itself once all is read.
      return
    }
    if (event.action === 'created') return
    if (event.action === 'started') {
      drained.delete(event.id)
      dead.delete(event.id)
      if (follower) follower.died = undefined
    }
    if (followers.has(event.id)) return
    lookUp(event.podUid, event.id).then((c) => { if (c) consider(c) }, (error: unknown) => { trouble = message(error) })
  }

  return {
    name: 'log-collector',
    async start() {
      if (running) return
      running = true
      subscription = source.subscribe(onEvent)
      await resync()
    },
    async stop() {
      running = false
      subscription?.close()
      waiting.clear()
      for (const f of followers.values()) f.aborter.abort()
      await looking
      await Promise.all([...followers.values()].map((f) => f.done))
      for (const timer of timers) timer.cancel()
      await store.flush()
    },
    async read(id) {
      const waits = waiting.get(id)
      if (dead.has(id) && waits) consider(waits, true)
      // Not only its stream: one that is opened anew is not the end.
      const following = dead.has(id) ? followers.get(id)?.done : undefined
      if (!following) return
      const stop = new AbortController()
      const read = await Promise.race([following.then(() => true), pause(MAX_DRAIN_MS, stop.signal).then(() => false)])
      stop.abort()
      const container = followers.get(id)?.container
      if (!read && running && container) cut(container, 'is removed')
    },
    lost: () => ({ ...lost }),
    health(): Health {
      if (!running) return { healthy: false, message: healthText('stopped') }
      if (trouble) return { healthy: false, message: healthText('logs.down', { why: trouble }) }
      return { healthy: true, message: healthText(waiting.size ? 'logs.waiting' : 'logs', { containers: followers.size, waiting: waiting.size }) }
    },
  }
}
