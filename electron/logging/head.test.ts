import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { LogSource } from '../../shared/logs/types.ts'
import { encodeBlock, FIXED, summary } from './block-file.ts'
import { markedText, plainTextOf } from './columns.ts'
import { Head } from './head.ts'
import { SegmentFiles } from './segment-files.ts'
import { SourceTable } from './sources.ts'

const source = (pod: string): LogSource => ({ stream: 'stdout', namespace: 'n', pod, podUid: '', container: 'c', node: '', restart: 0, workload: '', labels: {} })
const texts = (head: Head): string[] => Array.from({ length: head.columns.count }, (_, i) => `${head.sources[head.columns.sources[i] as number]?.pod} ${markedText(head.columns, i, plainTextOf(head.columns, i))}`)

describe('a journal', () => {
  it('cut at any byte has the frames that were whole, with their lines, sources and positions, and no part of others', () => {
    const head = new Head('', 1, 1_000)
    const frames: { bytes: Buffer; lines: string[]; position: unknown }[] = []
    for (let i = 0; i < 6; i++) {
      head.add(source(`p${i % 3}`), i, 0, 0, `grüße \u001b[1m${i}\u001b[0m`)
      if (i % 2) head.add(source('q'), i, 5, 3, `and ${i}`)
      head.move('o', i)
      const frame = head.frame()
      frame.done()
      frames.push({ bytes: frame.bytes, lines: texts(head), position: i })
    }
    const all = Buffer.concat(frames.map((f) => f.bytes))
    for (let at = 0; at <= all.length; at++) {
      let end = 0
      const whole = frames.filter((f) => (end += f.bytes.length) <= at)
      const read = new Head('', 1, 1_000)
      expect(read.recover(all.subarray(0, at))).toBe(whole.reduce((n, f) => n + f.bytes.length, 0))
      expect(texts(read)).toEqual(whole.at(-1)?.lines ?? [])
      expect(read.positions['o']).toBe(whole.at(-1)?.position)
    }
  })

  it('says again what it moved when a frame could not be written', () => {
    const head = new Head('', 1, 100)
    head.add(source('p'), 1, 0, 0, 'x')
    head.move('o', 1)
    head.frame().failed()
    expect(head.unflushed).toBe(true)
    head.move('p', 2)
    const again = head.frame()
    again.done()
    const read = new Head('', 1, 100)
    read.recover(again.bytes)
    expect([texts(read), read.positions]).toEqual([['p x'], { o: 1, p: 2 }])
    expect(head.unflushed).toBe(false)
  })
})

describe('a segment', () => {
  it('cut at any place has the blocks that were whole, and is written on behind them', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'segment-'))
    try {
      const blocks = await Promise.all([0, 1, 2].map(async (n) => {
        const head = new Head('', 1 + n * 2, 100)
        head.add(source(`p${n}`), n, 0, 0, 'a')
        head.add(source(`p${n}`), n, 1, 0, 'b')
        const header = { ...summary(head.columns.snapshot(), head.sources), positions: { o: n } }
        return { ...encodeBlock('d', head.columns.snapshot(), header), header }
      }))
      const all = Buffer.concat(blocks.map((b) => b.bytes))
      const path = join(directory, `${'1'.padStart(16, '0')}.seg`)
      // Each byte of a beginning is judged by itself, and each edge of a part; of what lies between, which the checksum alone judges, a few.
      const edges = blocks.flatMap(({ layout: l }, n) => {
        const start = blocks.slice(0, n).reduce((sum, b) => sum + b.bytes.length, 0)
        return [0, l.header, l.filter, l.columns, l.text].map((_, i, sizes) => start + FIXED + sizes.slice(0, i + 1).reduce((a, b) => a + b, 0))
      })
      const places = Array.from({ length: all.length + 1 }, (_, at) => at).filter((at) => at === 0 || at % 23 === 0 || at === all.length || edges.some((e, i) => at >= e - (i % 5 === 0 ? FIXED : 1) - 1 && at <= e + 1))
      for (const at of places) {
        let end = 0
        const whole = blocks.filter((b) => (end += b.bytes.length) <= at)
        await writeFile(path, all.subarray(0, at))
        const files = new SegmentFiles(directory, 1e6, new SourceTable())
        await files.open()
        expect(files.list[0]?.blocks?.map((b) => b.layout.first)).toEqual(whole.map((b) => b.layout.first))
        expect([files.next, files.bytes, files.positions['o']]).toEqual([1 + whole.length * 2, whole.reduce((n, b) => n + b.bytes.length, 0), whole.at(-1)?.header.positions.o])
      }
      await truncate(path, all.length - 1)
      const files = new SegmentFiles(directory, 1e6, new SourceTable())
      await files.open()
      const [, , last] = blocks as [unknown, unknown, (typeof blocks)[number]]
      await files.append(last.bytes, last.layout, last.header, 0)
      await files.close()
      expect(await readFile(path)).toEqual(all)
    } finally {
      await rm(directory, { recursive: true })
    }
  })
})
