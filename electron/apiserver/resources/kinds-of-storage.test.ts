import { describe, expect, it } from 'vitest'
import { faults, row, updateFaults, withDefaults } from './testing.ts'

const AT = { creationTimestamp: '2026-01-01T00:55:00Z' }

describe('PersistentVolumeClaim', () => {
  const spec = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } }
  it.each<[object, string[]]>([
    [spec, []],
    [{ ...spec, accessModes: [] }, ['spec.accessModes: Required value: at least 1 access mode is required']],
    [{ ...spec, accessModes: ['Often'] }, ['spec.accessModes: Unsupported value: "Often": supported values: "ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"']],
    [{ accessModes: ['ReadWriteOnce'] }, ['spec.resources[storage]: Required value']],
    [{ ...spec, resources: { requests: { storage: '0' } } }, ['spec.resources[storage]: Invalid value: "0": must be greater than zero']],
  ])('%j', (body, expected) => expect(faults('PersistentVolumeClaim', { spec: body })).toEqual(expected))
  const FROZEN = 'spec: Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims'
  it.each<[object, string[]]>([
    [{ ...spec, volumeName: 'pv' }, []],
    [{ ...spec, storageClassName: 'fast' }, []],
    [{ ...spec, accessModes: ['ReadOnlyMany'] }, [`${FROZEN}\n  spec.accessModes[0]: "ReadWriteOnce" -> "ReadOnlyMany"`]],
    [{ ...spec, resources: { requests: { storage: '2Gi' } } }, [`${FROZEN}\n  spec.resources.requests.storage: "1Gi" -> "2Gi"`]],
  ])('update to %j', (body, expected) => expect(updateFaults('PersistentVolumeClaim', { spec: body }, { spec })).toEqual(expected))
  it('columns', () => {
    const object = withDefaults('PersistentVolumeClaim', { metadata: AT, spec: { ...spec, volumeName: 'pv', storageClassName: 'fast' }, status: { phase: 'Bound', capacity: { storage: '1Gi' }, accessModes: ['ReadWriteMany', 'ReadWriteOnce'] } })
    expect(row('PersistentVolumeClaim', object)).toEqual(['x', 'Bound', 'pv', '1Gi', 'RWO,RWX', 'fast', '<unset>', '5m'])
  })
})

describe('PersistentVolume', () => {
  const spec = { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], hostPath: { path: '/data' } }
  it.each<[object, string[]]>([
    [spec, []],
    [{ ...spec, hostPath: undefined }, ['spec: Required value: must specify a volume type']],
    [{ ...spec, nfs: { server: 's', path: '/' } }, ['spec.nfs: Forbidden: may not specify more than 1 volume type']],
    [{ ...spec, hostPath: undefined, local: { path: '/data' } }, ['spec.nodeAffinity: Required value: Local volume requires node affinity']],
    [{ ...spec, capacity: {} }, ['spec.capacity: Required value', 'spec.capacity: Unsupported value: {}: supported values: "storage"']],
    [{ ...spec, persistentVolumeReclaimPolicy: 'Burn' }, ['spec.persistentVolumeReclaimPolicy: Unsupported value: "Burn": supported values: "Delete", "Recycle", "Retain"']],
  ])('%j', (body, expected) => expect(faults('PersistentVolume', { spec: body })).toEqual(expected))
  it('keeps its source', () => {
    expect(updateFaults('PersistentVolume', { spec: { ...spec, hostPath: { path: '/other' } } }, { spec })).toEqual(['spec.persistentvolumesource: Forbidden: spec.persistentvolumesource is immutable after creation\n  spec.hostPath.path: "/data" -> "/other"'])
  })
  it('columns', () => {
    const object = withDefaults('PersistentVolume', { metadata: AT, spec: { ...spec, claimRef: { namespace: 'a', name: 'b' } }, status: { phase: 'Bound' } })
    expect(row('PersistentVolume', object)).toEqual(['x', '1Gi', 'RWO', 'Retain', 'Bound', 'a/b', '', '<unset>', '', '5m'])
  })
})

