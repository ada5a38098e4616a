import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AuditSink } from './audit.ts'
import { ADMIN, startWorld, type World } from './testing.ts'

interface Event { verb: string; level: string; stage: string; user: object; impersonatedUser?: object; objectRef?: object; responseStatus: object; requestURI: string; annotations: Record<string, string> }
const events: Event[] = []
let disk: Promise<void> = Promise.resolve()
const sink: AuditSink = { write: (line) => void events.push(JSON.parse(line) as Event), written: () => disk }
let world: World
beforeAll(async () => {
  world = await startWorld({ audit: sink, authorizer: { authorize: ({ user, verb }) => ({ allowed: user.name !== 'eve' && !(user.name === 'ann' && verb === 'delete'), reason: 'RBAC: allowed' }) } })
  await world.ask('POST', '/api/v1/namespaces/default/serviceaccounts', { metadata: { name: 'default' } })
})
afterAll(() => world.close())
const after = async (...asked: Parameters<World['ask']>): Promise<Event[]> => {
  events.length = 0
  await world.ask(...asked)
  return events
}
const MAPS = '/api/v1/namespaces/default/configmaps'

describe('the audit log', () => {
  it('says who did what to which object, and why they might', async () => {
    const [event] = await after('POST', `${MAPS}?fieldManager=me`, { metadata: { name: 'a' }, data: { password: 'geheim' } })
    expect(event).toMatchObject({
      level: 'Metadata', stage: 'ResponseComplete', verb: 'create', requestURI: `${MAPS}?fieldManager=me`, user: { username: 'admin', groups: ADMIN.groups },
      objectRef: { resource: 'configmaps', namespace: 'default', name: 'a', apiVersion: 'v1', uid: expect.any(String) as never }, responseStatus: { code: 201 },
      annotations: { 'authorization.k8s.io/decision': 'allow', 'authorization.k8s.io/reason': 'RBAC: allowed' },
    })
    expect(JSON.stringify(event)).not.toContain('geheim')
  })
  it('says what was refused, and in whose name it was asked', async () => {
    expect(await after('GET', MAPS, undefined, {}, { name: 'eve', groups: [] })).toMatchObject([{ verb: 'list', user: { username: 'eve' }, responseStatus: { code: 403, reason: 'Forbidden', status: 'Failure' }, annotations: { 'authorization.k8s.io/decision': 'forbid' } }])
    expect(await after('DELETE', `${MAPS}/a`, undefined, { 'impersonate-user': 'ann' })).toMatchObject([{ user: { username: 'admin' }, impersonatedUser: { username: 'ann', groups: ['system:authenticated'] }, responseStatus: { code: 403 } }])
    expect(await after('GET', '/version', undefined, {}, { name: 'eve', groups: [] })).toMatchObject([{ requestURI: '/version', responseStatus: { code: 403 } }])
  })
  it('leaves out health, and what components read and report', async () => {
    const component = { user: { name: 'system:node:a', groups: [] }, inProcess: true, remote: 'in-process' }
    const ask = async (method: string, path: string, body?: object): Promise<number> => {
      events.length = 0
      await world.server.handle({ method: method as 'GET', path, query: new URLSearchParams(), headers: {}, signal: new AbortController().signal, ...component, ...(body ? { body } : {}) })
      return events.length
    }
    expect(await after('GET', '/version')).toEqual([])
    expect(await ask('GET', MAPS)).toBe(0)
    expect(await ask('POST', '/apis/coordination.k8s.io/v1/namespaces/default/leases', { metadata: { name: 'l' } })).toBe(0)
    expect(await ask('POST', MAPS, { metadata: { name: 'b' } })).toBe(1)
  })
  it('is written before whoever asks from outside is answered; components do not wait', async () => {
    let written = (): void => undefined
    disk = new Promise((resolve) => { written = resolve })
    let answered = false
    const answer = after('GET', MAPS).then(() => { answered = true })
    const inside = await world.server.handle({ method: 'POST', path: MAPS, query: new URLSearchParams(), headers: {}, signal: new AbortController().signal, user: { name: 'system:node:a', groups: [] }, inProcess: true, body: { metadata: { name: 'inside' } } })
    expect([inside.status, answered, events.map((e) => e.verb)]).toEqual([201, false, ['list', 'create']])
    written()
    await answer
    disk = Promise.resolve()
  })
  it('is JSON whatever is asked for', async () => {
    const [event] = await after('GET', `${MAPS}/a%22b?note=%22`, undefined, { 'user-agent': 'a "b" \\ c', 'impersonate-user': 'bob "the" builder', 'impersonate-uid': 'u"1' })
    expect(event).toMatchObject({
      requestURI: `${MAPS}/a%22b?note=%22`, userAgent: 'a "b" \\ c', impersonatedUser: { username: 'bob "the" builder', uid: 'u"1' }, objectRef: { name: 'a"b' },
      responseStatus: { status: 'Failure', code: 404, message: 'configmaps "a\\"b" not found' },
    })
  })
  it('bears what admission has to add', async () => {
    await world.ask('PATCH', '/api/v1/namespaces/default', { metadata: { labels: { 'pod-security.kubernetes.io/audit': 'baseline' } } }, { 'content-type': 'application/merge-patch+json' })
    const [event] = await after('POST', '/api/v1/namespaces/default/pods', { metadata: { name: 'p' }, spec: { hostPID: true, containers: [{ name: 'c', image: 'i' }] } })
    expect(event?.annotations['pod-security.kubernetes.io/audit-violations']).toBe('would violate PodSecurity "baseline:latest": host namespaces (hostPID=true)')
  })
})
