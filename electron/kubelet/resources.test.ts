import { describe, expect, it } from 'vitest'
import type { Container, Pod } from '../../shared/api/types.ts'
import { containerResources } from './resources.ts'

const of = (resources: Container['resources'], priority?: number): object => {
  const container: Container = { name: 'c', ...(resources ? { resources } : {}) }
  const pod: Pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec: { containers: [container], ...(priority ? { priority } : {}) } }
  return containerResources(pod, container, 1000 * 2 ** 20)
}
describe('containerResources', () => {
  it.each<[string, Container['resources'], object]>([
    ['best effort', undefined, { cpuShares: 2, oomScoreAdj: 1000 }],
    ['guaranteed', { limits: { cpu: '500m', memory: '64Mi' }, requests: { cpu: '500m', memory: '64Mi' } }, { cpuShares: 512, cpuQuota: 50_000, cpuPeriod: 100_000, memoryBytes: 64 << 20, oomScoreAdj: -997 }],
    ['burstable', { requests: { cpu: '1', memory: '100Mi' } }, { cpuShares: 1024, oomScoreAdj: 900 }],
    ['hardly any memory', { requests: { memory: '1' } }, { cpuShares: 2, oomScoreAdj: 999 }],
    ['tiny quota', { limits: { cpu: '1m' } }, { cpuShares: 2, cpuQuota: 1000, cpuPeriod: 100_000, oomScoreAdj: 999 }],
  ])('%s', (_n, given, expected) => expect(of(given)).toEqual(expected))
  it('critical', () => expect(of(undefined, 2_000_000_000)).toMatchObject({ oomScoreAdj: -997 }))
})
