/** pods/eviction at the API: what it takes, what it answers and what it leaves. What the controller counts is in controllers/disruption. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { KubeObject } from '../../../shared/api/meta.ts'
import { startWorld, type Answer, type World } from '../testing.ts'

const NS = '/api/v1/namespaces/default'
const BUDGETS = '/apis/policy/v1/namespaces/default/poddisruptionbudgets'
const READY = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] }
const MERGE = { 'content-type': 'application/merge-patch+json' }
let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.close())

/** A pod that runs on a node, of an app of its own name, with a budget of this status. */
async function pod(name: string, budget?: object, status: object = READY, spec: object = {}): Promise<Answer['body']> {
  await world.ask('POST', `${NS}/pods`, { metadata: { name, labels: { app: name } }, spec: { nodeName: 'n', containers: [{ name: 'c', image: 'x' }] } })
  if (budget) {
    await world.ask('POST', BUDGETS, { metadata: { name }, spec: { minAvailable: 1, selector: { matchLabels: { app: name } }, ...spec } })
    await world.ask('PATCH', `${BUDGETS}/${name}/status`, { status: { observedGeneration: 1, currentHealthy: 1, desiredHealthy: 1, expectedPods: 1, disruptionsAllowed: 0, ...budget } }, MERGE)
  }
  return (await world.ask('PATCH', `${NS}/pods/${name}/status`, { status }, MERGE)).body
}
const evict = (name: string, body: object = {}, query = ''): Promise<Answer> => world.ask('POST', `${NS}/pods/${name}/eviction${query}`, { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name }, ...body })
const live = async (name: string): Promise<{ deletionTimestamp?: string; deletionGracePeriodSeconds?: number; resourceVersion?: string; reasons: unknown[] } | undefined> => {
  const { body } = await world.ask('GET', `${NS}/pods/${name}`)
  const { metadata, status } = body as unknown as { metadata: { deletionTimestamp?: string; deletionGracePeriodSeconds?: number }; status: { conditions?: { type: string; reason?: string }[] } }
  return { ...metadata, reasons: (status.conditions ?? []).filter((c) => c.type === 'DisruptionTarget').map((c) => c.reason) }
}
const allowed = async (name: string): Promise<unknown> => ((await world.ask('GET', `${BUDGETS}/${name}`)).body['status'] as unknown as { disruptionsAllowed: number }).disruptionsAllowed

