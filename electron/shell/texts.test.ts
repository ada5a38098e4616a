import { describe, expect, it } from 'vitest'
import type { ClusterState } from '../../shared/ipc.ts'
import { ALERT_RULES, type Alert } from '../../shared/alerts.ts'
import { stateLine, texts } from './texts.ts'

describe('texts', () => {
  it.each([
    ['system', 'ko-KR', 'Pilothouse 종료'],
    ['system', 'en-US', 'Quit Pilothouse'],
    ['ko', 'en-US', 'Pilothouse 종료'],
    ['en', 'ko-KR', 'Quit Pilothouse'],
  ] as const)('%s on a %s system', (language, locale, quit) => expect(texts(language, locale).quit).toBe(quit))
  it.each([
    [{ phase: 'ready' }, 'Cluster is ready'],
    [{ phase: 'starting' }, 'Cluster is starting'],
    [{ phase: 'ready', engine: { available: false, message: '' } }, 'Docker engine is not running'],
  ])('tray line of %j', (state, line) => expect(stateLine(texts('en', 'en'), state as ClusterState)).toBe(line))
  const object = { apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: 'web-1' }
  const alert: Alert = { id: '', rule: 'CrashLoop', level: 'failed', object, owner: { ...object, kind: 'Deployment', name: 'web' }, pods: 1, container: 'c', since: 0, detail: '2026-01-05T00:00:00.000Z', count: 4, silenced: false }
  it('an alert names the pod, or whose pods they are', () => {
    expect(texts('en', 'en').alert(alert)).toEqual({ title: 'A pod keeps crashing', body: 'Container c of pod shop/web-1 has been restarted 4 times.' })
    expect(texts('en', 'en').alert({ ...alert, pods: 3 }).body).toBe('Container c of 3 pods of shop/web keeps crashing.')
    expect(texts('en', 'en').alert({ ...alert, rule: 'CertificateExpiry' }).body).toBe('shop/web-1: 2026-01-05')
  })
  it.each(['en', 'ko'] as const)('in %s a restore says what will be lost, and what cannot be counted', (language) => {
    const t = texts(language, 'en')
    const snapshot = { revision: 40, keys: 7, file: '/f' }
    const [older, foreign] = [t.confirmRestore(snapshot, { revision: 52, keys: 9 }), t.confirmRestore(snapshot, { revision: 3, keys: 1 })]
    expect(older.detail).toMatch(/^\/f\n[^]*\b7\b[^]*\b9\b[^]*\b12\b/)
    expect(foreign.detail).not.toContain('-37')
    expect(t.restored(snapshot, '/kept').detail).toContain('/kept')
    expect(t.restored(snapshot, undefined).detail).not.toContain('undefined')
  })
  it.each(ALERT_RULES)('%s is told in both languages', (rule) => {
    const [en, ko] = [texts('en', 'en').alert({ ...alert, rule }), texts('ko', 'ko').alert({ ...alert, rule })]
    expect(en.title).not.toBe(ko.title)
    for (const { body } of [en, ko]) expect(body).toContain('web-1')
  })
})
