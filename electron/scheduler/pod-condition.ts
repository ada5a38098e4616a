/** Writes the PodScheduled condition of pods that found no node. The latest word for each pod wins; writes are bounded. */
import type { Client } from '../client/types.ts'
import { Pods } from '../../shared/api/resources.ts'
import type { Pod } from '../../shared/api/types.ts'
import { rfc3339, type Clock } from '../../shared/clock.ts'
import { isConflict, isNotFound } from '../../shared/errors.ts'
import type { Logger } from '../../shared/log.ts'
import { Limiter, withTimeout } from './limiter.ts'

export type UnscheduledReason = 'Unschedulable' | 'SchedulerError' | 'SchedulingGated'

interface Wanted {
  pod: Pod
  reason: UnscheduledReason
  message: string
  /** '': what stood there is no more; undefined: it stays. */
  nominated: string | undefined
}

export class ConditionWriter {
  readonly #client: Client
  readonly #clock: Clock
  readonly #log: Logger
  readonly #current: (pod: Pod) => Pod | undefined
  readonly #wanted = new Map<string, Wanted>()
  readonly #limiter = new Limiter(8, () => this.#pump())

  /** `current` answers the newest version of a pod; undefined when it is gone. */
  constructor(client: Client, clock: Clock, log: Logger, current: (pod: Pod) => Pod | undefined) {
    this.#client = client
    this.#clock = clock
    this.#log = log
    this.#current = current
  }

  /** `nominated`: the node where room is being made for it; '' takes the word back. */
  set(pod: Pod, reason: UnscheduledReason, message: string, nominated?: string): void {
    this.#wanted.set(pod.metadata.uid ?? '', { pod, reason, message, nominated })
    this.#pump()
  }
  forget(uid: string): void {
    this.#wanted.delete(uid)
  }
  async stop(): Promise<void> {
    this.#wanted.clear()
    await this.#limiter.idle()
  }

  #pump(): void {
    for (const [uid, { pod, reason, message, nominated }] of this.#wanted) {
      if (this.#limiter.full) return
      this.#wanted.delete(uid)
      const now = this.#current(pod)
      if (!now || now.metadata.uid !== uid || now.spec.nodeName) continue
      const old = now.status?.conditions?.find((c) => c.type === 'PodScheduled')
      const renominated = nominated !== undefined && nominated !== (now.status?.nominatedNodeName ?? '')
      if (!renominated && old?.status === 'False' && old.reason === reason && old.message === message) continue
      const since = old?.status === 'False' ? (old.lastTransitionTime ?? rfc3339(this.#clock.now())) : rfc3339(this.#clock.now())
      const condition = { type: 'PodScheduled', status: 'False', reason, message, lastProbeTime: null, lastTransitionTime: since }
      this.#limiter.run(() => this.#write(now, { conditions: [condition], ...(renominated ? { nominatedNodeName: nominated || null } : {}) }))
    }
  }

  async #write(pod: Pod, status: object): Promise<void> {
    const { name, namespace } = pod.metadata
    try {
      const call = this.#client.patch(Pods, name, namespace, 'strategic', { metadata: { uid: pod.metadata.uid }, status }, { subresource: 'status' })
      await withTimeout(call, 30_000, 'writing the PodScheduled condition', this.#clock)
    } catch (error) {
      // Gone, or another pod of the same name: nobody is left to tell.
      if (!isNotFound(error) && !isConflict(error)) this.#log.warning('could not write the PodScheduled condition', { pod: `${namespace}/${name}`, error })
    }
  }
}
