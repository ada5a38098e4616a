/** For the kubelet's unit tests: a worker over the hollow runtime, a clock that stands, and an API server of one pod. */
import type { Pod, PodStatus } from '../../shared/api/types.ts'
import { FakeClock } from '../../shared/clock.ts'
import { notFound } from '../../shared/errors.ts'
import type { Client } from '../client/types.ts'
import type { KubeletCounts } from './counts.ts'
import { createImagePuller } from './image-puller.ts'
import type { PodNetwork } from './pod-network.ts'
import type { PodTraffic } from './pod-traffic.ts'
import { createProbeCounts } from './probe-counts.ts'
import { createPodWorker, type PodWorker, type WorkerContext } from './pod-worker.ts'
import { createHollowRuntime, type HollowRuntime } from './runtime/hollow/index.ts'
import { outdates, type ContainerRuntime, type ContainerState, type SandboxState } from './runtime/types.ts'
import { createStatusManager } from './status-manager.ts'

type Mutable<T> = { -readonly [K in keyof T]: T[K] }
export interface WorkerBench {
  readonly clock: FakeClock
  readonly hollow: HollowRuntime
  /** Replace its methods to make it fail. */
  readonly runtime: Mutable<ContainerRuntime>
  readonly worker: PodWorker
  readonly events: { reason: string; message: string }[]
  readonly context: WorkerContext
  pod(): Pod
  status(): PodStatus
  deleted(): boolean
  /** Lets everything under way come to rest. */
  rest(): Promise<void>
  advance(ms: number): Promise<void>
  running(name?: string): Promise<ContainerState | undefined>
  update(change: (pod: Pod) => Pod): Promise<void>
}

const isRecord = (x: unknown): x is Record<string, unknown> => typeof x === 'object' && x !== null && !Array.isArray(x)

export const podOf = (spec: Partial<Pod['spec']> = {}, metadata: Partial<Pod['metadata']> = {}): Pod => ({
  apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', namespace: 'd', uid: 'u', generation: 1, resourceVersion: '1', ...metadata },
  spec: { nodeName: 'n', restartPolicy: 'Always', terminationGracePeriodSeconds: 5, containers: [{ name: 'a', image: 'i:1' }], ...spec },
})

/** A worker that has been told of the pod and has come to rest. `found`: what the engine already runs. */
export async function workerBench(first: Pod, options: { hollow?: HollowRuntime; clock?: FakeClock; found?: { sandboxes: readonly SandboxState[]; containers: readonly ContainerState[] }; runtime?: Partial<ContainerRuntime>; counts?: KubeletCounts; network?: PodNetwork; traffic?: PodTraffic } = {}): Promise<WorkerBench> {
  const clock = options.clock ?? new FakeClock()
  const hollow = options.hollow ?? createHollowRuntime({ clock })
  const runtime: Mutable<ContainerRuntime> = { ...hollow, ...options.runtime }
  const events: { reason: string; message: string }[] = []
  let stored = first
  let version = 1
  let deleted = false
  const client = {
    async patch(_t: unknown, _n: string, _ns: string, _type: string, patch: { status: Record<string, unknown> }) {
      if (deleted) throw notFound({ group: '', resource: 'pods' }, 'p')
      const { conditions, ...rest } = patch.status
      const own = (conditions ?? []) as NonNullable<PodStatus['conditions']>
      const plain = (v: unknown): unknown => (Array.isArray(v) ? v.filter((x) => !isRecord(x) || !('$patch' in x)) : v)
      const next = Object.fromEntries([...Object.entries(stored.status ?? {}), ...Object.entries(rest).map(([k, v]) => [k, plain(v)] as const)].filter(([, v]) => v !== null))
      stored = { ...stored, metadata: { ...stored.metadata, resourceVersion: String(++version) }, status: { ...next, conditions: [...(stored.status?.conditions ?? []).filter((c) => !own.some((o) => o.type === c.type)), ...own.filter((o) => !('$patch' in o))] } as PodStatus }
      return stored
    },
    async delete() { deleted = true },
  } as unknown as Client
  const recorder = { event: (_o: unknown, _t: string, reason: string, message: string) => void events.push({ reason, message }), flush: async () => undefined }
  const context: WorkerContext = {
    client, clock, runtime, recorder, status: createStatusManager(client, clock), images: createImagePuller(runtime, clock, recorder),
    tokens: { token: async () => 't', renewAt: () => undefined, forget: () => undefined },
    volumes: { prepare: async () => new Map(), renewAt: () => undefined, mounts: async () => ({ mounts: [], release: async () => undefined }), held: async () => [], claims: () => [], remove: async () => undefined }, sources: { configMap: () => undefined, secret: () => undefined }, probes: createProbeCounts(0), ...(options.counts ? { counts: options.counts } : {}), nodeName: 'n', dataDir: '/nowhere', hollow: true, ...(options.network ? { network: options.network } : {}), ...(options.traffic ? { traffic: options.traffic } : {}),
    hostIP: () => '192.0.2.1', clusterDns: () => ({ domain: 'cluster.local' }), memoryCapacity: () => 1 << 30, cpuMillis: () => 4000, admit: () => undefined, resize: () => undefined, ended: () => undefined,
  }
  const worker = createPodWorker(context, first, options.found ?? { sandboxes: [], containers: [] })
  hollow.subscribe((e) => { if (outdates(e)) worker.stale(e.id) })
  const bench: WorkerBench = {
    clock, hollow, runtime, worker, events, context, pod: () => stored, status: () => stored.status ?? ({} as PodStatus), deleted: () => deleted,
    async rest() { for (let i = 0; i < 20; i++) await new Promise((r) => setImmediate(r)) },
    async advance(ms) { await clock.advance(ms); await bench.rest() },
    running: async (name = 'a') => (await hollow.listContainers({ podUid: 'u' })).find((c) => c.name === name && c.state === 'running'),
    async update(change) {
      const next = change(stored)
      stored = { ...next, metadata: { ...next.metadata, resourceVersion: String(++version) } }
      worker.update(stored)
      await bench.rest()
    },
  }
  worker.wake()
  await bench.rest()
  return bench
}
