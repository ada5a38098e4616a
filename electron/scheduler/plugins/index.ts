/** The default profile. The order is that of filtering: cheap and telling ones first. */
import type { Plugin } from '../framework.ts'
import { dynamicResources } from './dynamic-resources.ts'
import { imageLocality } from './image-locality.ts'
import { interPodAffinity } from './inter-pod-affinity.ts'
import { nodeAffinity } from './node-affinity.ts'
import { nodeName } from './node-name.ts'
import { nodePorts } from './node-ports.ts'
import { nodeResourcesBalancedAllocation } from './node-resources-balanced-allocation.ts'
import { nodeResourcesFit } from './node-resources-fit.ts'
import { nodeUnschedulable } from './node-unschedulable.ts'
import { podTopologySpread } from './pod-topology-spread.ts'
import { taintToleration } from './taint-toleration.ts'

export const defaultPlugins: readonly Plugin[] = [
  dynamicResources, nodeUnschedulable, nodeName, taintToleration, nodeAffinity, nodePorts, nodeResourcesFit,
  podTopologySpread, interPodAffinity, nodeResourcesBalancedAllocation, imageLocality,
]

/** With those that look after volumes, in upstream's place. */
export const withVolumes = (...volumes: readonly Plugin[]): readonly Plugin[] => defaultPlugins.flatMap((p) => (p === nodeResourcesFit ? [p, ...volumes] : [p]))
