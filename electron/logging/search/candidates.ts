/** Where in the texts of a block lines may match. The texts stand in another order than the lines (../arrange.ts). */
import type { Rows } from '../columns.ts'
import type { BlockTexts, Place } from './block-texts.ts'

/** Of a frame, in the order of the texts. */
export interface Candidates {
  readonly frame: Place
  /** Lines that hold one of these bytes alone can match; absent: all lines of the frame can. */
  readonly places?: readonly number[]
}

/** The line whose text is the nth. */
export const lineOf = (rows: Rows, nth: number): number => (rows.order ? (rows.order[nth] as number) : nth)

/** Each line once. */
export function eachCandidate(rows: Rows, candidates: readonly Candidates[], called: (line: number) => void): void {
  let last = -1
  for (const { frame, places } of candidates) {
    if (!places) {
      for (let nth = holds(rows, frame.start, 0); nth < rows.count && (rows.ends[lineOf(rows, nth)] as number) < frame.start + frame.raw; nth++) called(lineOf(rows, nth))
      continue
    }
    for (const place of places) {
      const nth = holds(rows, place, Math.max(0, last))
      if (nth !== last && nth < rows.count) called(lineOf(rows, nth))
      last = nth
    }
  }
}
/** Which text holds a byte: the first whose end is not before it. */
function holds(rows: Rows, byte: number, from: number): number {
  let low = from
  let high = rows.count
  while (low < high) {
    const mid = (low + high) >>> 1
    if ((rows.ends[lineOf(rows, mid)] as number) < byte) low = mid + 1
    else high = mid
  }
  return low
}

/** Frames that have lines of such a source (by place in the block's list) and rank. */
export function framesWith(rows: Rows, { frames }: BlockTexts, wanted: (source: number, rank: number) => boolean): Set<Place> {
  const found = new Set<Place>()
  let n = 0
  for (let nth = 0; nth < rows.count; nth++) {
    const line = lineOf(rows, nth)
    while (n < frames.length && (rows.ends[line] as number) >= (frames[n] as Place).start + (frames[n] as Place).raw) n++
    const frame = frames[n]
    if (frame && wanted(rows.sources[line] as number, rows.ranks[line] as number)) found.add(frame)
  }
  return found
}
