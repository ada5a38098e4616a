/** The objects of metrics.k8s.io, made of the latest measurements when somebody asks. */
import type { Node, NodeMetrics, Pod, PodMetrics } from '../../shared/api/types.ts'
import { rfc3339, type Clock } from '../../shared/clock.ts'
import type { Informer } from '../client/types.ts'
import { podTotal, sum, ZERO, type Meter, type PodUsage, type Usage } from './types.ts'

/** On objects whose numbers are not measured. */
export const NOTE = 'pilothouse.dev/note'
const API_VERSION = 'metrics.k8s.io/v1beta1'

const usageText = ({ cpu, memory }: Pick<Usage, 'cpu' | 'memory'>): { cpu: string; memory: string } => ({ cpu: `${Math.round(cpu * 1e6)}n`, memory: `${Math.ceil(memory / 1024)}Ki` })
const windowText = (seconds: number): string => `${Math.max(1, Math.round(seconds * 1000) / 1000)}s`

export interface MetricsObjects {
  nodes(): readonly NodeMetrics[]
  pods(namespace?: string): readonly PodMetrics[]
}

export function createMetricsObjects({ pods, nodes, meter, clock }: { pods: Informer<Pod>; nodes: Informer<Node>; meter: Meter; clock: Clock }): MetricsObjects {
  const usageOf = (pod: Pod): PodUsage | undefined => meter.latest({ namespace: pod.metadata.namespace ?? '', name: pod.metadata.name, uid: pod.metadata.uid ?? '' })
  const head = (name: string, labels: Record<string, string> | undefined, time: number) => ({
    name, creationTimestamp: rfc3339(time), ...(labels ? { labels } : {}), ...(meter.note ? { annotations: { [NOTE]: meter.note } } : {}),
  })
  return {
    /** A node's usage is that of its pods: several nodes share one machine, whose own processes are no node's. */
    nodes() {
      const totals = new Map<string, { usage: Usage; time: number; window: number }>()
      for (const pod of pods.list()) {
        const usage = pod.spec.nodeName ? usageOf(pod) : undefined
        if (!usage || !pod.spec.nodeName) continue
        const before = totals.get(pod.spec.nodeName)
        totals.set(pod.spec.nodeName, { usage: sum(before?.usage ?? ZERO, podTotal(usage)), time: Math.max(before?.time ?? 0, usage.time), window: Math.max(before?.window ?? 0, usage.window) })
      }
      return nodes.list().map((node) => {
        const { usage, time, window } = totals.get(node.metadata.name) ?? { usage: ZERO, time: clock.now(), window: 15 }
        return { apiVersion: API_VERSION, kind: 'NodeMetrics', metadata: head(node.metadata.name, node.metadata.labels, time), timestamp: rfc3339(time), window: windowText(window), usage: usageText(usage) }
      })
    },
    pods(namespace) {
      return pods.list(namespace).flatMap((pod): PodMetrics[] => {
        const usage = usageOf(pod)
        if (!usage) return []
        return [{
          apiVersion: API_VERSION, kind: 'PodMetrics', metadata: { ...head(pod.metadata.name, pod.metadata.labels, usage.time), namespace: pod.metadata.namespace ?? '' },
          timestamp: rfc3339(usage.time), window: windowText(usage.window), containers: usage.containers.map((c) => ({ name: c.name, usage: usageText(c) })),
        }]
      })
    },
  }
}
