/** PersistentVolumeClaim: a user's wish for storage. */
import type { PersistentVolumeClaim } from '../../../shared/api/types.ts'
import { ageColumn, nameColumn, text, wide } from './columns.ts'
import { canonicalResources } from './defaults/resources.ts'
import { sameSources } from './claim-sources.ts'
import { defineKind } from './kind.ts'
import { accessModes, UNSET } from './persistentvolume.ts'
import { validateClaim, validateClaimStatus, validateClaimUpdate } from './validation/persistentvolumeclaim.ts'
import { persistentVolumeClaimWarnings } from './warnings/claims.ts'

export const persistentVolumeClaim = defineKind<PersistentVolumeClaim>({
  group: '', version: 'v1', kind: 'PersistentVolumeClaim', resource: 'persistentvolumeclaims', singular: 'persistentvolumeclaim', shortNames: ['pvc'],
  scope: 'Namespaced', schema: 'V1PersistentVolumeClaim', status: true, generation: false,
  strategy: {
    defaults(draft) {
      if (!draft.spec) return
      draft.spec.volumeMode ||= 'Filesystem'
      canonicalResources(draft.spec.resources?.requests)
      canonicalResources(draft.spec.resources?.limits)
      canonicalResources(draft.status?.capacity)
    },
    prepareForCreate(draft) {
      draft.status = { phase: 'Pending' }
      sameSources(draft.spec, undefined)
    },
    prepareForUpdate: (draft, old) => sameSources(draft.spec, old.spec),
    validate: validateClaim,
    validateUpdate: validateClaimUpdate,
    validateStatusUpdate: validateClaimStatus,
    warnings: persistentVolumeClaimWarnings,
  },
  columns: [
    nameColumn,
    text<PersistentVolumeClaim>('Status', 'Whether it is bound.', (o) => (o.metadata.deletionTimestamp ? 'Terminating' : o.status?.phase ?? '')),
    text<PersistentVolumeClaim>('Volume', 'The volume that it has.', (o) => o.spec.volumeName ?? ''),
    text<PersistentVolumeClaim>('Capacity', 'How much it got.', (o) => (o.spec.volumeName ? o.status?.capacity?.['storage'] ?? '0' : '')),
    text<PersistentVolumeClaim>('Access Modes', 'How many may mount it, and how.', (o) => (o.spec.volumeName ? accessModes(o.status?.accessModes) : '')),
    text<PersistentVolumeClaim>('StorageClass', 'Its class.', (o) => o.spec.storageClassName ?? o.metadata.annotations?.['volume.beta.kubernetes.io/storage-class'] ?? ''),
    text<PersistentVolumeClaim>('VolumeAttributesClass', 'Class of its changeable attributes.', (o) => o.spec.volumeAttributesClassName ?? UNSET),
    ageColumn,
    wide(text<PersistentVolumeClaim>('VolumeMode', 'Filesystem or Block.', (o) => o.spec.volumeMode ?? UNSET)),
  ],
})
