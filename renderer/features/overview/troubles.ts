/** What is not as it was asked for, worst first. Pure. */
import type { KubeObject } from '../../../shared/api/meta.ts'
import type { State } from '../../kinds/view.ts'
import type { Level } from '../../theme/theme.ts'

export interface Watched {
  object: KubeObject
  state: State
}
const RANK: Partial<Record<Level, number>> = { failed: 0, warning: 1 }

/** Failed before warned; within that by name. What is on its way is no trouble. */
export const troublesOf = (all: readonly Watched[]): Watched[] =>
  all.filter((w) => RANK[w.state.level] !== undefined && !w.object.metadata.deletionTimestamp)
    .sort((a, b) => (RANK[a.state.level] ?? 9) - (RANK[b.state.level] ?? 9) || (a.object.metadata.name < b.object.metadata.name ? -1 : 1))
