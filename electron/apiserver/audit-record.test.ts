import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import type { AuditPolicy } from './audit-policy.ts'
import { annotator } from './audit-record.ts'
import { startWorld, type World } from './testing.ts'

interface Event { level: string; stage: string; auditID: string; verb: string; requestObject?: unknown; responseObject?: Record<string, unknown>; responseStatus?: { code: number }; annotations?: Record<string, string> }
const events: Event[] = []
const POLICY: AuditPolicy = {
  rules: [
    { level: 'None', resources: [{ resources: ['secrets'] }] },
    { level: 'RequestResponse', verbs: ['create', 'list'], resources: [{ resources: ['configmaps'] }], omitStages: ['RequestReceived'], omitManagedFields: true },
    { level: 'Request', resources: [{ resources: ['configmaps'] }] },
    { level: 'Metadata', resources: [{ resources: ['namespaces'] }] },
  ],
}
let world: World
beforeAll(async () => {
  world = await startWorld({ audit: { write: (line) => void events.push(JSON.parse(line) as Event), written: async () => undefined }, auditPolicy: POLICY })
})
afterAll(() => world.close())
beforeEach(() => { events.length = 0 })
const MAPS = '/api/v1/namespaces/default/configmaps'

it('writes at each stage that is not omitted, under one id, which the caller is told', async () => {
  const answer = await world.server.handle({ method: 'GET', path: '/api/v1/namespaces/default', query: new URLSearchParams(), headers: { 'audit-id': 'my"own' }, signal: new AbortController().signal, user: { name: 'ann', groups: [] } })
  expect(answer.headers?.['audit-id']).toBe('my"own')
  expect(events.map((e) => [e.stage, e.auditID, e.level, e.responseStatus?.code, 'requestObject' in e, 'responseObject' in e])).toEqual([['RequestReceived', 'my"own', 'Metadata', undefined, false, false], ['ResponseComplete', 'my"own', 'Metadata', 200, false, false]])
})
it('writes what was sent, from Request on, and what was answered, at RequestResponse, without the managers when told so', async () => {
  await world.ask('POST', MAPS, { metadata: { name: 'a' }, data: { k: 'v' } })
  expect(events).toMatchObject([{ stage: 'ResponseComplete', level: 'RequestResponse', requestObject: { metadata: { name: 'a' }, data: { k: 'v' } }, responseObject: { kind: 'ConfigMap', data: { k: 'v' } } }])
  expect((events[0]?.responseObject?.['metadata'] as object)).not.toHaveProperty('managedFields')
  events.length = 0
  await world.ask('PATCH', `${MAPS}/a`, { data: { k: 'w' } }, { 'content-type': 'application/merge-patch+json' })
  expect(events.map((e) => [e.stage, e.requestObject, e.responseObject])).toEqual([['RequestReceived', undefined, undefined], ['ResponseComplete', { data: { k: 'w' } }, undefined]])
  events.length = 0
  await world.ask('GET', MAPS)
  expect(events).toMatchObject([{ responseObject: { kind: 'ConfigMapList', items: [{ data: { k: 'w' } }] } }])
})
it('writes the refusal as what was answered, and nothing of a body that nobody could read', async () => {
  await world.ask('POST', MAPS, { metadata: { name: 'a' } })
  expect(events).toMatchObject([{ responseStatus: { code: 409 }, responseObject: { kind: 'Status', reason: 'AlreadyExists' } }])
  events.length = 0
  await world.server.handle({ method: 'POST', path: MAPS, query: new URLSearchParams(), headers: {}, body: Buffer.from('{"metadata"'), signal: new AbortController().signal, user: { name: 'ann', groups: [] } })
  expect([events.length, events[0] && 'requestObject' in events[0], events[0]?.responseStatus?.code]).toEqual([1, false, 400])
})
it('says when a watch begins, and when it has ended', async () => {
  const gone = new AbortController()
  const answer = await world.server.handle({ method: 'GET', path: MAPS, query: new URLSearchParams('watch=true'), headers: {}, signal: gone.signal, user: { name: 'ann', groups: [] } })
  expect(events.map((e) => e.stage)).toEqual(['RequestReceived', 'ResponseStarted'])
  if (answer.body.type !== 'watch') throw new Error('no watch')
  answer.body.stream.close()
  answer.body.stream.close()
  expect(events.map((e) => e.stage)).toEqual(['RequestReceived', 'ResponseStarted', 'ResponseComplete'])
})
it('leaves out objects that are too large, and says so', async () => {
  const data = Object.fromEntries(Array.from({ length: 3 }, (_, i) => [`k${i}`, 'x'.repeat(300_000)]))
  for (const n of [1, 2, 3, 4]) await world.ask('POST', MAPS, { metadata: { name: `large-${n}` }, data })
  events.length = 0
  await world.ask('GET', MAPS)
  expect(events).toMatchObject([{ level: 'RequestResponse', annotations: { 'audit.k8s.io/truncated': 'true' } }])
  expect(events[0]).not.toHaveProperty('responseObject')
})
it('writes nothing of what the policy leaves out, or names in no rule', async () => {
  await world.ask('GET', '/api/v1/namespaces/default/secrets')
  await world.ask('GET', '/version')
  await world.ask('GET', '/api/v1/namespaces/default/services')
  expect(events).toEqual([])
})
it('tells what is of level Request only there, and makes it only then', () => {
  const told = (level: string | undefined): object => {
    const trail = { received: 0, ...(level ? { record: { level } } : {}) } as unknown as Parameters<typeof annotator>[0]
    const annotate = annotator(trail)
    annotate('always', 'a')
    annotate('deep', () => 'b', 'Request')
    return trail.annotations ?? {}
  }
  expect([undefined, 'Metadata', 'Request', 'RequestResponse'].map(told)).toEqual([{ always: 'a' }, { always: 'a' }, { always: 'a', deep: 'b' }, { always: 'a', deep: 'b' }])
})
