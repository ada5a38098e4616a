/** Requests must fit into what is allocatable and not yet requested; emptier nodes are preferred (LeastAllocated). */
import { MAX_SCORE, type Plugin, type Rejection } from '../framework.ts'
import type { NodeInfo } from '../node-info.ts'
import type { PodInfo } from '../pod-info.ts'

/** All that is missing on a node; undefined when the pod fits. More than the empty node has: no eviction can help. */
export function insufficient(pod: PodInfo, node: NodeInfo): Rejection | undefined {
  // What most nodes are, said without a closure: it is asked for each pod and node.
  if (!pod.scalars.length && node.pods.size < node.maxPods && (pod.cpu === 0 || pod.cpu <= node.cpuCapacity - node.cpu) && (pod.memory === 0 || pod.memory <= node.memoryCapacity - node.memory)) return undefined
  let reasons: string[] | undefined
  let unresolvable = false
  if (node.pods.size + 1 > node.maxPods) (reasons ??= []).push('Too many pods')
  const check = (name: string, wanted: number, used: number, capacity = node.allocatable[name] ?? 0): void => {
    if (wanted === 0 || wanted <= capacity - used) return
    ;(reasons ??= []).push(`Insufficient ${name}`)
    if (wanted > capacity) unresolvable = true
  }
  check('cpu', pod.cpu, node.cpu, node.cpuCapacity)
  check('memory', pod.memory, node.memory, node.memoryCapacity)
  for (const [name, wanted] of pod.scalars) check(name, wanted, node.scalars.get(name) ?? 0)
  return reasons && { reasons, unresolvable }
}

/** Share of a resource left free after placing the pod, 0..100, rounded down. */
const free = (capacity: number, wanted: number): number => (wanted > capacity ? 0 : Math.floor(((capacity - wanted) * MAX_SCORE) / capacity))

export function leastAllocated(pod: PodInfo, node: NodeInfo): number {
  const { cpuCapacity: cpu, memoryCapacity: memory } = node
  let sum = 0
  let weights = 0
  if (cpu > 0) { sum += free(cpu, node.scoringCpu + pod.scoringCpu); weights++ }
  if (memory > 0) { sum += free(memory, node.scoringMemory + pod.scoringMemory); weights++ }
  return weights ? Math.floor(sum / weights) : 0
}

export const nodeResourcesFit: Plugin = {
  name: 'NodeResourcesFit',
  weight: 1,
  preFilter: (pod) => ({ local: true, filter: (node) => insufficient(pod, node) }),
  preScore: (pod) => ({ local: true, score: (node) => leastAllocated(pod, node) }),
}
