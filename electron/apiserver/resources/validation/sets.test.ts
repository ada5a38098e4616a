import { describe, expect, it } from 'vitest'
import type { Body } from '../testing.ts'
import { change, faults, row, updateFaults, withDefaults } from '../testing.ts'

const TEMPLATE = { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'a', image: 'web:1' }] } }
const SET: Body = { spec: { selector: { matchLabels: { app: 'web' } }, template: TEMPLATE } }
const REVISION: Body = { data: { spec: {} }, revision: 1, metadata: { creationTimestamp: '2026-01-01T00:55:00Z', ownerReferences: [{ apiVersion: 'apps/v1', kind: 'DaemonSet', name: 'web', uid: 'u', controller: true }] } }

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
    ['DaemonSet', SET, 'spec/updateStrategy', { type: 'Blue' }, ['spec.updateStrategy.type: Unsupported value: "Blue": supported values: "OnDelete", "RollingUpdate"']],
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
