/**
 * What a kubelet needs of a container runtime: CRI's verbs (kubernetes/cri-api), narrowed to what is used. Docker is one
 * runtime (docker/), `hollow` is another (hollow/), which runs nothing and answers as if it did.
 *
 * Names and labels make creation idempotent: creating what exists already answers the existing id. Every method rejects
 * with RuntimeError and has a timeout of its own.
 */
import type { Duplex, Readable, Writable } from 'node:stream'
import type { Reading } from '../../../shared/reading.ts'

/** Why a call failed, in the words that end up in container statuses and events. */
export type RuntimeErrorReason =
  | 'NotFound' | 'EngineUnavailable' | 'ImageNotFound' | 'PullFailed' | 'InvalidImageName' | 'CreateFailed' | 'StartFailed' | 'Timeout' | 'Conflict' | 'AddressInUse' | 'Unknown'
export class RuntimeError extends Error {
  readonly reason: RuntimeErrorReason
  constructor(reason: RuntimeErrorReason, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'RuntimeError'
    this.reason = reason
  }
}

export interface RuntimeVersion {
  /** `docker`, `hollow`. */
  readonly name: string
  readonly version: string
  readonly apiVersion: string
  readonly os: string
  readonly arch: string
  readonly kernel: string
  readonly osImage: string
  readonly cpus: number
  readonly memoryBytes: number
  readonly rootDirectory: string
  readonly cgroupVersion: string
}

export interface PodIdentity {
  readonly name: string
  readonly namespace: string
  readonly uid: string
}

export interface PortMapping {
  readonly containerPort: number
  readonly hostPort: number
  readonly protocol: 'TCP' | 'UDP' | 'SCTP'
  readonly hostIP?: string
}

export interface PodResources {
  readonly cpuShares: number
  readonly cpuQuota?: number
  readonly cpuPeriod?: number
  readonly memoryBytes?: number
}

export interface SandboxConfig {
  readonly pod: PodIdentity
  readonly node: string
  /** Counts up when the sandbox of the same pod is made again. */
  readonly attempt: number
  readonly hostname: string
  readonly hostNetwork: boolean
  /** Address on the pod network; fails with `AddressInUse` where somebody else has it. Absent: the runtime chooses. */
  readonly ip?: string
  readonly portMappings: readonly PortMapping[]
  /** Held for the pod's containers; nothing looks into them. */
  readonly mounts?: readonly Mount[]
  /** Default: an own one for the pod. */
  readonly ipc?: 'pod' | 'host'
  readonly sysctls?: Readonly<Record<string, string>>
  /** Name of one of the engine's own runtimes (a RuntimeClass's handler); default: the engine's default. */
  readonly runtimeHandler?: string
  /** What the pod's containers may have together; only for a runtime that says that it limits pods. */
  readonly resources?: PodResources
  readonly labels: Readonly<Record<string, string>>
}

export interface Mount {
  /** '' with `engineVolume`. */
  readonly hostPath: string
  /** A volume of the engine, by its name, instead of a path. */
  readonly engineVolume?: string
  readonly containerPath: string
  readonly readOnly: boolean
  /** Whether mounts made later below it reach the other side. Default: they do not. */
  readonly propagation?: 'private' | 'slave' | 'shared'
}

