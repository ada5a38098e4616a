/**
 * The last decision for each pod, for whoever asks why it is where it is, or nowhere. Bounded: all together keep so many
 * figures, and the oldest goes first. Told are the first nodes of each kind (NODES_TOLD), and how many were left out.
 */
import type { SchedulingDecision, SchedulingNode } from '../../shared/scheduling-decision.ts'
import { type Decision, NODES_TOLD } from './schedule.ts'

/** What came of a decision. */
export interface Ending {
  readonly outcome: SchedulingDecision['outcome']
  readonly message: string
  readonly attempts: number
  readonly nominated?: string
  /** `namespace/name` of pods that have to go. */
  readonly victims?: readonly string[]
  readonly verdicts?: ReadonlyMap<string, string>
}

/** As the algorithm left it: it is put into words only when somebody asks. */
interface Kept {
  readonly decision: Decision
  readonly time: number
  readonly ending: Ending
  readonly cells: number
}
/** A figure of an array is one, an entry of a map about four. */
const cellsOf = (d: Decision): number => 1 + d.feasible.length * (1 + d.scores.length) + 4 * d.rejections.size

const feasibleNodes = (d: Decision): SchedulingNode[] => d.feasible.map((name, at) => {
  if (!d.scores.length) return { name }
  const scores = d.scores.map((s) => s.scores[at] ?? 0)
  return { name, scores, total: d.scores.reduce((sum, s, i) => sum + s.weight * (scores[i] ?? 0), 0) }
})

export function describe(d: Decision, time: number, ending: Ending): SchedulingDecision {
  const nodes = feasibleNodes(d)
  let left = NODES_TOLD
  for (const [name, r] of d.rejections) {
    if (left-- <= 0) break
    const preemption = ending.verdicts?.get(name)
    nodes.push({ name, rejectedBy: r.plugin, reasons: [...r.reasons], ...(preemption ? { preemption } : {}) })
  }
  return {
    time, outcome: ending.outcome, message: ending.message, attempts: ending.attempts, ...(d.node ? { node: d.node } : {}), total: d.total, evaluated: d.evaluated,
    filters: [...d.filters], scorers: d.scores.map((s) => ({ plugin: s.plugin, weight: s.weight })), nodes, omitted: d.feasible.length + d.left + d.rejections.size - nodes.length,
    ...(ending.nominated ? { nominated: ending.nominated } : {}), ...(ending.victims?.length ? { victims: [...ending.victims] } : {}),
  }
}

export class DecisionLog {
  readonly #kept = new Map<string, Kept>()
  readonly #limit: number
  #cells = 0

  /** @param limit figures that all decisions together may hold: one for each node, and one for each of its scores */
  constructor(limit = 1_000_000) {
    this.#limit = limit
  }
  set(uid: string, decision: Decision, time: number, ending: Ending): void {
    this.delete(uid)
    const cells = cellsOf(decision)
    this.#kept.set(uid, { decision, time, ending, cells })
    this.#cells += cells
    while (this.#cells > this.#limit && this.#kept.size > 1) this.delete(this.#kept.keys().next().value as string)
  }
  get(uid: string): SchedulingDecision | undefined {
    const kept = this.#kept.get(uid)
    return kept && describe(kept.decision, kept.time, kept.ending)
  }
  /** Something that became known later. */
  amend(uid: string, change: Partial<Ending>): void {
    const kept = this.#kept.get(uid)
    if (kept) this.#kept.set(uid, { ...kept, ending: { ...kept.ending, ...change } })
  }
  delete(uid: string): void {
    const kept = this.#kept.get(uid)
    if (!kept) return
    this.#kept.delete(uid)
    this.#cells -= kept.cells
  }
  get size(): number {
    return this.#kept.size
  }
}
