/** The page of kubelets, under upstream's names; each number has the node, since one page may be of several. Source: kubernetes pkg/kubelet/metrics. */
import { Registry } from 'prom-client'
import type { Pod } from '../../shared/api/types.ts'
import { OPERATION_BOUNDS, START_BOUNDS, WORK_BOUNDS, type KubeletNumbers } from '../kubelet/index.ts'
import { counter, gauge, histogram, type Row } from '../prometheus/kept.ts'

export interface KubeletSources {
  readonly names: readonly string[]
  readonly pods: readonly Pod[]
  /** undefined: it has ended meanwhile. */
  numbers(node: string): Promise<KubeletNumbers> | undefined
}
interface Numbered {
  readonly node: string
  readonly pods: number
  readonly own: KubeletNumbers | undefined
}

/** Made for one reading. */
export async function kubeletText({ names, pods, numbers }: KubeletSources): Promise<string> {
  const running = new Map<string, number>()
  for (const { spec, status } of pods) if (status?.phase === 'Running' && spec.nodeName) running.set(spec.nodeName, (running.get(spec.nodeName) ?? 0) + 1)
  const all = await Promise.all(names.map(async (node): Promise<Numbered> => ({ node, pods: running.get(node) ?? 0, own: await numbers(node) })))
  const registry = new Registry()
  const told = (name: string, help: string, ...more: string[]) => ({ name: `kubelet_${name}`, help, labelNames: [...more, 'node'] })
  const rows = (of: (n: Numbered) => readonly Row[]) => () => all.flatMap(of)
  const claims = (name: string, help: string, value: (c: KubeletNumbers['claims'][number]) => number): unknown => gauge(registry, told(`volume_stats_${name}`, help, 'namespace', 'persistentvolumeclaim'),
    rows(({ node, own }) => (own?.claims ?? []).map((c): Row => [{ namespace: c.namespace, persistentvolumeclaim: c.name, node }, value(c)])))
  const operations = all.flatMap(({ node, own }) => [...(own?.counts?.operations ?? [])].map(([operation, counted]) => ({ labels: { operation_type: operation, node }, ...counted })))

  gauge(registry, told('node_name', 'A node that a kubelet is for; always 1.'), rows(({ node }) => [[{ node }, 1]]))
  gauge(registry, told('running_pods', 'Pods that run.'), rows(({ node, pods: n }) => [[{ node }, n]]))
  gauge(registry, told('running_containers', 'Containers that there are, by their state.', 'container_state'), rows(({ node, own }) => [...(own?.containers ?? [])].map(([state, n]): Row => [{ container_state: state, node }, n])))
  counter(registry, told('runtime_operations_total', 'What the container engine was asked for.', 'operation_type'), () => operations.map(({ labels, seconds }) => [labels, seconds.count] as const))
  counter(registry, told('runtime_operations_errors_total', 'Of these what failed.', 'operation_type'), () => operations.map(({ labels, errors }) => [labels, errors] as const))
  histogram(registry, told('runtime_operations_duration_seconds', 'Seconds that the container engine took.', 'operation_type'), OPERATION_BOUNDS, () => operations.map(({ labels, seconds }) => [labels, seconds] as const))
  histogram(registry, told('pod_start_duration_seconds', 'Seconds from when a pod was seen until it ran.'), START_BOUNDS, () => all.flatMap(({ node, own }) => (own?.counts ? [[{ node }, own.counts.starts] as const] : [])))
  histogram(registry, told('pod_worker_duration_seconds', 'Seconds of one look at a pod, with what had to be done: the first one, after a change of it, and others.', 'operation_type'), WORK_BOUNDS,
    () => all.flatMap(({ node, own }) => [...(own?.counts?.work ?? [])].map(([work, seconds]) => [{ operation_type: work, node }, seconds] as const)))
  claims('capacity_bytes', 'Bytes of the file system that the volume is on.', (c) => c.bytes.capacity)
  claims('available_bytes', 'Bytes of it that are left.', (c) => c.bytes.available)
  claims('used_bytes', 'Bytes of it that are used.', (c) => c.bytes.used)
  claims('inodes', 'Inodes of the file system that the volume is on.', (c) => c.inodes.capacity)
  claims('inodes_free', 'Inodes of it that are left.', (c) => c.inodes.available)
  claims('inodes_used', 'Inodes of it that are used.', (c) => c.inodes.used)
  return registry.metrics()
}
