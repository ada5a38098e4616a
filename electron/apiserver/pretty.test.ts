import { describe, expect, it } from 'vitest'
import { encodePretty, isPretty } from './pretty.ts'

describe('who is shown line breaks', () => {
  it.each<[string, string | undefined, boolean]>([
    ['', undefined, false], ['', 'kubectl/v1.35', false], ['', 'curl/8.5', true], ['limit=1', 'Wget/1.21', true], ['', 'Mozilla/5.0 (X11)', true], ['', 'Mozilla/4.0', false], ['', 'libcurl/8', false],
    ['pretty=true', 'kubectl/v1.35', true], ['pretty=1', undefined, true], ['pretty=T', undefined, true], ['pretty=false', 'curl/8', false], ['pretty=0', 'curl/8', false], ['pretty=yes', 'curl/8', false], ['pretty=', 'curl/8', true], ['pretty', undefined, false], ['a=pretty', 'curl/8', true],
  ])('?%s of %s: %s', (search, agent, expected) => expect(isPretty(search, agent)).toBe(expected))
})

describe('JSON with line breaks', () => {
  it.each<object>([
    { kind: 'ConfigMap', data: { a: 'two\nlines' } }, { kind: 'ConfigMapList', apiVersion: 'v1', metadata: {}, items: [] }, { kind: 'List', apiVersion: 'v1', metadata: { resourceVersion: '1' }, items: [{ a: { b: ['\n', {}] } }, {}, { c: [] }] },
    { kind: 'Basket', items: [1, 2] },
  ])('%j', async (value) => expect((await encodePretty(value)).toString()).toBe(JSON.stringify(value, undefined, 2)))
  it('of a long list lets others have their turn between its items', async () => {
    const list = { kind: 'ConfigMapList', items: Array.from({ length: 400 }, (_, i) => ({ metadata: { name: `${i}` } })) }
    let breaths = 0
    const breathe = (): Promise<void> => { breaths++; return Promise.resolve() }
    expect((await encodePretty(list, breathe)).toString()).toBe(JSON.stringify(list, undefined, 2))
    expect(breaths).toBe(400)
  })
})
