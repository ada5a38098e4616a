/** What a kubelet knows of itself when somebody reads its metrics. */
import { statfs } from 'node:fs/promises'
import type { KubeletCounts } from './counts.ts'
import type { ContainerState } from './runtime/types.ts'
import type { ClaimPlace } from './volumes/index.ts'

/** How full the file system of a claim's volume is. Source: kubernetes pkg/volume/metrics_statfs.go, which local volumes have. */
export interface ClaimUsage {
  readonly namespace: string
  readonly name: string
  readonly bytes: Amounts
  readonly inodes: Amounts
}
interface Amounts {
  readonly capacity: number
  readonly available: number
  readonly used: number
}
export interface KubeletNumbers {
  /** undefined: of a node that runs nothing. */
  readonly counts: KubeletCounts | undefined
  /** By their state. */
  readonly containers: ReadonlyMap<ContainerState['state'], number>
  readonly claims: readonly ClaimUsage[]
}

async function usageOf({ namespace, name, path }: ClaimPlace): Promise<ClaimUsage[]> {
  try {
    const { bsize, blocks, bavail, bfree, files, ffree } = await statfs(path)
    return [{ namespace, name, bytes: { capacity: blocks * bsize, available: bavail * bsize, used: (blocks - bfree) * bsize }, inodes: { capacity: files, available: ffree, used: files - ffree } }]
  } catch (error) {
    if (['ENOENT', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? '')) return [] // gone meanwhile, or not ours to look at
    throw error
  }
}

export async function numbersOf({ counts, containers, claims }: { counts: KubeletCounts | undefined; containers: readonly Pick<ContainerState, 'state'>[]; claims: readonly ClaimPlace[] }): Promise<KubeletNumbers> {
  const states = new Map<ContainerState['state'], number>([['running', 0]])
  for (const { state } of containers) states.set(state, (states.get(state) ?? 0) + 1)
  return { counts, containers: states, claims: (await Promise.all(claims.map(usageOf))).flat() }
}
