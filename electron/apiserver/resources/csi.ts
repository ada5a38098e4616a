/** What CSI drivers tell the cluster: the driver, its nodes, attachments, and how much storage is left where. */
import type { KubeObject } from '../../../shared/api/meta.ts'
import { ageColumn, integer, nameColumn, NONE, text } from './columns.ts'
import { defineKind, type Column } from './kind.ts'
import { canonical } from './defaults/resources.ts'
import {
  validateAttachment, validateAttachmentUpdate, validateCapacity, validateCapacityUpdate, validateDriver, validateDriverUpdate, validateNode, validateNodeUpdate,
  type CsiDriver, type CsiNode, type CsiStorageCapacity, type VolumeAttachment,
} from './validation/csi.ts'
import { capacityWarnings } from './warnings/others.ts'

const UNSET = '<unset>'
const GROUP = { group: 'storage.k8s.io', version: 'v1', generation: false } as const
const flag = <T extends KubeObject>(name: string, description: string, value: (object: T) => boolean): Column<T> => ({ name, type: 'boolean', description, priority: 0, value })

export const csiDriver = defineKind<CsiDriver>({
  ...GROUP, kind: 'CSIDriver', resource: 'csidrivers', singular: 'csidriver', scope: 'Cluster', schema: 'V1CSIDriver', generation: true,
  strategy: {
    conditionalUpdate: true,
    defaults({ spec }) {
      if (!spec) return
      spec.attachRequired ??= true
      spec.podInfoOnMount ??= false
      spec.storageCapacity ??= false
      spec.fsGroupPolicy ||= 'ReadWriteOnceWithFSType'
      spec.requiresRepublish ??= false
      spec.seLinuxMount ??= false
      if (!spec.volumeLifecycleModes?.length) spec.volumeLifecycleModes = ['Persistent']
    },
    validate: validateDriver,
    validateUpdate: validateDriverUpdate,
  },
  columns: [
    nameColumn,
    flag<CsiDriver>('AttachRequired', 'Whether volumes are attached to a node first.', (o) => o.spec?.attachRequired ?? true),
    flag<CsiDriver>('PodInfoOnMount', 'Whether it wants to know the pod.', (o) => o.spec?.podInfoOnMount ?? false),
    flag<CsiDriver>('StorageCapacity', 'Whether it says how much is left.', (o) => o.spec?.storageCapacity ?? false),
    text<CsiDriver>('TokenRequests', 'Audiences of the tokens that it wants.', (o) => o.spec?.tokenRequests?.map((t) => t.audience).join(',') || UNSET),
    flag<CsiDriver>('RequiresRepublish', 'Whether it mounts again and again.', (o) => o.spec?.requiresRepublish ?? false),
    text<CsiDriver>('Modes', 'Persistent, Ephemeral.', (o) => o.spec?.volumeLifecycleModes?.join(',') || NONE),
    ageColumn,
  ],
})

export const csiNode = defineKind<CsiNode>({
  ...GROUP, kind: 'CSINode', resource: 'csinodes', singular: 'csinode', scope: 'Cluster', schema: 'V1CSINode',
  strategy: {
    conditionalUpdate: true,
    validate: validateNode,
    validateUpdate: validateNodeUpdate,
  },
  columns: [nameColumn, integer<CsiNode>('Drivers', 'How many drivers it has.', (o) => o.spec?.drivers?.length ?? 0), ageColumn],
})

export const volumeAttachment = defineKind<VolumeAttachment>({
  ...GROUP, kind: 'VolumeAttachment', resource: 'volumeattachments', singular: 'volumeattachment', scope: 'Cluster', schema: 'V1VolumeAttachment', status: true,
  strategy: {
    conditionalUpdate: true,
    prepareForCreate(draft) {
      draft.status = { attached: false }
    },
    validate: validateAttachment,
    validateUpdate: validateAttachmentUpdate,
  },
  columns: [
    nameColumn,
    text<VolumeAttachment>('Attacher', 'The driver.', (o) => o.spec?.attacher ?? ''),
    text<VolumeAttachment>('PV', 'The volume.', (o) => o.spec?.source?.persistentVolumeName ?? ''),
    text<VolumeAttachment>('Node', 'The node.', (o) => o.spec?.nodeName ?? ''),
    flag<VolumeAttachment>('Attached', 'Whether it is there.', (o) => o.status?.attached ?? false),
    ageColumn,
  ],
})

export const csiStorageCapacity = defineKind<CsiStorageCapacity>({
  ...GROUP, kind: 'CSIStorageCapacity', resource: 'csistoragecapacities', singular: 'csistoragecapacity', scope: 'Namespaced', schema: 'V1CSIStorageCapacity',
  strategy: {
    conditionalUpdate: true,
    defaults(draft) {
      for (const name of ['capacity', 'maximumVolumeSize'] as const) {
        const text = canonical(draft[name])
        if (text !== undefined) draft[name] = text
      }
    },
    validate: validateCapacity,
    validateUpdate: validateCapacityUpdate,
    warnings: capacityWarnings,
  },
  columns: [
    nameColumn,
    text<CsiStorageCapacity>('StorageClassName', 'The class.', (o) => o.storageClassName ?? ''),
    text<CsiStorageCapacity>('Capacity', 'How much is left.', (o) => o.capacity ?? ''),
  ],
})
