import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest'
import { predicateOf } from '../../../shared/logs/match.ts'
import { parseQuery } from '../../../shared/logs/query.ts'
import type { LogSource } from '../../../shared/logs/types.ts'
import { encodeBlock, FIXED, readLayout, summary, type BlockLayout } from '../block-file.ts'
import { ColumnsBuilder } from '../columns.ts'
import { readFrames, type Frame } from '../frames.ts'
import { BlockList, packBlocks, type BlockRef } from './block-list.ts'
import { BlockTexts } from './block-texts.ts'
import type { Found, SearchJob } from './jobs.ts'
import { runJob } from './run.ts'

const sources = ['p0', 'p1', 'p2', 'p3'].map((pod): LogSource => ({ stream: 'stdout', namespace: 'n', pod, podUid: '', container: 'c', node: '', restart: 0, workload: '', labels: {} }))
/** 100 KB of each of four pods, one line after the other; every fiftieth is a warning, of other letters. */
const lines = Array.from({ length: 2_000 }, (_, i) => {
  const warns = i % 50 === 7
  return { id: i + 1, time: i, rank: warns ? 4 : 3, source: sources[i % 4] as LogSource, text: `${warns ? 'größe' : 'calm'} ${i}${i % 90 ? '' : ' zebra'} ${'x'.repeat(180)}` }
})
const folder = mkdtempSync(join(tmpdir(), 'block-texts-'))
afterAll(() => rmSync(folder, { recursive: true }))
afterEach(() => { vi.restoreAllMocks() })

const built = new ColumnsBuilder(1, 1_000)
for (const [i, l] of lines.entries()) built.add(l.time, 0, i % 4, l.rank, l.text)
const { bytes } = encodeBlock('d', built.view, { ...summary(built.view, sources), positions: {} })
const layout = readLayout(Buffer.from(bytes)) as BlockLayout
const at = FIXED + layout.header + layout.filter + layout.columns
const frames = readFrames(Buffer.from(bytes.subarray(at, at + layout.text)), layout.rawText) as readonly Frame[]

/** On disk, but for the frames that are damaged; all with sources that may match. */
function block(name: string, damaged: readonly number[] = []): BlockRef {
  const path = join(folder, name)
  const copy = Buffer.from(bytes)
  for (const n of damaged) copy.fill(0xff, at + (frames[n] as Frame).at, at + (frames[n] as Frame).at + 20)
  writeFileSync(path, copy)
  return new BlockList(packBlocks([{ at: { path, offset: 0, layout }, sources: [0, 1, 2, 3], minTime: 0, maxTime: lines.length, first: 1, count: lines.length }])).at(0)
}
/** Ids, oldest first, and the frames that were asked for. */
function search(of: BlockRef, query: string, limit = 10_000): { ids: number[]; texts: string[]; asked: number[] } {
  const spy = vi.spyOn(BlockTexts.prototype, 'frame')
  const job: SearchJob = { kind: 'search', ast: parseQuery(query), now: 0, sources: new Map(sources.entries()), blocks: packBlocks([of]), order: 'oldest', limit }
  const steps = runJob(job)
  const found: Found[] = []
  for (;;) {
    const { value, done } = steps.next()
    if (value) found.push(value)
    if (done) break
  }
  const entries = found.flatMap((f) => (f.kind === 'search' ? f.entries : []))
  return { ids: entries.map((e) => e.id), texts: entries.map((e) => e.text), asked: [...new Set(spy.mock.calls.map(([n]) => n))].sort((a, b) => a - b) }
}
const fit = (query: string): typeof lines => lines.filter(predicateOf(parseQuery(query), 0))
const last = frames.length - 1

describe('the texts of a block of several frames', () => {
  const whole = block('whole')
  it.each<[string, number[]]>([
    ['', [0, 1, 2, 3, last]], ['pod:p0', [0]], ['pod:p1', [0, 1, last]], ['pod:p3 level:info', [2, 3]], ['level>=warn', [last]], ['zebra', [0, 1, 2, 3, last]], ['pod:p0 level:info zebra', [0]], ['level>=warn größe', [last]], ['pod:p1 /calm \\d*5 x/', [0, 1, last]],
    ['pod:p2 OR zebra', [0, 1, 2, 3, last]], ['-calm', [0, 1, 2, 3, last]], ['pod:nobody', []],
  ])('%j: its lines are found, and their frames alone are unpacked', (query, asked) => {
    expect(frames.length).toBe(4)
    const found = search(whole, query)
    expect(found.ids).toEqual(fit(query).map((l) => l.id))
    expect(found.texts).toEqual(fit(query).map((l) => l.text))
    expect(found.asked).toEqual([...new Set(asked)])
  })
  it('of a few lines those frames alone are unpacked in which they are', () => {
    expect(search(whole, 'level:info', 1)).toMatchObject({ ids: [1], asked: [0] })
  })
  it.each(['zebra', '', 'pod:p2 OR zebra'])('are given by id, however they stand, as many as are wanted: %j', (query) => {
    const ids = fit(query).map((l) => l.id)
    for (const after of [0, ids[3] as number, ids[3] as number + 1]) {
      const steps = runJob({ kind: 'scan', ast: parseQuery(query), now: 0, sources: new Map(sources.entries()), blocks: packBlocks([whole]), after, limit: 10, bytes: 1e6 })
      const wanted = ids.filter((id) => id > after).slice(0, 10)
      const { value } = steps.next()
      expect(value).toMatchObject({ kind: 'scan', last: wanted.at(-1), full: true })
      expect(value?.kind === 'scan' && value.entries.map((e) => [e.id, e.text])).toEqual(wanted.map((id) => [id, lines[id - 1]?.text]))
    }
  })
  it('are passed over where a frame is damaged, and the others answer', () => {
    const damaged = block('damaged', [1])
    const start = (frames[1] as Frame).start
    const end = start + (frames[1] as Frame).raw
    const order = [...lines].sort((a, b) => a.rank - b.rank || sources.indexOf(a.source) - sources.indexOf(b.source) || a.id - b.id)
    let byte = 0
    const lost = new Set(order.flatMap((l) => { const from = byte; byte += Buffer.byteLength(l.text) + 1; return from >= start && from < end ? [l.id] : [] }))
    expect(lost.size).toBeGreaterThan(400)
    for (const query of ['', 'zebra', 'pod:p1', 'pod:p2 OR zebra', '-größe', 'pod:p0', 'level>=warn']) expect(search(damaged, query).ids, query).toEqual(fit(query).filter((l) => !lost.has(l.id)).map((l) => l.id))
    expect(search(block('none', [0, 1, 2, 3]), '').ids).toEqual([])
  })
})
