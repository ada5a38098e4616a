/** A table that grows narrow gives up whole columns, never halves of them. */
import { useLayoutEffect, useMemo, useState } from 'react'
import type { RefObject } from 'react'

const GAP = 12
const SIDES = 32
/** The pixels a track needs at least: of `minmax(160px, 3fr)` 160, of `80px` 80. */
export const leastOf = (width: string): number => Number(/(\d+)px/.exec(width)?.[1] ?? 80)

interface Track {
  width: string
  /** Stays as long as the first and the last. */
  vital?: boolean
}
/** The columns that fit side by side: the first, the last and the vital ones always stay, the others leave from the right. `0`: not known, all of them. */
export function fitting<T extends Track>(columns: readonly T[], space: number): readonly T[] {
  if (space === 0 || columns.length < 3) return columns
  const stays = (c: T, i: number): boolean => i === 0 || i === columns.length - 1 || c.vital === true
  let needed = SIDES + columns.reduce((n, c) => n + leastOf(c.width) + GAP, -GAP)
  const gone = new Set<T>()
  for (let i = columns.length - 2; i > 0 && needed > space; i--) {
    const column = columns[i] as T
    if (stays(column, i)) continue
    gone.add(column)
    needed -= leastOf(column.width) + GAP
  }
  return gone.size === 0 ? columns : columns.filter((c) => !gone.has(c))
}

export function useFitting<T extends Track>(columns: readonly T[], frame: RefObject<HTMLElement | null>): readonly T[] {
  const [space, setSpace] = useState(0)
  useLayoutEffect(() => {
    const element = frame.current
    if (!element) return
    // oxlint-disable-next-line react/set-state-in-effect -- a width is only known once it is laid out, and must be known before the first picture
    setSpace(element.clientWidth)
    const observer = new ResizeObserver(() => setSpace(element.clientWidth))
    observer.observe(element)
    return () => observer.disconnect()
  }, [frame])
  return useMemo(() => fitting(columns, space), [columns, space])
}
