/**
 * Lines that are few lie in all blocks: who asks for the newest thousand of a pod that hardly says anything would have thousands of blocks
 * unpacked. So behind each eight blocks of a segment stands one that holds again all lines of those groups (a source and a rank) of which
 * there is the least, as many groups as fit in a share of the text; and behind each eight of these, and at the segment's end, one of the
 * least of them all. A search reads such a block instead of those that it stands for, where these have no other groups that could match.
 */
import type { BlockRef } from './search/block-list.ts'
import type { Block, Few } from './segment-index.ts'

/** So many are taken together. */
export const TOGETHER = 8
/** Of the text of the blocks. A sixteenth holds what is one line of twenty. */
const NEAR_SHARE = 1 / 16
const FAR_SHARE = 1 / 1024

/** What the next one is to be made of. */
export interface FewPlan {
  readonly of: readonly (Block | Few)[]
  readonly from: number
  readonly end: number
  readonly far: boolean
  /** Of text, at most. */
  readonly bytes: number
  readonly others: readonly number[]
}
/** The lines of a source that have a rank. Ranks of a source stand beside each other. */
export const groupOf = (source: number, rank: number): number => source * 8 + rank
const endOf = (b: Block): number => b.layout.first + b.layout.count

/** undefined: none is due. @param full whether the segment gets no more blocks */
export function nextFew(first: number, blocks: readonly Block[], few: readonly Few[], full: boolean): FewPlan | undefined {
  const done = (far: boolean): number => few.reduce((end, f) => (f.far === far ? Math.max(end, f.end) : end), first)
  const nearDone = done(false)
  const left = blocks.filter((b) => b.layout.first >= nearDone).slice(0, TOGETHER)
  if (left.length === TOGETHER || (full && left.length > 1)) {
    const text = left.reduce((n, b) => n + b.layout.rawText, 0)
    return { of: left, from: (left[0] as Block).layout.first, end: endOf(left.at(-1) as Block), far: false, bytes: Math.floor(text * NEAR_SHARE), others: [] }
  }
  const farDone = done(true)
  const near = few.filter((f) => !f.far && f.from >= farDone).slice(0, TOGETHER)
  if (near.length < TOGETHER && !(full && near.length > 1)) return undefined
  const [from, end] = [(near[0] as Few).from, (near.at(-1) as Few).end]
  const text = blocks.reduce((n, b) => (b.layout.first >= from && b.layout.first < end ? n + b.layout.rawText : n), 0)
  return { of: near, from, end, far: true, bytes: Math.floor(text * FAR_SHARE), others: [...new Set(near.flatMap((f) => [...f.others]))] }
}

/** The groups of which there is the least, as many as fit. @param bytes of text, by group */
export function leastGroups(bytes: ReadonlyMap<number, number>, most: number): Set<number> {
  const chosen = new Set<number>()
  let sum = 0
  for (const [group, n] of [...bytes].sort((a, b) => a[1] - b[1] || a[0] - b[0])) {
    sum += n
    if (sum > most) break
    chosen.add(group)
  }
  return chosen
}

/**
 * What is to be read of a segment for lines of some groups: all its blocks, or some of these instead. @param possible whether lines of a group could match
 */
export function chooseFew(blocks: readonly Block[], few: readonly Few[], possible: (group: number) => boolean): readonly Block[] {
  const instead = few.filter((f) => !f.others.some(possible))
  if (!instead.length) return blocks
  // Those that stand for most first.
  const chosen: Few[] = []
  for (const far of [true, false]) for (const f of instead) if (f.far === far && !chosen.some((c) => c.from <= f.from && f.end <= c.end)) chosen.push(f)
  return [...blocks.filter((b) => !chosen.some((c) => c.from <= b.layout.first && b.layout.first < c.end)), ...chosen.filter((c) => c.inside.some(possible))]
}

/** As a job names it. */
export const blockRef = (path: string, b: Block): BlockRef => ({ at: { path, offset: b.offset, layout: b.layout }, sources: b.sources, minTime: b.minTime, maxTime: b.maxTime, first: b.layout.first, count: b.layout.count })
