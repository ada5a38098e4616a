import { describe, expect, it } from 'vitest'
import { customColumns, type PrinterColumn } from './columns.ts'
import { parseJsonPath } from './json-path.ts'

const NOW = Date.parse('2026-01-02T00:00:00Z')
const object = { metadata: { name: 'a' }, spec: { n: 3.7, s: 'text', t: true, m: { x: 1 }, l: ['p', 'q', 'r'], at: '2026-01-01T00:00:00Z', empty: '', odd: '2026', rows: [{ k: 'a', v: { w: 1 } }, { k: 'b' }] } }
const show = (type: string, jsonPath: string): unknown => customColumns([{ name: 'C', type, jsonPath }])[1]?.value(object as never, { now: NOW })

describe('columns of a definition', () => {
  it.each<[string, string, unknown]>([
    ['integer', '.spec.n', 3], ['number', '.spec.n', 3.7], ['integer', '.spec.s', null], ['boolean', '.spec.t', true], ['boolean', '.spec.s', null], ['string', '.spec.n', '3.7'], ['string', '.spec.m', '{"x":1}'], ['string', '.spec.l', '["p","q","r"]'],
    ['string', '.spec.l[*]', 'p'], ['string', '.spec.none', null], ['date', '.spec.at', '24h'], ['date', '.spec.empty', '<unknown>'], ['date', '.spec.odd', '<invalid>'], ['date', '.spec.n', null],
  ])('%s %s', (type, path, shown) => expect(show(type, path)).toBe(shown))
  it('end before one that cannot be read', () => {
    const given: PrinterColumn[] = [{ name: 'A', type: 'string', jsonPath: '.a', priority: 3 }, { name: 'B', type: 'string', jsonPath: '.b[' }, { name: 'C', type: 'string', jsonPath: '.c' }]
    expect(customColumns(given).map((c) => [c.name, c.priority])).toEqual([['Name', 0], ['A', 3]])
    expect(customColumns([]).map((c) => c.name)).toEqual(['Name', 'Age'])
  })
})

describe('a path', () => {
  it.each<[string, unknown[]]>([
    ['.spec.l[1:]', ['q', 'r']], ['.spec.l[0:3:2]', ['p', 'r']], ['.spec.l[-1:]', ['r']], ['.spec.l[0,2]', ['p', 'r']], ["['metadata','spec'].s", ['text']], ['..w', [1]], ['.spec.rows[?(@.k=="b")].k', ['b']], ['.spec.rows[*].k', ['a', 'b']],
  ])('%s', (path, found) => expect(parseJsonPath(path)(object)).toEqual(found))
  it.each([['.a[', 'unterminated array'], ['.l[0:2:0]', 'step must be >= 1'], ['..', 'unrecognized character'], ['.a[x]', 'invalid array index x']])('%s is none: %s', (path, why) => expect(() => parseJsonPath(path)).toThrow(why))
})
