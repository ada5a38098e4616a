/** The machine behind a node: on, off, going, or none of this app's. */
import type { LocalNode } from '../../../shared/api/local-node.ts'
import type { Node } from '../../../shared/api/types.ts'
import type { Level } from '../../theme/theme.ts'

export type Power = 'on' | 'off' | 'changing' | 'removing' | 'failed' | 'elsewhere'

export function powerOf(local: LocalNode | undefined): Power {
  if (!local) return 'elsewhere'
  if (local.metadata.deletionTimestamp) return 'removing'
  const running = local.status?.conditions?.find((c) => c.type === 'Running')
  if (running?.reason === 'OtherRuntime') return 'failed'
  return running?.status === (local.spec.running ? 'True' : 'False') ? (local.spec.running ? 'on' : 'off') : 'changing'
}
export const powerLevel: Record<Power, Level> = { on: 'ok', off: 'waiting', changing: 'working', removing: 'working', failed: 'failed', elsewhere: 'waiting' }

/** What is in the way, in the cluster's words; '' when nothing is. */
export const powerMessage = (local: LocalNode | undefined): string =>
  (local?.metadata.deletionTimestamp ? local.status?.conditions?.find((c) => c.type === 'Drained')?.message : powerOf(local) === 'failed' ? local?.status?.conditions?.find((c) => c.type === 'Running')?.message : '') ?? ''

/** A name for one more node: the first of the cluster's sequence that is free. */
export function nextName(taken: readonly string[], hollow: boolean): string {
  for (let i = 2; ; i++) {
    const name = hollow ? `hollow-${i}` : `pilothouse-${i}`
    if (!taken.includes(name)) return name
  }
}

/** A node that has never been switched on has no Node yet: one without a status stands for it. */
export const plannedNodes = (locals: readonly LocalNode[], nodes: readonly Node[]): Node[] => {
  const there = new Set(nodes.map((n) => n.metadata.name))
  return locals.filter((l) => !there.has(l.metadata.name)).map(({ metadata, spec }) => ({ apiVersion: 'v1', kind: 'Node', metadata: { ...metadata, labels: spec.labels ?? {} } }))
}
