/**
 * In which order the texts of a block stand: by rank, then by source, then as they came. So who looks for the lines of a pod, or for
 * warnings, finds them side by side, and unpacks a frame or two (frames.ts); and what is alike is packed together. It need not be stored:
 * ranks, sources and lengths say it.
 */
export interface Arranged {
  /** Where the text of each line begins. */
  readonly starts: Uint32Array
  /** The lines in the order of their texts. */
  readonly order: Uint32Array
}

/** @param lengths of the texts, without their newlines @param into memory for as many lines */
export function arrange(count: number, sources: ArrayLike<number>, ranks: ArrayLike<number>, lengths: ArrayLike<number>, into: Arranged): void {
  let width = 1
  for (let i = 0; i < count; i++) if ((sources[i] as number) >= width) width = (sources[i] as number) + 1
  const groups = width * RANKS
  // Of each group its lines and bytes, then where it begins, then where its next line stands.
  const lines = new Uint32Array(groups)
  const bytes = new Uint32Array(groups)
  for (let i = 0; i < count; i++) {
    const g = (ranks[i] as number) * width + (sources[i] as number)
    lines[g] = (lines[g] as number) + 1
    bytes[g] = (bytes[g] as number) + (lengths[i] as number) + 1
  }
  for (let g = 0, line = 0, byte = 0; g < groups; g++) {
    line += lines[g] as number
    lines[g] = line - (lines[g] as number)
    byte += bytes[g] as number
    bytes[g] = byte - (bytes[g] as number)
  }
  const { starts, order } = into
  for (let i = 0; i < count; i++) {
    const g = (ranks[i] as number) * width + (sources[i] as number)
    const place = lines[g] as number
    const start = bytes[g] as number
    order[place] = i
    starts[i] = start
    lines[g] = place + 1
    bytes[g] = start + (lengths[i] as number) + 1
  }
}
/** As many as there are places for in a group (few.ts). */
const RANKS = 8
