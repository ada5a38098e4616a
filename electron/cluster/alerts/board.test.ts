import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { isSilencedBy, MAX_SILENCES, type Alert, type AlertSilence } from '../../../shared/alerts.ts'
import { FakeClock } from '../../../shared/clock.ts'
import { alertsOf, createBoard } from './board.ts'
import { openAlertFile } from './file.ts'
import type { Finding } from './rules.ts'

const object = (name: string, kind = 'Pod', namespace = 'shop') => ({ apiVersion: kind === 'Pod' ? 'v1' : 'apps/v1', kind, namespace, name })
const finding = (pod: string, more: Partial<Finding> = {}): Finding => ({ rule: 'CrashLoop', level: 'failed', object: object(pod), owner: object(pod), container: 'c', since: 5, detail: '', count: 3, ...more })
const web = object('web', 'Deployment')

describe('findings become alerts', () => {
  test('pods of one workload with one trouble are one', () => {
    const alerts = alertsOf([finding('web-2', { owner: web, since: 9 }), finding('web-1', { owner: web, count: 7 }), finding('web-3', { owner: web, rule: 'Pending', level: 'warning', container: '' }), finding('db')], [])
    expect(alerts.map((a) => [a.id, a.object.name, a.pods, a.count])).toEqual([
      ['CrashLoop/Deployment/shop/web/c', 'web-1', 2, 7], ['CrashLoop/Pod/shop/db/c', 'db', 1, 3], ['Pending/Deployment/shop/web', 'web-3', 1, 3],
    ])
  })
  test.each<[AlertSilence, boolean]>([
    [{ namespace: 'shop' }, true], [{ namespace: 'other' }, false], [{ namespace: 'shop', kind: 'Deployment', name: 'web' }, true], [{ namespace: 'shop', kind: 'Pod', name: 'web-1' }, true], [{ namespace: 'other', kind: 'Deployment', name: 'web' }, false], [{ namespace: 'shop', kind: 'Pod', name: 'web' }, false],
  ])('silenced by %j: %s', (silence, expected) => expect(isSilencedBy(silence, finding('web-1', { owner: web }))).toBe(expected))
  test('those that are silenced come last', () => {
    expect(alertsOf([finding('a'), finding('b', { level: 'warning' })], [{ namespace: 'shop', kind: 'Pod', name: 'a' }]).map((a) => [a.object.name, a.silenced])).toEqual([['b', false], ['a', true]])
  })
})

describe('the board', () => {
  function world(told: string[] = [], silences: AlertSilence[] = []) {
    const clock = new FakeClock()
    const notified: string[] = []
    const kept: (readonly string[])[] = []
    const board = createBoard({ clock, silences: () => silences, told, keep: (ids) => kept.push(ids), notify: (a: Alert) => notified.push(a.object.name) })
    return { clock, board, notified, kept, silences, names: () => board.state.alerts.map((a) => a.object.name) }
  }
  const bad = (name: string) => () => ({ findings: [finding(name)] })
  const well = () => ({ findings: [] })
  test('tells once, shows as long as it lasts, and tells again only after it was over for a while', async () => {
    const w = world()
    w.board.judge('a', bad('a'))
    await w.clock.advance(200)
    w.board.judge('a', bad('a'))
    await w.clock.advance(200)
    expect([w.names(), w.notified, w.kept]).toEqual([['a'], ['a'], [['CrashLoop/Pod/shop/a/c']]])
    w.board.judge('a', well)
    await w.clock.advance(200)
    expect(w.names()).toEqual([])
    w.board.judge('a', bad('a'))
    await w.clock.advance(200)
    expect([w.names(), w.notified]).toEqual([['a'], ['a']])
    w.board.judge('a', undefined)
    await w.clock.advance(11 * 60_000)
    w.board.judge('a', bad('a'))
    await w.clock.advance(200)
    expect(w.notified).toEqual(['a', 'a'])
  })
  test('nobody is told of what is silenced, nor again of what was told before a restart', async () => {
    const w = world(['CrashLoop/Pod/shop/a/c'], [{ namespace: 'shop', kind: 'Pod', name: 'b' }])
    for (const name of ['a', 'b', 'c']) w.board.judge(name, bad(name))
    await w.clock.advance(200)
    expect([w.notified, w.names()]).toEqual([['c'], ['a', 'c', 'b']])
    w.silences.length = 0
    w.board.refresh()
    await w.clock.advance(200)
    expect(w.board.state.alerts.some((a) => a.silenced)).toBe(false)
  })
  test('looks again when the time has come, with one timer, and none when nothing waits', async () => {
    const w = world()
    const start = w.clock.now()
    for (const [name, after] of [['late', 9000], ['soon', 3000]] as const) w.board.judge(name, (now) => (now < start + after ? { findings: [], again: start + after } : { findings: [finding(name)] }))
    expect([w.clock.waiting, w.names()]).toEqual([1, []])
    await w.clock.advance(4000)
    expect(w.names()).toEqual(['soon'])
    await w.clock.advance(6000)
    expect([w.names().sort(), w.clock.waiting]).toEqual([['late', 'soon'], 0])
  })
  test('of a thousand at once a few are told, and all are shown', async () => {
    const w = world()
    for (let i = 0; i < 100; i++) w.board.judge(`p${i}`, bad(`p${i}`))
    await w.clock.advance(200)
    expect([w.notified.length, w.board.state.alerts.length]).toEqual([5, 100])
  })
  test('subscribers hear what is, and what changes', async () => {
    const w = world()
    const heard: number[] = []
    const stop = w.board.subscribe((s) => heard.push(s.alerts.length))
    w.board.judge('a', bad('a'))
    await w.clock.advance(200)
    w.board.judge('a', bad('a'))
    await w.clock.advance(200)
    stop()
    w.board.judge('a', undefined)
    await w.clock.advance(200)
    expect(heard).toEqual([0, 1])
  })
})

describe('the file', () => {
  let directory: string
  beforeEach(() => { directory = mkdtempSync(join(tmpdir(), 'alerts-')) })
  afterEach(() => rmSync(directory, { recursive: true }))
  test('keeps silences and what was told; refuses what is none', () => {
    const path = join(directory, 'alerts.json')
    const file = openAlertFile(path)
    file.silence({ namespace: 'shop' })
    file.silence({ namespace: 'shop' })
    file.silence({ namespace: '', kind: 'Node', name: 'n1' })
    file.keepTold(['a'])
    expect(statSync(path).mode & 0o777).toBe(0o600)
    const again = openAlertFile(path)
    expect([again.silences, again.told]).toEqual([[{ namespace: 'shop' }, { namespace: '', kind: 'Node', name: 'n1' }], ['a']])
    again.unsilence({ namespace: 'shop' })
    expect(openAlertFile(path).silences).toHaveLength(1)
    for (let i = again.silences.length; i < MAX_SILENCES; i++) again.silence({ namespace: `n${i}` })
    expect(() => again.silence({ namespace: 'more' })).toThrow('at most')
  })
  test.each<[unknown, string]>([[{}, 'namespace: must be a text'], [{ namespace: '' }, 'namespace: Required value'], [{ namespace: 'a', kind: 'Pod' }, 'belong together'], [{ namespace: 'a', junk: 1 }, 'unknown field "junk"']])('refuses %j', (given, message) => expect(() => openAlertFile(join(directory, 'x')).silence(given)).toThrow(message))
  test('a broken one counts as empty', () => {
    writeFileSync(join(directory, 'broken'), '{"silences":[{"x":1}]}')
    expect(openAlertFile(join(directory, 'broken')).silences).toEqual([])
  })
})
