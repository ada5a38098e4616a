import { describe, expect, it } from 'vitest'
import { parseQuery } from '../../../shared/logs/query.ts'
import { check, chosen, joined, leastLevel, localTime, podsQuery, spanOf, toggled, withLevel, withSpan, without, withValues, workloadQuery } from './edit.ts'

describe('a click on a value', () => {
  it.each<[query: string, key: string, value: string, after: string]>([
    ['', 'pod', 'web-1', 'pod:web-1'],
    ['timeout', 'namespace', 'shop', 'timeout namespace:shop'],
    ['pod:web-1 timeout', 'pod', 'web-2', 'pod:web-1,web-2 timeout'],
    ['pod:web-1,web-2 timeout', 'pod', 'web-1', 'pod:web-2 timeout'],
    ['pod:web-1 timeout', 'pod', 'web-1', 'timeout'],
    ['a OR b', 'pod', 'web-1', '(a OR b) pod:web-1'],
    ['-pod:web-1', 'pod', 'web-1', '-pod:web-1 pod:web-1'],
    ['pod:/x/', 'pod', 'web-1', 'pod:/x/ pod:web-1'],
    ['', 'label.app', 'a b', 'label.app:"a b"'],
    ['(', 'pod', 'web-1', '('],
  ])('%j %s %s: %j', (query, key, value, after) => expect(toggled(query, key, value)).toBe(after))
  it('can leave lines out', () => expect(without('a', 'pod', 'web-1')).toBe('a -pod:web-1'))
  it.each([['pod:a,b x', ['a', 'b']], ['x', []], ['-pod:a', []]])('%j has chosen %j', (query, values) => expect(chosen(parseQuery(query), 'pod')).toEqual(values))
  it('can set all values', () => expect(withValues('stream:stdout x', 'stream', ['event'])).toBe('stream:event x'))
})
it.each<[string, Parameters<typeof withLevel>[1], string]>([['x level>=warn', 'error', 'x level>=error'], ['level:info x', 'warn', 'x level>=warn'], ['level>=warn', '', '']])('%j with level %j', (query, level, after) => {
  expect(withLevel(query, level)).toBe(after)
  expect(leastLevel(parseQuery(after))).toBe(level)
})
describe('time', () => {
  const at = new Date(2026, 0, 31, 15, 4, 5).getTime()
  it.each([[at, '2026-01-31T15:04:05'], [at + 7, '2026-01-31T15:04:05.007']])('%d', (ms, text) => expect(localTime(ms)).toBe(text))
  it('is replaced', () => {
    const query = withSpan('x since:1h', { since: localTime(at), until: localTime(at + 1000) })
    expect(query).toBe('x since:2026-01-31T15:04:05 until:2026-01-31T15:04:06')
    expect(spanOf(parseQuery(query))).toEqual({ since: '2026-01-31T15:04:05', until: '2026-01-31T15:04:06' })
    expect(withSpan(query, {})).toBe('x')
  })
})
it.each<[string[], string]>([[['a OR b', 'c'], '(a OR b) c'], [['a', ''], 'a'], [['a', '('], 'a'], [[], '']])('%j joined is %j', (queries, text) => expect(joined(...queries)).toBe(text))
it.each([
  [[], 'stream:stdout,stderr'],
  [[{ namespace: 'x', pod: 'a' }, { namespace: 'x', pod: 'b' }], 'namespace:x pod:a,b stream:stdout,stderr'],
  [[{ namespace: 'x', pod: 'a' }, { namespace: 'y', pod: 'b' }], '(namespace:x pod:a OR namespace:y pod:b) stream:stdout,stderr'],
])('pods %j', (pods, text) => expect(podsQuery(pods)).toBe(text))
it('a workload', () => expect(workloadQuery('x', 'Deployment', 'web')).toBe('namespace:x workload:Deployment/web stream:stdout,stderr'))
it('says where a query is wrong', () => expect(check('a level:loud').error).toMatchObject({ from: 8, to: 12 }))
