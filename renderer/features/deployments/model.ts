/** A deployment's state in a word, and what belongs to it. */
import type { KubeObject } from '../../../shared/api/meta.ts'
import type { Deployment } from '../../../shared/api/types.ts'
import type { Key } from '../../i18n/i18n.ts'
import type { Level } from '../../theme/theme.ts'

export function deploymentStatus(d: Deployment): { word: Key; level: Level } {
  const want = d.spec.replicas ?? 1
  const s = d.status ?? {}
  const stalled = s.conditions?.some((c) => c.type === 'Progressing' && c.status === 'False')
  if (d.metadata.deletionTimestamp) return { word: 'common.terminating', level: 'working' }
  if (stalled) return { word: 'deployments.status.stalled', level: 'failed' }
  if (d.spec.paused) return { word: 'deployments.status.paused', level: 'waiting' }
  if ((s.observedGeneration ?? 0) < (d.metadata.generation ?? 0)) return { word: 'deployments.status.rolling', level: 'working' }
  if (want === 0 && !s.replicas) return { word: 'deployments.status.zero', level: 'waiting' }
  const rolled = (s.updatedReplicas ?? 0) >= want && (s.replicas ?? 0) <= (s.updatedReplicas ?? 0) && (s.availableReplicas ?? 0) >= want
  if (rolled) return { word: 'deployments.status.complete', level: 'ok' }
  return { word: 'deployments.status.rolling', level: 'working' }
}

/** The objects whose controller is this one. */
export const ownedBy = <T extends KubeObject>(items: readonly T[], owner: KubeObject): T[] => items.filter((o) => o.metadata.ownerReferences?.some((r) => r.controller && r.uid === owner.metadata.uid))
