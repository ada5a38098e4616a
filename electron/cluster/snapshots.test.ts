/** A state whose Services no packet of this cluster would reach is not restored to it. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDataDirectory, type DataDirectory } from './data-directory.ts'
import { startWorld, type World } from '../apiserver/testing.ts'
import { restoreInto, saveThrough, SnapshotError, verifyFor } from './snapshots.ts'
import { StatusError } from '../../shared/errors.ts'

let folder: string
let data: DataDirectory
let world: World
let file: string
const admin = { name: 'admin', groups: ['system:masters'] }
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'snapshots-'))
  file = join(folder, 'saved')
  data = openDataDirectory(join(folder, 'home'))
  world = await startWorld({ authorizer: { authorize: ({ user }) => ({ allowed: user.name === 'admin', reason: 'no' }) } })
  await saveThrough(world.server, admin, file)
})
afterAll(async () => {
  await world.close()
  rmSync(folder, { recursive: true })
})
/** The network of the cluster that would take the state. */
const here = (apiServerIP: string): void => writeFileSync(data.network, JSON.stringify({ apiServerIP }))

describe('snapshots of a cluster', () => {
  it('of another network are refused, and change nothing', async () => {
    here('10.77.0.1')
    for (const attempt of [() => verifyFor(data, file), () => restoreInto(data, file, 0)]) {
      await expect(attempt()).rejects.toThrow(SnapshotError)
      await expect(attempt()).rejects.toThrow(`${file} is of another cluster: its API server is at 10.96.0.1 for pods, and this one's is at 10.77.0.1.`)
    }
    expect(readdirSync(data.root).filter((name) => name.startsWith('etcd'))).toEqual([])
  })
  it('of its own are restored', async () => {
    here('10.96.0.1')
    expect(await restoreInto(data, file, 0)).toMatchObject(await verifyFor(data, file))
  })
  it('are not given to whoever may not have everything', async () => {
    const attempt = saveThrough(world.server, { name: 'eve', groups: [] }, join(folder, 'stolen'))
    await expect(attempt).rejects.toThrow(StatusError)
    expect(readdirSync(folder).sort()).toEqual(['home', 'saved'])
  })
})
