import { describe, expect, it } from 'vitest'
import type { ClusterState } from '../../shared/ipc.ts'
import { stateLine, texts } from './texts.ts'

describe('texts', () => {
  it.each([
    ['system', 'ko-KR', 'Pilothouse 종료'],
    ['system', 'en-US', 'Quit Pilothouse'],
    ['ko', 'en-US', 'Pilothouse 종료'],
    ['en', 'ko-KR', 'Quit Pilothouse'],
  ] as const)('%s on a %s system', (language, locale, quit) => expect(texts(language, locale).quit).toBe(quit))
  it.each([
    [{ phase: 'ready' }, 'Cluster is ready'],
    [{ phase: 'starting' }, 'Cluster is starting'],
    [{ phase: 'ready', engine: { available: false, message: '' } }, 'Docker engine is not running'],
  ])('tray line of %j', (state, line) => expect(stateLine(texts('en', 'en'), state as ClusterState)).toBe(line))
})
