import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { parseQuery } from '../../../shared/logs/query.ts'
import type { LogSource } from '../../../shared/logs/types.ts'
import { encodeBlock, FIXED, readLayout, summary } from '../block-file.ts'
import { bestCodec } from '../codec.ts'
import { ColumnsBuilder } from '../columns.ts'
import { BlockReader } from './block-reader.ts'
import { BlockSearch } from './block-search.ts'
import { BlockList, packBlocks, type BlockRef } from './block-list.ts'

const source: LogSource = { stream: 'stdout', namespace: 'n', pod: 'p', podUid: '', container: 'c', node: '', restart: 0, workload: '', labels: {} }
const folder = mkdtempSync(join(tmpdir(), 'block-search-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** A block on disk, as a job names it: a thousand lines with ids, in some of which there are words. */
function block(name: string, codec: 'z' | 'd', change: (bytes: Uint8Array, filterAt: number, filterEnd: number) => void = () => undefined): BlockRef {
  const lines = new ColumnsBuilder(1, 1_000)
  for (let i = 0; i < 1_000; i++) lines.add(i, 0, 0, 3, `GET /api/cart 200 ${i % 97}ms id=${((i * 2_654_435_761) % 2 ** 32).toString(16).padStart(8, '0')}`)
  lines.add(1_000, 0, 0, 5, 'upstream Connection refused after deadbeef')
  const { bytes } = encodeBlock(codec, lines.view, { ...summary(lines.view, [source]), positions: {} })
  const layout = readLayout(Buffer.from(bytes))
  if (!layout) throw new Error('no block')
  expect([layout.words, layout.few]).toEqual([true, false])
  change(bytes, FIXED + layout.header, FIXED + layout.header + layout.filter)
  const path = join(folder, name)
  writeFileSync(path, bytes)
  // As it comes to the thread.
  return new BlockList(packBlocks([{ at: { path, offset: 0, layout }, sources: [0], minTime: 0, maxTime: 1_000, first: 1, count: lines.count }])).at(0)
}
const mayMatch = (b: BlockRef, query: string): boolean => {
  const reader = new BlockReader()
  try {
    return new BlockSearch({ ast: parseQuery(query), now: 0, sources: new Map([[0, source]]), blocks: packBlocks([]) }).mayMatch(reader, b)
  } finally {
    reader.close()
  }
}
const TABLE: [string, boolean][] = [
  ['/\\b(dead|beef|cafe)[a-f]{4}\\b/', true], ['/\\b(bead|feed|cafe)[a-f]{4}\\b/', false], ['/connection (refused|reset)/i', true], ['/(dropped|reset) by peer/', false], ['-/(dropped|reset) by peer/', true],
  ['/(dropped|reset) by peer/ OR refused', true], ['refused', true], ['zebrafish', false], ['/f{5}/', false], ['level:error /(GET|POST) .*cart/', true], ['/[0-9]{3}ms/', true],
]

describe('a block is not read of which its filter and its words say that no line fits', () => {
  for (const codec of ['d', bestCodec] as const) {
    const whole = block(`whole-${codec}`, codec)
    it.each(TABLE)(`${codec}: %s: %s`, (query, may) => expect(mayMatch(whole, query)).toBe(may))
  }
  it.each<[string, (bytes: Uint8Array, at: number, end: number) => void]>([
    ['whose words are damaged', (bytes, _at, end) => bytes.fill(0xff, end - 60, end - 8)], ['the number of whose words is', (bytes, _at, end) => bytes.fill(0xff, end - 8, end)], ['the number of whose words is nothing', (bytes, _at, end) => bytes.fill(0, end - 8, end)],
  ])('one %s is', (name, change) => expect(mayMatch(block(name, 'd', change), '/(dropped|resets)/')).toBe(true))
})
