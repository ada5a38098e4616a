import { mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { snapshotName, segmentName } from './files.ts'
import { History } from './history.ts'
import { encodeFooter, encodeRecord, lineOf } from './record.ts'
import { openStore } from './store.ts'
import { del, json, put, temporaryFolder, write } from './testing.ts'
import type { PastValue, Store } from './types.ts'

async function all<T>(values: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = []
  for await (const value of values) list.push(value)
  return list
}
const past = async (store: Store<unknown>, key: string): Promise<PastValue<unknown>[]> => all(store.past(key))
const folder = (directory: string): Promise<string[]> => readdir(join(directory, 'history')).catch(() => [])
const OPTIONS = { codec: json, segmentBytes: 4000 }
/** Makes so much that is dead that the log is compacted more than once. */
const churn = async (store: Store<unknown>, writes = 200): Promise<void> => { for (let i = 0; i < writes; i++) await write(store, put('noise', 'x'.repeat(200))) }

describe('the past of a key', () => {
  it('is all of its states, through compactions, restarts, deletion and a new life', async () => {
    const directory = await temporaryFolder()
    const expected: [unknown, number][] = []
    let store = await openStore({ ...OPTIONS, directory })
    const step = async (value: unknown): Promise<void> => {
      const r = await write(store, value === undefined ? del('a/key') : put('a/key', value))
      expected.push([value, r.revision])
      await churn(store)
    }
    for (const value of [{ n: 1 }, { n: 2, 'dotted.name': 'ü' }, undefined, { n: 3 }]) await step(value)
    await store.close()
    store = await openStore({ ...OPTIONS, directory })
    await step({ n: 4 })
    expect((await past(store, 'a/key')).map((s) => [s.value, s.revision])).toEqual(expected)
    expect((await past(store, 'a/key')).map((s) => [s.version, s.complete])).toEqual([[1, true], [2, true], [0, true], [1, true], [2, true]])
    expect((await folder(directory)).length).toBeGreaterThan(3)
    expect(await past(store, 'a/ke')).toEqual([])
    expect(await past(store, 'a/keyy')).toEqual([])
    await store.close()
  })

  it('is found wherever in a transaction it stands', async () => {
    const store = await openStore({ ...OPTIONS, directory: await temporaryFolder() })
    const keys = Array.from({ length: 12 }, (_, i) => `k/${'x'.repeat(i)}/${i}`)
    for (const value of [1, 2]) await write(store, ...keys.map((key) => put(key, value)))
    for (const key of keys) expect((await past(store, key)).map((s) => s.value), key).toEqual([1, 2])
    await store.close()
  })

  it('begins with what is kept, and says that there was more', async () => {
    const directory = await temporaryFolder()
    const store = await openStore({ ...OPTIONS, directory, retention: { bytes: 12_000, milliseconds: 3600_000 } })
    for (let i = 0; i < 3; i++) {
      await write(store, put('k', i))
      await churn(store)
    }
    const states = await past(store, 'k')
    expect(states.at(0)).toMatchObject({ complete: false })
    expect(states.at(-1)).toMatchObject({ value: 2, version: 3 })
    const now = store.get('k')
    await store.keepPast({ bytes: 0, milliseconds: 0 })
    expect(await folder(directory)).toEqual([])
    expect((await past(store, 'k')).at(-1)).toMatchObject({ value: 2, revision: now?.modRevision })
    await store.close()
  })

  it('is read while the log is written and compacted', async () => {
    const store = await openStore({ ...OPTIONS, directory: await temporaryFolder() })
    await write(store, put('k', 'first'))
    let over = false
    const writing = churn(store, 600).then(() => { over = true })
    let reads = 0
    for (; !over; reads++) expect((await past(store, 'k')).map((s) => s.value)).toEqual(['first'])
    await writing
    expect(reads).toBeGreaterThan(1)
    await store.close()
  })
})

describe('the folder of the history', () => {
  const record = (revision: number, value: unknown, suffix = ''): string => `${lineOf(encodeRecord({ revision, operations: [value === undefined ? { key: 'k', createRevision: 0, version: 0, text: undefined } : { key: 'k', createRevision: 2, version: revision - 1, text: JSON.stringify(value) }] }, suffix))}\n`
  async function filled(directory: string, files: Record<string, string>): Promise<void> {
    await mkdir(join(directory, 'history'))
    for (const [name, text] of Object.entries(files)) await writeFile(join(directory, 'history', name), text)
  }
  const statesOf = async (history: History): Promise<[number, string | undefined][]> => (await all(history.states('k', () => []))).map((s) => [s.revision, s.text])

  it('a snapshot that holds a younger state than itself does not come before the log', async () => {
    const directory = await temporaryFolder()
    await filled(directory, { [segmentName(1, 2)]: record(2, 'a'), [snapshotName(3)]: record(5, 'c', 'k') + `${lineOf(encodeFooter({ revision: 3, keys: 1 }))}\n`, [segmentName(2, 4)]: record(4, 'b') + record(5, 'c') + record(6, undefined) })
    expect(await statesOf(new History(directory, () => undefined))).toEqual([[2, '"a"'], [4, '"b"'], [5, '"c"'], [6, undefined]])
  })
  it('what is damaged is passed over and told of', async () => {
    const directory = await temporaryFolder()
    const told: unknown[] = []
    await filled(directory, { [segmentName(1, 2)]: record(2, 'a').replace('"c":"', '"c":"0') + record(3, 'b') + record(4, 'torn').slice(0, -9) })
    expect(await statesOf(new History(directory, (message) => told.push(message)))).toEqual([[3, '"b"']])
    expect(told).toHaveLength(1)
  })
  it('goes by the row: a snapshot with what stands behind it, when it is too old', async () => {
    const directory = await temporaryFolder()
    const footer = (revision: number): string => `${lineOf(encodeFooter({ revision, keys: 0 }))}\n`
    await filled(directory, { [segmentName(1, 2)]: record(2, 'a'), [snapshotName(2)]: footer(2), [segmentName(2, 3)]: record(3, 'b'), [snapshotName(3)]: footer(3), [segmentName(3, 4)]: record(4, 'c') })
    const age = (name: string, seconds: number): Promise<void> => utimes(join(directory, 'history', name), 1000 - seconds, 1000 - seconds)
    await age(segmentName(1, 2), 90)
    await age(snapshotName(2), 80)
    await age(segmentName(2, 3), 40)
    await age(snapshotName(3), 80)
    await age(segmentName(3, 4), 80)
    const history = new History(directory, () => undefined, { bytes: 1e9, milliseconds: 60_000 }, () => 1_000_000)
    await history.prune()
    // The row behind is older than it should be, but it is not the first one.
    expect(await folder(directory)).toEqual([segmentName(2, 3), segmentName(3, 4), snapshotName(2), snapshotName(3)])
    await history.setLimits({ bytes: (await readFile(join(directory, 'history', segmentName(3, 4)))).length + footer(3).length, milliseconds: 60_000 * 60 })
    expect(await folder(directory)).toEqual([segmentName(3, 4), snapshotName(3)])
  })
})
