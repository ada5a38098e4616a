import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { plainText, takeMarks, withMarks } from './ansi.ts'
import { complete } from './complete.ts'
import { fieldAt, jsonFields, logfmtFields } from './fields.ts'
import { levelRank } from './keys.ts'
import { rankOf } from './level.ts'
import { predicateOf, sourceVerdict, timeBounds, type LineView } from './match.ts'
import { parseQuery } from './query.ts'
import { LOG_LEVELS, type LogSource } from './types.ts'

const NOW = Date.parse('2026-01-01T12:00:00Z')
const source: LogSource = { stream: 'stdout', namespace: 'shop', pod: 'web-1', podUid: 'u1', container: 'app', node: 'n1', restart: 2, workload: 'Deployment/web', labels: { app: 'web', 'app.kubernetes.io/name': 'shop' } }
const component: LogSource = { ...source, stream: 'component', namespace: '', pod: 'kube-scheduler', podUid: '', container: '', workload: '', labels: {} }
const line = (text: string, more: Partial<LineView> = {}): LineView => ({ text, time: NOW - 60_000, rank: rankOf(text), source, ...more })
const JSON_LINE = '{"level":"error","msg":"Timeout reached","http":{"status":503,"path":"/cart"},"a.b":1,"tags":["x","y"]}'
const LOGFMT = 'level=warn msg="slow query" took=1500 user=ann'

describe('predicateOf', () => {
  it.each<[string, LineView, boolean]>([
    ['', line(''), true],
    ['timeout', line('Connection TIMEOUT!'), true],
    ['timeout', line('time out'), false],
    ['größe', line('GRÖSSE GRÖßE'), true],
    ['a.c', line('abc'), false],
    ['"a  b"', line('a b'), false],
    ['a -b', line('a'), true],
    ['a -b', line('a b'), false],
    ['x OR y', line('y'), true],
    ['/^A.c$/', line('Abc'), true],
    ['/^A.c$/', line('abc'), false],
    ['/^a.c$/i', line('ABC'), true],
    ['namespace:shop pod:web-* container:app node:n1', line(''), true],
    ['namespace:sho', line(''), false],
    ['pod:/^web-\\d$/', line(''), true],
    ['pod:db,web-1', line(''), true],
    ['workload:web', line(''), true],
    ['workload:Deployment/web', line(''), true],
    ['deployment:w*', line(''), true],
    ['label.app:web', line(''), true],
    ['label.app.kubernetes.io/name:shop', line(''), true],
    ['label.tier:*', line(''), false],
    ['component:kube-*', line('', { source: component }), true],
    ['component:*', line(''), false],
    ['pod:kube-scheduler', line('', { source: component }), false],
    ['restart>=2', line(''), true],
    ['restart:1', line(''), false],
    ['level>=warn', line(JSON_LINE), true],
    ['level:>=warn', line('INFO fine'), false],
    ['level<error', line('it does not say'), false],
    ['level:err,warn', line(LOGFMT), true],
    ['-level:*', line('it does not say'), true],
    ['json.http.status>=500', line(JSON_LINE), true],
    ['json.http.status>=504', line(JSON_LINE), false],
    ['json.http.status:503', line(JSON_LINE), true],
    ['json.http.path:/ca*', line(JSON_LINE), true],
    ['json.a.b:1', line(JSON_LINE), true],
    ['json.tags:y', line(JSON_LINE), true],
    ['json.nothing:*', line(JSON_LINE), false],
    ['json.took>1', line(LOGFMT), false],
    ['logfmt.took>1000', line(LOGFMT), true],
    ['field.took<=1500 field.msg:"slow query"', line(LOGFMT), true],
    ['field.http.status<600', line(JSON_LINE), true],
    ['since:2m', line(''), true],
    ['since:30s', line(''), false],
    ['until:30s', line(''), true],
    ['until:2026-01-01T11:00Z', line(''), false],
  ])('%s on %o: %s', (query, view, expected) => {
    const ast = parseQuery(query)
    expect(predicateOf(ast, NOW)(view)).toBe(expected)
    // What is certain beforehand is never wrong.
    const certain = sourceVerdict(ast)(view.source)
    expect([undefined, expected]).toContain(certain)
    const bounds = timeBounds(ast, NOW)
    expect(!expected || (view.time >= bounds.from && view.time < bounds.to)).toBe(true)
  })
  it.each([['namespace:shop x', undefined], ['namespace:other x', false], ['namespace:shop OR x', true], ['-namespace:shop x', false], ['x', undefined]])('a source says of %s: %s', (query, expected) => {
    expect(sourceVerdict(parseQuery(query))(source)).toBe(expected)
  })
})

