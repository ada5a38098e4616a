import { describe, expect, it } from 'vitest'
import type { Container, Pod } from '../../shared/api/types.ts'
import { containerResources, oomScoreAdj, podResources } from './resources.ts'

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
    ['nearly all memory', { requests: { memory: '999Mi' } }, { cpuShares: 2, oomScoreAdj: 3 }],
    ['hardly any memory', { requests: { memory: '1' } }, { cpuShares: 2, oomScoreAdj: 999 }],
    ['tiny quota', { limits: { cpu: '1m' } }, { cpuShares: 2, cpuQuota: 1000, cpuPeriod: 100_000, oomScoreAdj: 999 }],
  ])('%s', (_n, given, expected) => expect(of(given)).toEqual(expected))
  it('critical', () => expect(of(undefined, 2_000_000_000)).toMatchObject({ oomScoreAdj: -997 }))

  const whole = (resources: Pod['spec']['resources'], containers: Container[], initContainers: Container[] = []): Pod =>
    ({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec: { resources, containers, initContainers } })
  it.each<[string, Pod, object]>([
    ['guaranteed as a whole', whole({ requests: { cpu: '1', memory: '64Mi' }, limits: { cpu: '1', memory: '64Mi' } }, [{ name: 'a' }, { name: 'b' }]), { cpuShares: 512, cpuQuota: 100_000, cpuPeriod: 100_000, memoryBytes: 64 << 20, oomScoreAdj: -997 }],
    ['its own limit is the narrower', whole({ requests: { memory: '500Mi' }, limits: { memory: '500Mi' } }, [{ name: 'a', resources: { requests: { memory: '100Mi' }, limits: { memory: '100Mi' } } }, { name: 'b' }]), { cpuShares: 2, memoryBytes: 100 << 20, oomScoreAdj: 700 }],
    ['nothing of its own', whole({ requests: { cpu: '200m', memory: '300Mi' } }, [{ name: 'a' }], [{ name: 'i' }, { name: 'j', resources: { requests: { cpu: '50m' } } }]), { cpuShares: 51, oomScoreAdj: 900 }],
  ])('of the pod as a whole: %s', (_n, pod, expected) => expect(containerResources(pod, pod.spec.containers[0]!, 1000 * 2 ** 20)).toEqual(expected))
  it('its containers together', () => {
    const container: Container = { name: 'a', resources: { requests: { cpu: '100m' }, limits: { memory: '1Mi' } } }
    expect(podResources(whole(undefined, [container]))).toBeUndefined()
    expect(podResources(whole({ requests: { memory: '1Mi' } }, [container]))).toEqual({ cpuShares: 102 })
    expect(podResources(whole({ requests: { cpu: '1' }, limits: { cpu: '1500m', memory: '2Mi' } }, [container]))).toEqual({ cpuShares: 1024, cpuQuota: 150_000, cpuPeriod: 100_000, memoryBytes: 2 << 20 })
  })
  it('a sidecar is as safe as the container beside it that is least so', () => {
    const mi = (n: number): Container['resources'] => ({ requests: { memory: `${n}Mi` } })
    const sidecar: Container = { name: 's', restartPolicy: 'Always', resources: mi(10) }
    expect(oomScoreAdj(whole(undefined, [{ name: 'a', resources: mi(300) }, { name: 'b', resources: mi(100) }], [sidecar]), sidecar, 1000 * 2 ** 20)).toBe(900)
  })
})
