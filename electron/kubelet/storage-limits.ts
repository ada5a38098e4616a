/**
 * Ends pods that keep more on disk than they may: each emptyDir its own sizeLimit, each container (what it has written over its image, and
 * its log) its own limit of ephemeral-storage, and all of it together what the pod's containers may. Only pods with such a limit are measured.
 * Source: kubernetes pkg/kubelet/eviction, localStorageEviction.
 */
import type { Pod, Volume } from '../../shared/api/types.ts'
import type { Clock } from '../../shared/clock.ts'
import { podLimits } from '../../shared/pod-resources.ts'
import { bytes, canonicalQuantity, formatQuantity } from '../../shared/quantity.ts'

const NANO = 1_000_000_000n
/** Looking takes at most this share of the time, however many files there are. */
const SHARE = 0.05

interface Limit {
  readonly name: string
  /** In bytes; Infinity: whatever it likes. */
  readonly limit: number
  readonly text: string
}
interface Limits {
  /** emptyDirs on disk. */
  readonly volumes: readonly Limit[]
  readonly containers: readonly Limit[]
  /** Of the pod, in bytes; Infinity: none. */
  readonly total: number
}
/** Bytes that are used; counting may stop at `enough`. */
export interface StorageSizes {
  volume(name: string, enough: number): Promise<number>
  container(name: string, enough: number): Promise<number>
}

const limitOf = (name: string, quantity: string | undefined): Limit => ({ name, limit: bytes(quantity) || Infinity, text: quantity === undefined ? '' : canonicalQuantity(quantity) })

/** undefined: there is nothing to measure. A limit of nothing is none. */
export function storageLimits(pod: Pod): Limits | undefined {
  const onDisk = (pod.spec.volumes ?? []).filter((v): v is Volume & { emptyDir: NonNullable<Volume['emptyDir']> } => v.emptyDir !== undefined && !v.emptyDir.medium)
  const total = podLimits(pod)['ephemeral-storage'] || Infinity
  const volumes = onDisk.map(({ name, emptyDir: { sizeLimit } }) => limitOf(name, sizeLimit))
  const containers = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])].map(({ name, resources }) => limitOf(name, resources?.limits?.['ephemeral-storage']))
  return Math.min(total, ...volumes.map((v) => v.limit), ...containers.map((c) => c.limit)) < Infinity ? { volumes, containers, total } : undefined
}

/** Why the pod must go; undefined: it is within its limits. */
export async function overLimit({ volumes, containers, total }: Limits, sizes: StorageSizes): Promise<string | undefined> {
  let sum = 0
  for (const { name, limit, text } of volumes) {
    if (limit === Infinity && total === Infinity) continue
    const used = await sizes.volume(name, Math.min(limit, total))
    if (used > limit) return `Usage of EmptyDir volume ${JSON.stringify(name)} exceeds the limit ${JSON.stringify(text)}. `
    sum += used
  }
  const over: string[] = []
  for (const { name, limit, text } of containers) {
    if (sum > total) break
    if (limit === Infinity && total === Infinity) continue
    const used = await sizes.container(name, Math.min(limit, total))
    if (used > limit) over.push(`Container ${name} exceeded its local ephemeral storage limit ${JSON.stringify(text)}. `)
    sum += used
  }
  // The pod's limit is said first, as upstream has it.
  if (sum > total) return `Pod ephemeral local storage usage exceeds the total limit of containers ${formatQuantity({ nanos: BigInt(Math.round(total)) * NANO, format: 'BinarySI' })}. `
  return over[0]
}

export interface StorageLimitParts {
  readonly clock: Clock
  pods(): readonly Pod[]
  sizes(pod: Pod): StorageSizes
  evict(pod: Pod, message: string): void
}

/** One look at a time, and none too soon after one that took long. */
export function createStorageLimits({ clock, pods, sizes, evict }: StorageLimitParts): () => Promise<void> {
  let running: Promise<void> | undefined
  let notBefore = 0
  const look = async (): Promise<void> => {
    const begin = clock.now()
    for (const pod of pods()) {
      const limits = pod.metadata.deletionTimestamp || pod.status?.phase === 'Failed' || pod.status?.phase === 'Succeeded' ? undefined : storageLimits(pod)
      const message = limits && (await overLimit(limits, sizes(pod)))
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
