/** Lets bound claims grow. A volume on local disk is as large as its disk: what grows is what is written down. Source: kubernetes pkg/controller/volume/expand. */
import { PersistentVolumeClaims, PersistentVolumes, StorageClasses } from '../../shared/api/resources.ts'
import type { PersistentVolume, PersistentVolumeClaim, StorageClass } from '../../shared/api/types.ts'
import { bytes } from '../../shared/quantity.ts'
import { annotations, claimClass, isFullyBound, LOCAL_PATH_PROVISIONER } from '../../shared/volume-match.ts'
import { createReconciler, keyOf, splitKey } from '../client/index.ts'
import type { Controller, ControllerContext } from './context.ts'

export type ExpandStep = 'none' | 'grow' | 'external'

/** Pure. */
export function expandStep(claim: PersistentVolumeClaim, volume: PersistentVolume | undefined, storageClass: StorageClass | undefined): ExpandStep {
  if (!volume || !isFullyBound(claim) || claim.status?.phase !== 'Bound' || !storageClass?.allowVolumeExpansion) return 'none'
  if (bytes(claim.spec.resources?.requests?.['storage'] ?? 0) <= bytes(claim.status.capacity?.['storage'] ?? 0)) return 'none'
  return volume.metadata.annotations?.[annotations.provisionedBy] === LOCAL_PATH_PROVISIONER ? 'grow' : 'external'
}

export function createVolumeExpandController({ client, informers, clock, events }: ControllerContext): Controller {
  const claims = informers.informer(PersistentVolumeClaims)
  const volumes = informers.informer(PersistentVolumes)
  const classes = informers.informer(StorageClasses)
  const reconciler = createReconciler({
    name: 'volume-expand-controller', concurrency: 5, clock,
    async reconcile(key) {
      const { name, namespace } = splitKey(key)
      const claim = claims.get(name, namespace)
      if (!claim) return
      const volume = volumes.get(claim.spec.volumeName ?? '')
      const step = expandStep(claim, volume, classes.get(claimClass(claim) ?? ''))
      if (step === 'external') events.event(claim, 'Normal', 'ExternalExpanding', 'waiting for an external controller to expand this PVC')
      if (step !== 'grow' || !volume) return
      const storage = claim.spec.resources?.requests?.['storage'] ?? '0'
      if (bytes(volume.spec.capacity?.['storage'] ?? 0) < bytes(storage)) await client.update(PersistentVolumes, { ...volume, spec: { ...volume.spec, capacity: { ...volume.spec.capacity, storage } } })
      await client.updateStatus(PersistentVolumeClaims, { ...claim, status: { ...claim.status, capacity: { ...claim.status?.capacity, storage } } })
      events.event(claim, 'Normal', 'VolumeResizeSuccessful', 'Resize volume succeeded')
    },
  })
  const onClaim = (claim: PersistentVolumeClaim): void => { if (isFullyBound(claim)) reconciler.queue.add(keyOf(claim)) }
  claims.addHandlers({ onAdd: onClaim, onUpdate: onClaim })
  return { name: 'volume-expand-controller', start: () => reconciler.start(), stop: () => reconciler.stop() }
}
