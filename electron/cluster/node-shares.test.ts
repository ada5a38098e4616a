import { describe, expect, it } from 'vitest'
import type { LocalNode, LocalNodeSpec } from '../../shared/api/local-node.ts'
import { missingNames, shareOf } from './node-shares.ts'

const GiB = 2 ** 30
const node = (spec: Partial<LocalNodeSpec> = {}): LocalNode => ({ apiVersion: 'pilothouse.dev/v1', kind: 'LocalNode', metadata: { name: 'n' }, spec: { running: true, ...spec } })

describe('what a node offers', () => {
  it.each([
    ['alone it has all', {}, 1, 'docker', { cpuMillis: 8000, memoryBytes: 16 * GiB, pods: 110 }],
    ['several have equal shares', {}, 3, 'docker', { cpuMillis: 2660, memoryBytes: 5461 * 2 ** 20, pods: 110 }],
    ['but not less than can be used', {}, 100, 'docker', { cpuMillis: 1000, memoryBytes: GiB, pods: 110 }],
    ['or what was asked for', { cpu: '500m', memory: '256Mi', pods: 5 }, 3, 'docker', { cpuMillis: 500, memoryBytes: 256 * 2 ** 20, pods: 5 }],
    ['hollow nodes have all, each', {}, 1000, 'hollow', { cpuMillis: 8000, memoryBytes: 16 * GiB, pods: 110 }],
  ] as const)('%s', (_what, spec, count, runtime, expected) => {
    expect(shareOf(node(spec), count, runtime, { cpuMillis: 8000, memoryBytes: 16 * GiB })).toEqual(expected)
  })
  it('a small engine gives what it has', () => {
    expect(shareOf(node(), 2, 'docker', { cpuMillis: 500, memoryBytes: GiB / 2 })).toMatchObject({ cpuMillis: 500, memoryBytes: GiB / 2 })
  })
})

describe('names', () => {
  it.each([
    ['docker', 1, [], ['pilothouse']],
    ['docker', 3, [], ['pilothouse', 'pilothouse-2', 'pilothouse-3']],
    ['docker', 3, ['pilothouse-2'], ['pilothouse', 'pilothouse-3']],
    ['docker', 1, ['other'], []],
    ['hollow', 10, ['hollow-01', 'hollow-02', 'hollow-03', 'hollow-04', 'hollow-05', 'hollow-06', 'hollow-07', 'hollow-08'], ['hollow-09', 'hollow-10']],
  ] as const)('%s, %d wanted, %j there', (runtime, wanted, there, expected) => {
    expect(missingNames(runtime, wanted, new Set(there), there.length)).toEqual(expected)
  })
})
