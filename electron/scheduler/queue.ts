/**
 * The scheduling queue: pods to try now (by priority, then age), pods that wait out a back-off, and pods that fit nowhere
 * and wait for something to change. Timers run only while something waits.
 */
import type { Clock, Timer } from '../../shared/clock.ts'
import { KeyedHeap } from './heap.ts'
import type { PodInfo } from './pod-info.ts'
import type { Hint } from './queueing-hints.ts'

/** What changed in the cluster; each kind can make pods schedulable that certain plugins held back. */
export type ClusterEvent = 'NodeAdd' | 'NodeAllocatable' | 'NodeLabels' | 'NodeTaints' | 'NodeDelete' | 'PodDelete' | 'PodTerminating' | 'PodAdd' | 'PodLabels' | 'NamespaceLabels' | 'Storage'

const helpedBy: Readonly<Record<ClusterEvent, readonly string[] | 'all'>> = {
  NodeAdd: 'all',
  NodeAllocatable: ['NodeResourcesFit'],
  NodeLabels: ['NodeAffinity', 'PodTopologySpread', 'InterPodAffinity', 'VolumeBinding'],
  NodeTaints: ['TaintToleration', 'NodeUnschedulable', 'PodTopologySpread'],
  // Domains that vanish can change the least crowded one.
  NodeDelete: ['PodTopologySpread'],
  PodDelete: ['NodeResourcesFit', 'NodePorts', 'PodTopologySpread', 'InterPodAffinity', 'VolumeRestrictions'],
  // Spreading looks ahead; room is free only once the pod has gone.
  PodTerminating: ['PodTopologySpread'],
  PodAdd: ['InterPodAffinity', 'PodTopologySpread'],
  PodLabels: ['InterPodAffinity', 'PodTopologySpread'],
  NamespaceLabels: ['InterPodAffinity'],
  Storage: ['VolumeBinding', 'VolumeRestrictions'],
}

export interface QueuedPod {
  readonly info: PodInfo
  /** Tries that ended without a node or with a failed binding. */
  readonly attempts: number
  /** When it was seen for the first time. */
  readonly came: number
  /** When it last entered; decides among equal priorities. */
  readonly since: number
  readonly readyAt: number
  /** Plugins that rejected it; empty after an error: anything may help. */
  readonly plugins: ReadonlySet<string>
}

export interface QueueOptions {
  readonly clock: Clock
  /** Called when there is something to pop. */
  onReady(): void
  readonly initialBackoffMs?: number
  readonly maxBackoffMs?: number
  readonly maxUnschedulableMs?: number
}

const uid = (q: QueuedPod): string => q.info.uid

export class SchedulingQueue {
  readonly #clock: Clock
  readonly #onReady: () => void
  readonly #initial: number
  readonly #max: number
  readonly #maxUnschedulable: number
  readonly #active = new KeyedHeap<QueuedPod>(uid, (a, b) => a.info.priority > b.info.priority || (a.info.priority === b.info.priority && a.since < b.since))
  readonly #backoff = new KeyedHeap<QueuedPod>(uid, (a, b) => a.readyAt < b.readyAt)
  /** In order of `since`: a Map keeps insertion order. */
  readonly #unschedulable = new Map<string, QueuedPod>()
  #timer: { at: number; timer: Timer } | undefined
  #order = 0
  #closed = false

  constructor(options: QueueOptions) {
    this.#clock = options.clock
    this.#onReady = () => options.onReady()
    this.#initial = options.initialBackoffMs ?? 1_000
    this.#max = options.maxBackoffMs ?? 10_000
    this.#maxUnschedulable = options.maxUnschedulableMs ?? 5 * 60_000
  }

