/** For the kubelet's integration tests: an API server over a temporary store, one node on the real engine, and its cleaning up. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Docker from 'dockerode'
import { createEventRecorder, createInformerFactory, createInProcessClient } from '../../electron/client/index.ts'
import type { Client } from '../../electron/client/types.ts'
import { storeCodec } from '../../electron/apiserver/encode.ts'
import { kinds } from '../../electron/apiserver/resources/index.ts'
import { loadSchemas } from '../../electron/apiserver/schema/load.ts'
import { createApiServer } from '../../electron/apiserver/server.ts'
import { openStore } from '../../electron/etcd/store.ts'
import { createKubelet, type Kubelet, type KubeletOptions } from '../../electron/kubelet/index.ts'
import type { ContainerRuntime } from '../../electron/kubelet/runtime/types.ts'
import { createDockerRuntime } from '../../electron/kubelet/runtime/docker/index.ts'
import { removeClusterCgroups } from '../../electron/kubelet/runtime/docker/pod-cgroup.ts'
import { addLogSink } from '../../shared/log.ts'
import { Events, Pods, ServiceAccounts } from '../../shared/api/resources.ts'
import type { KubeObject } from '../../shared/api/meta.ts'
import type { Pod, PodSpec } from '../../shared/api/types.ts'
import { realClock } from '../../shared/clock.ts'
import { until } from './until.ts'

export { until } from './until.ts'

export const docker = new Docker({ socketPath: '/var/run/docker.sock' })
export const NODE = 'node-a'

/** Removes every container, network and cgroup of a cluster. */
export async function sweep(clusterId: string): Promise<void> {
  const filters = { label: [`dev.pilothouse.cluster=${clusterId}`] }
  for (const c of await docker.listContainers({ all: true, filters })) await docker.getContainer(c.Id).remove({ force: true, v: true }).catch((e: { statusCode?: number }) => { if (e.statusCode !== 404 && e.statusCode !== 409) throw e })
  for (const n of await docker.listNetworks({ filters })) await docker.getNetwork(n.Id).remove()
  await removeClusterCgroups(clusterId)
}

export interface KubeletWorld {
  readonly admin: Client
  readonly clusterId: string
  /** The kubelet's own folder. */
  readonly dataDir: string
  kubelet(): Promise<Kubelet>
  runtime(): ContainerRuntime
  run(name: string, spec: Partial<PodSpec> & Pick<PodSpec, 'containers'>, extra?: object): Promise<Pod>
  pod(name: string): Promise<Pod | undefined>
  wait(name: string, what: string, check: (pod: Pod) => boolean, ms?: number): Promise<Pod>
  /** What a container has written. */
  logs(name: string, container?: string): Promise<string>
  /** The reasons of the events about a pod, in no order. */
  reasons(name: string): Promise<string[]>
  containers(name: string): Promise<Docker.ContainerInfo[]>
  /** Stops kubelet and runtime as a quitting app does: containers stay. */
  quit(): Promise<void>
  close(): Promise<void>
}

/** `more`: what the kubelet is given beside the usual. */
export async function startKubeletWorld(clusterId: string, more: Partial<KubeletOptions> = {}): Promise<KubeletWorld> {
  const folder = await mkdtemp(join(tmpdir(), 'kubelet-'))
  const store = await openStore<KubeObject>({ directory: join(folder, 'etcd'), codec: storeCodec })
  const server = await createApiServer({ store, kinds, schemas: loadSchemas(join(import.meta.dirname, '../../resources')), clock: realClock, freeze: true })
  await server.bootstrap()
  const admin = createInProcessClient(server, { name: 'admin', groups: ['system:masters', 'system:authenticated'] })
  // Nobody issues tokens or publishes the authority's certificate here.
  await admin.patch(ServiceAccounts, 'default', 'default', 'merge', { automountServiceAccountToken: false })
  let parts: { kubelet: Kubelet; runtime: ContainerRuntime; stop(): Promise<void> } | undefined
  const quiet = process.env['PILOTHOUSE_TEST_LOG'] ? addLogSink((r) => process.stderr.write(`${r.level} ${r.message} ${JSON.stringify(r.fields)}\n`)) : () => false
  const world: KubeletWorld = {
    admin, clusterId, dataDir: join(folder, 'kubelet'),
    async kubelet() {
      if (parts) return parts.kubelet
      const user = { name: `system:node:${NODE}`, groups: ['system:nodes', 'system:authenticated'] }
      const client = createInProcessClient(server, user)
      const informers = createInformerFactory(client, realClock)
      const recorder = createEventRecorder(client, { component: 'kubelet', host: NODE, clock: realClock })
      const runtime = createDockerRuntime({ clusterId, socketPath: '/var/run/docker.sock' })
      const kubelet = createKubelet({ client, informers, clock: realClock, runtime, recorder, nodeName: NODE, dataDir: join(folder, 'kubelet'), ...more })
      parts = { kubelet, runtime, stop: async () => { await kubelet.stop(); await runtime.close(); await informers.stop(); await recorder.stop() } }
      await kubelet.start()
      return kubelet
    },
    runtime() {
      if (!parts) throw new Error('no kubelet runs')
      return parts.runtime
    },
    run: (name, spec, extra = {}) => admin.create(Pods, { metadata: { name, namespace: 'default', ...extra }, spec: { nodeName: NODE, terminationGracePeriodSeconds: 2, ...spec } } as never),
    pod: async (name) => (await admin.list(Pods, { namespace: 'default', fieldSelector: `metadata.name=${name}` })).items[0],
    async wait(name, what, check, ms) {
      let last: Pod | undefined
      try {
        return await until(`${name}: ${what}`, async () => { last = await world.pod(name); return last && check(last) ? last : undefined }, ms)
      } catch (e) {
        throw new Error(`${(e as Error).message}; it is ${JSON.stringify(last?.status, null, 1)}`, { cause: e })
      }
    },
    async logs(name, container = 'c') {
      const pod = (await world.pod(name))!
      const stream = await (await world.kubelet()).containerLogs({ namespace: 'default', name, uid: pod.metadata.uid! }, { container, follow: false, previous: false, timestamps: false }, new AbortController().signal)
      let text = ''
      for await (const chunk of stream) text += String(chunk)
      return text
    },
    reasons: async (name) => (await admin.list(Events, { namespace: 'default' })).items.filter((e) => e.involvedObject?.name === name).map((e) => e.reason ?? ''),
    containers: (name) => docker.listContainers({ all: true, filters: { label: [`dev.pilothouse.cluster=${clusterId}`, `io.kubernetes.pod.name=${name}`, 'dev.pilothouse.kind=container'] } }),
    async quit() {
      await parts?.stop()
      parts = undefined
    },
    async close() {
      await world.quit()
      quiet()
      await server.close?.()
      await store.close()
      await sweep(clusterId)
      await rm(folder, { recursive: true, force: true })
    },
  }
  return world
}
