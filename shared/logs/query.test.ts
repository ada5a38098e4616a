import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { and, everything, not, or, type LogAst, type LogValue } from './ast.ts'
import { LogQueryError, parseQuery } from './query.ts'
import { printQuery } from './print.ts'

const text = (t: string): LogAst => ({ type: 'text', text: t })
const regex = (source: string, flags = ''): LogAst => ({ type: 'regex', source, flags })
const field = (key: string, value: string, op: ':' | '>' | '>=' | '<' | '<=' = ':'): LogAst => ({ type: 'field', key, op, values: [{ type: 'text', text: value, glob: op === ':' && value.includes('*') }] })

describe('parseQuery', () => {
  it.each<[string, LogAst]>([
    ['', everything],
    ['  ', everything],
    ['timeout', text('timeout')],
    ['"connection \\"reset\\"\\n"', text('connection "reset"\n')],
    ['a b', and([text('a'), text('b')])],
    ['a AND b', and([text('a'), text('b')])],
    ['a or b', and([text('a'), text('or'), text('b')])],
    ['a b OR c', or([and([text('a'), text('b')]), text('c')])],
    ['(a OR b) c', and([or([text('a'), text('b')]), text('c')])],
    ['((a b) c)', and([text('a'), text('b'), text('c')])],
    ['-healthz', not(text('healthz'))],
    ['NOT healthz', not(text('healthz'))],
    ['!(a OR b)', not(or([text('a'), text('b')]))],
    ['NOT -a', not(not(text('a')))],
    ['--verbose', text('--verbose')],
    ['-', text('-')],
    ['a - b', and([text('a'), text('-'), text('b')])],
    ['/dead(line|lock)/i', regex('dead(line|lock)', 'i')],
    ['/a b/ c', and([regex('a b'), text('c')])],
    ['/[/]/', regex('[/]')],
    ['/api/v1/pods', text('/api/v1/pods')],
    ['/var/log', text('/var/log')],
    ['10:15:22', text('10:15:22')],
    ['a<b', text('a<b')],
    ['namespace:shop', field('namespace', 'shop')],
    ['ns=shop', field('namespace', 'shop')],
    ['pod:web-*', field('pod', 'web-*')],
    ['pod!=web', not(field('pod', 'web'))],
    ['-pod:web', not(field('pod', 'web'))],
    ['level>=warn', field('level', 'warn', '>=')],
    ['level:>=warn', field('level', 'warn', '>=')],
    ['json.http.status>=500', field('json.http.status', '500', '>=')],
    ['label.app.kubernetes.io/name:web', field('label.app.kubernetes.io/name', 'web')],
    ['pod:"a b"', field('pod', 'a b')],
    ['level:error,fatal', { type: 'field', key: 'level', op: ':', values: [{ type: 'text', text: 'error', glob: false }, { type: 'text', text: 'fatal', glob: false }] }],
    ['pod:/^web/,db', { type: 'field', key: 'pod', op: ':', values: [{ type: 'regex', source: '^web', flags: '' }, { type: 'text', text: 'db', glob: false }] }],
    ['pod=~^a/b', { type: 'field', key: 'pod', op: ':', values: [{ type: 'regex', source: '^a\\/b', flags: '' }] }],
    ['since:1h30m', field('since', '1h30m')],
    ['namespace:shop level>=warn "timeout" -healthz', and([field('namespace', 'shop'), field('level', 'warn', '>='), text('timeout'), not(text('healthz'))])],
  ])('%s', (query, expected) => {
    expect(parseQuery(query)).toEqual(expected)
    expect(parseQuery(printQuery(expected))).toEqual(expected)
  })

  it.each<[string, RegExp, number, number]>([
    ['namespce:x', /did you mean namespace\?/, 0, 8],
    ['a status:500', /json\.status/, 2, 8],
    ['json.:1', /needs a name/, 0, 5],
    ['a (b', /not closed/, 2, 3],
    ['a )', /no \( for/, 2, 3],
    ['()', /condition is expected/, 1, 2],
    ['a OR', /OR stands between/, 2, 4],
    ['OR a', /OR stands between/, 0, 2],
    ['AND a', /AND stands between/, 0, 3],
    ['a AND', /AND stands between/, 2, 5],
    ['a AND AND b', /AND stands between/, 2, 5],
    ['NOT', /NOT stands before/, 0, 3],
    ['"abc', /not closed/, 0, 1],
    ['""', /empty text/, 0, 2],
    ['/(/', /Invalid regular expression/, 0, 3],
    ['level:loud', /no level "loud"/, 6, 10],
    ['stream:out', /no stream "out"/, 7, 10],
    ['since:yesterday', /span before now/, 6, 15],
    ['pod>a', /cannot be compared/, 0, 4],
    ['pod:', /value is expected/, 4, 4],
    ['level>a,b', /no level "a"/, 6, 7],
    ['level>warn,error', /only one value/, 10, 11],
    ['pod:"a"b', /space is expected/, 7, 8],
    ['restart>x', /whole number/, 8, 9],
    ['('.repeat(100), /nested too deeply/, 64, 65],
    ['x'.repeat(5000), /at most 4096/, 4096, 5000],
  ])('refuses %s, and says where', (query, message, from, to) => {
    let error: unknown
    try {
      parseQuery(query)
    } catch (e) {
      error = e
    }
    expect(error).toBeInstanceOf(LogQueryError)
    expect(error).toMatchObject({ message: expect.stringMatching(message), from, to })
  })

  const value: fc.Arbitrary<LogValue> = fc.oneof(
    fc.string({ minLength: 1, unit: 'binary' }).map((t): LogValue => ({ type: 'text', text: t, glob: false })),
    fc.stringMatching(/^[a-z0-9.-]{0,4}\*[a-z*]{0,4}$/).map((t): LogValue => ({ type: 'text', text: t, glob: true })),
    fc.constantFrom('^a', 'a\\/b', '[/,) ]+', 'x|y').map((source): LogValue => ({ type: 'regex', source, flags: 'i' })),
  )
  const leaf: fc.Arbitrary<LogAst> = fc.oneof(
    fc.oneof(fc.string({ minLength: 1, unit: 'binary' }), fc.constantFrom('AND', 'OR', 'NOT', '-a', '!', 'pod:x', 'foo=1', 'a:b', '/x/', 'level', 'x!=y', 'node>3', '(', '"')).map(text),
    fc.constantFrom(regex('a b', 'i'), regex('[/]'), regex('\\)')),
    fc.tuple(fc.constantFrom('namespace', 'pod', 'label.app', 'json.a.b', 'workload'), fc.array(value, { minLength: 1, maxLength: 3 })).map(([key, values]): LogAst => ({ type: 'field', key, op: ':', values })),
    fc.tuple(fc.constantFrom('json.n', 'field.n'), fc.constantFrom('>' as const, '>=' as const, '<' as const, '<=' as const), fc.string({ minLength: 1 })).map(([key, op, t]): LogAst => ({ type: 'field', key, op, values: [{ type: 'text', text: t, glob: false }] })),
  )
  const ast: fc.Arbitrary<LogAst> = fc.letrec<{ node: LogAst }>((tie) => ({
    node: fc.oneof({ maxDepth: 5, depthSize: 'small' }, leaf, fc.array(tie('node'), { minLength: 2, maxLength: 3 }).map(and), fc.array(tie('node'), { minLength: 2, maxLength: 3 }).map(or), tie('node').map(not)),
  })).node

  it('reads what it prints', () => {
    fc.assert(fc.property(ast, (a) => {
      const printed = printQuery(a)
      fc.pre(printed.length <= 4096)
      expect(parseQuery(printed)).toEqual(a)
      expect(printQuery(parseQuery(printed))).toBe(printed)
    }), { numRuns: 2000 })
  })

  it('never throws anything but its own error, which lies within the text', () => {
    const piece = fc.oneof(fc.string({ unit: 'binary', maxLength: 6 }), fc.constantFrom('(', ')', '"', '/', '-', '!', ' ', 'OR', 'AND', 'NOT', 'pod:', 'level>=', 'json.', 'since:', ',', '*', '\\', '=~', '!~', '[', '/i'))
    fc.assert(fc.property(fc.array(piece, { maxLength: 14 }).map((p) => p.join('')), (query) => {
      const outcome = (() => {
        try {
          const ast = parseQuery(query)
          return JSON.stringify(parseQuery(printQuery(ast))) === JSON.stringify(ast)
        } catch (e) {
          return e instanceof LogQueryError && e.from >= 0 && e.from <= e.to && e.to <= query.length ? true : e
        }
      })()
      expect(outcome).toBe(true)
    }), { numRuns: 5000 })
  })
})
