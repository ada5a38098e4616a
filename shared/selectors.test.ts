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
  const requirement = 'unable to parse requirement: '
  it.each<[string, string]>([
    ['a b', `${requirement}found 'b', expected: in, notin, =, ==, !=, gt, lt`], ['a===b', `${requirement}found '=', expected: identifier`], ['a=b=c', "found '=', expected: ',' or 'end of string'"],
    ['a in b', `${requirement}found 'b' expected: '('`], ['a in (b', `${requirement}found '', expected: ',' or ')'`], ['a in (b c)', `${requirement}found 'c', expected: ',' or ')'`], ['a in (=)', `${requirement}found '=', expected: ',', ')' or identifier`],
    ['a in (b,=)', `${requirement}found '=', expected: ',', or identifier`], ['a in ()', `${requirement}values: Invalid value: []: for 'in', 'notin' operators, values set can't be empty`], ['a in (b) c', "found 'c', expected: ',' or 'end of string'"],
    [',a', "found ',', expected: !, identifier, or 'end of string'"], ['a,', "found '', expected: identifier after ','"], ['a,,b', "found ',', expected: identifier after ','"], ['(a)', "found '(', expected: !, identifier, or 'end of string'"],
    ['!', `${requirement}found '', expected: identifier`], ['!!a', `${requirement}found '!', expected: identifier`], ['!a in (b)', "found 'in', expected: ',' or 'end of string'"],
    ['a>x', `${requirement}values[0]: Invalid value: "x": for 'Gt', 'Lt' operators, the value must be an integer`], ['a<-1', `${requirement}values[0][a]: Invalid value: "-1": a valid label must be`],
    ['a in (-b,c-)', `${requirement}[values[0][a]: Invalid value: "-b": a valid label must be`], ['-a=b', `${requirement}<nil>: Invalid value: "-a": name part must consist of`],
  ])('%s is told: %s', (text, why) => expect(() => parseLabelSelector(text)).toThrow(expect.objectContaining({ name: 'SelectorError', message: expect.stringMatching(new RegExp(`^${why.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}`)) })))
  it.each<[string, string[]]>([['in in (in, notin)', ['in', 'notin']], ['a notin (,b)', ['', 'b']], ['a in (b,)', ['', 'b']], ['a in (b,,c)', ['', 'b', 'c']], ['a=', ['']], ['a!=,b', ['']], ['a in(b)', ['b']]])('%s is of %j', (text, values) => expect(parseLabelSelector(text)[0]?.values).toEqual(values))
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
    expect(parseFieldSelector('a=\\=\\\\,=b')).toEqual([{ field: 'a', operator: '=', value: '=\\' }, { field: '', operator: '=', value: 'b' }])
  })
  it.each([
    ['nothing', "invalid selector: 'nothing'; can't understand 'nothing'"], ['a=b,c', "invalid selector: 'a=b,c'; can't understand 'c'"], ['a=\\x', 'invalid field selector: invalid escape sequence: \\x'],
    ['a=b\\', 'invalid field selector: invalid escape sequence: \\'], ['a=b=c', 'invalid field selector: unescaped character in value: 61'], ['a===b', 'invalid field selector: unescaped character in value: 61'],
  ])('%s is told: %s', (text, message) => expect(() => parseFieldSelector(text)).toThrow(expect.objectContaining({ name: 'SelectorError', message })))
})
