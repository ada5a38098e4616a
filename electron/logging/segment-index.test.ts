import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { LogSource } from '../../shared/logs/types.ts'
import { encodeBlock, FIXED, summary } from './block-file.ts'
import { Head } from './head.ts'
import { SegmentFiles } from './segment-files.ts'
import { SourceTable } from './sources.ts'

const source = (pod: string): LogSource => ({ stream: 'stdout', namespace: 'n', pod, podUid: '', container: 'c', node: '', restart: 0, workload: '', labels: { app: pod } })

describe('the index of a segment', () => {
  let directory: string
  let path: string
  let current: Buffer
  /** As it was before there was one of its own form. */
  let first: Buffer
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'segment-index-'))
    const files = new SegmentFiles(directory, 1, new SourceTable())
    await files.open()
    const beginnings: Uint8Array[] = []
    for (let n = 0; n < 2; n++) {
      const head = new Head('', 1 + n * 2, 300)
      head.add(source(`p${n}`), 5 + n, 0, 3, n ? 'a' : `alpha${' '.repeat(200)}`)
      head.add(source('q'), 9 + n, 1, 5 + n, 'b')
      const header = { ...summary(head.columns.snapshot(), head.sources), positions: {} }
      const block = encodeBlock('d', head.columns.snapshot(), header)
      if (n === 0) beginnings.push(block.bytes.subarray(0, FIXED + block.layout.header))
      await files.append(block.bytes, block.layout, header, 0)
    }
    await files.close()
    path = join(directory, (await readdir(directory)).find((f) => f.endsWith('.idx')) as string)
    current = await readFile(path)
    first = Buffer.concat(beginnings)
  })
  afterAll(() => rm(directory, { recursive: true }))

  const forms = (): [string, Buffer | undefined][] => [
    ['its own form', current], ['its earlier form', first], ['none', undefined], ['one cut off', current.subarray(0, current.length - 3)], ['one of something else', Buffer.from('PHI2zwhat')], ['an empty one', Buffer.alloc(0)],
  ]
  it('tells of blocks what the segment itself tells, in its own form, in its earlier one, and where it is damaged or gone', async () => {
    for (const [name, data] of forms()) {
      await (data ? writeFile(path, data) : rm(path, { force: true }))
      const table = new SourceTable()
      const files = new SegmentFiles(directory, 1, table)
      await files.open()
      await files.load()
      const told = files.list.map((s) => s.blocks?.map((b) => ({ first: b.layout.first, offset: b.offset, words: b.layout.words, pods: Array.from(b.sources, (id) => table.all[id]?.pod), ranks: b.ranks, times: [b.minTime, b.maxTime] })))
      expect(told, name).toEqual([
        [{ first: 1, offset: 0, words: true, pods: ['p0', 'q'], ranks: (1 << 3) | (1 << 5), times: [5, 9] }],
        [{ first: 3, offset: 0, words: false, pods: ['p1', 'q'], ranks: (1 << 3) | (1 << 6), times: [6, 10] }],
      ])
    }
  })
})
