/** Sets of completion indexes in their text form: `0,2-4`. Source: batch/v1, Job status.completedIndexes. */

/** The indexes of the text; undefined when it is not a rising list of indexes and ranges. The empty text is the empty set. */
export function parseIndexes(text: string | undefined, limit = Number.MAX_SAFE_INTEGER): Set<number> | undefined {
  const indexes = new Set<number>()
  let last = -1
  for (const part of text ? text.split(',') : []) {
    const match = /^(\d{1,10})(?:-(\d{1,10}))?$/.exec(part)
    const from = Number(match?.[1] ?? Number.NaN)
    const to = Number(match?.[2] ?? from)
    if (!(from > last) || to < from || (match?.[2] !== undefined && to === from)) return undefined
    for (let index = from; index <= Math.min(to, limit - 1, from + 1_000_000); index++) indexes.add(index)
    last = to
  }
  return indexes
}

/** Rising, with ranges for neighbours: two in a row are listed, three or more are a range of kubectl's kind (`0,1` is written `0,1`). */
export function formatIndexes(indexes: Iterable<number>): string {
  const sorted = [...indexes].sort((a, b) => a - b)
  const parts: string[] = []
  for (let i = 0; i < sorted.length; ) {
    let end = i
    while (sorted[end + 1] === (sorted[end] ?? 0) + 1) end++
    const from = sorted[i] ?? 0
    const to = sorted[end] ?? 0
    parts.push(to === from ? `${from}` : to === from + 1 ? `${from},${to}` : `${from}-${to}`)
    i = end + 1
  }
  return parts.join(',')
}