describe('rankOf', () => {
  it.each<[string, string]>([
    [JSON_LINE, 'error'], [LOGFMT, 'warn'], ['{"level":50,"msg":"x"}', 'error'], ['{"severity":"WARNING"}', 'warn'], ['E0131 15:04:05.000000       1 a.go:1] no', 'error'],
    ['2026-01-01 12:00:00,000 ERROR [main] o.e.App', 'error'], ['[warn] low', 'warn'], ['error: no such file', 'error'], ['WARNING: x', 'warn'], ['DEBUG x', 'debug'], ['panic: runtime error', 'fatal'],
    ['Traceback (most recent call last):', 'error'], ['java.lang.IllegalStateException: x', 'error'], ['TypeError: x is not a function', 'error'],
    ['an error in a sentence', ''], ['terror', ''], ['GET /error 200', ''], ['', ''], ['ERRORS=0', ''], [`${'x'.repeat(500)} ERROR`, ''],
  ])('%s: %s', (text, level) => expect(LOG_LEVELS[rankOf(text)]).toBe(level))
  it('has a rank for what the language calls levels', () => expect(LOG_LEVELS.map((l) => (l === '' ? 0 : levelRank(l)))).toEqual([0, 1, 2, 3, 4, 5, 6]))
  it('has none for what every object has', () => expect(['constructor', 'Constructor', 'toString', 'WARN'].map(levelRank)).toEqual([0, 0, 0, 4]))
})

describe('fields', () => {
  it.each([['{"a":1}', { a: 1 }], ['2026 INFO {"a":1}', { a: 1 }], ['[1]', undefined], ['{a}', undefined], ['x', undefined]])('JSON of %s', (text, expected) => expect(jsonFields(text)).toEqual(expected))
  it.each([['a=1 b="x \\"y\\"" c=', { a: '1', b: 'x "y"', c: '' }], ['say a=b', { a: 'b' }], ['1=2', undefined], ['none', undefined]])('logfmt of %s', (text, expected) => expect(logfmtFields(text)).toEqual(expected && Object.assign(Object.create(null), expected)))
  it.each([['a.b', 1], ['a.b.c', 2], ['x', undefined], ['__proto__', undefined], ['l.1', 'z']])('at %s', (path, expected) => expect(fieldAt({ 'a.b': 1, a: { 'b.c': 2 }, l: ['y', 'z'] }, path)).toEqual(expected))
})

describe('ANSI sequences', () => {
  it.each([['\u001b[31mred\u001b[0m', 'red'], ['ti\u001b[1;31mme\u001b[Kout', 'timeout'], ['\u001b]8;;http://x\u0007link\u001b]8;;\u001b\\', 'link'], ['plain', 'plain'], ['\u001b', '\u001b']])('%j is %j', (text, plain) => expect(plainText(text)).toBe(plain))
  it('are taken out and put back without loss', () => {
    const piece = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('\u001b[31m', '\u001b[0m', '\u001b', '\u001b[', '\u001b]0;x\u0007'))
    fc.assert(fc.property(fc.array(piece).map((p) => p.join('')), (text) => {
      const { plain, marks } = takeMarks(text)
      expect(withMarks(plain, marks)).toBe(text)
      expect(plain).toBe(plainText(text))
    }))
  })
})

describe('complete', () => {
  const known = { values: (key: string) => (key === 'namespace' ? ['shop', 'kube-system', 'my shop'] : []), names: (prefix: string) => (prefix === 'label.' ? ['app', 'tier'] : []) }
  const at = (text: string): { from: number; to: number; texts: string[] } => {
    const cursor = text.indexOf('|')
    const { from, to, options } = complete({ text: text.replace('|', ''), cursor }, known)
    return { from, to, texts: options.map((o) => o.text) }
  }
  it.each<[string, { from: number; to: number; texts: string[] }]>([
    ['na|', { from: 0, to: 2, texts: ['namespace:'] }],
    ['x -le|ve', { from: 3, to: 7, texts: ['level>='] }],
    ['namespace:|', { from: 10, to: 10, texts: ['shop', 'kube-system', '"my shop"'] }],
    ['(ns:sh|', { from: 4, to: 6, texts: ['shop', '"my shop"'] }],
    ['namespace:a,sh|op x', { from: 12, to: 16, texts: ['shop', '"my shop"'] }],
    ['level>=w|', { from: 7, to: 8, texts: ['warn'] }],
    ['level:>=w|', { from: 8, to: 9, texts: ['warn'] }],
    ['label.t|', { from: 0, to: 7, texts: ['label.tier:'] }],
    ['"in quotes na|', { from: 0, to: 13, texts: [] }],
    ['nonsense:|', { from: 9, to: 9, texts: [] }],
  ])('%s', (text, expected) => expect(at(text)).toEqual(expected))
  it('offers all keys where nothing stands yet', () => expect(at('|').texts).toEqual(expect.arrayContaining(['namespace:', 'level>=', 'json.', 'label.'])))
})
