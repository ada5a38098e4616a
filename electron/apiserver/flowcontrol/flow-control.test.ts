import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { AdmissionPlugin } from '../admission/plugin.ts'
import { startWorld, type Answer, type World } from '../testing.ts'
import type { UserInfo } from '../types.ts'
import { READ_LIMIT, WRITE_LIMIT } from './flow-control.ts'

const AT = '/apis/flowcontrol.apiserver.k8s.io/v1'
const [SCHEMAS, LEVELS] = [`${AT}/flowschemas`, `${AT}/prioritylevelconfigurations`]
const JANE: UserInfo = { name: 'jane', groups: ['system:authenticated'] }
const FLOW = 'x-kubernetes-pf-flowschema-uid'
const LEVEL = 'x-kubernetes-pf-prioritylevel-uid'
const TOO_MANY = { status: 429, body: { kind: 'Status', reason: 'TooManyRequests', message: 'too many requests, please try again later', details: { retryAfterSeconds: 1 } }, headers: { 'retry-after': '1' } }

let world: World
let letGo: () => void
let held: Promise<void>
const names = (answer: Answer): string[] => (answer.body['items'] as unknown as { metadata: { name: string } }[]).map((o) => o.metadata.name)
const level = (name: string, shares: number, limitResponse: object, more: object = {}): object => ({ metadata: { name }, spec: { type: 'Limited', limited: { nominalConcurrencyShares: shares, limitResponse, ...more } } })
const schema = (name: string, of: string, precedence = 500): object => ({
  metadata: { name },
  spec: { priorityLevelConfiguration: { name: of }, matchingPrecedence: precedence, distinguisherMethod: { type: 'ByUser' }, rules: [{ subjects: [{ kind: 'User', user: { name: 'jane' } }], resourceRules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'], clusterScope: true, namespaces: ['*'] }] }] },
})
const metric = async (line: string): Promise<number> => {
  const { body } = await world.ask('GET', '/metrics')
  return Number((body as unknown as { text: string }).text.split('\n').find((l) => l.startsWith(`${line} `))?.split(' ').at(-1) ?? NaN)
}

beforeAll(async () => {
  // Writes stand still while it holds them.
  const slow: AdmissionPlugin = { name: 'slow', resources: ['/configmaps'], operations: ['CREATE'], admit: () => held.then(() => undefined) }
  world = await startWorld({ admission: [slow] })
})
afterAll(() => world.close())
beforeEach(() => {
  held = Promise.resolve()
  letGo = () => undefined
})
const hold = (): void => void (held = new Promise((resolve) => (letGo = resolve)))
let count = 0
const post = (user?: UserInfo): Promise<Answer> => world.ask('POST', '/api/v1/namespaces/default/configmaps', { metadata: { name: `m-${count++}` } }, {}, user)

describe('the first objects', () => {
  it('are there, and say that their levels are', async () => {
    expect(names(await world.ask('GET', LEVELS))).toEqual(['catch-all', 'exempt', 'global-default', 'leader-election', 'node-high', 'system', 'workload-high', 'workload-low'])
    const { body } = await world.ask('GET', SCHEMAS)
    expect(names({ body } as Answer)).toContain('catch-all')
    for (const item of body['items'] as unknown as { status: { conditions: unknown[] } }[]) expect(item.status.conditions).toEqual([expect.objectContaining({ type: 'Dangling', status: 'False', reason: 'Found' })])
  })
  it('come again when they are deleted, and go back to what they were unless a user has taken them over', async () => {
    for (const path of [`${SCHEMAS}/catch-all`, `${LEVELS}/exempt`, `${SCHEMAS}/service-accounts`]) {
      const { body } = await world.ask('GET', path)
      expect((await world.ask('DELETE', path)).status).toBe(200)
      await expect.poll(async () => (await world.ask('GET', path)).body['metadata']?.['uid'] ?? (body['metadata'] as never)['uid'], { timeout: 60_000 }).not.toBe((body['metadata'] as never)['uid'])
    }
    const shares = async (): Promise<unknown> => (await world.ask('GET', `${LEVELS}/workload-low`)).body['spec']?.['limited']?.['nominalConcurrencyShares']
    const patch = (change: object): Promise<Answer> => world.ask('PATCH', `${LEVELS}/workload-low`, change, { 'content-type': 'application/merge-patch+json' })
    await patch({ spec: { limited: { nominalConcurrencyShares: 7 } } })
    await expect.poll(shares, { timeout: 60_000 }).toBe(100)
    await patch({ metadata: { annotations: { 'apf.kubernetes.io/autoupdate-spec': 'false' } }, spec: { limited: { nominalConcurrencyShares: 7 } } })
    // Another object that is put right shows that this one has been looked at.
    await world.ask('DELETE', `${LEVELS}/system`)
    await expect.poll(async () => (await world.ask('GET', `${LEVELS}/system`)).status, { timeout: 60_000 }).toBe(200)
    expect(await shares()).toBe(7)
    await patch({ metadata: { annotations: { 'apf.kubernetes.io/autoupdate-spec': 'true' } } })
    await expect.poll(shares, { timeout: 60_000 }).toBe(100)
  })
  it('a schema whose level is missing says so, and is passed over', async () => {
    await world.ask('POST', SCHEMAS, schema('dangling', 'later'))
    const said = async (): Promise<unknown> => {
      const conditions = (await world.ask('GET', `${SCHEMAS}/dangling`)).body['status']?.['conditions'] as { status: string; message: string }[] | undefined
      return conditions?.map((c) => [c.status, c.message])
    }
    const told = 'This FlowSchema references the PriorityLevelConfiguration object named "later"'
    await expect.poll(said, { timeout: 60_000 }).toEqual([['True', `${told} but there is no such object`]])
    const { body: standard } = await world.ask('GET', `${SCHEMAS}/global-default`)
    expect((await world.ask('GET', '/api/v1/nodes', undefined, {}, JANE)).headers[FLOW]).toBe((standard['metadata'] as never)['uid'])
    const { body: later } = await world.ask('POST', LEVELS, level('later', 5, { type: 'Reject' }))
    await expect.poll(said, { timeout: 60_000 }).toEqual([['False', `${told} and it exists`]])
    const { headers } = await world.ask('GET', '/api/v1/nodes', undefined, {}, JANE)
    expect(headers[LEVEL]).toBe((later['metadata'] as never)['uid'])
    await world.ask('DELETE', `${SCHEMAS}/dangling`)
    await world.ask('DELETE', `${LEVELS}/later`)
  })
})

describe('requests', () => {
  it('say to which schema and level they belong, refused ones too; what is asked in process does not', async () => {
    const exempt = await Promise.all([`${SCHEMAS}/exempt`, `${LEVELS}/exempt`].map(async (path) => (await world.ask('GET', path)).body['metadata']?.['uid']))
    const { headers } = await world.ask('GET', '/api/v1/namespaces/default/pods/none')
    expect([headers[FLOW], headers[LEVEL]]).toEqual(exempt)
    const inside = await world.server.handle({ method: 'GET', path: '/api/v1/nodes', query: new URLSearchParams(), headers: {}, user: JANE, signal: new AbortController().signal, inProcess: true })
    expect(inside.headers).toBeUndefined()
  })
  it('beyond the seats of their level are sent away where nobody may wait', async () => {
    await world.ask('POST', LEVELS, level('few', 1, { type: 'Reject' }, { borrowingLimitPercent: 0 }))
    await world.ask('POST', SCHEMAS, schema('few', 'few'))
    const seats = await metric('apiserver_flowcontrol_nominal_limit_seats{priority_level="few"}')
    expect(seats).toBe(3)
    hold()
    const under = Array.from({ length: seats }, () => post(JANE))
    expect(await post(JANE)).toMatchObject(TOO_MANY)
    expect(await metric('apiserver_flowcontrol_current_executing_requests{priority_level="few",flow_schema="few"}')).toBe(seats)
    // A watch takes a seat only until it has begun.
    expect((await world.ask('GET', '/api/v1/nodes?watch=true', undefined, {}, JANE)).status).toBe(429)
    letGo()
    expect((await Promise.all(under)).map((a) => a.status)).toEqual(under.map(() => 201))
    const { headers: refused } = await world.ask('GET', '/api/v1/nodes?watch=true', undefined, {}, JANE)
    expect(refused[FLOW]).toBe((await world.ask('GET', `${SCHEMAS}/few`)).body['metadata']?.['uid'])
    for (let i = 0; i < 2 * seats; i++) expect((await world.ask('GET', '/api/v1/nodes?watch=true', undefined, {}, JANE)).status).toBe(200)
    expect(await metric('apiserver_flowcontrol_rejected_requests_total{priority_level="few",flow_schema="few",reason="concurrency-limit"}')).toBe(2)
    expect(await metric('apiserver_flowcontrol_current_executing_seats{priority_level="few"}')).toBe(0)
  })
  it('wait their turn where they may, and are all served', async () => {
    await world.ask('PUT', `${LEVELS}/few`, level('few', 1, { type: 'Queue', queuing: {} }, { borrowingLimitPercent: 0 }))
    hold()
    const under = Array.from({ length: 8 }, () => post(JANE))
    await expect.poll(() => metric('apiserver_flowcontrol_current_inqueue_requests{priority_level="few",flow_schema="few"}'), { timeout: 60_000 }).toBe(5)
    // Who has it to do with that reads how it stands.
    const dumped = async (name: string): Promise<string[]> => ((await world.ask('GET', `/debug/api_priority_and_fairness/${name}`)).body as unknown as { text: string }).text.split('\n').map((l) => l.replace(/, +/g, ',')).filter((l) => /^(?:PriorityLevelName|few),/.test(l))
    const [[head, few = ''], queues, waiting] = [await dumped('dump_priority_levels'), await dumped('dump_queues'), await dumped('dump_requests')] as [[string, string?], string[], string[]]
    expect(head).toBe('PriorityLevelName,ActiveQueues,IsIdle,IsQuiescing,WaitingRequests,ExecutingRequests,DispatchedRequests,RejectedRequests,TimedoutRequests,CancelledRequests')
    expect(few).toMatch(/^few,\d,false,false,5,3,\d+,2,0,0$/)
    expect(queues.slice(1).reduce((n, line) => n + Number(line.split(',')[2]), 0)).toBe(5)
    expect(waiting.slice(1).map((l) => l.replace(/,\d+,\d+,/, ',Q,N,'))).toEqual(Array(5).fill(expect.stringMatching(/^few,few,Q,N,jane,2026-01-01T\S+Z,1$/)))
    expect((await world.ask('GET', '/debug/api_priority_and_fairness/dump_all')).status).toBe(404)
    // Others are not held up.
    expect((await world.ask('GET', '/api/v1/nodes', undefined, {}, { ...JANE, name: 'joe' })).status).toBe(200)
    letGo()
    expect((await Promise.all(under)).map((a) => a.status)).toEqual(under.map(() => 201))
  })
  it('that wait for a quarter of a minute are sent away', async () => {
    hold()
    const under = Array.from({ length: 4 }, () => post(JANE))
    await expect.poll(() => metric('apiserver_flowcontrol_current_inqueue_requests{priority_level="few",flow_schema="few"}'), { timeout: 60_000 }).toBe(1)
    await world.clock.advance(15_000)
    expect(await under[3]).toMatchObject(TOO_MANY)
    letGo()
    await Promise.all(under)
  })
  it.each([['reads', READ_LIMIT], ['writes', WRITE_LIMIT]])('that are exempt are still bounded: %s', async (what, limit) => {
    hold()
    const ask = (): Promise<Answer> => (what === 'writes' ? post() : world.ask('GET', '/metrics/slow'))
    world.server.setComponentMetrics(async () => {
      await held
      return 'text'
    })
    const under = Array.from({ length: limit }, ask)
    await Promise.resolve()
    expect(await ask()).toMatchObject(TOO_MANY)
    // The other kind has its own bound.
    expect((await world.ask(what === 'writes' ? 'GET' : 'DELETE', what === 'writes' ? '/version' : '/api/v1/namespaces/default/configmaps/none')).status).not.toBe(429)
    letGo()
    expect((await Promise.all(under)).filter((a) => a.status >= 400)).toEqual([])
    expect((await ask()).status).toBeLessThan(300)
  })
})
