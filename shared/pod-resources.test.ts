import { describe, expect, it } from 'vitest'
import type { Pod } from './api/types.ts'
import { heldLimits, heldRequests, podLimits, podRequests, qosClass } from './pod-resources.ts'

const c = (requests?: Record<string, string>, limits?: Record<string, string>, restartPolicy?: string) =>
  ({ name: 'c', resources: { ...(requests ? { requests } : {}), ...(limits ? { limits } : {}) }, ...(restartPolicy ? { restartPolicy } : {}) }) as Pod['spec']['containers'][number]
const pod = (containers: Pod['spec']['containers'], initContainers: Pod['spec']['containers'] = [], overhead?: Record<string, string>) =>
  ({ spec: { containers, initContainers, ...(overhead ? { overhead } : {}) } }) as Pick<Pod, 'spec'>

describe('podRequests', () => {
  it.each([
    ['nothing', pod([c()]), {}],
    ['sum of containers', pod([c({ cpu: '100m', memory: '1Mi' }), c({ cpu: '0.2' })]), { cpu: 300, memory: 1_048_576 }],
    ['a greater init container', pod([c({ cpu: '100m' })], [c({ cpu: '1' }), c({ cpu: '500m' })]), { cpu: 1000 }],
    ['sidecars add to the sum', pod([c({ cpu: '100m' })], [c({ cpu: '50m' }, undefined, 'Always')]), { cpu: 150 }],
    ['an init container after a sidecar runs beside it', pod([c({ cpu: '100m' })], [c({ cpu: '50m' }, undefined, 'Always'), c({ cpu: '200m' })]), { cpu: 250 }],
    ['an init container before a sidecar does not', pod([c({ cpu: '100m' })], [c({ cpu: '200m' }), c({ cpu: '50m' }, undefined, 'Always')]), { cpu: 200 }],
    ['overhead', pod([c({ cpu: '100m' })], [], { cpu: '10m', memory: '1Ki' }), { cpu: 110, memory: 1024 }],
    ['devices', pod([c({ 'example.com/gpu': '2' })]), { 'example.com/gpu': 2 }],
  ])('%s', (_name, given, expected) => {
    expect(podRequests(given)).toEqual(expected)
  })
  const whole = (resources: Pod['spec']['resources'], containers: Pod['spec']['containers'], overhead?: Record<string, string>) => ({ spec: { ...pod(containers, [], overhead).spec, resources } }) as Pick<Pod, 'spec'>
  it.each([
    ['takes the place of the sum', whole({ requests: { cpu: '1' } }, [c({ cpu: '100m' }), c({ cpu: '100m' })]), { cpu: 1000 }],
    ['resource by resource, of those that it can be said of', whole({ requests: { cpu: '1', 'ephemeral-storage': '5' } }, [c({ cpu: '100m', memory: '1Ki', 'ephemeral-storage': '1' })]), { cpu: 1000, memory: 1024, 'ephemeral-storage': 1 }],
    ['and overhead', whole({ requests: { 'hugepages-2Mi': '2Mi' } }, [c()], { cpu: '10m' }), { cpu: 10, 'hugepages-2Mi': 2_097_152 }],
  ])('what the pod as a whole asks for: %s', (_name, given, expected) => {
    expect(podRequests(given)).toEqual(expected)
    expect(heldRequests(given)).toEqual(expected)
  })
  it('limits of the pod as a whole', () => {
    const given = whole({ limits: { memory: '1Ki' } }, [c(undefined, { cpu: '1' })], { memory: '1' })
    expect([podLimits(given), heldLimits(given)]).toEqual([{ cpu: 1000, memory: 1025 }, { cpu: 1000, memory: 1025 }])
  })
  it('limits take overhead only where there is a limit', () => {
    expect(podLimits(pod([c(undefined, { cpu: '1' })], [], { cpu: '10m', memory: '1Ki' }))).toEqual({ cpu: 1010 })
  })
})

describe('a pod that is being resized', () => {
  const resizing = (asked: string, allocated: string, actual: string, reason?: string) => ({
    ...pod([c({ cpu: asked }, { cpu: asked })], [], { cpu: '10m' }),
    status: { containerStatuses: [{ name: 'c', allocatedResources: { cpu: allocated }, resources: { requests: { cpu: actual }, limits: { cpu: actual } } }], ...(reason ? { conditions: [{ type: 'PodResizePending', status: 'True', reason }] } : {}) } as unknown as Pod['status'],
  })
  it.each([
    ['wants more', resizing('2', '1', '1'), 2010, 2010], ['wants less, not granted yet', resizing('1', '2', '2'), 2010, 2010], ['wants less, granted and not done', resizing('1', '1', '2'), 2010, 2010],
    ['is done', resizing('1', '1', '1000m'), 1010, 1010], ['waits for room', resizing('3', '1', '1', 'Deferred'), 3010, 3010], ['can never have it', resizing('9', '1', '2', 'Infeasible'), 2010, 2010],
    ['tells nothing of it', pod([c({ cpu: '1' }, { cpu: '2' })]), 1000, 2000],
  ])('%s', (_name, given, requests, limits) => {
    expect([heldRequests(given)['cpu'], heldLimits(given)['cpu']]).toEqual([requests, limits])
  })
})

describe('qosClass', () => {
  it.each([
    ['BestEffort', pod([c()])],
    ['BestEffort', pod([c({ 'example.com/gpu': '1' }, { 'example.com/gpu': '1' })])],
    ['Guaranteed', pod([c({ cpu: '1', memory: '1Gi' }, { cpu: '1000m', memory: '1024Mi' })])],
    ['Guaranteed', pod([c(undefined, { cpu: '1', memory: '1Gi' })])],
    ['Burstable', pod([c({ cpu: '1' }, { cpu: '2', memory: '1Gi' })])],
    ['Burstable', pod([c({ cpu: '1' })])],
    ['Burstable', pod([c({ cpu: '1', memory: '1' }, { cpu: '1', memory: '1' }), c()])],
    ['Burstable', pod([c({ cpu: '1', memory: '1' }, { cpu: '1', memory: '1' })], [c()])],
    ['Guaranteed', { spec: { ...pod([c(), c({ cpu: '1' })]).spec, resources: { requests: { cpu: '1', memory: '1' }, limits: { cpu: '1000m', memory: '1' } } } } as Pick<Pod, 'spec'>],
    ['Burstable', { spec: { ...pod([c({ cpu: '1', memory: '1' }, { cpu: '1', memory: '1' })]).spec, resources: { requests: { cpu: '2' } } } } as Pick<Pod, 'spec'>],
    ['BestEffort', { spec: { ...pod([c()]).spec, resources: {} } } as Pick<Pod, 'spec'>],
  ])('%s', (expected, given) => {
    expect(qosClass(given)).toBe(expected)
  })
})
