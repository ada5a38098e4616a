import { describe, expect, it, vi } from 'vitest'

vi.mock('electron', () => ({ BrowserWindow: class {}, screen: {}, shell: {}, protocol: {} }))
const { usableBounds } = await import('./window.ts')

describe('remembered bounds', () => {
  const area = { x: 0, y: 0, width: 1920, height: 1080 }
  it.each([
    ['nothing remembered', null, { width: 1280, height: 800 }],
    ['as remembered', { x: 10, y: 20, width: 1000, height: 700 }, { x: 10, y: 20, width: 1000, height: 700 }],
    ['too small', { x: 0, y: 0, width: 10, height: 10 }, { width: 1280, height: 800 }],
    ['on a screen that has gone', { x: 5000, y: 20, width: 1000, height: 700 }, { width: 1000, height: 700 }],
    ['larger than the screen', { x: 0, y: 0, width: 4000, height: 3000 }, { x: 0, y: 0, width: 1920, height: 1080 }],
    ['not numbers', { x: 'a', y: null, width: 1000, height: 700 }, { width: 1000, height: 700 }],
  ])('%s', (_name, stored, expected) => expect(usableBounds(stored, area)).toEqual(expected))
})
