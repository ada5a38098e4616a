/// <reference types="vite/client" />
import { expect, it } from 'vitest'
import { en } from './en.ts'

const sources = import.meta.glob<string>(['../**/*.{ts,tsx}', '!../**/*.test.*', '!../i18n/**'], { query: '?raw', import: 'default', eager: true })
const text = Object.values(sources).join('\n')
/** Beginnings of keys that are put together on the way: `status.${level}`. */
const beginnings = [...text.matchAll(/`([a-zA-Z.]+\.)\$\{/g)].map((m) => m[1] ?? '')

it('every word is used somewhere', () => {
  const used = (key: string): boolean => text.includes(`'${key}'`) || beginnings.some((b) => key.startsWith(b))
  expect(Object.keys(sources).length).toBeGreaterThan(50)
  expect(Object.keys(en).map((key) => key.replace(/_(one|other)$/, '')).filter((key) => !used(key))).toEqual([])
})
