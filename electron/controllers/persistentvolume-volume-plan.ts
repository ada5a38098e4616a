/** The next step of a volume. Pure. Source: kubernetes pkg/controller/volume/persistentvolume syncVolume. */
import type { PersistentVolume, PersistentVolumeClaim } from '../../shared/api/types.ts'
import { annotations, has } from '../../shared/volume-match.ts'

export type VolumeStep =
  | { readonly step: 'none' }
  | { readonly step: 'phase'; readonly phase: 'Available' | 'Bound' }
  /** Its claim is to take the next step. */
  | { readonly step: 'claim' }
  /** Its claim has gone: it is Released, and becomes what its policy says. */
  | { readonly step: 'release' }
  /** Another volume was quicker: `all` of the reference goes where the controller set it, else only what it added to a user's. */
  | { readonly step: 'unbind'; readonly all: boolean }
  /** Its policy cannot be followed. */
  | { readonly step: 'fail'; readonly reason: string; readonly message: string }

/** Nobody but the kinds below can be deleted by those who know them; the rest is left to whoever made it. */
function reclaim(volume: PersistentVolume): VolumeStep {
  const { name } = volume.metadata
  const policy = volume.spec.persistentVolumeReclaimPolicy
  if (volume.status?.phase === 'Failed' || has(volume, annotations.provisionedBy) || volume.spec.csi) return { step: 'none' }
  if (policy === 'Delete') return { step: 'fail', reason: 'VolumeFailedDelete', message: `error getting deleter volume plugin for volume ${JSON.stringify(name)}: no deletable volume plugin matched` }
  if (policy === 'Recycle') return { step: 'fail', reason: 'VolumeFailedRecycle', message: 'No recycler plugin found for the volume!' }
  return { step: 'none' }
}

/** `claim`: the one that the volume's reference means, if it is still there. */
export function volumeStep(volume: PersistentVolume, claim: PersistentVolumeClaim | undefined): VolumeStep {
  const phase = volume.status?.phase
  const inPhase = (wanted: 'Available' | 'Bound'): VolumeStep => (phase === wanted ? { step: 'none' } : { step: 'phase', phase: wanted })
  const ref = volume.spec.claimRef
  // Kept for a claim that has not taken it yet, it is free still.
  if (!ref?.uid) return inPhase('Available')
  if (!claim) return phase === 'Released' || phase === 'Failed' ? reclaim(volume) : { step: 'release' }
  if (!claim.spec.volumeName) return { step: 'claim' }
  if (claim.spec.volumeName === volume.metadata.name) return inPhase('Bound')
  if (has(volume, annotations.provisionedBy) && volume.spec.persistentVolumeReclaimPolicy === 'Delete') return phase === 'Released' || phase === 'Failed' ? reclaim(volume) : { step: 'release' }
  return { step: 'unbind', all: has(volume, annotations.boundByController) }
}
