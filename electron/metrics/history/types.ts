/** What the history is made of: rounds of measurements, each of leaves, which are containers; everything larger is a sum of leaves. */

/** In the order in which they are stored. `restarts`: since the round before; all others as in Usage. */
export const FIELDS = ['cpu', 'memory', 'rx', 'tx', 'read', 'write', 'restarts'] as const
export type Field = (typeof FIELDS)[number]

/** A container, with all that it counts for. */
export interface Leaf {
  readonly namespace: string
  readonly pod: string
  readonly container: string
  /** `''`: none. */
  readonly node: string
  /** `Deployment/web`. */
  readonly workloads: readonly string[]
}
export interface Sample {
  readonly leaf: Leaf
  /** One for each of FIELDS. */
  readonly values: readonly number[]
}
export interface Round {
  /** Milliseconds since 1970; rises from round to round. */
  readonly time: number
  readonly samples: readonly Sample[]
}
/** Rounds of some leaves, summed. */
export interface Sums {
  readonly times: readonly number[]
  /** For each time and field; times × FIELDS. */
  readonly values: Float64Array
  /** 1: one of the leaves at least was measured then. */
  readonly present: Uint8Array
}
