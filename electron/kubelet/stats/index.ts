/** The cAdvisor role: what the containers of this engine use, read a few at a time. */
import type { Clock } from '../../../shared/clock.ts'
import type { Reading } from '../../../shared/reading.ts'
import { hasPodLimits, isLocal } from '../runtime/capabilities.ts'
import type { ContainerRuntime } from '../runtime/types.ts'
import { createCgroupReader, type CgroupReader } from './cgroup.ts'

export interface UsageTarget {
  readonly containerId: string
  readonly podUid: string
}
export interface UsageReader {
  /** By container id; those that are gone are absent. Rejects when the engine cannot be asked at all. */
  read(targets: readonly UsageTarget[], signal: AbortSignal): Promise<ReadonlyMap<string, Reading>>
}

const FILES_AT_ONCE = 8
/** An engine takes a second for each, so a few at a time. */
const CALLS_AT_ONCE = 6

async function each<T>(items: readonly T[], workers: number, signal: AbortSignal, work: (item: T) => Promise<void>): Promise<void> {
  let next = 0
  await Promise.all(Array.from({ length: Math.min(workers, items.length) }, async () => {
    while (next < items.length && !signal.aborted) await work(items[next++] as T)
  }))
}

/** Where the engine runs on this machine its files are read, else it is asked. */
export function createUsageReader(runtime: ContainerRuntime, clock: Clock, cgroups: CgroupReader = createCgroupReader()): UsageReader {
  async function askEngine(targets: readonly UsageTarget[], readings: Map<string, Reading>, signal: AbortSignal): Promise<void> {
    // A container that joins a pod's network has no network of its own in the engine's eyes: it is the sandbox's.
    const sandboxes = new Map((await runtime.listPodSandboxes()).filter((s) => s.ready).map((s) => [s.pod.uid, s.id]))
    const networks = new Map<string, Pick<Reading, 'rxBytes' | 'txBytes' | 'packets'>>()
    await each([...new Set(targets.map((t) => t.podUid))], CALLS_AT_ONCE, signal, async (uid) => {
      const stats = sandboxes.has(uid) ? await runtime.stats(sandboxes.get(uid) ?? '') : undefined
      if (stats?.rxBytes !== undefined) networks.set(uid, { rxBytes: stats.rxBytes, txBytes: stats.txBytes ?? 0, ...(stats.packets ? { packets: stats.packets } : {}) })
    })
    await each(targets, CALLS_AT_ONCE, signal, async ({ containerId, podUid }) => {
      const stats = await runtime.stats(containerId)
      if (!stats) return
      const { containerId: _id, rxBytes: _rx, txBytes: _tx, packets: _packets, ...own } = stats
      readings.set(containerId, { ...own, ...networks.get(podUid) })
    })
  }
  return {
    async read(targets, signal) {
      const readings = new Map<string, Reading>()
      if (isLocal(runtime)) await each(targets, FILES_AT_ONCE, signal, async ({ containerId, podUid }) => {
        const reading = await cgroups.read(containerId, clock.now(), hasPodLimits(runtime) ? runtime.cgroupOf(podUid) : undefined)
        if (reading) readings.set(containerId, reading)
      })
      // Not one of them here: the engine keeps its containers where this process cannot look.
      if (targets.length && !readings.size && !signal.aborted) await askEngine(targets, readings, signal)
      return readings
    },
  }
}
