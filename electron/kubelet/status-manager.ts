/** Writes pod statuses: only changes, one write a pod at a time, the newest wins. */
import { isDeepStrictEqual } from 'node:util'
import { Pods } from '../../shared/api/resources.ts'
import type { Pod, PodStatus } from '../../shared/api/types.ts'
import type { Clock } from '../../shared/clock.ts'
import { isConflict, isNotFound } from '../../shared/errors.ts'
import { logger } from '../../shared/log.ts'
import type { Client } from '../client/types.ts'

const log = logger('kubelet')
const RETRY_MS = 2_000

interface Entry {
  pod: Pod
  stored: PodStatus | undefined
  wanted?: PodStatus
  writing?: Promise<void>
}

export interface StatusManager {
  /** What is stored, as far as this process knows. */
  stored(pod: Pod): PodStatus | undefined
  /** Queues a status; returns at once. */
  set(pod: Pod, status: PodStatus): void
  /** Resolves once what was set is written, or writing it is hopeless. */
  flush(uid: string): Promise<void>
  forget(uid: string): void
  stop(): void
}

/** Fields that were there and no longer are, as nulls of a merge patch. */
const removals = (stored: PodStatus | undefined, wanted: PodStatus): Record<string, null> =>
  Object.fromEntries(Object.keys(stored ?? {}).filter((k) => !(k in wanted) && ['reason', 'message', 'podIP', 'podIPs', 'initContainerStatuses'].includes(k)).map((k) => [k, null]))

export function createStatusManager(client: Client, clock: Clock): StatusManager {
  const entries = new Map<string, Entry>()
  let stopped = false
  const entryOf = (pod: Pod): Entry => {
    const uid = pod.metadata.uid ?? ''
    let e = entries.get(uid)
    if (!e) entries.set(uid, (e = { pod, stored: pod.status }))
    return e
  }
  const write = async (uid: string, e: Entry): Promise<void> => {
    while (e.wanted && !stopped && entries.get(uid) === e) {
      const wanted = e.wanted
      delete e.wanted
      if (isDeepStrictEqual(wanted, e.stored)) continue
      try {
        const answer = await client.patch(Pods, e.pod.metadata.name, e.pod.metadata.namespace, 'merge', { metadata: { uid }, status: { ...wanted, ...removals(e.stored, wanted) } }, { subresource: 'status' })
        e.stored = answer.status ? ({ ...answer.status, ...wanted } as PodStatus) : wanted
        if (answer.status?.conditions) e.stored = { ...e.stored, conditions: wanted.conditions ?? [] }
      } catch (error) {
        if (isNotFound(error) || isConflict(error)) return // Deleted, or another pod of the same name: nobody to tell.
        log.warning('cannot write a pod status, will try again', { pod: `${e.pod.metadata.namespace}/${e.pod.metadata.name}`, error: error as Error })
        e.wanted ??= wanted
        await new Promise<void>((resolve) => clock.after(RETRY_MS, resolve))
      }
    }
  }
  return {
    stored: (pod) => {
      const e = entryOf(pod)
      // Conditions that others own come with the object.
      const foreign = (pod.status?.conditions ?? []).filter((c) => !e.stored?.conditions?.some((x) => x.type === c.type))
      return foreign.length && e.stored ? { ...e.stored, conditions: [...(e.stored.conditions ?? []), ...foreign] } : (e.stored ?? pod.status)
    },
    set(pod, status) {
      const e = entryOf(pod)
      e.pod = pod
      e.wanted = status
      const run = (): void => {
        e.writing = write(pod.metadata.uid ?? '', e).finally(() => {
          delete e.writing
          if (e.wanted && !stopped && entries.get(pod.metadata.uid ?? '') === e) run()
        })
      }
      if (!e.writing) run()
    },
    flush: async (uid) => {
      const e = entries.get(uid)
      while (e?.writing) await e.writing
    },
    forget: (uid) => void entries.delete(uid),
    stop() { stopped = true },
  }
}
