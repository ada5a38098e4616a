/**
 * Ends pods whose emptyDirs on disk hold more than they may: each its own sizeLimit, all together what the pod's containers
 * may use of ephemeral-storage. What containers write beside their volumes, and their logs, are not counted: an engine measures
 * that only by walking through all its layers. Source: kubernetes pkg/kubelet/eviction, localStorageEviction.
 */
import type { Pod, Volume } from '../../shared/api/types.ts'
import type { Clock } from '../../shared/clock.ts'
import { podLimits } from '../../shared/pod-resources.ts'
import { bytes, canonicalQuantity, formatQuantity } from '../../shared/quantity.ts'

const NANO = 1_000_000_000n
/** Looking takes at most this share of the time, however many files there are. */
const SHARE = 0.05

interface Limits {
  /** emptyDirs on disk, each with what it may hold in bytes; Infinity: whatever it likes. */
  readonly volumes: readonly { readonly name: string; readonly limit: number; readonly text: string }[]
  /** Of the pod, in bytes; Infinity: none. */
  readonly total: number
}

/** undefined: there is nothing to measure. A limit of nothing is none. */
export function storageLimits(pod: Pod): Limits | undefined {
  const onDisk = (pod.spec.volumes ?? []).filter((v): v is Volume & { emptyDir: NonNullable<Volume['emptyDir']> } => v.emptyDir !== undefined && !v.emptyDir.medium)
  const total = podLimits(pod)['ephemeral-storage'] || Infinity
  const volumes = onDisk.map(({ name, emptyDir: { sizeLimit } }) => ({ name, limit: bytes(sizeLimit) || Infinity, text: sizeLimit === undefined ? '' : canonicalQuantity(sizeLimit) }))
  return volumes.length && Math.min(total, ...volumes.map((v) => v.limit)) < Infinity ? { volumes, total } : undefined
}

/** Why the pod must go; undefined: it is within its limits. `size` may stop counting at `enough` bytes. */
export async function overLimit({ volumes, total }: Limits, size: (volume: string, enough: number) => Promise<number>): Promise<string | undefined> {
  let sum = 0
  for (const { name, limit, text } of volumes) {
    if (limit === Infinity && total === Infinity) continue
    const used = await size(name, Math.min(limit, total))
    if (used > limit) return `Usage of EmptyDir volume ${JSON.stringify(name)} exceeds the limit ${JSON.stringify(text)}. `
    sum += used
    if (sum > total) return `Pod ephemeral local storage usage exceeds the total limit of containers ${formatQuantity({ nanos: BigInt(Math.round(total)) * NANO, format: 'BinarySI' })}. `
  }
  return undefined
}

export interface StorageLimitParts {
  readonly clock: Clock
  pods(): readonly Pod[]
  size(pod: Pod, volume: string, enough: number): Promise<number>
  evict(pod: Pod, message: string): void
}

/** One look at a time, and none too soon after one that took long. */
export function createStorageLimits({ clock, pods, size, evict }: StorageLimitParts): () => Promise<void> {
  let running: Promise<void> | undefined
  let notBefore = 0
  const look = async (): Promise<void> => {
    const begin = clock.now()
    for (const pod of pods()) {
      const limits = pod.metadata.deletionTimestamp || pod.status?.phase === 'Failed' || pod.status?.phase === 'Succeeded' ? undefined : storageLimits(pod)
      const message = limits && (await overLimit(limits, (volume, enough) => size(pod, volume, enough)))
      if (message) evict(pod, message)
    }
    notBefore = clock.now() + (clock.now() - begin) * (1 / SHARE - 1)
  }
  return async () => {
    if (running || clock.now() < notBefore) return running
    running = look().finally(() => { running = undefined })
    return running
  }
}
