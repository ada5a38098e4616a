/** What a kubelet counts of its own work, as plain numbers; the composition root tells them, under upstream's names. Source: kubernetes pkg/kubelet/metrics. */
import { exponentialBuckets } from 'prom-client'
import { Tally } from '../prometheus/tally.ts'

/** Upper bounds in seconds. */
export const OPERATION_BOUNDS: readonly number[] = exponentialBuckets(0.005, 2.5, 14)
export const START_BOUNDS: readonly number[] = [0.5, 1, 2, 3, 4, 5, 6, 8, 10, 20, 30, 45, 60, 120, 180, 240, 300, 360, 480, 600, 900, 1200, 1800, 2700, 3600]
export const WORK_BOUNDS: readonly number[] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/** Why a pod is looked at: for the first time, because it was changed, or because something happened to what runs. */
export type Work = 'create' | 'update' | 'sync'

export interface KubeletCounts {
  /** By CRI's name of the operation. */
  readonly operations: ReadonlyMap<string, { readonly seconds: Tally; errors: number }>
  /** From when a pod was seen until it ran. */
  readonly starts: Tally
  readonly work: ReadonlyMap<Work, Tally>
  operated(operation: string, milliseconds: number, ok: boolean): void
  started(milliseconds: number): void
  worked(work: Work, milliseconds: number): void
}

export function createKubeletCounts(): KubeletCounts {
  const operations = new Map<string, { readonly seconds: Tally; errors: number }>()
  const starts = new Tally(START_BOUNDS)
  const work = new Map<Work, Tally>()
  return {
    operations, starts, work,
    operated(operation, milliseconds, ok) {
      let own = operations.get(operation)
      if (!own) operations.set(operation, (own = { seconds: new Tally(OPERATION_BOUNDS), errors: 0 }))
      own.seconds.observe(milliseconds / 1000)
      if (!ok) own.errors++
    },
    started: (milliseconds) => starts.observe(milliseconds / 1000),
    worked(kind, milliseconds) {
      let own = work.get(kind)
      if (!own) work.set(kind, (own = new Tally(WORK_BOUNDS)))
      own.observe(milliseconds / 1000)
    },
  }
}