describe('StorageClass', () => {
  it.each<[object, string[]]>([
    [{ provisioner: 'example.com/p' }, []],
    [{}, ['provisioner: Required value']],
    [{ provisioner: 'p', volumeBindingMode: 'Later' }, ['volumeBindingMode: Unsupported value: "Later": supported values: "Immediate", "WaitForFirstConsumer"']],
  ])('%j', (body, expected) => expect(faults('StorageClass', { ...body })).toEqual(expected))
  it('is what it was', () => {
    expect(updateFaults('StorageClass', { provisioner: 'b' }, { provisioner: 'a' })).toEqual(['provisioner: Forbidden: updates to provisioner are forbidden.'])
  })
  it('says which is the default', () => {
    const object = withDefaults('StorageClass', { metadata: { ...AT, annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } }, provisioner: 'p' })
    expect(row('StorageClass', object)).toEqual(['x (default)', 'p', 'Delete', 'Immediate', false, '5m'])
  })
})

it('VolumeAttributesClass', () => {
  expect(faults('VolumeAttributesClass', { driverName: 'a.b', parameters: { iops: '1' } })).toEqual([])
  expect(faults('VolumeAttributesClass', { driverName: 'a.b' })).toEqual(['parameters: Required value: must contain at least one key/value pair'])
  expect(updateFaults('VolumeAttributesClass', { driverName: 'a.b', parameters: { iops: '2' } }, { driverName: 'a.b', parameters: { iops: '1' } })).toEqual(['parameters: Forbidden: updates to parameters are forbidden.'])
})

describe('what CSI drivers tell', () => {
  const driver = { name: 'a.b', nodeID: 'n' }
  it.each<[string, object, string[]]>([
    ['CSINode', { spec: { drivers: [driver, { ...driver, nodeID: '' }] } }, ['spec.drivers[1].nodeID: Required value', 'spec.drivers[1].name: Duplicate value: "a.b"']],
    ['CSINode', { spec: { drivers: [{ ...driver, nodeID: 'n'.repeat(257), allocatable: { count: -1 }, topologyKeys: ['k', 'k'] }] } }, [`spec.drivers[0].nodeID: Invalid value: "${'n'.repeat(257)}": must be 256 characters or less`, 'spec.drivers[0].allocatable.count: Invalid value: -1: must be greater than or equal to 0', 'spec.drivers[0]: Duplicate value: "k"']],
    ['CSIDriver', { spec: { tokenRequests: [{ audience: '', expirationSeconds: 1 }, { audience: '' }] } }, ['spec.tokenRequests[0].expirationSeconds: Invalid value: 1: may not specify a duration less than 10 minutes', 'spec.tokenRequests[1].audience: Duplicate value: ""']],
    ['CSIDriver', { spec: { nodeAllocatableUpdatePeriodSeconds: 9 } }, ['spec.nodeAllocatableUpdatePeriodSeconds: Invalid value: 9: must be greater than or equal to 10 seconds']],
    ['VolumeAttachment', { spec: { attacher: 'a', nodeName: 'n', source: { persistentVolumeName: '' } } }, ['spec.source.persistentVolumeName: Required value: must specify non empty persistentVolumeName']],
    ['VolumeAttachment', { spec: { nodeName: 'n', source: { persistentVolumeName: 'p', inlineVolumeSpec: {} } } }, ['spec.attacher: Required value', 'spec.source: Forbidden: must specify exactly one of inlineVolumeSpec and persistentVolumeName']],
    ['CSIStorageCapacity', { storageClassName: 's', capacity: '-1' }, ['capacity: Invalid value: "-1": must be greater than or equal to 0']],
  ])('%s %j', (kind, body, expected) => expect(faults(kind, { ...body })).toEqual(expected))
})
