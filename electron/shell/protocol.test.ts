import { describe, expect, it, vi } from 'vitest'

vi.mock('electron', () => ({ protocol: {} }))
const { fileOf } = await import('./protocol.ts')

describe('app:// serves files of its folder only', () => {
  it.each([
    ['GET', 'app://pilothouse/', '/app/index.html'],
    ['GET', 'app://pilothouse/assets/main.js', '/app/assets/main.js'],
    ['GET', 'app://pilothouse/index.html#/pods', '/app/index.html'],
    ['POST', 'app://pilothouse/index.html', undefined],
    ['GET', 'app://other/index.html', undefined],
    ['GET', 'file:///etc/passwd', undefined],
    ['GET', 'app://pilothouse/..%2f..%2fetc/passwd.html', undefined],
    ['GET', 'app://pilothouse/%ff.js', undefined],
    ['GET', 'app://pilothouse/main.map', undefined],
    ['GET', 'not a url', undefined],
  ])('%s %s', (method, url, expected) => expect(fileOf('/app', method, url)).toBe(expected))
})