describe('an eviction', () => {
  it('is a deletion that one disruption is spent for, and says on the pod why it goes', async () => {
    await pod('goes', { disruptionsAllowed: 2 })
    const answer = await evict('goes', { deleteOptions: { gracePeriodSeconds: 7 } })
    expect([answer.status, answer.body]).toEqual([201, { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 }])
    expect(await live('goes')).toMatchObject({ deletionGracePeriodSeconds: 7, deletionTimestamp: expect.any(String) as string, reasons: ['EvictionByEvictionAPI'] })
    expect((await world.ask('GET', `${BUDGETS}/goes`)).body).toMatchObject({ status: { disruptionsAllowed: 1, disruptedPods: { goes: expect.any(String) as string } } })
    // It goes already: nothing more is spent.
    expect((await evict('goes')).status).toBe(201)
    expect(await allowed('goes')).toBe(1)
  })

  it.each<[string, object, string, string, number]>([
    ['spent', { disruptionsAllowed: 0, currentHealthy: 2, desiredHealthy: 3 }, 'The disruption budget spent needs 3 healthy pods and has 2 currently', '', 0],
    ['behind', { observedGeneration: 0, disruptionsAllowed: 1 }, 'The disruption budget behind is still being processed by the server.', '10', 10],
    ['failed', { conditions: [{ type: 'DisruptionAllowed', status: 'False', reason: 'SyncFailed', message: 'no scale', lastTransitionTime: '2026-01-01T00:00:00Z' }] }, 'The disruption budget failed does not allow evicting pods currently because it failed sync: no scale', '', 0],
  ])('is refused for a while: %s', async (name, budget, cause, after, seconds) => {
    await pod(name, budget)
    const answer = await evict(name)
    expect(answer.body).toEqual({
      kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', reason: 'TooManyRequests', code: 429, message: "Cannot evict pod as it would violate the pod's disruption budget.",
      details: { causes: [{ reason: 'DisruptionBudget', message: cause }], ...(seconds ? { retryAfterSeconds: seconds } : {}) },
    })
    expect(answer.headers['retry-after'] ?? '').toBe(after)
    expect(await live(name)).toMatchObject({ reasons: [] })
  })

  it.each<[string, object, number, string | RegExp]>([
    ['negative', { disruptionsAllowed: -1 }, 403, 'poddisruptionbudget.policy "negative" is forbidden: pdb disruptions allowed is negative'],
    ['crowded', { disruptionsAllowed: 1, disruptedPods: Object.fromEntries(Array.from({ length: 2001 }, (_, i) => [`p${i}`, '2026-01-01T00:00:00Z'])) }, 403, 'poddisruptionbudget.policy "crowded" is forbidden: DisruptedPods map too big - too many evictions not confirmed by PDB controller'],
  ])('is refused where a budget is out of order: %s', async (name, budget, code, message) => {
    await pod(name)
    // What no API would take, as a store may have it.
    await world.ask('POST', BUDGETS, { metadata: { name }, spec: { minAvailable: 1, selector: { matchLabels: { app: name } } } })
    const key = `/registry/policy/poddisruptionbudgets/default/${name}`
    const kv = world.store.get(key)!
    const value = { ...(kv.value as KubeObject), status: { observedGeneration: 1, currentHealthy: 1, desiredHealthy: 1, expectedPods: 1, ...budget } }
    await world.store.txn({ compare: [], operations: [{ type: 'put', key, value: () => value }] })
    expect((await evict(name)).body).toMatchObject({ code, message })
  })

  it('is refused where two budgets cover the pod', async () => {
    await pod('both', { disruptionsAllowed: 1 })
    await world.ask('POST', BUDGETS, { metadata: { name: 'second' }, spec: { minAvailable: 0, selector: { matchLabels: { app: 'both' } } } })
    expect((await evict('both')).body).toEqual({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message: 'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.', code: 500 })
    expect(await live('both')).toMatchObject({ reasons: [] })
  })

  it.each<[string, object, object, object, number]>([
    ['waiting', { phase: 'Pending' }, { currentHealthy: 0 }, {}, 201], ['ended', { phase: 'Failed' }, { currentHealthy: 0 }, {}, 201],
    ['unready', { phase: 'Running' }, { currentHealthy: 0 }, {}, 429], ['unready-enough', { phase: 'Running' }, { currentHealthy: 1 }, {}, 201],
    ['unready-if-healthy', { phase: 'Running' }, { currentHealthy: 0 }, { unhealthyPodEvictionPolicy: 'IfHealthyBudget' }, 429], ['unready-always', { phase: 'Running' }, { currentHealthy: 0 }, { unhealthyPodEvictionPolicy: 'AlwaysAllow' }, 201],
  ])('of a pod that serves nobody: %s', async (name, status, budget, spec, code) => {
    await pod(name, budget, status, spec)
    expect((await evict(name)).status).toBe(code)
    expect(await allowed(name)).toBe(0)
  })

  it.each<[string, string, object]>([['by the query', '?dryRun=All', {}], ['by its options', '', { deleteOptions: { dryRun: ['All'] } }]])('can be tried, %s', async (_how, query, body) => {
    const name = `tried${query ? '' : '-2'}`
    await pod(name, { disruptionsAllowed: 1 })
    expect((await evict(name, body, query)).status).toBe(201)
    expect([await live(name), await allowed(name)]).toEqual([expect.not.objectContaining({ deletionTimestamp: expect.any(String) as string }), 1])
    expect(await live(name)).toMatchObject({ reasons: [] })
  })

  it('holds to the preconditions of its options', async () => {
    const { metadata: { uid, resourceVersion } } = (await pod('kept')) as unknown as { metadata: { uid: string; resourceVersion: string } }
    const refused = (preconditions: object): Promise<Answer> => evict('kept', { deleteOptions: { preconditions } })
    expect((await refused({ uid: 'another' })).body).toMatchObject({ code: 409, reason: 'Conflict', message: `Operation cannot be fulfilled on Pod "kept": the UID in the precondition (another) does not match the UID in record (${uid}). The object might have been deleted and then recreated` })
    expect((await refused({ uid, resourceVersion: '1' })).body).toMatchObject({ code: 409, reason: 'Conflict', message: `Operation cannot be fulfilled on Pod "kept": the ResourceVersion in the precondition (1) does not match the ResourceVersion in record (${resourceVersion}). The object might have been modified` })
    expect(await live('kept')).toMatchObject({ resourceVersion, reasons: [] })
    // A trial holds to them, too, and leaves nothing.
    expect((await evict('kept', { deleteOptions: { preconditions: { resourceVersion: '1' } } }, '?dryRun=All')).status).toBe(409)
    expect((await evict('kept', { deleteOptions: { preconditions: { resourceVersion } } }, '?dryRun=All')).status).toBe(201)
    expect((await refused({ uid, resourceVersion })).status).toBe(201)
    expect(await live('kept')).toMatchObject({ deletionTimestamp: expect.any(String) as string, reasons: ['EvictionByEvictionAPI'] })
    expect((await world.ask('GET', `${NS}/pods/kept`)).body['status']).toMatchObject({ conditions: expect.arrayContaining([expect.objectContaining({ type: 'DisruptionTarget', observedGeneration: 1 })]) as unknown })
  })

  it('may be written in the version that kubectl wrote up to 1.21', async () => {
    await pod('old')
    expect((await evict('old', { apiVersion: 'policy/v1beta1' })).status).toBe(201)
  })

  it.each<[string, object, number, string]>([
    ['refused', { metadata: { name: 'another' } }, 400, 'name in URL does not match name in Eviction object'], ['refused', { metadata: {} }, 400, 'name in URL does not match name in Eviction object'],
    ['none', {}, 404, 'pods "none" not found'], ['refused', { deleteOptions: { gracePeriodSeconds: -1 } }, 422, 'gracePeriodSeconds: Invalid value: -1: must be greater than or equal to 0'],
    ['refused', { deleteOptions: { dryRun: ['Some'] } }, 422, 'dryRun: Unsupported value'], ['refused', { kind: 'Pod' }, 400, 'Pod'],
  ])('%s %j is none', async (name, body, code, message) => {
    if (name === 'refused') await pod(name)
    expect((await evict(name, body)).body).toMatchObject({ code, message: expect.stringContaining(message) as string })
  })
  it('is made with POST alone', async () => expect((await world.ask('GET', `${NS}/pods/none/eviction`)).status).toBe(405))
})
