import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { and, not, or } from '../../shared/logs/ast.ts'
import { predicateOf } from '../../shared/logs/match.ts'
import { parseQuery } from '../../shared/logs/query.ts'
import type { LogSource } from '../../shared/logs/types.ts'
import { ColumnsBuilder, decodeColumns, encodeColumns, markedText, plainTextOf } from './columns.ts'
import { buildFilter, filterQuestions, mayContain } from './filter.ts'
import { blockMayMatch, regexLiteral, requiredLiteral } from './literals.ts'

const hex = fc.stringMatching(/^[0-9a-f]{1,40}$/)
const word = fc.oneof(hex, fc.stringMatching(/^[A-Za-z]{1,12}$/), fc.constantFrom('req-7F3A9B2C', '550e8400-e29b-41d4-a716-446655440000', '10.0.0.12:8080', 'user_42', 'größe', 'a1b2c3d4e5f6a7b8'))

describe('a filter', () => {
  it('never denies a text that is there, wherever in a word it begins and ends, in either case', () => {
    fc.assert(fc.property(fc.array(word, { minLength: 1, maxLength: 20 }), fc.nat(), fc.nat(), fc.boolean(), (words, from, length, upper) => {
      const text = words.join(' ')
      const filter = buildFilter(Buffer.from(`${text}\n`))
      const start = from % text.length
      const part = text.slice(start, start + 1 + (length % 30))
      expect(mayContain(filter, filterQuestions(upper ? part.replace(/[a-z]/g, (c) => c.toUpperCase()) : part))).toBe(true)
    }), { numRuns: 2_000 })
  })
  it('denies nearly everything that is not there', () => {
    const line = (i: number): string => `2026-01-01T00:00:${i % 60} INFO request ${(i * 2_654_435_761 % 2 ** 32).toString(16)}${(i * 40_503 % 2 ** 32).toString(16)} to /api/cart took ${i % 997} ms\n`
    const text = Buffer.from(Array.from({ length: 5_000 }, (_, i) => line(i)).join(''))
    const filter = buildFilter(text)
    expect(filter.length).toBeLessThan(text.length / 12)
    const ids = Array.from({ length: 500 }, (_, i) => ((i + 7) * 3_266_489_917 % 2 ** 52).toString(16)).filter((id) => id.length >= 10)
    const wrong = [...ids, 'zebrafish', 'deadline', 'connection refused', 'OutOfMemory'].filter((t) => !text.includes(t) && mayContain(filter, filterQuestions(t)))
    expect(wrong.length).toBeLessThan(ids.length * 0.05)
  })
})

describe('literals', () => {
  it.each([
    ['dead(line|lock) over', ' over'], ['timeout', 'timeout'], ['time ?out', 'time'], ['a|b', ''], ['ab+c', 'ab'], ['colou?r', 'colo'], ['\\d+ms', 'ms'], ['x\\.y\\/z', 'x.y/z'], ['[abc]def', 'def'], ['\\u0041bc', 'bc'],
    ['ab{2,3}cd', 'cd'], ['(?<!x)foo', 'foo'], ['^foo$', 'foo'], ['foo.*barbaz', 'barbaz'], ['\\p{Lu}abc', 'abc'], ['', ''],
  ])('of /%s/ is %j', (source, literal) => expect(regexLiteral(source)).toBe(literal))
  it.each([['a timeout /x/', 'timeout'], ['a OR b', ''], ['-timeout', ''], ['json.status>=500', 'status'], ['level>=warn', '']])('of %s is %j', (query, literal) => expect(requiredLiteral(parseQuery(query))).toBe(literal))

  const source: LogSource = { stream: 'stdout', namespace: '', pod: '', podUid: '', container: '', node: '', restart: 0, workload: '', labels: {} }
  const leaf = fc.constantFrom('foo', 'ba', '/fo+/', '/^ba./', '/x|y/', '/o{2}/', '/b?a/', 'json.foo:1', 'level:error', '"oo b"').map(parseQuery)
  const ast = fc.letrec<{ node: ReturnType<typeof parseQuery> }>((tie) => ({
    node: fc.oneof({ maxDepth: 4, depthSize: 'small' }, leaf, fc.array(tie('node'), { minLength: 2, maxLength: 3 }).map(and), fc.array(tie('node'), { minLength: 2, maxLength: 3 }).map(or), tie('node').map(not)),
  })).node
  it('never say that a block has no line of a query when it has', () => {
    fc.assert(fc.property(ast, fc.stringMatching(/^(foo|ba|r|x|o| |\{"foo":1\}){0,5}$/), (a, text) => {
      const matches = predicateOf(a, 0)({ text, time: 0, rank: 0, source })
      const literal = requiredLiteral(a).toLowerCase()
      const possible = blockMayMatch(a, (l) => text.toLowerCase().includes(l.toLowerCase())) && text.toLowerCase().includes(literal)
      expect(matches && !possible).toBe(false)
    }), { numRuns: 2_000 })
  })
})

describe('columns', () => {
  it('come back as they were', () => {
    const line = fc.record({ time: fc.integer({ min: -1e12, max: 8e15 }), nanos: fc.nat(999_999), source: fc.nat(300), rank: fc.nat(6), text: fc.oneof(fc.string({ unit: 'binary' }), fc.constant('a\u001b[1mb\u001b[0m')) })
    fc.assert(fc.property(fc.array(line, { maxLength: 50 }), fc.nat(), (lines, cut) => {
      const built = new ColumnsBuilder(7, 16)
      for (const l of lines) built.add(l.time, l.nanos, l.source, l.rank, l.text)
      const from = lines.length ? cut % lines.length : 0
      const c = built.snapshot(from)
      const back = { ...decodeColumns(encodeColumns(c), c.first, c.count), text: c.text }
      for (const columns of [c, back]) {
        expect(lines.slice(from).map((_, i) => ({ time: columns.times[i], nanos: columns.nanos[i], source: columns.sources[i], rank: columns.ranks[i], text: markedText(columns, i, plainTextOf(columns, i)) }))).toEqual(lines.slice(from).map((l) => ({ ...l, text: Buffer.from(l.text).toString() })))
      }
    }))
  })
})
