/** PersistentVolume: a piece of storage that outlives pods. */
import type { PersistentVolume } from '../../../shared/api/types.ts'
import { ageColumn, nameColumn, text, wide } from './columns.ts'
import { canonicalResources } from './defaults/resources.ts'
import { defineKind } from './kind.ts'
import { validatePersistentVolume, validatePersistentVolumeUpdate } from './validation/persistentvolume.ts'
import { persistentVolumeWarnings } from './warnings/claims.ts'

export const UNSET = '<unset>'
const SHORT: Readonly<Record<string, string>> = { ReadWriteOnce: 'RWO', ReadOnlyMany: 'ROX', ReadWriteMany: 'RWX', ReadWriteOncePod: 'RWOP' }
/** `RWO,RWX`, always in the same order. */
export const accessModes = (modes: readonly string[] | undefined): string => Object.keys(SHORT).filter((mode) => modes?.includes(mode)).map((mode) => SHORT[mode]).join(',')

export const persistentVolume = defineKind<PersistentVolume>({
  group: '', version: 'v1', kind: 'PersistentVolume', resource: 'persistentvolumes', singular: 'persistentvolume', shortNames: ['pv'],
  scope: 'Cluster', schema: 'V1PersistentVolume', status: true, generation: false,
  strategy: {
    defaults(draft) {
      if (!draft.spec) return
      draft.spec.persistentVolumeReclaimPolicy ||= 'Retain'
      draft.spec.volumeMode ||= 'Filesystem'
      if (draft.spec.hostPath) draft.spec.hostPath.type ??= ''
      canonicalResources(draft.spec.capacity)
    },
    prepareForCreate(draft, { now }) {
      draft.status = { phase: 'Pending', lastPhaseTransitionTime: new Date(now).toISOString().replace(/\.\d+Z$/, 'Z') }
    },
    prepareForStatusUpdate(draft, old, { now }) {
      if (draft.status && draft.status.phase !== old.status?.phase) draft.status.lastPhaseTransitionTime = new Date(now).toISOString().replace(/\.\d+Z$/, 'Z')
    },
    validate: validatePersistentVolume,
    validateUpdate: validatePersistentVolumeUpdate,
    warnings: persistentVolumeWarnings,
  },
  columns: [
    nameColumn,
    text<PersistentVolume>('Capacity', 'How much fits.', (o) => o.spec.capacity?.['storage'] ?? ''),
    text<PersistentVolume>('Access Modes', 'How many may mount it, and how.', (o) => accessModes(o.spec.accessModes)),
    text<PersistentVolume>('Reclaim Policy', 'What becomes of it when its claim goes.', (o) => o.spec.persistentVolumeReclaimPolicy ?? ''),
    text<PersistentVolume>('Status', 'Whether it is bound.', (o) => (o.metadata.deletionTimestamp ? 'Terminating' : o.status?.phase ?? '')),
    text<PersistentVolume>('Claim', 'The claim that has it.', (o) => (o.spec.claimRef ? `${o.spec.claimRef.namespace ?? ''}/${o.spec.claimRef.name ?? ''}` : '')),
    text<PersistentVolume>('StorageClass', 'Its class.', (o) => o.spec.storageClassName || o.metadata.annotations?.['volume.beta.kubernetes.io/storage-class'] || ''),
    text<PersistentVolume>('VolumeAttributesClass', 'Class of its changeable attributes.', (o) => o.spec.volumeAttributesClassName ?? UNSET),
    text<PersistentVolume>('Reason', 'Why it is in its status.', (o) => o.status?.reason ?? ''),
    ageColumn,
    wide(text<PersistentVolume>('VolumeMode', 'Filesystem or Block.', (o) => o.spec.volumeMode ?? UNSET)),
  ],
})
