import { expect, it } from 'vitest'
import { parseQuery } from '../../../shared/logs/query.ts'
import { marksIn, needles, tokens } from './tokens.ts'

it.each<[string, string]>([
  ['namespace:shop level>=warn', 'key:namespace operator:: word:shop plain:  key:level operator:>= word:warn'],
  ['"time out" -healthz', 'text:"time out" plain:  operator:- text:healthz'],
  ['/dead(line|lock)/i', 'regex:/dead(line|lock)/i'],
  ['/deadline/i OR -pod:/x/', 'regex:/deadline/i plain:  operator:OR plain:  operator:- key:pod operator:: regex:/x/'],
  ['http://a level:>error "open', 'text:http://a plain:  key:level operator::> word:error plain:  text:"open'],
])('%s', (query, expected) => {
  expect(tokens(query).map((t) => `${t.kind}:${t.text}`).join(' ')).toBe(expected)
  expect(tokens(query).map((t) => t.text).join('')).toBe(query)
})
it.each<[query: string, text: string, marks: [number, number][]]>([
  ['err', 'an Error, an error', [[3, 6], [13, 16]]],
  ['-err level:info', 'error', []],
  ['a.c OR /b+/', 'a.c abc bb', [[0, 3], [5, 6], [8, 10]]],
  ['abc bcd', 'abcd', [[0, 4]]],
  ['/x*/', 'ab', []],
])('%s marks %j', (query, text, marks) => expect(marksIn(text, needles(parseQuery(query)))).toEqual(marks))
