/** What CSI drivers tell the cluster. Source: storage/v1 validation of Kubernetes. */
import type { V1CSIDriver, V1CSINode, V1CSIStorageCapacity, V1VolumeAttachment } from '@kubernetes/client-node'
import type { KubeObject } from '../../../../shared/api/meta.ts'
import type { Wire } from '../../../../shared/api/wire.ts'
import type { FieldError } from '../../../../shared/errors.ts'
import { field } from '../../../../shared/errors.ts'
import { dns1123Subdomain, qualifiedName } from '../../../../shared/labels.ts'
import { parseQuantity, QUANTITY_SYNTAX } from '../../../../shared/quantity.ts'
import { equal, IMMUTABLE, NON_NEGATIVE, nonNegative, optionalOneOf, say, type Errors } from './common.ts'
import { labelSelector } from './metadata.ts'

type Own<T> = KubeObject & Wire<Omit<T, 'apiVersion' | 'kind' | 'metadata'>>
export type CsiDriver = Own<V1CSIDriver>
export type CsiNode = Own<V1CSINode>
export type CsiStorageCapacity = Own<V1CSIStorageCapacity>
export type VolumeAttachment = Own<V1VolumeAttachment>

const MAX_DRIVER_NAME = 63
const MAX_NODE_ID = 256
const MIN_TOKEN_SECONDS = 600
const MAX_TOKEN_SECONDS = 2 ** 32
const MIN_UPDATE_SECONDS = 10

function driverName(errors: Errors, path: string, name: string | undefined): void {
  if (!name) errors.push(field.required(path))
  else {
    if (name.length > MAX_DRIVER_NAME) errors.push(field.tooLong(path, MAX_DRIVER_NAME))
    say(errors, path, name, dns1123Subdomain(name.toLowerCase()))
  }
}

export function validateDriver({ metadata, spec }: CsiDriver): FieldError[] {
  const errors: Errors = []
  driverName(errors, 'name', metadata.name)
  if (!spec) return errors
  optionalOneOf(errors, 'spec.fsGroupPolicy', spec.fsGroupPolicy, ['File', 'None', 'ReadWriteOnceWithFSType'])
  spec.volumeLifecycleModes?.forEach((mode) => optionalOneOf(errors, 'spec.volumeLifecycleModes', mode, ['Ephemeral', 'Persistent']))
  const audiences = new Set<string>()
  spec.tokenRequests?.forEach(({ audience, expirationSeconds: seconds }, i) => {
    const at = `spec.tokenRequests[${i}]`
    if (audiences.has(audience)) return errors.push(field.duplicate(`${at}.audience`, audience))
    audiences.add(audience)
    if (seconds === undefined) return
    if (seconds < MIN_TOKEN_SECONDS) errors.push(field.invalid(`${at}.expirationSeconds`, seconds, 'may not specify a duration less than 10 minutes'))
    if (seconds > MAX_TOKEN_SECONDS) errors.push(field.invalid(`${at}.expirationSeconds`, seconds, 'may not specify a duration larger than 2^32 seconds'))
  })
  const period = spec.nodeAllocatableUpdatePeriodSeconds
  if (period !== undefined && period < MIN_UPDATE_SECONDS) errors.push(field.invalid('spec.nodeAllocatableUpdatePeriodSeconds', period, `must be greater than or equal to ${MIN_UPDATE_SECONDS} seconds`))
  return errors
}

export function validateDriverUpdate(object: CsiDriver, old: CsiDriver): FieldError[] {
  // Upstream names the first of the two so.
  const frozen = [['attachRequired', 'attachedRequired'], ['volumeLifecycleModes', 'volumeLifecycleModes']] as const
  return frozen.filter(([name]) => !equal(object.spec?.[name], old.spec?.[name])).map(([name, said]) => field.invalid(`spec.${said}`, object.spec?.[name], IMMUTABLE))
}

export function validateNode({ spec }: CsiNode): FieldError[] {
  const errors: Errors = []
  const names = new Set<string>()
  spec?.drivers?.forEach((driver, i) => {
    const at = `spec.drivers[${i}]`
    driverName(errors, `${at}.name`, driver.name)
    if (!driver.nodeID) errors.push(field.required(`${at}.nodeID`))
    else if (driver.nodeID.length > MAX_NODE_ID) errors.push(field.invalid(`${at}.nodeID`, driver.nodeID, `must be ${MAX_NODE_ID} characters or less`))
    nonNegative(errors, `${at}.allocatable.count`, driver.allocatable?.count)
    if (names.has(driver.name)) errors.push(field.duplicate(`${at}.name`, driver.name))
    names.add(driver.name)
    const keys = new Set<string>()
    for (const key of driver.topologyKeys ?? []) {
      if (!key) errors.push(field.required(at))
      if (keys.has(key)) errors.push(field.duplicate(at, key))
      keys.add(key)
      say(errors, at, driver.topologyKeys, qualifiedName(key))
    }
  })
  return errors
}

/** Drivers come and go; of one that stays, only how much it can take may change. */
export const validateNodeUpdate = (object: CsiNode, old: CsiNode): FieldError[] => (object.spec?.drivers ?? []).flatMap((driver) => {
  const before = old.spec?.drivers?.find((d) => d.name === driver.name)
  return !before || equal({ ...driver, allocatable: null }, { ...before, allocatable: null }) ? [] : [field.invalid('CSINodeDriver', driver, IMMUTABLE)]
})

export function validateAttachment({ spec }: VolumeAttachment): FieldError[] {
  const errors: Errors = []
  driverName(errors, 'spec.attacher', spec?.attacher)
  const { persistentVolumeName, inlineVolumeSpec } = spec?.source ?? {}
  if (persistentVolumeName === undefined && !inlineVolumeSpec) errors.push(field.required('spec.source', 'must specify exactly one of inlineVolumeSpec and persistentVolumeName'))
  else if (persistentVolumeName !== undefined && inlineVolumeSpec) errors.push(field.forbidden('spec.source', 'must specify exactly one of inlineVolumeSpec and persistentVolumeName'))
  else if (persistentVolumeName === '') errors.push(field.required('spec.source.persistentVolumeName', 'must specify non empty persistentVolumeName'))
  say(errors, 'spec.nodeName', spec?.nodeName ?? '', dns1123Subdomain(spec?.nodeName ?? ''))
  return errors
}
export const validateAttachmentUpdate = (object: VolumeAttachment, old: VolumeAttachment): FieldError[] => (equal(object.spec, old.spec) ? [] : [field.invalid('spec', object.spec, IMMUTABLE)])

export function validateCapacity(object: CsiStorageCapacity): FieldError[] {
  const errors: Errors = []
  say(errors, 'storageClassName', object.storageClassName ?? '', dns1123Subdomain(object.storageClassName ?? ''))
  labelSelector(errors, 'nodeTopology', object.nodeTopology)
  for (const name of ['capacity', 'maximumVolumeSize'] as const) {
    const text = object[name]
    if (text === undefined) continue
    const read = parseQuantity(text)
    if (!read) errors.push(field.invalid(name, text, QUANTITY_SYNTAX))
    else if (read.nanos < 0n) errors.push(field.invalid(name, text, NON_NEGATIVE))
  }
  return errors
}
export const validateCapacityUpdate = (object: CsiStorageCapacity, old: CsiStorageCapacity): FieldError[] =>
  (['nodeTopology', 'storageClassName'] as const).filter((name) => !equal(object[name], old[name])).map((name) => field.invalid(name, object[name], IMMUTABLE))
