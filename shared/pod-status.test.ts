import { describe, expect, it } from 'vitest'
import type { ContainerStatus, Pod } from './api/types.ts'
import { podStatus } from './pod-status.ts'

const NOW = Date.parse('2026-01-01T01:00:00Z')

const running = (name = 'a', ready = true, restartCount = 0, finishedAt?: string): ContainerStatus =>
  ({ name, ready, restartCount, started: true, image: 'i', imageID: '', state: { running: { startedAt: '2026-01-01T00:00:00Z' } }, ...(finishedAt ? { lastState: { terminated: { exitCode: 1, finishedAt } } } : {}) })
const waiting = (reason?: string, name = 'a', restartCount = 0): ContainerStatus => ({ name, ready: false, restartCount, image: 'i', imageID: '', state: { waiting: reason ? { reason } : {} } })
const ended = (exitCode: number, reason?: string, name = 'a', signal?: number): ContainerStatus =>
  ({ name, ready: false, restartCount: 0, image: 'i', imageID: '', state: { terminated: { exitCode, ...(reason ? { reason } : {}), ...(signal ? { signal } : {}) } } })

interface Given { containers?: string[]; inits?: string[]; sidecars?: string[]; deleted?: boolean; node?: boolean; status?: Pod['status'] }
const pod = ({ containers = ['a'], inits = [], sidecars = [], deleted = false, node = true, status }: Given): Pod => ({
  apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', ...(deleted ? { deletionTimestamp: '2026-01-01T00:59:00Z' } : {}) },
  spec: {
    containers: containers.map((name) => ({ name })),
    initContainers: [...sidecars.map((name) => ({ name, restartPolicy: 'Always' })), ...inits.map((name) => ({ name }))],
    ...(node ? { nodeName: 'n' } : {}),
  },
  ...(status ? { status } : {}),
})
const READY = [{ type: 'Ready', status: 'True' }]

