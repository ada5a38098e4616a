import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ConfigMaps, PersistentVolumeClaims, PersistentVolumes, Pods, ResourceQuotas, Services } from '../../shared/api/resources.ts'
import { isNotFound } from '../../shared/errors.ts'
import { startLoop, type Loop } from './testing.ts'

let loop: Loop
beforeAll(async () => {
  loop = await startLoop()
  // What has ended stays ended.
  loop.readyWhen = (p) => p.status?.phase !== 'Succeeded'
  await loop.until(async () => (await loop.client.list(ConfigMaps, { namespace: 'default' })).items.length > 0, 'the namespace is ready')
})
afterAll(() => loop.close())

const namespace = 'default'
const used = async (): Promise<Record<string, string> | undefined> => (await loop.client.get(ResourceQuotas, 'q', namespace)).status?.used
const pod = (name: string, cpu: string, extra: object = {}) => loop.client.create(Pods, { metadata: { name, namespace }, spec: { containers: [{ name: 'c', image: 'i', resources: { requests: { cpu } } }], ...extra } })
const reaches = (name: string, value: string): Promise<unknown> => loop.until(async () => (await used())?.[name] === value, `${name} is ${value}`)
const gone = (ask: Promise<unknown>): Promise<boolean> => ask.then(() => false, (error: unknown) => {
  if (isNotFound(error)) return true
  throw error
})

describe('a quota', () => {
  it('counts what is there, is charged for what comes, and refuses what is too much', async () => {
    await pod('old', '200m')
    await loop.client.create(ResourceQuotas, { metadata: { name: 'q', namespace }, spec: { hard: { pods: '3', 'requests.cpu': '1', 'services.nodeports': '1', 'count/configmaps': '2' } } })
    await reaches('requests.cpu', '200m')
    await pod('new', '300m')
    // Charged with the pod itself: nothing to wait for.
    expect(await used()).toMatchObject({ pods: '2', 'requests.cpu': '500m' })
    await expect(pod('big', '600m')).rejects.toMatchObject({ code: 403, message: 'pods "big" is forbidden: exceeded quota: q, requested: requests.cpu=600m, used: requests.cpu=500m, limited: requests.cpu=1' })
    await expect(loop.client.create(Pods, { metadata: { name: 'mute', namespace }, spec: { containers: [{ name: 'c', image: 'i' }] } })).rejects.toMatchObject({ message: 'pods "mute" is forbidden: failed quota: q: must specify requests.cpu for: c' })
    // What a pod asks for as a whole counts in the place of what its containers ask for.
    await loop.client.create(Pods, { metadata: { name: 'whole', namespace }, spec: { resources: { requests: { cpu: '400m' } }, containers: [{ name: 'c', image: 'i', resources: { requests: { cpu: '100m' } } }, { name: 'd', image: 'i' }] } })
    expect(await used()).toMatchObject({ pods: '3', 'requests.cpu': '900m' })
    await loop.client.delete(Pods, 'whole', namespace)
    await reaches('requests.cpu', '500m')
    expect(await used()).toMatchObject({ pods: '2', 'requests.cpu': '500m' })
  })
  it('shares the last of it with nobody', async () => {
    const answers = await Promise.allSettled(Array.from({ length: 8 }, (_, i) => pod(`race-${i}`, '100m')))
    expect(answers.filter((a) => a.status === 'fulfilled')).toHaveLength(1)
    expect(answers.flatMap((a) => (a.status === 'rejected' ? [(a.reason as { code: number }).code] : []))).toEqual(Array(7).fill(403))
    expect(await used()).toMatchObject({ pods: '3', 'requests.cpu': '600m' })
  })
  it('gets back what goes, and what has ended', async () => {
    await loop.client.delete(Pods, 'new', namespace, { gracePeriodSeconds: 0 })
    await reaches('requests.cpu', '300m')
    const old = await loop.client.get(Pods, 'old', namespace)
    await loop.client.updateStatus(Pods, { ...old, status: { ...old.status, phase: 'Succeeded' } })
    await reaches('pods', '1')
    expect(await used()).toMatchObject({ 'requests.cpu': '100m' })
  })
  it('holds updates to it too', async () => {
    const service = (type: string, ports: number[]) => ({ metadata: { name: 's', namespace }, spec: { type, selector: { a: 'b' }, ports: ports.map((port) => ({ port, name: `p${port}` })) } })
    const made = await loop.client.create(Services, service('ClusterIP', [80, 81]))
    await expect(loop.client.update(Services, { ...made, spec: { ...made.spec, type: 'NodePort' } })).rejects.toMatchObject({ code: 403, message: 'services "s" is forbidden: exceeded quota: q, requested: services.nodeports=2, used: services.nodeports=0, limited: services.nodeports=1' })
  })
  it('does not charge a dry run', async () => {
    const before = await used()
    await loop.client.create(ConfigMaps, { metadata: { name: 'dry', namespace } }, { dryRun: true })
    expect(await used()).toEqual(before)
    await loop.client.create(ConfigMaps, { metadata: { name: 'wet', namespace } })
    await expect(loop.client.create(ConfigMaps, { metadata: { name: 'more', namespace } }, { dryRun: true })).rejects.toMatchObject({ code: 403 })
  })
})

describe('storage in use', () => {
  it('stays until nobody uses it', async () => {
    await loop.client.delete(ResourceQuotas, 'q', namespace)
    const claim = await loop.client.create(PersistentVolumeClaims, { metadata: { name: 'data', namespace }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } })
    expect(claim.metadata.finalizers).toEqual(['kubernetes.io/pvc-protection'])
    await pod('uses', '1m', { nodeName: 'n', volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'data' } }] })
    await loop.client.delete(PersistentVolumeClaims, 'data', namespace)
    await loop.clock.advance(100)
    expect((await loop.client.get(PersistentVolumeClaims, 'data', namespace)).metadata.deletionTimestamp).toBeDefined()
    await loop.client.delete(Pods, 'uses', namespace, { gracePeriodSeconds: 0 })
    expect(await loop.until(() => gone(loop.client.get(PersistentVolumeClaims, 'data', namespace)), 'the claim goes')).toBe(true)
  })
  it('a volume that no claim has goes at once', async () => {
    await loop.client.create(PersistentVolumes, { metadata: { name: 'pv' }, spec: { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], hostPath: { path: '/x' } } })
    await loop.client.delete(PersistentVolumes, 'pv')
    expect(await loop.until(() => gone(loop.client.get(PersistentVolumes, 'pv')), 'the volume goes')).toBe(true)
  })
})
