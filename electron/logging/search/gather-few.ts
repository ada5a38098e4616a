/** Gathers the lines that blocks have few of into one (few.ts): which groups those are is seen from the columns, then their texts are read. */
import type { LogSource } from '../../../shared/logs/types.ts'
import { encodeBlock, summary, type BlockHeader } from '../block-file.ts'
import { columnsOf, ColumnsBuilder, free, idOf, textStart } from '../columns.ts'
import { groupOf, leastGroups } from '../few.ts'
import { BlockList } from './block-list.ts'
import type { BlockReader } from './block-reader.ts'
import type { Found, FewJob } from './jobs.ts'

export function* gatherFew(job: FewJob, reader: BlockReader): Generator<undefined, Found> {
  const list = new BlockList(job.blocks)
  const bytes = new Map<number, number>()
  for (let n = 0; n < list.length; n++) {
    const block = list.at(n)
    // One that is damaged has no lines, here as for who searches.
    const c = reader.rows(block)
    for (let i = 0; c && i < c.count; i++) {
      const group = groupOf(block.sources[c.sources[i] as number] as number, c.ranks[i] as number)
      bytes.set(group, (bytes.get(group) ?? 0) + (c.ends[i] as number) - textStart(c, i) + 1)
    }
    reader.release()
    yield undefined
  }
  const others = new Set(job.others)
  const chosen = leastGroups(new Map([...bytes].filter(([group]) => !others.has(group))), job.bytes)
  for (const group of bytes.keys()) if (!chosen.has(group)) others.add(group)

  const places = new Map<number, number>()
  const sources: LogSource[] = []
  const place = (source: number): number => {
    let at = places.get(source)
    if (at === undefined) places.set(source, (at = sources.push(job.sources.get(source) as LogSource) - 1))
    return at
  }
  const lines = new ColumnsBuilder(job.from, job.bytes)
  const ids: number[] = []
  for (let n = 0; n < list.length && chosen.size; n++) {
    const block = list.at(n)
    const texts = reader.texts(block)
    const c = reader.rows(block)
    for (let i = 0; c && i < c.count; i++) {
      const source = block.sources[c.sources[i] as number] as number
      if (!chosen.has(groupOf(source, c.ranks[i] as number))) continue
      const start = textStart(c, i)
      const text = texts.at(start)
      if (!text) continue
      // The next line may be of another frame, and the one behind that of this.
      texts.keep()
      lines.copy(c, i, place(source), text.part(start, c.ends[i] as number))
      ids.push(idOf(c, i))
    }
    reader.release()
    yield undefined
  }
  const columns = { ...lines.view, ids: Float64Array.from(ids) }
  const local = (group: number): number => groupOf(place(Math.floor(group / 8)), group % 8)
  const few = { from: job.from, end: job.end, far: job.far, inside: [...chosen].map(local), others: [...others].map(local) }
  // By now all are named.
  const header: BlockHeader = { ...summary(columns, sources), ...(columns.count ? {} : { minTime: 0, maxTime: 0 }), positions: {}, few }
  const { bytes: made, layout } = encodeBlock(job.codec, columns, header)
  for (const part of columnsOf(lines)) free(part)
  return { kind: 'seal', bytes: made, layout, header }
}
