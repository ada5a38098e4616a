/** VolumeRestrictions: a claim with the access mode ReadWriteOncePod is one pod's at a time. Source: kubernetes pkg/scheduler/framework/plugins/volumerestrictions. */
import type { PersistentVolumeClaim } from '../../../shared/api/types.ts'
import { claimsOf } from '../../../shared/pod-claims.ts'
import { reject, type Plugin } from '../framework.ts'

export const VOLUME_RESTRICTIONS = 'VolumeRestrictions'
const no = reject('node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode')

export const createVolumeRestrictions = (claim: (namespace: string, name: string) => PersistentVolumeClaim | undefined): Plugin => ({
  name: VOLUME_RESTRICTIONS,
  weight: 0,
  preFilter(pod, { snapshot }) {
    const refs = claimsOf(pod.pod)
    if (!refs.length) return undefined
    const alone = new Set(refs.map((r) => r.name).filter((name) => claim(pod.namespace, name)?.spec.accessModes?.includes('ReadWriteOncePod')))
    if (!alone.size) return undefined
    const used = snapshot.nodes.some((node) => [...node.pods.values()].some((p) => p.uid !== pod.uid && p.namespace === pod.namespace && claimsOf(p.pod).some((c) => alone.has(c.name))))
    return used ? { filter: () => no } : undefined
  },
})
