/** Pods and nodes for tests, as short as they can be said. */
import type { Node, Pod } from '../../shared/api/types.ts'
import { SchedulerCache } from './cache.ts'
import type { CycleContext, Lookups } from './framework.ts'
import { podInfo } from './pod-info.ts'

let count = 0

export interface PodOptions {
  uid?: string
  namespace?: string
  labels?: Record<string, string>
  cpu?: string
  memory?: string
  on?: string
  terminating?: boolean
  owner?: string
  spec?: Partial<Pod['spec']>
}
export function makePod(name: string, o: PodOptions = {}): Pod {
  const requests = { ...(o.cpu ? { cpu: o.cpu } : {}), ...(o.memory ? { memory: o.memory } : {}) }
  return {
    apiVersion: 'v1', kind: 'Pod',
    metadata: {
      name, namespace: o.namespace ?? 'default', uid: o.uid ?? `uid-${name}-${++count}`, labels: o.labels ?? {},
      ...(o.terminating ? { deletionTimestamp: '2026-01-01T00:00:00Z' } : {}),
      ...(o.owner ? { ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: o.owner, uid: o.owner, controller: true }] } : {}),
    },
    spec: { containers: [{ name: 'c', image: 'app:1', resources: { requests } }], schedulerName: 'default-scheduler', ...(o.on ? { nodeName: o.on } : {}), ...o.spec },
  }
}

export interface NodeOptions {
  labels?: Record<string, string>
  cpu?: string
  memory?: string
  pods?: string
  extra?: Record<string, string>
  taints?: { key: string; value?: string; effect: string }[]
  unschedulable?: boolean
  images?: { names: string[]; sizeBytes: number }[]
}
export const makeNode = (name: string, o: NodeOptions = {}): Node => ({
  apiVersion: 'v1', kind: 'Node',
  metadata: { name, uid: `node-${name}`, labels: { 'kubernetes.io/hostname': name, ...o.labels } },
  spec: { ...(o.taints ? { taints: o.taints } : {}), ...(o.unschedulable ? { unschedulable: true } : {}) },
  status: { allocatable: { cpu: o.cpu ?? '4', memory: o.memory ?? '8Gi', pods: o.pods ?? '110', ...o.extra }, ...(o.images ? { images: o.images } : {}) },
})

/** A cache that holds these nodes, and those of the pods that are on one. */
export function makeCache(nodes: readonly Node[], pods: readonly Pod[]): SchedulerCache {
  const cache = new SchedulerCache()
  for (const node of nodes) cache.setNode(node)
  for (const pod of pods) if (pod.spec.nodeName) cache.setPod(podInfo(pod), pod.spec.nodeName)
  return cache
}

export const makeContext = (nodes: readonly Node[], pods: readonly Pod[], lookups: Partial<Lookups> = {}): CycleContext => ({
  snapshot: makeCache(nodes, pods).snapshot(), namespaceLabels: () => undefined, siblings: () => undefined, ...lookups,
})
