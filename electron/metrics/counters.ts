/**
 * Seconds of cpu that pods and nodes have used since this process began to measure. Such a counter never falls: what a container has used
 * is kept when it, and of a node when its pod, has gone. Source: kubernetes pkg/kubelet/metrics/collectors/resource_metrics.go.
 */
export interface Spent {
  /** Seconds; 0 where nothing was measured. */
  node(name: string): number
  pod(uid: string): number
}
/** A container that runs, and its own counter where it could be read. */
export interface Count {
  readonly containerId: string
  readonly seconds: number | undefined
}

export interface Counters extends Spent {
  /** What the running containers of a pod say now. */
  add(node: string, uid: string, containers: readonly Count[]): void
  /** Forgets all other pods. */
  keep(uids: ReadonlySet<string>): void
}

export function createCounters(): Counters {
  // One a node that ever ran something here: a few.
  const nodes = new Map<string, number>()
  const pods = new Map<string, { seconds: number; last: ReadonlyMap<string, number> }>()
  return {
    node: (name) => nodes.get(name) ?? 0,
    pod: (uid) => pods.get(uid)?.seconds ?? 0,
    add(node, uid, containers) {
      const before = pods.get(uid) ?? { seconds: 0, last: new Map<string, number>() }
      const last = new Map<string, number>()
      let more = 0
      for (const { containerId, seconds } of containers) {
        const known = before.last.get(containerId)
        const now = seconds ?? known
        if (now === undefined) continue
        // One that went back was begun anew.
        more += known !== undefined && known <= now ? now - known : now
        last.set(containerId, now)
      }
      pods.set(uid, { seconds: before.seconds + more, last })
      nodes.set(node, (nodes.get(node) ?? 0) + more)
    },
    keep(uids) {
      for (const uid of pods.keys()) if (!uids.has(uid)) pods.delete(uid)
    },
  }
}
