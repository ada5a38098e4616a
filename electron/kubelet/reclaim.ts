/** Keeps a node from running full: images that nobody uses, then pods. The rim of eviction.ts and image-gc.ts. */
import { join } from 'node:path'
import type { Pod } from '../../shared/api/types.ts'
import type { Clock } from '../../shared/clock.ts'
import { logger } from '../../shared/log.ts'
import type { EventRecorder } from '../client/types.ts'
import { createEviction, refusalUnder } from './eviction.ts'
import type { Refusal } from './admission.ts'
import { folderSize } from './folder-size.ts'
import type { HostFacts } from './host.ts'
import { createImageCollector, toFree, type ImageCollector } from './image-gc.ts'
import type { PodWorker } from './pod-worker.ts'
import { createPressureMemory, type Pressure, type Resource } from './pressure.ts'
import { knowsStorageUse } from './runtime/capabilities.ts'
import type { ContainerRuntime } from './runtime/types.ts'
import { createStorageLimits } from './storage-limits.ts'
import { podFolder } from './volumes/index.ts'

const log = logger('kubelet')

export interface ReclaimParts {
  readonly runtime: ContainerRuntime
  readonly clock: Clock
  readonly recorder: EventRecorder
  readonly nodeName: string
  readonly dataDir: string
  workers(): Iterable<PodWorker>
  /** Looks at the machine now. */
  look(): Promise<HostFacts | undefined>
}

export interface Reclaim {
  readonly images: ImageCollector
  /** As of the last look. */
  readonly pressure: Pressure
  /** Why a node under pressure does not take a pod. */
  refusal(pod: Pod): Refusal | undefined
  /** After each look at the machine. Resolves with the facts as they are by then. */
  check(host: HostFacts | undefined): Promise<HostFacts | undefined>
  /** Ends pods that keep more on disk than they may. */
  limits(): Promise<void>
  /** From time to time: images, before anything is short. */
  tidy(host: HostFacts | undefined): Promise<void>
}

export function createReclaim({ runtime, clock, recorder, nodeName, dataDir, workers, look }: ReclaimParts): Reclaim {
  const images = createImageCollector(runtime, clock, join(dataDir, 'images.json'))
  const remember = createPressureMemory(clock)
  let pressure: Pressure = { memory: undefined, disk: undefined, processes: undefined }
  const node = { apiVersion: 'v1', kind: 'Node', metadata: { name: nodeName, uid: nodeName } }
  const workerOf = (pod: Pod): PodWorker | undefined => [...workers()].find((w) => w.uid === pod.metadata.uid)

  /** Bytes that containers keep beside their volumes; `name`: of one of them, and no more than it takes to know. */
  const written = async (pod: Pod, name?: string, enough = Infinity): Promise<number> => {
    if (!knowsStorageUse(runtime)) return 0
    const all = workerOf(pod)?.containers ?? []
    const newest = new Map(all.toSorted((a, b) => a.attempt - b.attempt).map((c) => [c.name, c.id]))
    let sum = 0
    for (const [of, id] of newest) if (name === undefined || of === name) sum += await runtime.storageOf(id, enough).catch((error: unknown) => { log.warning('cannot measure a container', { error }); return 0 })
    return sum
  }
  /** What cannot be measured counts as nothing: somebody else goes first. */
  const usage = async (pod: Pod, resource: Resource): Promise<number> => {
    if (resource === 'disk') return folderSize(podFolder(dataDir, pod.metadata.uid ?? '')).then(async (volumes) => volumes + (await written(pod)))
    if (resource === 'processes') return 0
    const running = (workerOf(pod)?.containers ?? []).filter((c) => c.state === 'running')
    const stats = await Promise.all(running.map((c) => runtime.stats(c.id).catch((error: unknown) => { log.warning('cannot measure a container', { error }); return undefined })))
    return stats.reduce((sum, s) => sum + (s?.memoryBytes ?? 0), 0)
  }
  const evict = createEviction({
    pods: () => [...workers()].map((w) => w.pod),
    usage,
    async reclaim() {
      await images.free(Infinity)
      return look()
    },
    evict: (pod, message) => workerOf(pod)?.evict(message),
    announce: (resource) => recorder.event(node, 'Warning', 'EvictionThresholdMet', `Attempting to reclaim ${resource}`),
  })
  const limits = createStorageLimits({
    clock, pods: () => [...workers()].map((w) => w.pod), evict: (pod, message) => workerOf(pod)?.evict(message, { disruption: false }),
    sizes: (pod) => ({
      volume: (name, enough) => folderSize(join(podFolder(dataDir, pod.metadata.uid ?? ''), 'volumes', name), enough),
      container: (name, enough) => written(pod, name, enough),
    }),
  })
  return {
    images,
    limits,
    get pressure() { return pressure },
    refusal: (pod) => refusalUnder(pressure, pod),
    async check(host) {
      pressure = remember(host)
      return evict(host)
    },
    async tidy(host) {
      const bytes = toFree(host?.disk)
      if (!bytes) return
      const freed = await images.free(bytes)
      if (freed < bytes) recorder.event(node, 'Warning', 'FreeDiskSpaceFailed', `Failed to garbage collect required amount of images. Attempted to free ${bytes} bytes, but only found ${freed} bytes eligible to free.`)
    },
  }
}
