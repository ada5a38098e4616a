/** What the loop of a pod is given by its kubelet, and what it offers in return. */
import type { Pod } from '../../shared/api/types.ts'
import type { Clock } from '../../shared/clock.ts'
import type { Client, EventRecorder } from '../client/types.ts'
import type { KubeletCounts } from './counts.ts'
import type { ClusterDns } from './dns-config.ts'
import type { ConfigSource } from './env.ts'
import type { createImagePuller } from './image-puller.ts'
import type { PodNetwork } from './pod-network.ts'
import type { PodTraffic } from './pod-traffic.ts'
import type { ProbeCounts } from './probe-counts.ts'
import type { ContainerRuntime, ContainerState, SandboxState } from './runtime/types.ts'
import type { StatusManager } from './status-manager.ts'
import type { TokenManager } from './tokens.ts'
import type { VolumeManager } from './volumes/index.ts'

/** What a worker needs of its kubelet. */
export interface WorkerContext {
  readonly client: Client
  readonly clock: Clock
  readonly runtime: ContainerRuntime
  readonly recorder: EventRecorder
  readonly status: StatusManager
  readonly images: ReturnType<typeof createImagePuller>
  readonly tokens: TokenManager
  readonly volumes: VolumeManager
  readonly sources: ConfigSource
  readonly probes: ProbeCounts
  /** Absent: nobody asks how long the work took. */
  readonly counts?: Pick<KubeletCounts, 'started' | 'worked'>
  /** Absent: the runtime chooses the addresses of sandboxes. */
  readonly network?: PodNetwork
  /** Absent: no policies of the network apply here. */
  readonly traffic?: PodTraffic
  readonly nodeName: string
  readonly dataDir: string
  /** Nothing is written for pods that only look as if they ran. */
  readonly hollow: boolean
  hostIP(): string
  clusterDns(): ClusterDns
  memoryCapacity(): number
  cpuMillis(): number
  /** Why the node does not take the pod; undefined: it does. */
  admit(pod: Pod): { reason: string; message: string } | undefined
  /** Gives a pod that is here other requests, or says why not. */
  resize(pod: Pod): { reason: string; message: string } | undefined
  /** The pod and everything of it is gone. */
  ended(pod: Pod): void
}

export interface PodWorker {
  readonly uid: string
  readonly pod: Pod
  /** The API has it no more: the scheduler has given its room away. */
  readonly gone: boolean
  readonly containers: readonly ContainerState[]
  /** It asks for more than there was room for. */
  readonly resizePending: boolean
  update(pod: Pod): void
  /** The API has it no more. */
  removed(): void
  wake(): void
  /** Ends the pod because its node runs short; or, which is no disruption, because it takes more than it may. */
  evict(message: string, options?: { readonly disruption: boolean }): void
  /** Something happened to a container or sandbox: its state is read again before the next step. */
  stale(id: string): void
  /** Everything is read again. */
  resync(sandboxes: readonly SandboxState[], containers: readonly ContainerState[]): void
  stop(): void
  /** Resolves when no step is under way. For tests and for stopping. */
  idle(): Promise<void>
}

/** After a failure that nothing announces the end of, this long until the next look, in ms. */
export const RETRY_MS = 10_000
