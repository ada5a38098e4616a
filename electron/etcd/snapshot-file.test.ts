import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { encodeFooter, encodeRecord, lineOf } from './record.ts'
import { SnapshotError, snapshotOf, verifySnapshot, writeSnapshotFile } from './snapshot-file.ts'
import { openStore } from './store.ts'
import { json, put, temporaryFolder, write } from './testing.ts'

const entry = (key: string, revision = 5): string => lineOf(encodeRecord({ revision, operations: [{ key, createRevision: 2, version: 1, text: '{"한글":"a$.b"}' }] }, key))
const footer = (revision: number, keys: number): string => lineOf(encodeFooter({ revision, keys }))
const file = (...lines: string[]): string => lines.map((line) => `${line}\n`).join('')
const good = file(entry('a'), entry('b', 7), footer(9, 2))

async function fileOf(content: string): Promise<string> {
  const path = join(await temporaryFolder(), 'cluster.snapshot')
  await writeFile(path, content)
  return path
}

describe('what is wrong with a file', () => {
  it('is nothing when it is whole', async () => {
    expect(await verifySnapshot(await fileOf(good))).toEqual({ revision: 9, keys: 2, bytes: Buffer.byteLength(good) })
    expect(await verifySnapshot(await fileOf(file(footer(1, 0))))).toMatchObject({ revision: 1, keys: 0 })
  })
  it.each([
    ['nothing in it', '', /is empty\.$/],
    ['text of another kind', 'apiVersion: v1\nkind: Pod\n', /is no snapshot of Pilothouse\.$/],
    ['less than a line', '{"_i', /is no snapshot of Pilothouse\.$/],
    ['no footer', file(entry('a'), entry('b')), /is cut off: it has no end\.$/],
    ['a torn line', good.slice(0, good.indexOf('\n') + 40), /is cut off: it has no end\.$/],
    ['a torn footer', good.slice(0, -3), /is cut off/],
    ['one byte too few', good.slice(0, -1), /is cut off/],
    ['a changed byte', good.replace(/"o":"(.)/, (_all, c: string) => `"o":"${c === 'W' ? 'X' : 'W'}`), /is damaged: a line is not as written \(bad checksum\)\.$/],
    ['a changed key', good.replace('0005a"', '0005c"'), /bad checksum/],
    ['two changed lines', good.replaceAll('"c":"', '"c":"0'), /3 lines are not as written/],
    ['a lost line', file(entry('a'), footer(9, 2)), /it should hold 2 objects and holds 1\.$/],
    ['a line twice', file(entry('a'), entry('a'), footer(9, 2)), /its lines are of another order/],
    ['another order', file(entry('b'), entry('a'), footer(9, 2)), /its lines are of another order/],
    ['lines behind the footer', file(entry('a'), footer(9, 2), entry('b')), /is cut off/],
    ['a younger line than the footer', file(entry('a', 10), footer(9, 1)), /its lines are of another order/],
    ['a transaction of the log', file(lineOf(encodeRecord({ revision: 3, operations: [{ key: 'a', createRevision: 0, version: 0, text: undefined }] })), footer(9, 1)), /its lines are of another order/],
  ])('%s', async (_what, content, why) => {
    const path = await fileOf(content)
    await expect(verifySnapshot(path)).rejects.toThrow(SnapshotError)
    await expect(verifySnapshot(path)).rejects.toThrow(why)
    await expect(verifySnapshot(path, 'That')).rejects.toThrow(/^That is /)
  })
  it('may be that it is not there, or a folder', async () => {
    const folder = await temporaryFolder()
    await expect(verifySnapshot(join(folder, 'none'))).rejects.toThrow(`There is no file ${join(folder, 'none')}.`)
    await expect(verifySnapshot(folder)).rejects.toThrow(`${folder} is a folder; name a file.`)
  })
})

describe('saving', () => {
  it('is of one instant, whatever is written while it is read', async () => {
    const directory = await temporaryFolder()
    const store = await openStore({ directory: join(directory, 'etcd'), codec: json })
    await write(store, ...Array.from({ length: 300 }, (_, i) => put(`k${i}`, { first: 'x'.repeat(2000) })))
    const pieces = snapshotOf(store, json)
    const first = await pieces.next()
    await write(store, put('k299', 'second'), put('new', 1))
    const rest: Buffer[] = []
    for await (const piece of pieces) rest.push(piece)
    expect(rest.length).toBeGreaterThan(5)
    const path = join(directory, 'saved')
    const facts = await writeSnapshotFile(path, (async function* () { yield first.value as Buffer; yield* rest })())
    expect(facts).toMatchObject({ revision: 2, keys: 300 })
    const text = (await readFile(path, 'utf8')).split('\n').filter(Boolean).map((line) => Buffer.from((JSON.parse(line) as { o: string }).o, 'base64').toString())
    expect(text.filter((t) => t.includes('first'))).toHaveLength(300)
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    await store.close()
  })
  it('replaces a file when it is whole, and leaves the old one and nothing else when it is not', async () => {
    const folder = await temporaryFolder()
    const path = join(folder, 'saved')
    await writeFile(path, 'old')
    const pieces = async function* (text: string, broken = false) {
      yield Buffer.from(text)
      if (broken) throw new Error('the connection was lost')
    }
    await expect(writeSnapshotFile(path, pieces(good.slice(0, 200), true))).rejects.toThrow('the connection was lost')
    await expect(writeSnapshotFile(path, pieces(good.slice(0, 200)))).rejects.toThrow('What was received is cut off')
    expect([await readdir(folder), await readFile(path, 'utf8')]).toEqual([['saved'], 'old'])
    await writeSnapshotFile(path, pieces(good))
    expect([await readdir(folder), await readFile(path, 'utf8')]).toEqual([['saved'], good])
  })
  it('says where nothing can be written', async () => {
    const folder = await temporaryFolder()
    await mkdir(join(folder, 'sub'))
    const none = async function* (): AsyncGenerator<Buffer> { yield Buffer.from(good) }
    await expect(writeSnapshotFile(join(folder, 'sub'), none())).rejects.toThrow('is a folder; name a file.')
    await expect(writeSnapshotFile(join(folder, 'gone', 'x'), none())).rejects.toThrow(`There is no folder ${join(folder, 'gone')}.`)
  })
})