  get counts(): { active: number; backoff: number; unschedulable: number } {
    return { active: this.#active.size, backoff: this.#backoff.size, unschedulable: this.#unschedulable.size }
  }
  has(podUid: string): boolean {
    return this.#active.has(podUid) || this.#backoff.has(podUid) || this.#unschedulable.has(podUid)
  }

  /** A pod seen for the first time. */
  add(info: PodInfo): void {
    if (this.has(info.uid)) return this.update(info, false)
    this.#activate({ info, attempts: 0, came: this.#clock.now(), since: 0, readyAt: 0, plugins: new Set() })
  }

  /** A newer version of a pod; `relevant`: changed so that it may fit now. */
  update(info: PodInfo, relevant: boolean): void {
    const active = this.#active.get(info.uid)
    if (active) return this.#active.set({ ...active, info })
    const waiting = this.#backoff.get(info.uid)
    if (waiting) return this.#backoff.set({ ...waiting, info })
    const stuck = this.#unschedulable.get(info.uid)
    if (!stuck) return
    this.#unschedulable.set(info.uid, { ...stuck, info })
    if (relevant) this.#release({ ...stuck, info })
  }

  delete(podUid: string): void {
    this.#active.delete(podUid)
    this.#backoff.delete(podUid)
    this.#unschedulable.delete(podUid)
    this.#arm()
  }

  /** The pod to try next; it is out of the queue until it is given back. */
  pop(): QueuedPod | undefined {
    return this.#active.pop()
  }

  /** Gives back a pod that fits nowhere, with the plugins that said so. */
  addUnschedulable(pod: QueuedPod, plugins: ReadonlySet<string>): void {
    this.#unschedulable.delete(pod.info.uid)
    this.#unschedulable.set(pod.info.uid, { ...this.#tried(pod), plugins })
    this.#arm()
  }

  /** Gives back a pod whose try failed for a passing reason (a binding that was refused). */
  addBackoff(pod: QueuedPod): void {
    this.#backoff.set(this.#tried(pod))
    this.#arm()
  }

  /** Something changed: pods that it may help come back, after what is left of their back-off. */
  move(event: ClusterEvent, helps: Hint = () => true): void {
    const plugins = helpedBy[event]
    for (const pod of this.#unschedulable.values()) {
      // Nobody has named a reason (there was no node, or an error): anything may help.
      if (!pod.plugins.size) this.#release(pod)
      else if ((plugins === 'all' || plugins.some((p) => pod.plugins.has(p))) && helps(pod.info, pod.plugins)) this.#release(pod)
    }
  }

  close(): void {
    this.#closed = true
    this.#timer?.timer.cancel()
    this.#timer = undefined
  }

  /** 1 s, 2 s, 4 s … 10 s after the last try. */
  #tried(pod: QueuedPod): QueuedPod {
    const now = this.#clock.now()
    return { ...pod, attempts: pod.attempts + 1, since: now, readyAt: now + Math.min(this.#max, this.#initial * 2 ** Math.min(pod.attempts, 30)), plugins: new Set() }
  }

  #release(pod: QueuedPod): void {
    this.#unschedulable.delete(pod.info.uid)
    if (pod.readyAt > this.#clock.now()) {
      this.#backoff.set(pod)
      this.#arm()
    } else this.#activate(pod)
  }

  #activate(pod: QueuedPod): void {
    this.#active.set({ ...pod, since: ++this.#order })
    if (!this.#closed) this.#onReady()
  }

  #arm(): void {
    const oldest = this.#unschedulable.values().next().value
    const at = Math.min(this.#backoff.peek()?.readyAt ?? Infinity, oldest ? oldest.since + this.#maxUnschedulable : Infinity)
    if (this.#closed || this.#timer?.at === at) return
    this.#timer?.timer.cancel()
    this.#timer = undefined
    if (at === Infinity) return
    this.#timer = { at, timer: this.#clock.after(at - this.#clock.now(), () => this.#due()) }
  }

  #due(): void {
    this.#timer = undefined
    const now = this.#clock.now()
    for (let next = this.#backoff.peek(); next && next.readyAt <= now; next = this.#backoff.peek()) {
      this.#backoff.pop()
      this.#activate(next)
    }
    for (const pod of this.#unschedulable.values()) {
      if (pod.since + this.#maxUnschedulable > now) break
      this.#release(pod)
    }
    this.#arm()
  }
}
