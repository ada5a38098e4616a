/** The claims of a pod: those it names, and those that are made for its ephemeral volumes. */
import type { Pod } from './api/types.ts'

export interface PodClaim {
  /** Of the volume in the pod. */
  readonly volume: string
  readonly name: string
  /** Made for this pod alone, and going with it. */
  readonly ephemeral: boolean
}
type WithVolumes = { readonly metadata: Pick<Pod['metadata'], 'name'>; readonly spec?: Pick<Pod['spec'], 'volumes'> }

export const ephemeralClaimName = (pod: Pick<WithVolumes, 'metadata'>, volume: string): string => `${pod.metadata.name}-${volume}`

/** An index of pods by the claims that they use: `namespace/name`. */
export const byClaim = (pod: Pod): readonly string[] => claimsOf(pod).map((c) => `${pod.metadata.namespace ?? ''}/${c.name}`)

const NONE: readonly PodClaim[] = []
export function claimsOf(pod: WithVolumes): readonly PodClaim[] {
  let found: PodClaim[] | undefined
  for (const v of pod.spec?.volumes ?? []) {
    if (v.persistentVolumeClaim) (found ??= []).push({ volume: v.name, name: v.persistentVolumeClaim.claimName, ephemeral: false })
    else if (v.ephemeral) (found ??= []).push({ volume: v.name, name: ephemeralClaimName(pod, v.name), ephemeral: true })
  }
  return found ?? NONE
}
