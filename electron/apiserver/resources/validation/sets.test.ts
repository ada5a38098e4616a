import { describe, expect, it } from 'vitest'
import type { Body } from '../testing.ts'
import { change, faults, row, updateFaults, withDefaults } from '../testing.ts'

const TEMPLATE = { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'a', image: 'web:1' }] } }
const CLAIM = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } }
const SET: Body = { spec: { selector: { matchLabels: { app: 'web' } }, template: TEMPLATE } }
const REVISION: Body = { data: { spec: {} }, revision: 1, metadata: { creationTimestamp: '2026-01-01T00:55:00Z', ownerReferences: [{ apiVersion: 'apps/v1', kind: 'DaemonSet', name: 'web', uid: 'u', controller: true }] } }

describe('StatefulSet', () => {
  it.each<[string, unknown]>([['spec/serviceName', 'web'], ['spec/updateStrategy', { type: 'OnDelete' }], ['spec/ordinals', { start: 3 }], ['spec/updateStrategy', { rollingUpdate: { maxUnavailable: '50%', partition: 2 } }]])('%s %j passes', (path, value) => {
    const body = change(SET, path, value)
    expect(faults('StatefulSet', body)).toEqual([])
    expect(updateFaults('StatefulSet', body, body)).toEqual([])
    const once = withDefaults('StatefulSet', body)
    expect(withDefaults('StatefulSet', structuredClone(once) as never)).toEqual(once)
  })
  it.each<[string, unknown, string[]]>([
    ['spec', undefined, ['spec: Required value']],
    ['spec/selector', {}, ['spec.selector: Invalid value: {}: empty selector is invalid for statefulset']],
    ['spec/podManagementPolicy', 'Any', [`spec.podManagementPolicy: Invalid value: "Any": must be 'OrderedReady' or 'Parallel'`]],
    ['spec/updateStrategy', { type: 'Blue' }, [`spec.updateStrategy: Invalid value: {"type":"Blue"}: must be 'RollingUpdate' or 'OnDelete'`]],
    ['spec/updateStrategy', { type: 'OnDelete', rollingUpdate: { partition: 1 } }, [`spec.updateStrategy.rollingUpdate: Invalid value: {"partition":1}: only allowed for updateStrategy 'RollingUpdate'`]],
    ['spec/updateStrategy', { rollingUpdate: { partition: -1, maxUnavailable: 0 } }, ['spec.updateStrategy.rollingUpdate.partition: Invalid value: -1: must be greater than or equal to 0', 'spec.updateStrategy.rollingUpdate.maxUnavailable: Invalid value: 0: cannot be 0']],
    ['spec/ordinals', { start: -1 }, ['spec.ordinals.start: Invalid value: -1: must be greater than or equal to 0']],
    ['spec/persistentVolumeClaimRetentionPolicy', { whenScaled: 'Keep' }, ['spec.persistentVolumeClaimRetentionPolicy.whenScaled: Unsupported value: "Keep": supported values: "Retain", "Delete"']],
    ['spec/volumeClaimTemplates', [{ spec: CLAIM }, { metadata: { name: 'A' } }], ['spec.volumeClaimTemplates[0].metadata.name: Required value', expect.stringContaining('spec.volumeClaimTemplates[1].metadata.name: Invalid value: "A"') as string, 'spec.volumeClaimTemplates[1].spec: Required value']],
    ['spec/volumeClaimTemplates', [{ metadata: { name: 'd' }, spec: CLAIM }, { metadata: { name: 'd' }, spec: { ...CLAIM, accessModes: [] } }], ['spec.volumeClaimTemplates[1].metadata.name: Duplicate value: "d"', 'spec.volumeClaimTemplates[1].spec.accessModes: Required value: at least 1 access mode is required']],
  ])('%s %j is refused', (path, value, expected) => expect(faults('StatefulSet', change(SET, path, value))).toEqual(expected))
  it('may mount what its claims bring', () => {
    const mounting = change(SET, 'spec/template/spec/containers/0/volumeMounts', [{ name: 'data', mountPath: '/data' }])
    expect(faults('StatefulSet', change(mounting, 'spec/volumeClaimTemplates', [{ metadata: { name: 'data' }, spec: CLAIM }]))).toEqual([])
    expect(faults('StatefulSet', mounting)).toEqual(['spec.template.spec.containers[0].volumeMounts[0].name: Not found: "data"'])
  })
  it('lets only some fields change', () => {
    expect(updateFaults('StatefulSet', change(SET, 'spec/replicas', 7), SET)).toEqual([])
    expect(updateFaults('StatefulSet', change(SET, 'spec/template/spec/containers/0/image', 'web:2'), SET)).toEqual([])
    expect(updateFaults('StatefulSet', change(SET, 'spec/serviceName', 'b'), change(SET, 'spec/serviceName', 'a'))).toEqual([
      "spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden",
    ])
  })
  it('defaults and columns', () => {
    expect(withDefaults('StatefulSet', SET)).toMatchObject({ spec: { replicas: 1, revisionHistoryLimit: 10, podManagementPolicy: 'OrderedReady', updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } }, persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' } } })
    expect(row('StatefulSet', { ...withDefaults('StatefulSet', change(SET, 'spec/replicas', 3)), status: { readyReplicas: 2 }, metadata: { name: 'x', creationTimestamp: '2026-01-01T00:55:00Z' } } as never, true)).toEqual(['x', '2/3', '5m', 'a', 'web:1'])
  })
})

describe('DaemonSet and ControllerRevision', () => {
  it.each<[string, Body]>([
    ['DaemonSet', SET], ['DaemonSet', change(SET, 'spec/updateStrategy', { type: 'OnDelete' })], ['DaemonSet', change(SET, 'spec/updateStrategy', { rollingUpdate: { maxSurge: '30%', maxUnavailable: 0 } })], ['ControllerRevision', REVISION],
  ])('%s %#: what is right passes', (kind, body) => {
    expect(faults(kind, body)).toEqual([])
    expect(updateFaults(kind, body, body)).toEqual([])
    const once = withDefaults(kind, body)
    expect(withDefaults(kind, structuredClone(once) as never)).toEqual(once)
  })
  it.each<[string, Body, string, unknown, string[]]>([
    ['DaemonSet', SET, 'spec', undefined, ['spec: Required value']],
    ['DaemonSet', SET, 'spec/selector', {}, ['spec.selector: Invalid value: {}: empty selector is invalid for daemonset']],
    ['DaemonSet', SET, 'spec/template/spec/restartPolicy', 'Never', ['spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"']],
    ['DaemonSet', SET, 'spec/updateStrategy', { type: 'Blue' }, ['spec.updateStrategy: Unsupported value: {"type":"Blue"}: supported values: "RollingUpdate", "OnDelete"']],
    ['DaemonSet', SET, 'spec/updateStrategy', { rollingUpdate: { maxUnavailable: 1, maxSurge: 1 } }, ['spec.updateStrategy.rollingUpdate.maxSurge: Invalid value: 1: may not be set when maxUnavailable is non-zero']],
    ['DaemonSet', SET, 'spec/updateStrategy', { rollingUpdate: { maxUnavailable: '0%' } }, ['spec.updateStrategy.rollingUpdate.maxUnavailable: Required value: cannot be 0 when maxSurge is 0']],
    ['DaemonSet', SET, 'spec/updateStrategy', { rollingUpdate: { maxUnavailable: '101%' } }, ['spec.updateStrategy.rollingUpdate.maxUnavailable: Invalid value: "101%": must not be greater than 100%']],
    ['DaemonSet', SET, 'spec/minReadySeconds', -1, ['spec.minReadySeconds: Invalid value: -1: must be greater than or equal to 0']],
    ['ControllerRevision', REVISION, 'data', undefined, ['data: Required value: data is mandatory']],
    ['ControllerRevision', REVISION, 'revision', -1, ['revision: Invalid value: -1: must be greater than or equal to 0']],
  ])('%s %#: what is wrong is told', (kind, body, path, value, expected) => expect(faults(kind, change(body, path, value))).toEqual(expected))
  it('what must not change', () => {
    expect(updateFaults('DaemonSet', { spec: { selector: { matchLabels: { app: 'web' }, matchExpressions: [{ key: 'app', operator: 'Exists' }] }, template: TEMPLATE } }, SET)).toEqual([expect.stringMatching(/^spec\.selector: .*field is immutable$/)])
    expect(updateFaults('ControllerRevision', change(REVISION, 'data', { spec: { a: 1 } }), REVISION)).toEqual([expect.stringMatching(/^data: .*field is immutable$/)])
  })
  it('defaults and columns', () => {
    expect(withDefaults('DaemonSet', SET)).toMatchObject({ spec: { revisionHistoryLimit: 10, updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } }, template: { spec: { restartPolicy: 'Always' } } } })
    const status = { desiredNumberScheduled: 4, currentNumberScheduled: 3, numberReady: 2, updatedNumberScheduled: 1 }
    expect(row('DaemonSet', { ...withDefaults('DaemonSet', change(SET, 'spec/template/spec/nodeSelector', { disk: 'ssd' })), status, metadata: { name: 'x', creationTimestamp: '2026-01-01T00:55:00Z' } } as never, true)).toEqual(['x', 4, 3, 2, 1, 0, 'disk=ssd', '5m', 'a', 'web:1', 'app=web'])
    expect(row('ControllerRevision', withDefaults('ControllerRevision', REVISION))).toEqual(['x', 'daemonset.apps/web', 1, '5m'])
  })
})