describe('podStatus', () => {
  it.each<[string, string, string, string, Given]>([
    ['Pending', '0/1', 'waiting', '0', { node: false, status: { phase: 'Pending' } }],
    ['Pending', '0/1', 'working', '0', { status: { phase: 'Pending' } }],
    ['SchedulingGated', '0/1', 'waiting', '0', { node: false, status: { phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'False', reason: 'SchedulingGated' }] } }],
    ['ContainerCreating', '0/1', 'working', '0', { status: { phase: 'Pending', containerStatuses: [waiting('ContainerCreating')] } }],
    ['PodInitializing', '0/1', 'working', '0', { inits: ['i'], status: { phase: 'Pending', initContainerStatuses: [ended(0, 'Completed', 'i')], containerStatuses: [waiting('PodInitializing')] } }],
    ['Init:0/2', '0/1', 'working', '0', { inits: ['i', 'j'], status: { phase: 'Pending', initContainerStatuses: [running('i', false), waiting('PodInitializing', 'j')], containerStatuses: [waiting('PodInitializing')] } }],
    ['Init:1/2', '0/1', 'working', '0', { inits: ['i', 'j'], status: { phase: 'Pending', initContainerStatuses: [ended(0, 'Completed', 'i'), waiting('PodInitializing', 'j')], containerStatuses: [waiting('PodInitializing')] } }],
    ['Init:Error', '0/1', 'failed', '0', { inits: ['i'], status: { phase: 'Pending', initContainerStatuses: [ended(1, 'Error', 'i')] } }],
    ['Init:ExitCode:3', '0/1', 'failed', '0', { inits: ['i'], status: { phase: 'Pending', initContainerStatuses: [ended(3, undefined, 'i')] } }],
    ['Init:Signal:9', '0/1', 'failed', '0', { inits: ['i'], status: { phase: 'Pending', initContainerStatuses: [ended(137, undefined, 'i', 9)] } }],
    ['Init:CrashLoopBackOff', '0/1', 'failed', '2', { inits: ['i'], status: { phase: 'Pending', initContainerStatuses: [waiting('CrashLoopBackOff', 'i', 2)] } }],
    ['Running', '1/1', 'ok', '0', { status: { phase: 'Running', containerStatuses: [running()] } }],
    ['Running', '1/2', 'working', '0', { containers: ['a', 'b'], status: { phase: 'Running', containerStatuses: [running(), running('b', false)] } }],
    ['Running', '2/2', 'ok', '0', { sidecars: ['s'], status: { phase: 'Running', conditions: READY, initContainerStatuses: [running('s')], containerStatuses: [running()] } }],
    ['Running', '1/1', 'ok', '3 (5m ago)', { status: { phase: 'Running', containerStatuses: [running('a', true, 3, '2026-01-01T00:55:00Z')] } }],
    ['Running', '2/2', 'ok', '5 (60s ago)', { containers: ['a', 'b'], status: { phase: 'Running', containerStatuses: [running('a', true, 2, '2026-01-01T00:59:00Z'), running('b', true, 3, '2026-01-01T00:30:00Z')] } }],
    ['CrashLoopBackOff', '0/1', 'failed', '4', { status: { phase: 'Running', containerStatuses: [waiting('CrashLoopBackOff', 'a', 4)] } }],
    ['ImagePullBackOff', '0/1', 'warning', '0', { status: { phase: 'Pending', containerStatuses: [waiting('ImagePullBackOff')] } }],
    ['CreateContainerConfigError', '0/1', 'failed', '0', { status: { phase: 'Pending', containerStatuses: [waiting('CreateContainerConfigError')] } }],
    ['Completed', '0/1', 'ok', '0', { status: { phase: 'Succeeded', containerStatuses: [ended(0, 'Completed')] } }],
    ['Error', '0/1', 'failed', '0', { status: { phase: 'Failed', containerStatuses: [ended(1, 'Error')] } }],
    ['Signal:9', '0/1', 'failed', '0', { status: { phase: 'Failed', containerStatuses: [ended(137, undefined, 'a', 9)] } }],
    ['ExitCode:2', '0/1', 'failed', '0', { status: { phase: 'Failed', containerStatuses: [ended(2)] } }],
    ['OOMKilled', '0/1', 'failed', '0', { status: { phase: 'Running', containerStatuses: [ended(137, 'OOMKilled')] } }],
    ['Evicted', '0/1', 'failed', '0', { status: { phase: 'Failed', reason: 'Evicted' } }],
    ['NotReady', '1/2', 'warning', '0', { containers: ['a', 'b'], status: { phase: 'Running', containerStatuses: [ended(0, 'Completed'), running('b')] } }],
    ['Running', '1/2', 'working', '0', { containers: ['a', 'b'], status: { phase: 'Running', conditions: READY, containerStatuses: [ended(0, 'Completed'), running('b')] } }],
    ['Terminating', '1/1', 'working', '0', { deleted: true, status: { phase: 'Running', containerStatuses: [running()] } }],
    ['Completed', '0/1', 'ok', '0', { deleted: true, status: { phase: 'Succeeded', containerStatuses: [ended(0, 'Completed')] } }],
    ['Unknown', '1/1', 'warning', '0', { deleted: true, status: { phase: 'Running', reason: 'NodeLost', containerStatuses: [running()] } }],
    ['Unknown', '0/1', 'warning', '0', {}],
  ])('%s %s (%s), restarts %s', (word, ready, level, restarts, given) => {
    const { restartCount: _, ...shown } = podStatus(pod(given), NOW)
    expect(shown).toEqual({ word, ready, level, restarts })
  })

  it('restarts of init containers do not count once the pod runs; those of sidecars do', () => {
    const given = pod({ inits: ['i'], sidecars: ['s'], status: { phase: 'Running', initContainerStatuses: [running('s', true, 2), { ...ended(0, 'Completed', 'i'), restartCount: 7 }], containerStatuses: [running('a', true, 1)] } })
    expect(podStatus(given, NOW).restartCount).toBe(3)
  })
})
