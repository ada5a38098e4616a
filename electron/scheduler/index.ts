/**
 * kube-scheduler: gives each pod a node. One pod at a time is decided upon, against a snapshot and without waiting; the
 * bindings are written behind it, side by side. The event loop is given back every few milliseconds.
 */
import type { Component, ComponentContext, Health } from '../client/component.ts'
import type { EventRecorder } from '../client/types.ts'
import { Namespaces, Nodes, PersistentVolumeClaims, PersistentVolumes, PodDisruptionBudgets, Pods, ReplicaSets, Services, StorageClasses } from '../../shared/api/resources.ts'
import type { Pod } from '../../shared/api/types.ts'
import { healthText } from '../../shared/component-health.ts'
import { isNotFound, toStatusError } from '../../shared/errors.ts'
import { logger } from '../../shared/log.ts'
import type { SchedulingDecision } from '../../shared/scheduling-decision.ts'
import { SchedulerCache } from './cache.ts'
import { DecisionLog, type Ending } from './decisions.ts'
import { connect } from './event-handlers.ts'
import type { CycleContext, Plugin } from './framework.ts'
import { Limiter, withTimeout } from './limiter.ts'
import { unschedulableMessage } from './messages.ts'
import { createCounts } from './metrics.ts'
import type { NodeInfo } from './node-info.ts'
import { Nominator } from './nominator.ts'
import { ConditionWriter } from './pod-condition.ts'
import { podInfo, type PodInfo } from './pod-info.ts'
import { PostFilter } from './post-filter.ts'
import { withVolumes } from './plugins/index.ts'
import { createVolumeBinding } from './plugins/volume-binding.ts'
import { createVolumeRestrictions } from './plugins/volume-restrictions.ts'
import { SchedulingQueue, type QueuedPod } from './queue.ts'
import { Algorithm, type Decision } from './schedule.ts'
import { siblingsBy } from './siblings.ts'
import { connectStorage } from './storage-events.ts'

export type { SchedulingDecision } from '../../shared/scheduling-decision.ts'
export type { Decision, PluginScores } from './schedule.ts'
export type { NodeRejection } from './messages.ts'

export interface SchedulerOptions {
  readonly plugins?: readonly Plugin[]
  /** Breaks ties; 0 <= x < 1. */
  readonly random?: () => number
  /** Bindings under way at once. */
  readonly bindConcurrency?: number
}
export interface Scheduler extends Component {
  /** Why a pod is where it is, or is nowhere; undefined where the pod was not tried since the start, or so many were since. */
  lastDecision(uid: string): SchedulingDecision | undefined
  /** Prometheus' text form. */
  metrics(): Promise<string>
}

/** The loop is given back after so much work, so that it stays well within a frame. */
const SLICE_MS = 6
const CALL_TIMEOUT_MS = 30_000
const PRE_BINDINGS = 1_000