export interface ContainerConfig {
  readonly pod: PodIdentity
  readonly node: string
  readonly sandboxId: string
  readonly name: string
  /** Restart count; part of the container's name, so each try is its own container. */
  readonly attempt: number
  /** Image reference as in the pod, and the id that it was resolved to. */
  readonly image: string
  readonly imageId: string
  readonly command?: readonly string[]
  readonly args?: readonly string[]
  readonly workingDir?: string
  readonly env: readonly { name: string; value: string }[]
  readonly mounts: readonly Mount[]
  readonly tty: boolean
  readonly stdin: boolean
  /** Input ends with the first who attached. */
  readonly stdinOnce?: boolean
  readonly resources: {
    readonly cpuShares?: number
    readonly cpuQuota?: number
    readonly cpuPeriod?: number
    readonly memoryBytes?: number
    readonly oomScoreAdj: number
  }
  /** Default: processes of its own, and the pod's IPC. `pid` may also be the id of the container whose processes are seen. */
  readonly namespaces?: { readonly ipc?: 'pod' | 'host'; readonly pid?: 'own' | 'pod' | 'host' | { readonly of: string } }
  /** As in SandboxConfig. */
  readonly runtimeHandler?: string
  /** The pod's containers are held to limits together. */
  readonly limitedWithPod?: boolean
  readonly security: {
    readonly user?: string
    /** Supplemental group ids. */
    readonly groups?: readonly number[]
    /** Default: the engine's own profile; or a profile in the engine's JSON. */
    readonly seccomp?: 'unconfined' | { readonly json: string }
    /** Name of a profile that is loaded on the host, or `unconfined`. */
    readonly apparmor?: string
    /** `user`, `role`, `type`, `level`. */
    readonly selinux?: Readonly<Record<string, string>>
    /** Nothing of /proc is hidden. */
    readonly unmaskedProc?: boolean
    readonly readOnlyRootFilesystem: boolean
    readonly noNewPrivileges: boolean
    readonly privileged: boolean
    readonly addCapabilities: readonly string[]
    readonly dropCapabilities: readonly string[]
  }
  /** Annotation-like data that comes back with the container: template hash, restart policy, grace period. */
  readonly labels: Readonly<Record<string, string>>
}

export interface SandboxState {
  readonly id: string
  readonly pod: PodIdentity
  readonly node: string
  readonly attempt: number
  readonly ready: boolean
  readonly ip?: string
  readonly createdAt: number
  readonly labels: Readonly<Record<string, string>>
}

export interface ContainerState {
  readonly id: string
  readonly pod: PodIdentity
  readonly node: string
  readonly sandboxId: string
  readonly name: string
  readonly attempt: number
  readonly state: 'created' | 'running' | 'exited' | 'unknown'
  readonly image: string
  readonly imageId: string
  /** Milliseconds since 1970; absent while it has not happened. */
  readonly createdAt: number
  readonly startedAt?: number
  readonly finishedAt?: number
  readonly exitCode?: number
  readonly signal?: number
  readonly oomKilled?: boolean
  /** The engine's sentence when it could not be started. */
  readonly error?: string
  readonly labels: Readonly<Record<string, string>>
}

export interface ImageInfo {
  /** `sha256:…` */
  readonly id: string
  /** `repo:tag` and `repo@sha256:…` */
  readonly names: readonly string[]
  readonly sizeBytes: number
  /** When it was made, in ms since 1970; in lists, where the engine knows it. */
  readonly createdAt?: number
}

/** Progress of a pull; bytes are 0 until the engine knows them. */
export interface PullProgress {
  readonly status: string
  readonly currentBytes: number
  readonly totalBytes: number
}
export interface RegistryCredentials {
  readonly username: string
  readonly password: string
  readonly serverAddress: string
}

/** Something about our containers changed; the pod named is worth a look. `resync`: events may have been missed. */
export type RuntimeEvent =
  | { readonly type: 'container' | 'sandbox'; readonly podUid: string; readonly id: string; readonly action: 'created' | 'started' | 'died' | 'removed' | 'oom' }
  | { readonly type: 'resync' }
  | { readonly type: 'available' | 'unavailable'; readonly message: string }

/** Whether what is known of a container or sandbox is out of date: also by word that memory ran out, which may come after the end. */
export const outdates = (event: RuntimeEvent): event is Extract<RuntimeEvent, { id: string }> =>
  (event.type === 'container' || event.type === 'sandbox') && (event.action === 'died' || event.action === 'removed' || event.action === 'oom')

export interface LogOptions {
  readonly follow: boolean
  /** Milliseconds since 1970, fractions allowed. */
  readonly since?: number
  readonly tail?: number
}
/** One line as the container wrote it. */
export interface LogLine {
  /** RFC 3339 with nanoseconds, as the engine stamped it. */
  readonly timestamp: string
  readonly stream: 'stdout' | 'stderr'
  /** Without its newline. */
  readonly text: string
}

