import { mkdtemp, open, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { AuditPageQuery } from '../../shared/audit.ts'
import { FakeClock } from '../../shared/clock.ts'
import { auditEntry, withoutObjects } from './audit-entry.ts'
import { createAuditLog } from './audit-log.ts'
import { checkAuditQuery, createAuditView, linesBackward, type AuditMessage } from './audit-view.ts'

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'audit-view-'))
})
afterEach(() => rm(directory, { recursive: true, force: true }))
const clock = new FakeClock(Date.parse('2026-01-01T00:00:00Z'))
const never = new AbortController().signal

interface Told { user?: string; verb?: string; code?: number; namespace?: string; name?: string; resource?: string; group?: string }
const line = (n: number, { user = 'ann', verb = 'create', code = 201, namespace = 'shop', name = `o${n}`, resource = 'pods', group }: Told = {}): string => JSON.stringify({
  kind: 'Event', auditID: String(n), requestURI: `/x/${n}`, verb, user: { username: user, groups: ['g'] }, sourceIPs: ['127.0.0.1'], userAgent: 'kubectl', objectRef: { resource, namespace, name, apiGroup: group, apiVersion: 'v1' },
  responseStatus: { metadata: {}, code, ...(code >= 400 ? { status: 'Failure', message: `no ${n}` } : {}) }, requestReceivedTimestamp: new Date(n * 1000).toISOString(), stageTimestamp: new Date(n * 1000 + 7).toISOString(), annotations: { 'authorization.k8s.io/reason': 'because' },
})

it('reads lines backwards, whatever their lengths and the size of a bite', async () => {
  await fc.assert(fc.asyncProperty(fc.array(fc.string({ unit: fc.constantFrom('a', 'é', '€', '😀'), minLength: 1, maxLength: 12 }), { maxLength: 20 }), fc.integer({ min: 1, max: 40 }), fc.boolean(), async (lines, chunk, ended) => {
    const path = join(directory, 'lines')
    const text = lines.join('\n') + (ended && lines.length ? '\n' : '')
    await writeFile(path, text)
    const file = await open(path)
    const read: { text: string; at: number }[] = []
    for await (const found of linesBackward(file, Buffer.byteLength(text), chunk)) read.push(found)
    await file.close()
    expect(read.map((r) => r.text)).toEqual(lines.toReversed())
    expect(read.every((r) => Buffer.from(text).subarray(r.at).toString().startsWith(r.text))).toBe(true)
  }), { numRuns: 100 })
})

it('says of an event what the dashboard shows, and nothing of what is none', () => {
  expect(auditEntry(line(3, { code: 403, group: 'apps', resource: 'deployments' }))).toEqual({
    id: '3', time: '1970-01-01T00:00:03.000Z', milliseconds: 7, user: 'ann', groups: ['g'], impersonated: '', verb: 'create', uri: '/x/3', group: 'apps', resource: 'deployments', subresource: '', namespace: 'shop', name: 'o3',
    code: 403, message: 'no 3', decision: 'because', source: '127.0.0.1', agent: 'kubectl', withObjects: false,
  })
  // It has another line, when it is answered.
  expect(auditEntry(JSON.stringify({ ...(JSON.parse(line(3)) as object), stage: 'RequestReceived' }))).toBeUndefined()
  expect(['', 'x', '{}', line(1).slice(0, -4)].map(auditEntry)).toEqual([undefined, undefined, undefined, undefined])
})

it('reads what was sent and answered, of the request that is asked about; the copy for the log has it where it is short', async () => {
  const log = createAuditLog({ directory, clock })
  const view = createAuditView(log, clock)
  const full = (n: number, data: string): string => JSON.stringify({ ...(JSON.parse(line(n)) as object), requestObject: { data }, responseObject: { auditID: '2', data } })
  for (const text of [line(1), full(2, 'two'), full(3, 'three')]) log.write(text)
  expect(await view.objects('2', never)).toEqual({ request: { data: 'two' }, response: { auditID: '2', data: 'two' } })
  expect(await view.objects('1', never)).toEqual({})
  await expect(view.objects('9', never)).rejects.toMatchObject({ code: 404 })
  expect((await view.page({}, never)).entries.map((e) => [e.id, e.withObjects])).toEqual([['3', true], ['2', true], ['1', false]])
  expect([withoutObjects(full(2, 'two')), auditEntry(withoutObjects(full(2, 'x'.repeat(20_000))))]).toMatchObject([full(2, 'two'), { id: '2', withObjects: false }])
  await log.stop()
})

