/** The boxes beside the control plane: metrics, cluster DNS, ingress. None of them is waited for: the cluster is ready without. */
import type { Node, Pod } from '../../shared/api/types.ts'
import { logger } from '../../shared/log.ts'
import type { Component } from '../client/component.ts'
import type { Informer } from '../client/types.ts'
import type { ContainerRuntime } from '../kubelet/runtime/types.ts'
import { createUsageReader } from '../kubelet/stats/index.ts'
import { createMetrics, type Metrics } from '../metrics/index.ts'
import { componentMetrics } from './component-metrics.ts'
import type { BuildContext } from './context.ts'
import type { ControlPlane } from './control-plane.ts'

const log = logger('cluster')

export interface AddonParts {
  readonly runtime: ContainerRuntime
  /** Watched by the scheduler already. */
  readonly watched: { readonly pods: Informer<Pod>; readonly nodes: Informer<Node> }
  /** Nodes of this app. */
  readonly nodes: () => readonly string[]
  /** The other components, for their health. */
  readonly components: () => readonly Component[]
}
export interface Addons {
  readonly metrics: Metrics
  readonly components: readonly Component[]
}

export function startAddons({ clock, teardown }: BuildContext, plane: ControlPlane, { runtime, watched, nodes, components }: AddonParts): Addons {
  const own = new Map<string, () => string>()
  const metrics = createMetrics({ ...watched, clock, reader: runtime.name === 'hollow' ? undefined : createUsageReader(runtime, clock) })
  const all: Component[] = [metrics]
  plane.server.setMetricsDoor(metrics.objects)
  plane.server.setComponentMetrics(componentMetrics({ components: () => [...components(), ...all], pods: watched.pods, nodes, metrics, own }))
  for (const component of all) {
    teardown.add(component.name, () => component.stop())
    void component.start().catch((error: unknown) => log.error(`${component.name} could not be started`, { error }))
  }
  return { metrics, components: all }
}
