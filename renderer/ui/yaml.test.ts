import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { toYaml } from './yaml.ts'

describe('toYaml', () => {
  it.each<[string, Record<string, unknown>]>([
    ['scalars', { a: 1, b: true, c: null, d: 'text', e: 1.5 }],
    ['texts that look like something else', { a: 'true', b: '12', c: '0x1f', d: '1e3', e: 'null', f: '~', g: '', h: ' x ', i: 'no', j: '2024-01-02T03:04:05Z', k: '-5', l: '.5' }],
    ['punctuation', { a: 'a: b', b: '# no', c: 'x #y', d: '- a', e: '{a}', f: "it's", g: '"q"', h: 'a:', i: '*x', j: '@x', 'k/l.m': '%' }],
    ['lines', { a: 'one\ntwo\n', b: 'one\n\ntwo', c: 'one\n\n', d: '\tx\ny', e: '  lead\nb', f: 'a\r\nb' }],
    ['empty things', { a: [], b: {}, c: [{}], d: [[]] }],
    ['lists', { a: [1, 'two', { b: 1, c: [2] }, [3, 4], null] }],
    ['nesting', { spec: { template: { spec: { containers: [{ name: 'a', args: ['-c', 'echo "hi"'] }] } } } }],
  ])('%s survive a parser', (_, object) => expect(parse(toYaml(object))).toEqual(object))
  it('leaves out managedFields and begins as Kubernetes does', () => {
    expect(toYaml({ metadata: { name: 'x', managedFields: [{}] }, kind: 'Pod', apiVersion: 'v1' })).toBe('apiVersion: v1\nkind: Pod\nmetadata:\n  name: x\n')
  })
})
