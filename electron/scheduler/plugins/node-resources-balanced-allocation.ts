/** Prefers nodes where cpu and memory would be used in like proportion. Pods that request neither are left out. */
import { MAX_SCORE, type Plugin } from '../framework.ts'
import type { NodeInfo } from '../node-info.ts'
import type { PodInfo } from '../pod-info.ts'

/** 100 less half the difference of the two used shares, in percent. */
export function balance(pod: PodInfo, node: NodeInfo): number {
  const { cpuCapacity: cpu, memoryCapacity: memory } = node
  if (!cpu || !memory) return MAX_SCORE
  const cpuShare = Math.min(1, (node.cpu + pod.cpu) / cpu)
  const memoryShare = Math.min(1, (node.memory + pod.memory) / memory)
  return Math.floor((1 - Math.abs(cpuShare - memoryShare) / 2) * MAX_SCORE)
}

export const nodeResourcesBalancedAllocation: Plugin = {
  name: 'NodeResourcesBalancedAllocation',
  weight: 1,
  preScore: (pod) => (pod.cpu === 0 && pod.memory === 0 ? undefined : { local: true, score: (node) => balance(pod, node) }),
}
