import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FakeClock } from '../../shared/clock.ts'
import { createImageCollector, toFree } from './image-gc.ts'
import { RuntimeError, type ContainerRuntime } from './runtime/types.ts'

const GI = 2 ** 30
let folder: string
beforeEach(async () => { folder = await mkdtemp(join(tmpdir(), 'images-')) })
afterEach(() => rm(folder, { recursive: true }))

function world() {
  const clock = new FakeClock()
  const images = new Map([['old', 5], ['new', 3], ['used', 4], ['users-own', 7]])
  const used = new Set(['used'])
  const busy = new Set<string>()
  const runtime = {
    listImages: async () => [...images].map(([id, sizeBytes]) => ({ id, names: [`${id}:1`], sizeBytes })), imagesInUse: async () => used,
    removeImage: async (name: string) => {
      const id = name.split(':')[0]!
      if (busy.has(id)) throw new RuntimeError('Conflict', 'image is being used')
      if (!images.delete(id)) throw new RuntimeError('NotFound', 'no such image')
    },
  } as unknown as ContainerRuntime
  return { clock, images, used, busy, runtime, collector: () => createImageCollector(runtime, clock, join(folder, 'images.json')) }
}
const info = (id: string) => ({ id, names: [`${id}:1`], sizeBytes: 1 })

describe('images that this kubelet has pulled', () => {
  it('go when nobody uses them, the longest unused first, and no others', async () => {
    const w = world()
    const c = w.collector()
    await c.pulled('old:1', info('old'))
    await c.pulled('used:1', info('used'))
    await w.clock.advance(1_000)
    await c.pulled('new:1', info('new'))
    expect(await c.free(Infinity)).toBe(0) // All are younger than two minutes.
    await w.clock.advance(121_000)
    expect(await c.free(1)).toBe(5)
    expect([...w.images.keys()]).toEqual(['new', 'used', 'users-own'])
    expect(await c.free(Infinity)).toBe(3)
    expect([...w.images.keys()]).toEqual(['used', 'users-own'])
    w.used.clear()
    expect(await c.free(Infinity)).toBe(0) // Used until a moment ago.
    await w.clock.advance(121_000)
    expect(await c.free(Infinity)).toBe(4)
    expect([...w.images.keys()]).toEqual(['users-own'])
  })
  it('are remembered by the next kubelet', async () => {
    const w = world()
    await w.collector().pulled('old:1', info('old'))
    await w.clock.advance(121_000)
    expect(await w.collector().free(Infinity)).toBe(5)
    expect(JSON.parse(await readFile(join(folder, 'images.json'), 'utf8'))).toEqual({})
  })
  it('stay when the engine keeps them', async () => {
    const w = world()
    const c = w.collector()
    await c.pulled('old:1', info('old'))
    w.busy.add('old')
    await w.clock.advance(121_000)
    expect(await c.free(Infinity)).toBe(0)
    w.busy.clear()
    expect(await c.free(Infinity)).toBe(5)
  })
  it('are none when the list cannot be read', async () => {
    const w = world()
    await writeFile(join(folder, 'images.json'), '{')
    expect(await w.collector().free(Infinity)).toBe(0)
    expect(w.images.size).toBe(4)
  })
})

it.each<[string, { total: number; available: number } | undefined, number]>([
  ['not looked at', undefined, 0], ['half full', { total: 100 * GI, available: 50 * GI }, 0], ['full, and plenty left', { total: 1000 * GI, available: 50 * GI }, 0],
  ['full', { total: 20 * GI, available: 2 * GI }, 2 * GI], ['at 84 %', { total: 50 * GI, available: 8 * GI }, 0],
])('a disk that is %s', (_n, disk, expected) => expect(toFree(disk)).toBe(expected))
