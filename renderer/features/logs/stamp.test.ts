import { expect, it } from 'vitest'
import { stamp } from './stamp.ts'
import type { Times } from './view-prefs.ts'

const at = new Date(2026, 0, 31, 15, 4, 5, 67).getTime()
it.each<[Times, number, string]>([
  ['local', at + 1000, '15:04:05.067'],
  ['local', at + 2 * 86_400_000, '01-31 15:04:05.067'],
  ['relative', at + 65_000, '65s'],
  ['off', at, ''],
])('%s at %d is %s', (how, now, text) => expect(stamp({ time: at }, how, now)).toBe(text))
it.each([[Date.UTC(2026, 0, 31, 23, 0, 0, 1), '15:04:05.000Z'], [Date.UTC(2026, 1, 2), '01-31 15:04:05.000Z']])('UTC at %d is %s', (now, text) => expect(stamp({ time: Date.UTC(2026, 0, 31, 15, 4, 5) }, 'utc', now)).toBe(text))
