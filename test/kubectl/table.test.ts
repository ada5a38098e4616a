import { describe, expect, it } from 'vitest'
import { has, pattern, printed, words } from './table.ts'

describe('what is expected', () => {
  it.each<[expected: string, said: string, fits: boolean]>([
    ['a  b', 'a  b', true], ['a  b', 'a   b', false], ['a.b', 'axb', false],
    ['NAME   AGE\np      {age}', 'NAME   AGE\np      3s', true], ['NAME   AGE   X\np      {age}    y', 'NAME   AGE     X\np      12m30s  y', true], ['p  {age}', 'p  soon', false],
    ['  in: {ip}', '    in: 10.0.0.1', false], ['{lines}end', 'a\nb\nend', true], ['{any}end', 'a\nend', false], ['{unknown}', '{unknown}', true],
  ])('%j, and %j', (expected, said, fits) => expect(pattern(expected).test(said)).toBe(fits))
})

it('words are taken apart as a shell does', () => {
  expect(words(`a -b=c "d e" 'f "g" h' i='j k'`)).toEqual(['a', '-b=c', 'd e', 'f "g" h', 'i=j k'])
})

describe('a release', () => {
  const c = { run: 'x', out: 'new words', until: { 32: [['new', 'old']], 28: { err: 'nothing', code: 1 } } } as const
  it.each([['35', { out: 'new words', err: '', code: 0 }], ['34', { out: 'new words', err: '', code: 0 }], ['32', { out: 'old words', err: '', code: 0 }], ['28', { out: '', err: 'nothing', code: 1 }]])('1.%s prints its own words', (release, said) => expect(printed(c, release)).toEqual(said))
  it('may lack a command', () => expect([has({ run: 'x', since: 31 }, '28'), has({ run: 'x', since: 31 }, '32'), has({ run: 'x', last: 30 }, '32')]).toEqual([false, true, false]))
})
