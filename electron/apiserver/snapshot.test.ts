/** GET /snapshot: everything, for whoever may have everything. */
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ClusterRole } from '../../shared/api/types.ts'
import { restoreSnapshot } from '../etcd/restore.ts'
import { writeSnapshotFile } from '../etcd/snapshot-file.ts'
import { openStore } from '../etcd/store.ts'
import { bootstrapPolicy } from './auth/bootstrap-policy.ts'
import { storeCodec } from './encode.ts'
import { startWorld, type World } from './testing.ts'

const events: { requestURI: string; user: { username: string }; responseStatus: { code: number } }[] = []
let world: World
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'snapshot-'))
  world = await startWorld({ audit: { write: (line) => void events.push(JSON.parse(line) as never), written: async () => undefined }, authorizer: { authorize: ({ user }) => ({ allowed: user.name !== 'eve', reason: '' }) } })
})
afterAll(async () => {
  await world.close()
  await rm(folder, { recursive: true })
})
const streamOf = async (): Promise<Readable> => {
  const { raw } = await world.ask('GET', '/snapshot')
  if (raw.body.type !== 'stream') throw new Error(`not a stream but ${raw.body.type}`)
  return raw.body.stream
}

describe('GET /snapshot', () => {
  it('is a file that restores every object with its version', async () => {
    await world.ask('POST', '/api/v1/namespaces/default/secrets', { metadata: { name: 's', annotations: { 'a.b/c': '한글 "x"\n' } }, stringData: { p: 'geheim' } })
    const now = world.store.range('').kvs
    const file = join(folder, 'saved')
    expect(await writeSnapshotFile(file, await streamOf())).toMatchObject({ revision: world.store.revision, keys: now.length })
    await restoreSnapshot({ file, directory: join(folder, 'etcd'), now: 0 })
    const restored = await openStore({ directory: join(folder, 'etcd'), codec: storeCodec })
    expect(restored.range('').kvs).toEqual(now)
    await restored.close()
    expect(await readdir(folder)).toEqual(['etcd', 'saved'])
  })
  it('is written down by the audit log, also in process, and so is who is refused', async () => {
    events.length = 0
    ;(await streamOf()).destroy()
    await world.server.handle({ method: 'GET', path: '/snapshot/', query: new URLSearchParams(), headers: {}, signal: new AbortController().signal, user: { name: 'dashboard', groups: [] }, inProcess: true })
    expect((await world.ask('GET', '/snapshot', undefined, {}, { name: 'eve', groups: [] })).body).toMatchObject({ reason: 'Forbidden', message: 'forbidden: User "eve" cannot get path "/snapshot"' })
    expect(events.map((e) => [e.requestURI, e.user.username, e.responseStatus.code])).toEqual([['/snapshot', 'admin', 200], ['/snapshot/', 'dashboard', 200], ['/snapshot', 'eve', 403]])
  })
  it.each([['HEAD', '/snapshot', 200], ['POST', '/snapshot', 405], ['GET', '/snapshot/x', 404]])('%s %s is %d', async (method, path, status) => expect((await world.ask(method, path)).status).toBe(status))
  it('is in no role of the policy but the administrator\'s', () => {
    const roles = bootstrapPolicy().filter((o): o is ClusterRole => o.kind === 'ClusterRole')
    const may = roles.filter((r) => r.rules?.some((rule) => rule.nonResourceURLs?.some((url) => url === '*' || '/snapshot'.startsWith(url.replace(/\*$/, '')) && (url.endsWith('*') || url === '/snapshot'))))
    expect(may.map((r) => r.metadata.name)).toEqual(['cluster-admin'])
  })
})
