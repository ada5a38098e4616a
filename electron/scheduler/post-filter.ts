/** What happens when a pod fits nowhere: others may have to go for it. Decides (preemption.ts), and carries it out. */
import type { Client, EventRecorder, Lister } from '../client/types.ts'
import { Pods } from '../../shared/api/resources.ts'
import type { PodDisruptionBudget } from '../../shared/api/types.ts'
import { rfc3339, type Clock } from '../../shared/clock.ts'
import { isConflict, isNotFound } from '../../shared/errors.ts'
import type { Logger } from '../../shared/log.ts'
import type { CycleContext } from './framework.ts'
import { Limiter, withTimeout } from './limiter.ts'
import { NOT_ELIGIBLE_POLICY, NOT_ELIGIBLE_WAITING, preemptionMessage } from './messages.ts'
import type { Nominator } from './nominator.ts'
import type { PodInfo } from './pod-info.ts'
import { preempt, PREEMPTED, waitsForVictims, type Victims } from './preemption.ts'
import type { Algorithm, Decision } from './schedule.ts'

export interface PostFilterOptions {
  readonly client: Client
  readonly clock: Clock
  readonly recorder: EventRecorder
  readonly log: Logger
  readonly algorithm: Algorithm
  readonly nominator: Nominator
  readonly budgets: Pick<Lister<PodDisruptionBudget>, 'list'>
  readonly random: () => number
}
export interface Outcome {
  /** For the pod's condition and event. */
  readonly message: string | undefined
  /** What to write into status.nominatedNodeName; undefined: leave it. */
  readonly nominated: string | undefined
  readonly victims: readonly PodInfo[]
  readonly verdicts: ReadonlyMap<string, string>
}

const CALL_TIMEOUT_MS = 30_000
const MESSAGE = 'default-scheduler: preempting to accommodate a higher priority pod'
const none: ReadonlyMap<string, string> = new Map()

export class PostFilter {
  readonly #o: PostFilterOptions
  readonly #evictions = new Limiter(16, () => {})
  /** Pods for which evictions are under way. */
  readonly #busy = new Set<string>()
  constructor(options: PostFilterOptions) {
    this.#o = options
  }

  run(pod: PodInfo, decision: Decision, cycle: CycleContext): Outcome {
    const { algorithm, nominator, budgets, random } = this.#o
    const nothing = (message: string | undefined, nominated?: string): Outcome => ({ message, nominated, victims: [], verdicts: none })
    if (pod.pod.spec.preemptionPolicy === 'Never') return nothing(NOT_ELIGIBLE_POLICY)
    const before = nominator.nodeOf(pod.uid)
    if (this.#busy.has(pod.uid) || waitsForVictims(pod, before, decision.rejections, cycle.snapshot)) return nothing(NOT_ELIGIBLE_WAITING)
    const { chosen, verdicts } = preempt({
      pod, snapshot: cycle.snapshot, rejections: decision.rejections, budgets: budgets.list(), start: random(), fits: (node) => algorithm.fits(pod, cycle, node),
    })
    if (!chosen) {
      nominator.delete(pod.uid)
      return { ...nothing(preemptionMessage(decision.total, verdicts), ''), verdicts }
    }
    nominator.set(pod, chosen.node)
    this.#evict(pod, chosen)
    return { message: undefined, nominated: chosen.node, victims: chosen.pods, verdicts }
  }

  /** Resolves when no eviction is under way. */
  idle(): Promise<void> {
    return this.#evictions.idle()
  }

  #evict(pod: PodInfo, { node, pods }: Victims): void {
    const { log } = this.#o
    this.#busy.add(pod.uid)
    let left = pods.length
    for (const victim of pods) {
      this.#evictions.run(async () => {
        try {
          await withTimeout(this.#evictOne(pod, victim, node), CALL_TIMEOUT_MS, 'evicting a pod', this.#o.clock)
        } catch (error) {
          // Gone already, or another pod of that name: it is out of the way.
          if (!isNotFound(error) && !isConflict(error)) log.warning('could not push out a pod', { pod: `${victim.namespace}/${victim.name}`, for: `${pod.namespace}/${pod.name}`, error })
        } finally {
          if (--left === 0) this.#busy.delete(pod.uid)
        }
      })
    }
    log.info('pods are pushed out', { for: `${pod.namespace}/${pod.name}`, node, victims: pods.map((p) => `${p.namespace}/${p.name}`).join(' ') })
  }

  async #evictOne(pod: PodInfo, victim: PodInfo, node: string): Promise<void> {
    const { client, clock, recorder } = this.#o
    const { name, namespace, uid } = victim
    if (!victim.terminating) {
      const { generation } = victim.pod.metadata
      const condition = { type: 'DisruptionTarget', status: 'True', reason: PREEMPTED, message: MESSAGE, lastTransitionTime: rfc3339(clock.now()), ...(generation === undefined ? {} : { observedGeneration: generation }) }
      await client.patch(Pods, name, namespace, 'strategic', { metadata: { uid }, status: { conditions: [condition] } }, { subresource: 'status' })
    }
    await client.delete(Pods, name, namespace, { preconditions: { uid } })
    recorder.event(victim.pod, 'Normal', 'Preempted', `Preempted by pod ${pod.uid} on node ${node}`)
  }
}
