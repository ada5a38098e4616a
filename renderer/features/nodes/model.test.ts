import { describe, expect, it } from 'vitest'
import type { Node, Pod } from '../../../shared/api/types.ts'
import { allocatable, nodeStatus, rolesOf, share, sum, usageByNode } from './model.ts'

const pod = (name: string, nodeName: string | undefined, phase: string, cpu: string): Pod => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec: { ...(nodeName ? { nodeName } : {}), containers: [{ name: 'c', resources: { requests: { cpu, memory: '1Mi' } } }] }, status: { phase } }) as Pod
const node = (ready: string, more: Partial<Node> = {}): Node => ({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'n' }, status: { conditions: [{ type: 'Ready', status: ready, message: 'why' }], allocatable: { cpu: '2', memory: '1Gi', pods: '110' } }, ...more })

describe('usageByNode', () => {
  it('counts what runs or will run, where it is placed', () => {
    const usage = usageByNode([pod('a', 'n', 'Running', '100m'), pod('b', 'n', 'Pending', '200m'), pod('c', 'n', 'Succeeded', '1'), pod('d', undefined, 'Pending', '1')])
    expect([...usage]).toEqual([['n', { cpu: 300, memory: 2 * 1024 * 1024, pods: 2 }]])
    expect(sum(usage.values())).toEqual(usage.get('n'))
  })
})
it('allocatable and share', () => {
  expect(allocatable(node('True'))).toEqual({ cpu: 2000, memory: 1024 ** 3, pods: 110 })
  expect([share(1, 2), share(1, 0)]).toEqual([0.5, 0])
})
describe('nodeStatus', () => {
  it.each<[Node, string, string]>([
    [node('True'), 'Ready', 'ok'], [node('False'), 'NotReady', 'failed'], [node('Unknown'), 'Unknown', 'failed'], [node('True', { spec: { unschedulable: true } }), 'Ready,SchedulingDisabled', 'warning'], [node('True', { status: {} }), 'NotReady', 'failed'],
  ])('%#', (n, word, level) => expect(nodeStatus(n)).toMatchObject({ word, level }))
})
it('rolesOf', () => expect(rolesOf(node('True', { metadata: { name: 'n', labels: { 'node-role.kubernetes.io/control-plane': '', x: 'y' } } }))).toBe('control-plane'))
