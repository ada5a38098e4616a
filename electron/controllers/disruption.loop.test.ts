import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Deployments, PodDisruptionBudgets, Pods } from '../../shared/api/resources.ts'
import type { Pod, PodDisruptionBudget } from '../../shared/api/types.ts'
import { rfc3339 } from '../../shared/clock.ts'
import { StatusError } from '../../shared/errors.ts'
import { budgetStatus } from './disruption-status.ts'
import { startLoop, type Loop } from './testing.ts'

const namespace = 'default'
let loop: Loop
beforeAll(async () => {
  loop = await startLoop()
})
afterAll(() => loop.close())

const budget = (name: string): Promise<PodDisruptionBudget> => loop.client.get(PodDisruptionBudgets, name, namespace)
const pods = async (name: string): Promise<Pod[]> => (await loop.client.list(Pods, { namespace, labelSelector: `app=${name}` })).items
const evict = (pod: Pod, deleteOptions: object = {}): Promise<unknown> =>
  loop.client.createSubresource(Pods, pod.metadata.name, namespace, 'eviction', { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: pod.metadata.name, namespace }, deleteOptions })
const refusal = async (pod: Pod): Promise<StatusError> => evict(pod).then(() => { throw new Error('the eviction was not refused') }, (error: unknown) => {
  if (error instanceof StatusError) return error
  throw error
})
const deploy = async (name: string, replicas: number): Promise<void> => {
  await loop.client.create(Deployments, { metadata: { name, namespace }, spec: { replicas, selector: { matchLabels: { app: name } }, template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'c', image: 'x:1' }] } } } })
  await loop.until(async () => (await loop.client.get(Deployments, name, namespace)).status?.availableReplicas === replicas, `${name} ready`)
}
const allow = (name: string, spec: object): Promise<unknown> => loop.client.create(PodDisruptionBudgets, { metadata: { name, namespace }, spec: { selector: { matchLabels: { app: name } }, ...spec } } as never)
const allows = (name: string, count: number): Promise<PodDisruptionBudget> => loop.until(async () => {
  const b = await budget(name)
  return b.status?.disruptionsAllowed === count && b.status.observedGeneration === b.metadata.generation && b
}, `${name} allows ${count}`)

describe('a PodDisruptionBudget, on the real API server', () => {
  it('lets one go, and the next when it has been replaced', async () => {
    await deploy('web', 3)
    await allow('web', { minAvailable: 2 })
    const b = await allows('web', 1)
    expect(b.status).toMatchObject({ currentHealthy: 3, desiredHealthy: 2, expectedPods: 3, conditions: [{ type: 'DisruptionAllowed', status: 'True', reason: 'SufficientPods' }] })
    loop.readyWhen = () => false
    const [one, two] = await pods('web')
    await evict(one!, { dryRun: ['All'] })
    expect((await budget('web')).status?.disruptionsAllowed).toBe(1)
    await evict(one!)
    const refused = await refusal(two!)
    expect(refused.status).toMatchObject({ code: 429, reason: 'TooManyRequests', message: "Cannot evict pod as it would violate the pod's disruption budget.", details: { causes: [{ reason: 'DisruptionBudget' }] } })
    await loop.until(async () => (await budget('web')).status?.currentHealthy === 2, 'two left')
    expect((await refusal(two!)).status.details?.causes?.[0]?.message).toBe('The disruption budget web needs 2 healthy pods and has 2 currently')
    loop.readyWhen = () => true
    for (const p of await pods('web')) if (p.status?.phase === 'Pending') await loop.client.patch(Pods, p.metadata.name, namespace, 'merge', { metadata: { annotations: { touched: '1' } } })
    await allows('web', 1)
    await evict(two!)
  })

  it('says on the pod why it goes', async () => {
    await loop.client.create(Pods, { metadata: { name: 'held', namespace, finalizers: ['example.com/hold'] }, spec: { containers: [{ name: 'c', image: 'x:1' }] } })
    const held = await loop.until(async () => (await loop.client.get(Pods, 'held', namespace)).status?.phase === 'Running' && loop.client.get(Pods, 'held', namespace), 'runs')
    await evict(held)
    const going = await loop.client.get(Pods, 'held', namespace)
    expect(going.metadata.deletionTimestamp).toBeDefined()
    expect(going.status?.conditions).toContainEqual(expect.objectContaining({ type: 'DisruptionTarget', status: 'True', reason: 'EvictionByEvictionAPI' }))
    await loop.client.patch(Pods, 'held', namespace, 'merge', { metadata: { finalizers: null } })
  })

  it('counts in what the Deployment wants', async () => {
    await deploy('part', 4)
    await allow('part', { maxUnavailable: '50%' })
    expect((await allows('part', 2)).status).toMatchObject({ expectedPods: 4, desiredHealthy: 2 })
    await loop.client.patch(Deployments, 'part', namespace, 'merge', { spec: { replicas: 2 } })
    expect((await allows('part', 1)).status).toMatchObject({ expectedPods: 2 })
  })

  it('two budgets for one pod are one too many', async () => {
    await deploy('both', 1)
    await allow('both', { minAvailable: 0 })
    await loop.client.create(PodDisruptionBudgets, { metadata: { name: 'other', namespace }, spec: { minAvailable: 0, selector: { matchLabels: { app: 'both' } } } })
    await allows('other', 1)
    expect((await refusal((await pods('both'))[0]!)).status).toMatchObject({ code: 500, message: expect.stringContaining('more than one PodDisruptionBudget') })
  })

  it.each<[string, string | undefined, number]>([['unready-always', 'AlwaysAllow', 0], ['unready-default', undefined, 1]])('%s: a pod that is not ready', async (name, unhealthyPodEvictionPolicy, left) => {
    await loop.client.create(Pods, { metadata: { name, namespace, labels: { app: name } }, spec: { containers: [{ name: 'c', image: 'x:1' }] } })
    const running = await loop.until(async () => (await pods(name)).find((p) => p.status?.phase === 'Running'), 'runs')
    await loop.client.updateStatus(Pods, { ...running, status: { ...running.status, conditions: [] } })
    await allow(name, { minAvailable: 1, ...(unhealthyPodEvictionPolicy ? { unhealthyPodEvictionPolicy } : {}) })
    await allows(name, 0)
    const answer = await evict(running).then(() => 201, (error: unknown) => (error instanceof StatusError ? error.code : error))
    expect(answer).toBe(left ? 429 : 201)
    await loop.until(async () => (await pods(name)).length === left, 'as it should be')
    expect((await budget(name)).status?.disruptionsAllowed).toBe(0)
  })
})

