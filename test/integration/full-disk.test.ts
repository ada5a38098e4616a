/** The disk of the data folder fills up: writes say so, nothing acknowledged is lost, and all goes on when there is room again. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import type { KubeList } from '../../shared/api/meta.ts'
import type { ConfigMap } from '../../shared/api/types.ts'
import { Api } from '../bench/http.ts'
import { App, eventually } from './app.ts'

const MAPS = '/api/v1/namespaces/default/configmaps'
const BIG = 'x'.repeat(100 * 1024)
const undo: (() => unknown)[] = []
afterEach(async () => { for (const step of undo.splice(0).reverse()) await step() })

/** A file system of its own, of so many megabytes. */
function smallDisk(megabytes: number): string {
  const place = mkdtempSync(join(tmpdir(), 'pilothouse-disk-'))
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=700`, 'pilothouse-test', place])
  undo.push(() => { execFileSync('umount', [place]); rmSync(place, { recursive: true }) })
  return place
}
/** Takes all that is free, but for so many bytes. */
function fill(place: string, leave: number): string {
  const { bavail, bsize } = statfsSync(place)
  const filler = join(place, 'filler')
  writeFileSync(filler, Buffer.alloc(Math.max(0, bavail * bsize - leave)))
  return filler
}
const names = async (api: Api): Promise<string[]> => (await api.get<KubeList<ConfigMap>>(MAPS)).items.map((m) => m.metadata.name).filter((n) => n.startsWith('map-'))

it('a full disk refuses writes with a reason, loses nothing that was acknowledged, and recovers when there is room', async () => {
  const place = smallDisk(48)
  const home = join(place, 'home')
  mkdirSync(home, { mode: 0o700 })
  let app = await App.start({ home, args: ['--runtime', 'hollow', '--nodes', '1'] })
  undo.push(() => app.stop())
  const api = new Api(app.ready)
  const acknowledged: string[] = []
  const write = async (n: number): Promise<string | undefined> => {
    const name = `map-${n}`
    try {
      await api.send('POST', MAPS, { metadata: { name }, data: { big: BIG } })
      acknowledged.push(name)
      return undefined
    } catch (e) {
      return (e as Error).message
    }
  }
  expect(await write(0)).toBeUndefined()
  const filler = fill(place, 512 * 1024)
  let refusal: string | undefined
  for (let n = 1; n < 50 && refusal === undefined; n++) refusal = await write(n)
  expect(refusal).toMatch(/: 500 .*could not write.*ENOSPC/)
  // Reading goes on, and what was refused is not there.
  expect((await names(api)).sort()).toEqual([...acknowledged].sort())

  rmSync(filler)
  await eventually('writes go on', () => write(100 + acknowledged.length), (problem) => problem === undefined)
  expect((await names(api)).sort()).toEqual([...acknowledged].sort())

  await app.kill()
  app = await App.start({ home, args: ['--runtime', 'hollow', '--nodes', '1'] })
  expect((await names(new Api(app.ready))).sort()).toEqual([...acknowledged].sort())
})
