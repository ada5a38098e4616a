/** How the nodes of this app are named, and what each offers of the one engine that carries them all. Pure. */
import type { LocalNode } from '../../shared/api/local-node.ts'
import { parseQuantity } from '../../shared/quantity.ts'
import { DEFAULT_PODS, type Capacity, type EngineSize } from '../kubelet/index.ts'

export type RuntimeName = 'docker' | 'hollow'

/** A share is never less than this (or than all that the engine has): a node on which nothing fits is of no use. */
const LEAST = { cpuMillis: 1000, memoryBytes: 2 ** 30 } as const

const cores = (text: string | undefined): number | undefined => { const q = text === undefined ? undefined : parseQuantity(text); return q && Number(q.nanos / 1_000_000n) }
const bytes = (text: string | undefined): number | undefined => { const q = text === undefined ? undefined : parseQuantity(text); return q && Number(q.nanos / 1_000_000_000n) }

/**
 * What a node offers: what its spec says, else an equal share of the engine. Hollow nodes share nothing: each has all.
 * @param nodes how many there are, switched off or not: a share does not change when a neighbour rests
 */
export function shareOf(node: LocalNode, nodes: number, runtime: RuntimeName, engine: EngineSize): Capacity {
  const among = runtime === 'hollow' ? 1 : Math.max(1, nodes)
  const share = (all: number, least: number, step: number): number => Math.max(Math.min(all, least), Math.floor(all / among / step) * step)
  return {
    cpuMillis: cores(node.spec.cpu) ?? share(engine.cpuMillis, LEAST.cpuMillis, 10),
    memoryBytes: bytes(node.spec.memory) ?? share(engine.memoryBytes, LEAST.memoryBytes, among === 1 ? 1 : 2 ** 20),
    pods: node.spec.pods ?? DEFAULT_PODS,
  }
}

const nameOf = (runtime: RuntimeName, index: number, width: number): string =>
  runtime === 'hollow' ? `hollow-${String(index).padStart(width, '0')}` : index === 1 ? 'pilothouse' : `pilothouse-${index}`

/** Names for the nodes that are missing until there are `wanted`. The first node of a Docker cluster has the cluster's name. */
export function missingNames(runtime: RuntimeName, wanted: number, existing: ReadonlySet<string>, mine: number): string[] {
  const names: string[] = []
  for (let i = 1; mine + names.length < wanted; i++) {
    const name = nameOf(runtime, i, String(wanted).length)
    if (!existing.has(name)) names.push(name)
  }
  return names
}
