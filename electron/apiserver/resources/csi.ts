/** What CSI drivers tell the cluster: the driver, its nodes, attachments, and how much storage is left where. */
import type { V1CSIDriver, V1CSINode, V1CSIStorageCapacity, V1VolumeAttachment } from '@kubernetes/client-node'
import type { KubeObject } from '../../../shared/api/meta.ts'
import type { Wire } from '../../../shared/api/wire.ts'
import type { FieldError } from '../../../shared/errors.ts'
import { field } from '../../../shared/errors.ts'
import { ageColumn, integer, nameColumn, NONE, text } from './columns.ts'
import { defineKind, type Column } from './kind.ts'
import { canonical } from './defaults/resources.ts'
import { equal, IMMUTABLE, optionalOneOf, type Errors } from './validation/common.ts'

type Own<T> = KubeObject & Wire<Omit<T, 'apiVersion' | 'kind' | 'metadata'>>
type Driver = Own<V1CSIDriver>
type Node = Own<V1CSINode>
type Capacity = Own<V1CSIStorageCapacity>
type Attachment = Own<V1VolumeAttachment>

const UNSET = '<unset>'
const GROUP = { group: 'storage.k8s.io', version: 'v1', generation: false } as const
const flag = <T extends KubeObject>(name: string, description: string, value: (object: T) => boolean): Column<T> => ({ name, type: 'boolean', description, priority: 0, value })

export const csiDriver = defineKind<Driver>({
  ...GROUP, kind: 'CSIDriver', resource: 'csidrivers', singular: 'csidriver', scope: 'Cluster', schema: 'V1CSIDriver', generation: true,
  strategy: {
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
    validate({ spec }) {
      const errors: Errors = []
      optionalOneOf(errors, 'spec.fsGroupPolicy', spec?.fsGroupPolicy, ['File', 'None', 'ReadWriteOnceWithFSType'])
      spec?.volumeLifecycleModes?.forEach((mode) => optionalOneOf(errors, 'spec.volumeLifecycleModes', mode, ['Ephemeral', 'Persistent']))
      return errors
    },
    validateUpdate(object, old) {
      // Upstream names the first of the two so.
      const frozen = [['attachRequired', 'attachedRequired'], ['volumeLifecycleModes', 'volumeLifecycleModes']] as const
      return frozen.filter(([name]) => !equal(object.spec?.[name], old.spec?.[name])).map(([name, said]) => field.invalid(`spec.${said}`, object.spec?.[name], IMMUTABLE))
    },
  },
  columns: [
    nameColumn,
    flag<Driver>('AttachRequired', 'Whether volumes are attached to a node first.', (o) => o.spec?.attachRequired ?? true),
    flag<Driver>('PodInfoOnMount', 'Whether it wants to know the pod.', (o) => o.spec?.podInfoOnMount ?? false),
    flag<Driver>('StorageCapacity', 'Whether it says how much is left.', (o) => o.spec?.storageCapacity ?? false),
    text<Driver>('TokenRequests', 'Audiences of the tokens that it wants.', (o) => o.spec?.tokenRequests?.map((t) => t.audience).join(',') || UNSET),
    flag<Driver>('RequiresRepublish', 'Whether it mounts again and again.', (o) => o.spec?.requiresRepublish ?? false),
    text<Driver>('Modes', 'Persistent, Ephemeral.', (o) => o.spec?.volumeLifecycleModes?.join(',') || NONE),
    ageColumn,
  ],
})

export const csiNode = defineKind<Node>({
  ...GROUP, kind: 'CSINode', resource: 'csinodes', singular: 'csinode', scope: 'Cluster', schema: 'V1CSINode',
  strategy: {
    validate: ({ spec }): FieldError[] => (spec?.drivers ?? []).flatMap((d, i) => [
      ...(d.name ? [] : [field.required(`spec.drivers[${i}].name`)]), ...(d.nodeID ? [] : [field.required(`spec.drivers[${i}].nodeID`)]),
    ]),
    // Drivers come and go; of one that stays, only how much it can take may change.
    validateUpdate: (object, old) => (object.spec?.drivers ?? []).flatMap((driver) => {
      const before = old.spec?.drivers?.find((d) => d.name === driver.name)
      return !before || equal({ ...driver, allocatable: null }, { ...before, allocatable: null }) ? [] : [field.invalid('CSINodeDriver', driver, IMMUTABLE)]
    }),
  },
  columns: [nameColumn, integer<Node>('Drivers', 'How many drivers it has.', (o) => o.spec?.drivers?.length ?? 0), ageColumn],
})

export const volumeAttachment = defineKind<Attachment>({
  ...GROUP, kind: 'VolumeAttachment', resource: 'volumeattachments', singular: 'volumeattachment', scope: 'Cluster', schema: 'V1VolumeAttachment', status: true,
  strategy: {
    prepareForCreate(draft) {
      draft.status = { attached: false }
    },
    validate({ spec }) {
      const errors: Errors = []
      if (!spec?.attacher) errors.push(field.required('spec.attacher'))
      if (!spec?.nodeName) errors.push(field.required('spec.nodeName'))
      if (!spec?.source?.persistentVolumeName && !spec?.source?.inlineVolumeSpec) errors.push(field.required('spec.source', 'must specify exactly one of inlineVolumeSpec and persistentVolumeName'))
      return errors
    },
    validateUpdate: (object, old) => (equal(object.spec, old.spec) ? [] : [field.invalid('spec', object.spec, IMMUTABLE)]),
  },
  columns: [
    nameColumn,
    text<Attachment>('Attacher', 'The driver.', (o) => o.spec?.attacher ?? ''),
    text<Attachment>('PV', 'The volume.', (o) => o.spec?.source?.persistentVolumeName ?? ''),
    text<Attachment>('Node', 'The node.', (o) => o.spec?.nodeName ?? ''),
    flag<Attachment>('Attached', 'Whether it is there.', (o) => o.status?.attached ?? false),
    ageColumn,
  ],
})

export const csiStorageCapacity = defineKind<Capacity>({
  ...GROUP, kind: 'CSIStorageCapacity', resource: 'csistoragecapacities', singular: 'csistoragecapacity', scope: 'Namespaced', schema: 'V1CSIStorageCapacity',
  strategy: {
    defaults(draft) {
      for (const name of ['capacity', 'maximumVolumeSize'] as const) {
        const text = canonical(draft[name])
        if (text !== undefined) draft[name] = text
      }
    },
    validate: (o) => (o.storageClassName ? [] : [field.required('storageClassName')]),
    validateUpdate(object, old) {
      const frozen = ['nodeTopology', 'storageClassName'] as const
      return frozen.filter((name) => !equal(object[name], old[name])).map((name) => field.invalid(name, object[name], IMMUTABLE))
    },
  },
  columns: [
    nameColumn,
    text<Capacity>('StorageClassName', 'The class.', (o) => o.storageClassName ?? ''),
    text<Capacity>('Capacity', 'How much is left.', (o) => o.capacity ?? ''),
  ],
})
