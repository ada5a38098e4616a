/** What this room measures, and what it is handed to measure with. */
import type { Reading } from '../../shared/reading.ts'
import type { Spent } from './counters.ts'

/** The machine's side: given by the composition root. */
export interface UsageReader {
  read(targets: readonly { readonly containerId: string; readonly podUid: string }[], signal: AbortSignal): Promise<ReadonlyMap<string, Reading>>
}

/** Thousandths of a core, bytes, bytes a second. */
export interface Usage {
  readonly cpu: number
  readonly memory: number
  readonly rx: number
  readonly tx: number
  /** From and to disks. */
  readonly read: number
  readonly write: number
}
export interface ContainerUsage extends Usage {
  readonly name: string
  /** Of the engine, or the kernel; absent where nothing is measured. */
  readonly reading?: Reading
  /** Counters since the container started; absent where nothing is counted. */
  readonly since?: { readonly cpuSeconds: number; readonly rxBytes: number; readonly txBytes: number; readonly readBytes: number; readonly writeBytes: number }
}
export interface PodUsage {
  readonly time: number
  /** How long was measured, in seconds. */
  readonly window: number
  readonly containers: readonly ContainerUsage[]
}
/** What pods use now and used before, measured or made up. */
export interface Meter {
  /** undefined: not measured yet. */
  latest(pod: PodKey): PodUsage | undefined
  /** Absent where nothing is counted. */
  readonly spent?: Spent
  /** From and to in milliseconds since 1970. */
  history(of: Scope, from: number, to: number): Promise<History & { readonly stepMs: number }>
  /** Said wherever its numbers are shown; '' when they are measured. */
  readonly note: string
}
export interface PodKey {
  readonly namespace: string
  readonly name: string
  readonly uid: string
}
export type Scope =
  | { readonly kind: 'node' | 'namespace'; readonly name: string }
  | { readonly kind: 'workload'; readonly namespace: string; readonly workload: string; readonly name: string }
  | { readonly kind: 'pod'; readonly namespace: string; readonly name: string }
  | { readonly kind: 'container'; readonly namespace: string; readonly pod: string; readonly name: string }
/** Arrays of one length, oldest first; null where nothing was measured. */
export interface History {
  readonly times: number[]
  readonly cpu: (number | null)[]
  readonly memory: (number | null)[]
  readonly rx: (number | null)[]
  readonly tx: (number | null)[]
  readonly read: (number | null)[]
  readonly write: (number | null)[]
  /** How many in each step. */
  readonly restarts: (number | null)[]
}
export const EMPTY = (): History => ({ times: [], cpu: [], memory: [], rx: [], tx: [], read: [], write: [], restarts: [] })
export const ZERO: Usage = { cpu: 0, memory: 0, rx: 0, tx: 0, read: 0, write: 0 }
export const sum = (a: Usage, b: Usage): Usage => ({ cpu: a.cpu + b.cpu, memory: a.memory + b.memory, rx: a.rx + b.rx, tx: a.tx + b.tx, read: a.read + b.read, write: a.write + b.write })
export const podTotal = (usage: PodUsage): Usage => usage.containers.reduce(sum, ZERO)
