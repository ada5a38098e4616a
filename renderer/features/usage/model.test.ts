import { expect, test } from 'vitest'
import type { Node, Pod } from '../../../shared/api/types.ts'
import { namespaceBounds, networkChart, nodeBounds, podBounds, usageChart } from './model.ts'

const history = { times: [1000, 16_000], cpu: [100, null], memory: [10, 20], rx: [1, 2], tx: [3, 4], periodMs: 15_000, note: '' }
const pod = (containers: { requests?: Record<string, string>; limits?: Record<string, string> }[], phase = 'Running'): Pod =>
  ({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec: { containers: containers.map((resources, i) => ({ name: `c${i}`, resources })) }, status: { phase } })

test('usage, with what was asked for and allowed as straight lines', () => {
  expect(usageChart(history, 'cpu', { used: 'u', requested: 'r', limit: 'l' }, { cpu: 250 }, {})).toEqual({ times: [1, 16], lines: [{ label: 'u', values: [100, null] }, { label: 'r', values: [250, 250], bound: true }] })
  expect(usageChart(history, 'memory', { used: 'u', requested: 'r', limit: 'l' }, {}, { memory: 64 }).lines.map((l) => l.label)).toEqual(['u', 'l'])
  expect(networkChart(history, { received: 'in', sent: 'out' }).lines).toEqual([{ label: 'in', values: [1, 2] }, { label: 'out', values: [3, 4] }])
})
test('a pod with one unlimited container has no limit', () => {
  expect(podBounds(pod([{ requests: { cpu: '100m' }, limits: { cpu: '200m', memory: '1Ki' } }, { limits: { cpu: '1' } }]))).toEqual({ requests: { cpu: 100 }, limits: { cpu: 1200 } })
})
test('of a node: what its live pods request, and what it can give', () => {
  const pods = [pod([{ requests: { cpu: '100m', memory: '1Ki' } }]), pod([{ requests: { cpu: '1' } }], 'Succeeded')]
  const node = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n' }, status: { allocatable: { cpu: '2', memory: '1Mi' } } } as Node
  expect(nodeBounds(node, pods)).toEqual({ requests: { cpu: 100, memory: 1024 }, limits: { cpu: 2000, memory: 2 ** 20 } })
  expect(namespaceBounds(pods)).toEqual({ requests: { cpu: 100, memory: 1024 }, limits: {} })
})
