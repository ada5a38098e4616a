/** A snapshot takes the place of a store, which is the old one or the new one at every instant. */
import { spawnSync } from 'node:child_process'
import { appendFile, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { restoreSnapshot, type Restored, settleRestore } from './restore.ts'
import { snapshotOf, writeSnapshotFile } from './snapshot-file.ts'
import { openStore } from './store.ts'
import { contents, del, json, put, temporaryFolder, write } from './testing.ts'
import { CompactedError } from './types.ts'

const NOW = Date.UTC(2026, 0, 2, 3, 4, 5)
const KEPT = 'etcd.before-restore-2026-01-02T03-04-05-000Z'

/** A store with a past, a snapshot of its state 'then', and what has been written since. */
async function world() {
  const root = await temporaryFolder()
  const directory = join(root, 'etcd')
  const file = join(root, 'saved')
  const store = await openStore({ directory, codec: json, segmentBytes: 4000 })
  for (let i = 0; i < 40; i++) await write(store, put(`k${i % 7}`, { text: '한'.repeat(50), i }), put(`once${i}`, i))
  await write(store, del('k3'))
  const then = contents(store)
  const saved = await writeSnapshotFile(file, snapshotOf(store, json))
  await write(store, del('k1'), put('k2', 'changed'))
  await write(store, put('later', 1))
  const now = contents(store)
  const last = store.revision
  await store.close()
  const open = async () => {
    await settleRestore(directory)
    const opened = await openStore({ directory, codec: json })
    const seen = { contents: contents(opened), revision: opened.revision, aside: opened.loadReport.setAside }
    return { opened, ...seen }
  }
  return { root, directory, file, then, now, last, saved, open }
}

describe('restoring', () => {
  it('brings back every key as it was, goes on above all revisions, and keeps the old folder', async () => {
    const { root, directory, file, then, last, saved, open, now } = await world()
    const restored = await restoreSnapshot({ file, directory, now: NOW })
    expect(restored).toEqual({ ...saved, goesOnAt: last + 1000, kept: join(root, KEPT) } satisfies Restored)
    expect((await stat(directory)).mode & 0o777).toBe(0o700)
    for (const name of await readdir(directory, { recursive: true })) expect((await stat(join(directory, name))).mode & 0o777, name).toBe(name === 'history' ? 0o700 : 0o600)
    const { opened, ...seen } = await open()
    expect(seen).toEqual({ contents: then, revision: last + 1000, aside: [] })
    // Whoever has seen the old state lists again.
    expect(() => opened.watch({ prefix: '', fromRevision: last + 1 }, () => undefined)).toThrow(CompactedError)
    expect((await write(opened, put('new', 1))).revision).toBe(last + 1001)
    await opened.close()
    const old = await openStore({ directory: join(root, KEPT), codec: json })
    expect(contents(old)).toEqual(now)
    await old.close()
  })
  it('what keys were before it is still told, and that they were put back', async () => {
    const { directory, file, open, last } = await world()
    await restoreSnapshot({ file, directory, now: NOW })
    const { opened } = await open()
    const past = async (key: string) => {
      const states: [unknown, number, boolean][] = []
      for await (const { value, revision, restored, complete } of opened.past(key)) {
        expect(complete).toBe(true)
        states.push([value, revision, restored])
      }
      return states
    }
    const put1 = await past('k1')
    expect(put1.slice(-3)).toEqual([[{ text: '한'.repeat(50), i: 36 }, expect.any(Number), false], [undefined, last - 1, false], [{ text: '한'.repeat(50), i: 36 }, last + 1000, true]])
    expect(put1).toHaveLength(8)
    expect((await past('k2')).slice(-2)).toEqual([['changed', last - 1, false], [{ text: '한'.repeat(50), i: 37 }, last + 1000, true]])
    expect(await past('later')).toEqual([[1, last, false], [undefined, last + 1000, true]])
    // What the restore did not change is not told again.
    expect(await past('once5')).toEqual([[5, expect.any(Number), false]])
    // Through compactions of the new log, and another restore.
    await write(opened, put('k1', 'after'))
    for (let i = 0; i < 300; i++) await write(opened, put('noise', 'x'.repeat(200)))
    const [, after] = [await opened.close(), await open()]
    await write(after.opened, put('k1', 'at last'))
    await after.opened.close()
    await restoreSnapshot({ file, directory, now: NOW + 1 })
    const again = await open()
    const states: unknown[] = []
    for await (const { value, restored } of again.opened.past('k1')) states.push([value, restored])
    expect(states.slice(-4)).toEqual([[{ text: '한'.repeat(50), i: 36 }, true], ['after', false], ['at last', false], [{ text: '한'.repeat(50), i: 36 }, true]])
    expect(again.opened.get('k1')?.value).toEqual({ text: '한'.repeat(50), i: 36 })
    await again.opened.close()
  })
  it('can be restored again, and into a place where nothing is', async () => {
    const { root, directory, file, then, open, saved } = await world()
    await restoreSnapshot({ file, directory, now: NOW })
    const second = await restoreSnapshot({ file, directory, now: NOW + 1 })
    expect(basename(second.kept ?? '')).toBe('etcd.before-restore-2026-01-02T03-04-05-001Z')
    await rm(directory, { recursive: true })
    expect(await restoreSnapshot({ file, directory, now: NOW + 2 })).toMatchObject({ kept: undefined, goesOnAt: saved.revision + 1000 })
    const { opened, contents: seen } = await open()
    expect(seen).toEqual(then)
    await opened.close()
    expect((await readdir(root)).filter((name) => name.startsWith('etcd')).sort()).toEqual(['etcd', KEPT, 'etcd.before-restore-2026-01-02T03-04-05-001Z'])
  })
  it('goes on above what a damaged store may have given out', async () => {
    const { directory, file, last } = await world()
    const segment = (await readdir(directory)).filter((name) => /^segment-\d+-\d+\.db$/.test(name)).sort().at(-1) ?? ''
    await appendFile(join(directory, segment), 'damaged\ndamaged\n{"torn')
    expect((await restoreSnapshot({ file, directory, now: NOW })).goesOnAt).toBe(last + 1002)
  })
  it.each(['cut', 'another'])('refuses a file that is not whole (%s), and changes nothing', async (how) => {
    const { root, directory, file, now, open } = await world()
    await writeFile(file, how === 'cut' ? (await readFile(file)).subarray(0, 3000) : 'kind: Pod\n')
    await expect(restoreSnapshot({ file, directory, now: NOW })).rejects.toThrow(how === 'cut' ? `${file} is cut off` : `${file} is no snapshot of Pilothouse.`)
    expect((await readdir(root)).sort()).toEqual(['etcd', 'saved'])
    const { opened, contents: seen } = await open()
    expect(seen).toEqual(now)
    await opened.close()
  })
})

const RESTORER = `
import { restoreSnapshot } from ${JSON.stringify(new URL('restore.ts', import.meta.url).href)}
const [file, directory, step] = process.argv.slice(1)
await restoreSnapshot({ file, directory, now: ${NOW}, before: (s) => { if (s === step) process.kill(process.pid, 'SIGKILL') } })`

describe('kill -9', () => {
  it.each([
    ['make', 'old'], ['copy', 'old'], ['footer', 'old'], ['keep the past', 'old'], ['complete', 'old'], ['keep the old', 'old'], ['take the new', 'new'], ['sync', 'new'], ['never', 'new'],
  ])('before the step "%s" leaves the %s state', async (step, state) => {
    const { root, directory, file, then, now, last, open } = await world()
    const ended = spawnSync(process.execPath, ['--input-type=module', '-e', RESTORER, file, directory, step], { encoding: 'utf8' })
    expect([ended.signal, ended.stderr]).toEqual([step === 'never' ? null : 'SIGKILL', ''])
    const { opened, contents: seen, revision, aside } = await open()
    expect([seen, revision, aside]).toEqual(state === 'old' ? [now, last, []] : [then, last + 1000, []])
    await opened.close()
    expect((await readdir(root)).sort()).toEqual(state === 'old' ? ['etcd', 'saved'] : ['etcd', KEPT, 'saved'])
    // And it can be begun again.
    expect((await restoreSnapshot({ file, directory, now: NOW + 5 })).goesOnAt).toBe(revision + 1000)
  })
  it('a half-made folder is not taken for a store, even where there is none', async () => {
    const { directory, open } = await world()
    await rm(directory, { recursive: true })
    await mkdir(`${directory}.new`)
    await writeFile(join(`${directory}.new`, 'snapshot.db.tmp'), 'x')
    const { opened, contents: seen } = await open()
    expect(seen).toEqual([])
    await opened.close()
  })
})