export function createScheduler(context: ComponentContext & { recorder: EventRecorder }, options: SchedulerOptions = {}): Scheduler {
  const { client, informers, clock, recorder } = context
  const log = logger('kube-scheduler')
  const pods = informers.informer(Pods)
  const nodes = informers.informer(Nodes)
  const namespaces = informers.informer(Namespaces)
  const services = informers.informer(Services)
  const replicaSets = informers.informer(ReplicaSets)

  const budgets = informers.informer(PodDisruptionBudgets)
  const storage = { claims: informers.informer(PersistentVolumeClaims), volumes: informers.informer(PersistentVolumes), classes: informers.informer(StorageClasses) }

  const cache = new SchedulerCache()
  const decisions = new DecisionLog()
  const nominator = new Nominator()
  const random = options.random ?? Math.random
  const plugins = options.plugins ?? withVolumes(createVolumeRestrictions((namespace, name) => storage.claims.get(name, namespace)), createVolumeBinding({ client, clock, informers, ...storage }))
  const reserving = plugins.filter((p) => p.reserve)
  const algorithm = new Algorithm(plugins, random, nominator)
  const postFilter = new PostFilter({ client, clock, recorder, log, algorithm, nominator, budgets, random })
  const queue = new SchedulingQueue({ clock, onReady: wake })
  const counts = createCounts({ waiting: () => queue.counts, pods: () => pods.list() })
  const bindings = new Limiter(options.bindConcurrency ?? 256, wake)
  /** Pods that wait for something on their node before they are bound: they must not hold up those that do not. */
  const waiting = new Limiter(PRE_BINDINGS, wake)
  const current = (pod: Pod): Pod | undefined => pods.get(pod.metadata.name, pod.metadata.namespace)
  const conditions = new ConditionWriter(client, clock, log, current)
  const lookups = { namespaceLabels: (name: string) => namespaces.get(name)?.metadata.labels, siblings: siblingsBy(services, replicaSets) }

  let state: 'new' | 'running' | 'stopped' = 'new'
  let awake = false
  let disconnect: (() => void) | undefined
  const aborter = new AbortController()

  function wake(): void {
    if (awake || state !== 'running') return
    awake = true
    setImmediate(work)
  }

  function work(): void {
    awake = false
    const end = performance.now() + SLICE_MS
    while (state === 'running' && !bindings.full && !waiting.full) {
      const next = queue.pop()
      if (!next) return
      scheduleOne(next)
      if (performance.now() > end) return wake()
    }
  }

  function scheduleOne(queued: QueuedPod): void {
    const { info } = queued
    const began = performance.now()
    /** The scheduler's own fault, or one of the API's. */
    const broken = (message: string): void => {
      counts.tried('error', performance.now() - began)
      failed(queued, message)
    }
    const cycle: CycleContext = { ...lookups, snapshot: cache.snapshot() }
    let decision: Decision
    try {
      decision = algorithm.schedule(info, cycle)
    } catch (error) {
      log.error('a scheduling cycle failed', { pod: `${info.namespace}/${info.name}`, error })
      return broken(toStatusError(error).message)
    }
    const { node } = decision
    if (node === undefined) {
      unschedulable(queued, decision, cycle)
      return counts.tried('unschedulable', performance.now() - began)
    }
    counts.chosen(performance.now() - began)
    note(queued, decision, { outcome: 'assigned', message: '' })
    nominator.delete(info.uid)
    try {
      for (const p of reserving) p.reserve?.(info, cycle.snapshot.get(node) as NodeInfo)
    } catch (error) {
      unreserve(info)
      return broken((error as Error).message)
    }
    cache.assume(info, node)
    const first = reserving.flatMap((p) => { const doing = p.preBind?.(info, aborter.signal); return doing ? [doing.catch((e: Error) => { throw new Error(`running PreBind plugin ${JSON.stringify(p.name)}: ${e.message}`, { cause: e }) })] : [] })
    if (!first.length) return bindings.run(() => bind(queued, node, began))
    waiting.run(async () => {
      try {
        await Promise.all(first)
      } catch (error) {
        return unbound(queued, error as Error, (error as Error).message, began)
      }
      if (state === 'running') bindings.run(() => bind(queued, node, began))
    })
  }

  function unreserve(info: PodInfo): void {
    for (const p of reserving) p.unreserve?.(info)
  }

  function note({ info, attempts }: QueuedPod, decision: Decision, ending: Omit<Ending, 'attempts'>): void {
    decisions.set(info.uid, decision, clock.now(), { ...ending, attempts: attempts + 1 })
  }

  async function bind(queued: QueuedPod, node: string, began: number): Promise<void> {
    const { info } = queued
    const binding = {
      apiVersion: 'v1', kind: 'Binding',
      metadata: { name: info.name, namespace: info.namespace, uid: info.uid },
      target: { apiVersion: 'v1', kind: 'Node', name: node },
    }
    try {
      await withTimeout(client.createSubresource(Pods, info.name, info.namespace, 'binding', binding), CALL_TIMEOUT_MS, 'binding', clock)
    } catch (error) {
      return unbound(queued, error, `binding rejected: ${toStatusError(error).message}`, began)
    }
    counts.tried('scheduled', performance.now() - began)
    counts.bound(queued.attempts + 1, clock.now() - queued.came)
    unreserve(info)
    log.debug('bound', { pod: `${info.namespace}/${info.name}`, node })
    recorder.event(info.pod, 'Normal', 'Scheduled', `Successfully assigned ${info.namespace}/${info.name} to ${node}`)
  }

  /** The pod is not on the node that was chosen, and what was kept for it there is free. */
  function unbound(queued: QueuedPod, error: unknown, message: string, began: number): void {
    const { info } = queued
    counts.tried('error', performance.now() - began)
    cache.forget(info.uid)
    unreserve(info)
    const now = current(info.pod)
    // Gone, replaced, or bound by someone else: the informer has told the rest, or will.
    if (state !== 'running' || isNotFound(error) || now?.metadata.uid !== info.uid || now.spec.nodeName) return
    queue.move('PodDelete')
    failed({ ...queued, info: podInfo(now) }, message)
  }

  function unschedulable(queued: QueuedPod, decision: Decision, cycle: CycleContext): void {
    const { info } = queued
    const { message: preemption, nominated, victims, verdicts } = postFilter.run(info, decision, cycle)
    counts.preempted(victims.length)
    const message = unschedulableMessage(decision.total, decision.rejections, preemption)
    note(queued, decision, { outcome: victims.length ? 'preempting' : 'unschedulable', message, verdicts, ...(nominated ? { nominated } : {}), victims: victims.map((v) => `${v.namespace}/${v.name}`) })
    queue.addUnschedulable(queued, new Set([...decision.rejections.values()].map((r) => r.plugin)))
    conditions.set(info.pod, 'Unschedulable', message, nominated)
    if (victims.length && nominated) dashHopes(nominated, info)
    recorder.event(info.pod, 'Warning', 'FailedScheduling', message)
  }

  /** What less important pods hoped for on a node goes to another: they look elsewhere. */
  function dashHopes(node: string, winner: PodInfo): void {
    for (const loser of nominator.lesser(winner, node)) {
      nominator.delete(loser.uid)
      conditions.set(loser.pod, 'Unschedulable', loser.pod.status?.conditions?.find((c) => c.type === 'PodScheduled')?.message ?? '', '')
      queue.update(loser, true)
    }
  }

  function failed(queued: QueuedPod, message: string): void {
    queue.addBackoff(queued)
    decisions.amend(queued.info.uid, { outcome: 'error', message })
    conditions.set(queued.info.pod, 'SchedulerError', message)
    recorder.event(queued.info.pod, 'Warning', 'FailedScheduling', message)
  }

  return {
    name: 'kube-scheduler',
    lastDecision: (uid) => decisions.get(uid),
    metrics: counts.text,

    async start() {
      if (state !== 'new') throw new Error('the scheduler can be started once')
      disconnect = connect({ pods, nodes, namespaces }, {
        cache, queue, nominator,
        onGated: (pod, message) => conditions.set(pod, 'SchedulingGated', message),
        onSettled: (uid) => conditions.forget(uid),
        onGone: (uid) => decisions.delete(uid),
      })
      const disconnectStorage = connectStorage(storage, queue)
      const others = disconnect
      disconnect = () => { others(); disconnectStorage() }
      informers.start()
      const limit = clock.after(60_000, () => aborter.abort(new Error('the scheduler did not get its first lists within 60 s')))
      // Deciding on half the picture would place pods wrongly.
      await Promise.all([pods, nodes, namespaces, services, replicaSets, budgets, ...Object.values(storage)].map((i) => i.synced(aborter.signal))).finally(() => limit.cancel())
      if (aborter.signal.aborted) return
      state = 'running'
      wake()
    },

    async stop() {
      state = 'stopped'
      aborter.abort(new Error('stopped'))
      disconnect?.()
      queue.close()
      await Promise.all([waiting.idle(), bindings.idle(), postFilter.idle(), conditions.stop()])
    },

    health(): Health {
      const { active, backoff, unschedulable: stuck } = queue.counts
      if (state !== 'running') return { healthy: false, message: healthText(state === 'new' ? 'notStarted' : 'stopped') }
      return { healthy: true, message: healthText('scheduler', { active: active + bindings.size, backoff, stuck }) }
    },
  }
}