export interface ExecOptions {
  readonly command: readonly string[]
  readonly stdin: boolean
  readonly stdout: boolean
  readonly stderr: boolean
  readonly tty: boolean
}
export interface ExecSession {
  readonly stdin?: Writable | undefined
  readonly stdout: Readable
  readonly stderr: Readable
  resize(width: number, height: number): Promise<void>
  /** Resolves with the exit code once the process has ended and its output is drained. */
  readonly exit: Promise<number>
  kill(): void
}

/** Of its network, where it has one of its own: a pod's is its sandbox's. */
export interface ContainerStats extends Reading {
  readonly containerId: string
}

export interface ContainerRuntime {
  readonly name: string
  version(): Promise<RuntimeVersion>

  /** Makes and starts the container that owns the pod's network namespace. */
  runPodSandbox(config: SandboxConfig): Promise<string>
  stopPodSandbox(id: string): Promise<void>
  removePodSandbox(id: string): Promise<void>
  /** All sandboxes of a node (or of every node), also those not running. */
  listPodSandboxes(filter?: { node?: string; podUid?: string }): Promise<readonly SandboxState[]>
  podSandboxStatus(id: string): Promise<SandboxState | undefined>

  createContainer(config: ContainerConfig): Promise<string>
  startContainer(id: string): Promise<void>
  /** Other limits for one that runs. A limit that is absent stays as it is. */
  updateContainerResources(id: string, resources: ContainerConfig['resources']): Promise<void>
  /** SIGTERM (or the image's stop signal), then SIGKILL after the grace period. 0: SIGKILL at once. */
  stopContainer(id: string, gracePeriodSeconds: number): Promise<void>
  removeContainer(id: string): Promise<void>
  listContainers(filter?: { node?: string; podUid?: string }): Promise<readonly ContainerState[]>
  containerStatus(id: string): Promise<ContainerState | undefined>

  exec(id: string, options: ExecOptions): Promise<ExecSession>
  /** For exec probes: output limited to 10 KiB. */
  execSync(id: string, command: readonly string[], timeoutMs: number): Promise<{ exitCode: number; output: string }>
  /** Lines that have come together are given together: one by one, each would cost more than its text. */
  logs(id: string, options: LogOptions, signal: AbortSignal): AsyncIterable<readonly LogLine[]>
  stats(id: string): Promise<ContainerStats | undefined>

  imageStatus(reference: string): Promise<ImageInfo | undefined>
  listImages(): Promise<readonly ImageInfo[]>
  pullImage(reference: string, credentials: RegistryCredentials | undefined, onProgress: (p: PullProgress) => void, signal: AbortSignal): Promise<ImageInfo>
  /** `all`: by id, with all its names, also while a stopped container is made of it. */
  removeImage(reference: string, all?: boolean): Promise<void>

  /** Where `host:port` of a pod can be reached from this process, for http and tcp probes and port-forward. */
  dial(sandboxId: string, port: number, timeoutMs: number): Promise<Duplex>

  /**
   * Calls back for changes of our containers until closed; reconnects by itself and then reports `resync`. Who cares for
   * one node alone says so: then he may be spared what happens on others.
   */
  subscribe(listener: (event: RuntimeEvent) => void, only?: { readonly node: string }): { close(): void }
  close(): Promise<void>
}

/** Labels on everything we make on the engine; `reset` removes what carries `cluster` of its own data folder. */
export const labels = {
  cluster: 'dev.pilothouse.cluster',
  kind: 'dev.pilothouse.kind',
  node: 'dev.pilothouse.node',
  podName: 'io.kubernetes.pod.name',
  podNamespace: 'io.kubernetes.pod.namespace',
  podUid: 'io.kubernetes.pod.uid',
  containerName: 'io.kubernetes.container.name',
  attempt: 'dev.pilothouse.attempt',
  sandbox: 'dev.pilothouse.sandbox',
  /** Of a sandbox whose pod's containers are held to limits together: where the kernel has them. */
  podCgroup: 'dev.pilothouse.pod-cgroup',
} as const