describe('what it allows', () => {
  const NOW = Date.parse('2026-01-01T12:00:00Z')
  const pod = (name: string, ready = true, going = false): Pod => ({ metadata: { name, ...(going ? { deletionTimestamp: rfc3339(NOW) } : {}) }, status: { conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] } }) as unknown as Pod
  const of = (spec: object, status: object = {}): PodDisruptionBudget => ({ metadata: { name: 'b', generation: 2 }, spec, status }) as unknown as PodDisruptionBudget
  const three = [pod('a'), pod('b'), pod('c')]
  it.each<[string, object, Pod[], number, number, number]>([
    ['minAvailable', { minAvailable: 2 }, three, 3, 1, 2], ['in percent, rounded up', { minAvailable: '50%' }, three, 3, 1, 2], ['maxUnavailable', { maxUnavailable: 1 }, three, 3, 1, 2], ['in percent, rounded up in favour', { maxUnavailable: '34%' }, three, 3, 2, 1],
    ['one not ready', { minAvailable: 2 }, [pod('a'), pod('b'), pod('c', false)], 3, 0, 2], ['one on its way', { minAvailable: 2 }, [pod('a'), pod('b'), pod('c', true, true)], 3, 0, 2], ['no pods', { minAvailable: 0 }, [], 0, 0, 0], ['nothing asked', {}, three, 3, 0, 0],
    ['more wanted than there are', { maxUnavailable: 1 }, three, 5, 0, 4],
  ])('%s', (_name, spec, pods_, scale, allowed, desired) => expect(budgetStatus(of(spec), pods_, { scale }, NOW).status).toMatchObject({ disruptionsAllowed: allowed, desiredHealthy: desired, observedGeneration: 2 }))
  it('counts evictions that are on their way, for two minutes', () => {
    const b = of({ minAvailable: 1 }, { disruptedPods: { a: rfc3339(NOW - 60_000), b: rfc3339(NOW - 120_000), gone: rfc3339(NOW) } })
    const { status, recheckIn } = budgetStatus(b, three, { scale: 3 }, NOW)
    expect([status.disruptionsAllowed, status.disruptedPods, recheckIn]).toEqual([1, { a: rfc3339(NOW - 60_000) }, 60_000])
  })
  it('allows nothing when an owner cannot be asked, unless it need not be', () => {
    expect(budgetStatus(of({ maxUnavailable: 1 }), three, { scale: 0, error: 'no scale' }, NOW).status).toMatchObject({ disruptionsAllowed: 0, conditions: [{ reason: 'SyncFailed', message: 'no scale' }] })
    expect(budgetStatus(of({ minAvailable: 1 }), three, { scale: 0, error: 'no scale' }, NOW).status.disruptionsAllowed).toBe(2)
  })
})
