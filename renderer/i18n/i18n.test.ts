import { describe, expect, it } from 'vitest'
import { en } from './en.ts'
import { languageFor } from './i18n.ts'
import { ko } from './ko.ts'

const holes = (text: string): string[] => [...new Set([...text.matchAll(/{{(\w+)}}/g)].map((m) => m[1] ?? ''))].sort()

describe('dictionaries', () => {
  it('have the same keys', () => {
    expect(Object.keys(ko).sort()).toEqual(Object.keys(en).sort())
  })
  it.each(Object.entries({ en, ko }))('%s says something everywhere', (_, dictionary) => {
    expect(Object.entries(dictionary).filter(([, text]) => text.trim() === '')).toEqual([])
  })
  it.each(Object.keys(en) as (keyof typeof en)[])('%s has the same holes in both', (key) => {
    expect(holes(ko[key])).toEqual(holes(en[key]))
  })
})

describe('languageFor', () => {
  it.each([
    ['en', ['ko-KR'], 'en'],
    ['ko', ['en'], 'ko'],
    ['system', ['ko-KR', 'en'], 'ko'],
    ['system', ['en-GB', 'ko'], 'en'],
    ['system', ['fr'], 'en'],
    ['system', [], 'en'],
  ] as const)('%s with %j is %s', (setting, system, expected) => {
    expect(languageFor(setting, system)).toBe(expected)
  })
})
