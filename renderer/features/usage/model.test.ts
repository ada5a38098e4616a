import { expect, test } from 'vitest'
import type { Node, Pod } from '../../../shared/api/types.ts'
import { containerBounds, far, flowChart, namespaceBounds, requestOf, restartChart, nodeBounds, podBounds, span, stray, usageChart, workloadBounds } from './model.ts'

const history = { times: [1000, 16_000], cpu: [100, null], memory: [10, 20], rx: [1, 2], tx: [3, 4], read: [5, 6], write: [7, 8], restarts: [0, 1], periodMs: 15_000, stepMs: 15_000, from: 0, to: 16_000, note: '' }
const pod = (containers: { requests?: Record<string, string>; limits?: Record<string, string> }[], phase = 'Running'): Pod =>
  ({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec: { containers: containers.map((resources, i) => ({ name: `c${i}`, resources })) }, status: { phase } })

test('usage, with what was asked for and allowed as straight lines', () => {
  expect(usageChart(history, 'cpu', { used: 'u', requested: 'r', limit: 'l' }, { cpu: 250 }, {})).toEqual({ times: [1, 16], lines: [{ label: 'u', colour: 'primary-main', values: [100, null] }, { label: 'r', colour: 'level-warning', values: [250, 250], bound: true }] })
  expect(usageChart(history, 'memory', { used: 'u', requested: 'r', limit: 'l' }, {}, { memory: 64 }).lines.map((l) => l.label)).toEqual(['u', 'l'])
  expect(flowChart(history, ['rx', 'tx'], ['in', 'out']).lines).toMatchObject([{ label: 'in', values: [1, 2] }, { label: 'out', values: [3, 4] }])
  expect(flowChart(history, ['read', 'write'], ['in', 'out']).lines).toMatchObject([{ values: [5, 6] }, { values: [7, 8] }])
  expect(restartChart(history, 'n').lines).toMatchObject([{ values: [0, 1], columns: true }])
})
test('a pod with one unlimited container has no limit', () => {
  expect(podBounds(pod([{ requests: { cpu: '100m' }, limits: { cpu: '200m', memory: '1Ki' } }, { limits: { cpu: '1' } }]))).toEqual({ requests: { cpu: 100 }, limits: { cpu: 1200 } })
})
test('of a container: its own', () => {
  const p = pod([{ requests: { cpu: '100m' }, limits: { cpu: '200m', memory: '1Ki' } }, {}])
  expect(containerBounds(p, 'c0')).toEqual({ requests: { cpu: 100 }, limits: { cpu: 200, memory: 1024 } })
  expect(containerBounds(p, 'c1')).toEqual({ requests: {}, limits: {} })
})
test('what is asked for: a range until now, or what was zoomed to', () => {
  expect(requestOf('1d', undefined)).toEqual({ spanMs: 86_400_000 })
  expect(requestOf('1d', { from: 1e6, to: 2e6 })).toEqual({ spanMs: 1e6, to: 2e6 })
  expect(requestOf('1h', { from: 1e6, to: 1_001_000 })).toEqual({ spanMs: 60_000, to: 1_001_000 })
  expect(span([1, 2], { from: 3000, to: 4000 })).toEqual([3, 4])
})
test('of a node: what its live pods request, and what it can give', () => {
  const pods = [pod([{ requests: { cpu: '100m', memory: '1Ki' } }]), pod([{ requests: { cpu: '1' } }], 'Succeeded')]
  const node = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n' }, status: { allocatable: { cpu: '2', memory: '1Mi' } } } as Node
  expect(nodeBounds(node, pods)).toEqual({ requests: { cpu: 100, memory: 1024 }, limits: { cpu: 2000, memory: 2 ** 20 } })
  expect(namespaceBounds(pods)).toEqual({ requests: { cpu: 100, memory: 1024 }, limits: {} })
})
test('of a workload: the sum over the pods that live, and a limit only where all have one', () => {
  const limited = pod([{ requests: { cpu: '100m' }, limits: { cpu: '200m', memory: '1Ki' } }])
  const free = pod([{ requests: { cpu: '100m' }, limits: { memory: '1Ki' } }])
  expect(workloadBounds([limited, limited, pod([{ requests: { cpu: '9' } }], 'Failed')])).toEqual({ requests: { cpu: 200 }, limits: { cpu: 400, memory: 2048 } })
  expect(workloadBounds([limited, free])).toEqual({ requests: { cpu: 200 }, limits: { memory: 2048 } })
  expect(workloadBounds([])).toEqual({ requests: {}, limits: {} })
})
test.each<[number[], [number, number]]>([
  [[], [0, 300]],
  [[1000], [700, 1000]],
  [[1000, 1100], [800, 1100]],
  [[1000, 4600], [1000, 4600]],
])('the time axis of %j', (times, expected) => expect(span(times)).toEqual(expected))
test('a value between two gaps is told apart', () => {
  expect(stray([1, null, 2, null, 3, 4])).toEqual([0, 2])
  expect(stray([1, 2, null])).toBeNull()
})
test.each<[string, (number | null)[], number, string[]]>([
  ['within reach', [10, null, 40], 120, []],
  ['far above', [10, null, 40], 121, ['l']],
  ['over nothing used', [0, null], 100, []],
  ['over nothing measured', [null, null], 100, []],
])('a bound %s', (_, cpu, limit, expected) => {
  const chart = usageChart({ ...history, times: cpu.map((_v, i) => i), cpu }, 'cpu', { used: 'u', requested: 'r', limit: 'l' }, {}, { cpu: limit })
  expect([...far(chart)]).toEqual(expected)
})
