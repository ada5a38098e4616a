/** Writes pod statuses: only changes, one write a pod at a time, the newest wins. */
import { isDeepStrictEqual } from 'node:util'
import { Pods } from '../../shared/api/resources.ts'
import type { Pod, PodCondition, PodStatus } from '../../shared/api/types.ts'
import type { Clock } from '../../shared/clock.ts'
import { isConflict, isNotFound } from '../../shared/errors.ts'
import { logger } from '../../shared/log.ts'
import type { Client } from '../client/types.ts'

const log = logger('kubelet')
const RETRY_MS = 2_000

interface Entry {
  pod: Pod
  stored: PodStatus | undefined
  /** What this process said last, and what the API server made of it. */
  last?: PodStatus
  answer?: PodStatus | undefined
  version?: string | undefined
  wanted?: PodStatus
  writing?: Promise<void>
}

export interface StatusManager {
  /** What is stored, as far as this process knows. */
  stored(pod: Pod): PodStatus | undefined
  /** The pod as the API has it now: what somebody else has made of this node's fields is put right. */
  observe(pod: Pod): void
  /** Queues a status; returns at once. */
  set(pod: Pod, status: PodStatus): void
  /** Resolves once what was set is written, or writing it is hopeless. */
  flush(uid: string): Promise<void>
  forget(uid: string): void
  stop(): void
}

const OWN_CONDITIONS = ['PodReadyToStartContainers', 'Initialized', 'ContainersReady', 'Ready', 'PodResizePending', 'PodResizeInProgress']
const OWN_FIELDS = ['phase', 'reason', 'message', 'hostIP', 'podIP', 'startTime', 'containerStatuses', 'initContainerStatuses', 'ephemeralContainerStatuses'] as const

/** The part of a status that this node alone decides on. */
const ownPart = (s: PodStatus | undefined): unknown => [OWN_FIELDS.map((f) => s?.[f]), OWN_CONDITIONS.map((t) => s?.conditions?.find((c) => c.type === t)).map((c) => c && [c.status, c.reason, c.message])]

/** A condition to merge into the stored one of its type: the reason and message that it no longer has become null. */
function conditionPatch(stored: PodStatus | undefined, wanted: PodCondition): object {
  const before = stored?.conditions?.find((c) => c.type === wanted.type)
  const gone = (['reason', 'message'] as const).filter((f) => before?.[f] !== undefined && wanted[f] === undefined)
  return { ...wanted, ...Object.fromEntries(gone.map((f) => [f, null])) }
}

/** As a strategic patch: conditions of others stay, addresses are not added to those before, and what has gone becomes null. */
function patchOf(stored: PodStatus | undefined, wanted: PodStatus): object {
  const gone = Object.keys(stored ?? {}).filter((k) => !(k in wanted) && ['reason', 'message', 'podIP', 'podIPs', 'initContainerStatuses'].includes(k))
  const whole = (list: readonly object[] | undefined): object => (list ? [...list, { $patch: 'replace' }] : [])
  return {
    ...wanted, ...Object.fromEntries(gone.map((k) => [k, null])),
    conditions: [...(stored?.conditions ?? []).filter((c) => OWN_CONDITIONS.includes(c.type) && !wanted.conditions?.some((x) => x.type === c.type)).map((c) => ({ type: c.type, $patch: 'delete' })),
      ...(wanted.conditions ?? []).filter((c) => OWN_CONDITIONS.includes(c.type) || !stored?.conditions?.some((x) => x.type === c.type)).map((c) => conditionPatch(stored, c))],
    ...(wanted.podIPs ? { podIPs: whole(wanted.podIPs) } : {}), ...(wanted.hostIPs ? { hostIPs: whole(wanted.hostIPs) } : {}),
  }
}

/** Resource versions of one server are numbers that count up. */
const isOlder = (a: string | undefined, b: string | undefined): boolean => BigInt(a ?? 0) < BigInt(b ?? 0)

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
        const answer = await client.patch(Pods, e.pod.metadata.name, e.pod.metadata.namespace, 'strategic', { metadata: { uid }, status: patchOf(e.stored, wanted) }, { subresource: 'status' })
        e.last = wanted
        e.answer = answer.status
        e.version = answer.metadata.resourceVersion
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
  const queue = (uid: string, e: Entry, status: PodStatus): void => {
    e.wanted = status
    e.writing ??= write(uid, e).finally(() => {
      delete e.writing
      if (e.wanted && !stopped && entries.get(uid) === e) queue(uid, e, e.wanted)
    })
  }
  return {
    stored: (pod) => {
      const e = entryOf(pod)
      if (!e.stored) return pod.status
      // Conditions that others own come with the object, and change with it.
      const foreign = (pod.status?.conditions ?? []).filter((c) => !OWN_CONDITIONS.includes(c.type))
      return { ...e.stored, conditions: [...(e.stored.conditions ?? []).filter((c) => OWN_CONDITIONS.includes(c.type) || !foreign.some((f) => f.type === c.type)), ...foreign] }
    },
    observe(pod) {
      const uid = pod.metadata.uid ?? ''
      const e = entries.get(uid)
      // Before the first write nothing is known to be ours; during one, its answer comes soon.
      if (!e?.last || e.writing || pod.metadata.deletionTimestamp !== undefined || isOlder(pod.metadata.resourceVersion, e.version)) return
      e.pod = pod
      if (isDeepStrictEqual(ownPart(pod.status), ownPart(e.answer))) return
      e.stored = pod.status
      queue(uid, e, e.last)
    },
    set(pod, status) {
      const e = entryOf(pod)
      e.pod = pod
      queue(pod.metadata.uid ?? '', e, status)
    },
    flush: async (uid) => {
      const e = entries.get(uid)
      while (e?.writing) await e.writing
    },
    forget: (uid) => void entries.delete(uid),
    stop() { stopped = true },
  }
}
