import { describe, expect, it } from 'vitest'
import { SelectorError, formatLabelSelector, labelSelectorMatches, parseFieldSelector, parseLabelSelector, requirementsMatch } from './selectors.ts'

describe('label selectors', () => {
  const labels = { app: 'web', tier: 'a', n: '5', 'example.com/x': '' }
  const cases: [string, boolean][] = [
    ['', true], ['app=web', true], ['app==web', true], ['app = web , tier=a', true], ['app!=web', false], ['none!=x', true], ['app in (web, db)', true],
    ['app in (db)', false], ['app notin (db)', true], ['none notin (x)', true], ['app', true], ['!app', false], ['!none', true], ['n>4', true], ['n<5', false],
    ['example.com/x', true], ['example.com/x=', true], ['app=db', false], ['constructor', false],
  ]
  it.each(cases)('%s is %s', (text, expected) => expect(requirementsMatch(parseLabelSelector(text), labels)).toBe(expected))
  it('says what stands where an operator should', () => expect(() => parseLabelSelector('a b')).toThrow("unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"))
  it.each(['a===b', 'a in b', 'a in (b', ',', 'a=b c', '-a=b', 'a=-b', 'a>b', 'a)('])('%s is refused', (text) => expect(() => parseLabelSelector(text)).toThrow(SelectorError))
  it('have an object form', () => {
    const selector = { matchLabels: { app: 'web' }, matchExpressions: [{ key: 'tier', operator: 'In', values: ['b', 'a'] }, { key: 'x', operator: 'DoesNotExist' }] }
    expect(labelSelectorMatches(selector, labels)).toBe(true)
    expect(labelSelectorMatches(undefined, labels)).toBe(false)
    expect(labelSelectorMatches({}, undefined)).toBe(true)
    expect(formatLabelSelector(selector)).toBe('app=web,tier in (a,b),!x')
    expect(() => labelSelectorMatches({ matchExpressions: [{ key: 'a', operator: 'Near' }] }, labels)).toThrow(SelectorError)
  })
})

describe('field selectors', () => {
  it('are read with their escapes', () => {
    expect(parseFieldSelector('metadata.name=a\\,b,status.phase!=Running,x==')).toEqual([
      { field: 'metadata.name', operator: '=', value: 'a,b' }, { field: 'status.phase', operator: '!=', value: 'Running' }, { field: 'x', operator: '=', value: '' },
    ])
    expect(() => parseFieldSelector('nothing')).toThrow(SelectorError)
  })
})
