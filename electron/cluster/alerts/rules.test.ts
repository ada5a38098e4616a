import { describe, expect, test } from 'vitest'
import type { Node, Pod, Secret } from '../../../shared/api/types.ts'
import { createAuthority, createLeaf } from '../pki/certificates.ts'
import { judgeNode, judgePod, judgeSecret } from './rules.ts'

const NOW = Date.parse('2026-01-01T12:00:00Z')
const ago = (seconds: number): string => new Date(NOW - seconds * 1000).toISOString()
const pod = (status: object, more: object = {}): Pod => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', namespace: 'shop', uid: 'u', creationTimestamp: ago(600) }, spec: { nodeName: 'n', containers: [{ name: 'c' }], ...more }, status: { phase: 'Running', ...status } }) as unknown as Pod
const container = (state: object, more: object = {}): object => ({ containerStatuses: [{ name: 'c', ready: false, restartCount: 4, image: '', imageID: '', state, ...more }] })
const ended = (exitCode: number, seconds: number, reason = 'Error', message?: string): object => ({ terminated: { exitCode, reason, finishedAt: ago(seconds), ...(message ? { message } : {}) } })
const waits = (reason: string, message?: string): object => ({ waiting: { reason, ...(message ? { message } : {}) } })
const told = (p: Pod, now = NOW) => judgePod(p, now).findings.map((f) => [f.rule, f.level, f.detail])

