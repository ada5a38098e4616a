import { PersistentVolumes, StorageClasses } from '../../../shared/api/resources.ts'
import type { PersistentVolume, StorageClass } from '../../../shared/api/types.ts'
import { pairs, related, text } from '../../kinds/view.ts'
import type { KindView } from '../../kinds/view.ts'
import { volumeState } from './states.ts'

const DEFAULT = 'storageclass.kubernetes.io/is-default-class'
export const view: KindView<StorageClass> = {
  type: StorageClasses, title: 'nav.storageclasses', empty: 'classes.empty',
  cells: [
    text('classes.default', (c) => (c.metadata.annotations?.[DEFAULT] === 'true' ? '✓' : ''), '72px'),
    text('classes.provisioner', (c) => c.provisioner, 'minmax(150px, 1.5fr)'),
    text('volumes.reclaim', (c) => c.reclaimPolicy, '90px'),
    text('classes.binding', (c) => c.volumeBindingMode, 'minmax(130px, 1fr)'),
    text('classes.expansion', (c) => (c.allowVolumeExpansion ? '✓' : ''), '84px'),
    text('classes.parameters', (c) => pairs(c.parameters), '', { only: 'detail' }),
  ],
  related: [related<StorageClass, PersistentVolume>({ title: 'nav.persistentvolumes', type: PersistentVolumes, pick: (all, c) => all.filter((v) => v.spec.storageClassName === c.metadata.name), state: volumeState })],
}
