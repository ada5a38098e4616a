import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { podOf } from '../testing.ts'
import type { Host } from './host.ts'
import { image } from './image.ts'
import type { VolumeContext } from './types.ts'

const VOLUME = { name: 'v', image: { reference: 'r:1', pullPolicy: 'Always' } }
let folder: string
beforeEach(async () => { folder = await mkdtemp(join(tmpdir(), 'image-volume-')) })
afterEach(() => rm(folder, { recursive: true }))

function bench(mounts = true) {
  const done: string[] = []
  let mounted = false
  let name = 'sha256:first'
  const host = { mounts, mounted: async () => mounted, layers: async (layers: readonly string[], path: string) => { done.push(`mount ${layers.join('+')} at ${path}`); mounted = true } } as unknown as Host
  const images = { pull: async () => { done.push('pull'); return { id: name } }, hold: async (of: { podUid: string; volume: string }, id: string) => { done.push(`hold ${id} for ${of.podUid}/${of.volume}`); return [`${id}/upper`, `${id}/lower`] }, folder: () => join(folder, 'images') }
  const context = { pod: podOf(), host, images, folder: (v: string) => join(folder, v) } as unknown as VolumeContext
  return { done, setUp: () => image.setUp(VOLUME, context), restarted: (now: string) => { mounted = false; name = now } }
}

describe('an image volume', () => {
  it('is pulled, held and mounted once, read-only', async () => {
    const b = bench()
    const place = { path: join(folder, 'v'), readOnly: true }
    expect([await b.setUp(), await b.setUp()]).toEqual([place, place])
    expect(b.done).toEqual(['pull', 'hold sha256:first for u/v', `mount sha256:first/upper+sha256:first/lower at ${join(folder, 'v')}`])
  })
  it('is what it was after the machine was started again, whatever the name means by then', async () => {
    const b = bench()
    await b.setUp()
    b.restarted('sha256:second')
    await b.setUp()
    expect(b.done.slice(3)).toEqual(['hold sha256:first for u/v', `mount sha256:first/upper+sha256:first/lower at ${join(folder, 'v')}`])
  })
  it('is refused with a sentence where nothing can be mounted', async () => {
    await expect(bench(false).setUp()).rejects.toThrow('image volumes need an app that runs as root on the machine of the container engine')
  })
})