describe('pages', () => {
  const ids = async (view: ReturnType<typeof createAuditView>, query: AuditPageQuery): Promise<string[]> => {
    const all: string[] = []
    for (let before = ''; ;) {
      const page = await view.page({ ...query, before }, never)
      all.push(...page.entries.map((e) => e.id))
      if (!page.next) return all
      before = page.next
    }
  }
  it('go back through every file without gap or double, also when one is set aside between two of them', async () => {
    const log = createAuditLog({ directory, clock, maxBytes: 4000 })
    const view = createAuditView(log, clock)
    const add = async (from: number, to: number): Promise<void> => {
      for (let n = from; n <= to; n++) {
        log.write(line(n))
        await log.flush()
        await clock.advance(5)
      }
    }
    await add(1, 20)
    expect(await ids(view, { limit: 3 })).toEqual(Array.from({ length: 20 }, (_, i) => String(20 - i)))
    const first = await view.page({ limit: 3 }, never)
    expect(first.reached).toBe('1970-01-01T00:00:18.000Z')
    await add(21, 30)
    const second = await view.page({ limit: 3, before: first.next }, never)
    expect(second.entries.map((e) => e.id)).toEqual(['17', '16', '15'])
    expect(await view.page({ before: '1:0' }, never)).toEqual({ entries: [], next: '', reached: '' })
    // What waits to be written is there, too.
    log.write(line(31))
    expect((await view.page({ limit: 1 }, never)).entries[0]?.id).toBe('31')
    await log.stop()
  })
  it.each<[AuditPageQuery, string[]]>([
    [{}, ['5', '4', '3', '2', '1']],
    [{ user: 'ANN' }, ['5', '1']],
    [{ verb: 'delete' }, ['2']],
    [{ object: 'deployments.apps' }, ['3']],
    [{ object: 'o4' }, ['4']],
    [{ namespace: 'other' }, ['5']],
    [{ failed: true, user: 'bob' }, ['4']],
    [{ user: 'nobody' }, []],
  ])('%j', async (query, expected) => {
    const log = createAuditLog({ directory, clock })
    for (const [n, told] of ([{}, { user: 'bob', verb: 'delete' }, { user: 'bob', group: 'apps', resource: 'deployments' }, { user: 'bob', code: 404 }, { namespace: 'other' }] as Told[]).entries()) log.write(line(n + 1, told))
    expect(await ids(createAuditView(log, clock), query)).toEqual(expected)
    await log.stop()
  })
  it('are empty where nothing has been written', async () => {
    const log = createAuditLog({ directory: join(directory, 'none'), clock })
    expect(await createAuditView(log, clock).page({}, never)).toEqual({ entries: [], next: '', reached: '' })
  })
})

it('tells what is written from now on, bounded, until nobody listens', async () => {
  const log = createAuditLog({ directory, clock })
  const view = createAuditView(log, clock)
  const told: AuditMessage[] = []
  const stop = new AbortController()
  const done = view.tail({ user: 'ann' }, (m) => told.push(m), stop.signal)
  log.write(line(1))
  log.write(line(2, { user: 'bob' }))
  log.write(line(3))
  await clock.advance(200)
  expect(told.map((m) => [m.entries.map((e) => e.id), m.dropped])).toEqual([[['3', '1'], 0]])
  for (let n = 0; n < 1003; n++) log.write(line(n))
  await clock.advance(200)
  expect([told[1]?.entries.length, told[1]?.dropped]).toEqual([1000, 3])
  stop.abort()
  await done
  log.write(line(9))
  await clock.advance(200)
  expect(told).toHaveLength(2)
  await log.stop()
})

it.each([{ limit: 0 }, { limit: 1e6 }, { user: 1 }, { before: '../x' }, { failed: 'yes' }, { colour: 'red' }, { verb: 'x'.repeat(501) }])('refuses %j', (query) => {
  expect(() => checkAuditQuery(query)).toThrow(/Invalid value|unknown field/)
})
