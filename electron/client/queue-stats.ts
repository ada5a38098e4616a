/** What the work queues of this process have done, by the name of their reconciler; one that is made anew takes the place of the old one. */
export interface QueueStats {
  readonly name: string
  readonly depth: number
  readonly taken: number
  readonly failed: number
  readonly milliseconds: number
}
interface Counting {
  taken: number
  failed: number
  milliseconds: number
}

const queues = new Map<string, { counts: Counting; depth: () => number }>()

/** Begins to count; what comes back is added to by the worker itself. */
export function countQueue(name: string, depth: () => number): Counting {
  const counts = { taken: 0, failed: 0, milliseconds: 0 }
  queues.set(name, { counts, depth })
  return counts
}
/** Forgets a queue that has ended, unless another one has its name by now. */
export function forgetQueue(name: string, counts: Counting): void {
  if (queues.get(name)?.counts === counts) queues.delete(name)
}
export const queueStats = (): QueueStats[] => [...queues].map(([name, { counts, depth }]) => ({ name, depth: depth(), ...counts }))