describe('a pod', () => {
  test.each<[string, Pod, unknown[]]>([
    ['is well', pod(container({ running: { startedAt: ago(5) } }, { ready: true, restartCount: 0 })), []],
    ['waits in its crash loop', pod(container(waits('CrashLoopBackOff'), { lastState: ended(1, 20, 'Error', 'no database') })), [['CrashLoop', 'failed', 'exit code 1: no database']]],
    ['runs for a moment between two crashes', pod(container({ running: { startedAt: ago(59) } }, { lastState: ended(2, 70) })), [['CrashLoop', 'failed', 'exit code 2']]],
    ['runs well again', pod(container({ running: { startedAt: ago(61) } }, { lastState: ended(2, 70) })), []],
    ['was restarted once', pod(container({ running: { startedAt: ago(5) } }, { restartCount: 1, lastState: ended(2, 6) })), []],
    ['does its work over and over', pod(container({ running: { startedAt: ago(5) } }, { lastState: ended(0, 6, 'Completed') })), []],
    ['is never restarted', pod(container(ended(1, 5)), { restartPolicy: 'Never' }), []],
    ['ran out of memory, and goes on', pod(container({ running: { startedAt: ago(5) } }, { restartCount: 1, lastState: ended(137, 6, 'OOMKilled') })), [['OutOfMemory', 'warning', '']]],
    ['ran out of memory long ago', pod(container({ running: { startedAt: ago(700) } }, { restartCount: 1, lastState: ended(137, 701, 'OOMKilled') })), []],
    ['runs out of memory over and over, which explains its crashes', pod(container(waits('CrashLoopBackOff'), { lastState: ended(137, 900, 'OOMKilled') })), [['OutOfMemory', 'failed', '']]],
    ['gets no image', pod({ phase: 'Pending', ...container(waits('ImagePullBackOff', 'Back-off pulling image "x"')) }), [['ImagePull', 'failed', 'Back-off pulling image "x"']]],
    ['has an image that is no name', pod({ phase: 'Pending', ...container(waits('InvalidImageName')) }), [['ImagePull', 'failed', 'InvalidImageName']]],
    ['fits on no node', pod({ phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: '0/2 nodes', lastTransitionTime: ago(31) }] }, { nodeName: undefined }), [['Pending', 'warning', '0/2 nodes']]],
    ['has only just been refused', pod({ phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: '0/2 nodes', lastTransitionTime: ago(29) }] }, { nodeName: undefined }), []],
    ['is held by a gate', pod({ phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'False', reason: 'SchedulingGated', lastTransitionTime: ago(500) }] }, { nodeName: undefined }), []],
    ['waits for a volume', pod({ phase: 'Pending', ...container(waits('ContainerCreating'), { restartCount: 0 }) }), [['Pending', 'warning', 'ContainerCreating']]],
    ['initializes', pod({ phase: 'Pending', initContainerStatuses: [{ name: 'i', ready: false, restartCount: 0, state: { running: {} } }] }), []],
    ['is done', pod({ phase: 'Failed', ...container(ended(1, 5)) }), []],
    ['goes', { ...pod(container(waits('CrashLoopBackOff'))), metadata: { name: 'web', deletionTimestamp: ago(1) } } as unknown as Pod, []],
  ])('that %s', (_title, p, expected) => expect(told(p)).toEqual(expected))

  test('is looked at again when its time has come, and never in the past', () => {
    expect(judgePod(pod({ phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', lastTransitionTime: ago(10) }] }, { nodeName: undefined }), NOW)).toEqual({ findings: [], again: NOW + 20_000 })
    expect(judgePod(pod(container({ running: { startedAt: ago(10) } }, { lastState: ended(1, 12) })), NOW).again).toBe(NOW + 50_000)
    expect(judgePod(pod(container(waits('CrashLoopBackOff'), { lastState: ended(137, 900, 'OOMKilled') })), NOW).again).toBeUndefined()
  })
  test('is its workload\'s', () => {
    const p = pod(container(waits('CrashLoopBackOff')))
    const owned = { ...p, metadata: { ...p.metadata, labels: { 'pod-template-hash': 'abc' }, ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web-abc', uid: 'r', controller: true }] } } as Pod
    expect(judgePod(owned, NOW).findings[0]).toMatchObject({ object: { kind: 'Pod', name: 'web' }, owner: { kind: 'Deployment', name: 'web', namespace: 'shop', apiVersion: 'apps/v1' }, container: 'c', count: 4 })
    expect(judgePod(p, NOW).findings[0]?.owner).toEqual({ apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: 'web' })
  })
})

test.each<[string, object[], unknown]>([
  ['that is ready', [{ type: 'Ready', status: 'True', lastTransitionTime: ago(500) }], { findings: [] }],
  ['that has not said anything yet', [], { findings: [] }],
  ['that has only just missed a report', [{ type: 'Ready', status: 'Unknown', lastTransitionTime: ago(19) }], { findings: [], again: NOW + 1000 }],
  ['that is away', [{ type: 'Ready', status: 'Unknown', lastTransitionTime: ago(21), message: 'Kubelet stopped posting node status.' }], { findings: [{ rule: 'NodeNotReady', level: 'failed', detail: 'Kubelet stopped posting node status.', since: NOW - 21_000, object: { kind: 'Node', name: 'n1' } }] }],
  ['whose disk is nearly full', [{ type: 'Ready', status: 'True' }, { type: 'DiskPressure', status: 'True', lastTransitionTime: ago(1), message: 'kubelet has disk pressure' }], { findings: [{ rule: 'DiskFull', detail: 'kubelet has disk pressure' }] }],
])('a node %s', (_title, conditions, expected) => expect(judgeNode({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'n1' }, status: { conditions } } as unknown as Node, NOW)).toMatchObject(expected as object))

test('a certificate: nothing until two weeks before its end, then days, then that it has ended', async () => {
  const authority = await createAuthority(NOW)
  const { certPem } = await createLeaf(authority, { commonName: 'shop', use: 'server', dns: ['shop.test'] }, NOW)
  const secret = (type: string, crt: string): Secret => ({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'tls', namespace: 'shop' }, type, data: { 'tls.crt': Buffer.from(crt).toString('base64') } }) as unknown as Secret
  const own = secret('kubernetes.io/tls', certPem)
  const first = judgeSecret(own, NOW)
  expect(first.findings).toEqual([])
  const soon = judgeSecret(own, (first.again ?? 0) + 1)
  expect(soon.findings).toMatchObject([{ rule: 'CertificateExpiry', level: 'warning', count: 13, object: { kind: 'Secret', namespace: 'shop', name: 'tls' } }])
  expect(judgeSecret(own, (soon.again ?? 0) + 1).findings[0]?.count).toBe(12)
  const over = judgeSecret(own, NOW + 400 * 86_400_000)
  expect(over).toMatchObject({ findings: [{ level: 'failed', count: 0 }] })
  expect(over.again).toBeUndefined()
  expect(judgeSecret(secret('Opaque', certPem), NOW + 400 * 86_400_000)).toEqual({ findings: [] })
  expect(judgeSecret(secret('kubernetes.io/tls', 'nonsense'), NOW)).toEqual({ findings: [] })
})
