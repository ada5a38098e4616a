/** A table that grows narrow gives up whole columns, never halves of them. */
import { useLayoutEffect, useMemo, useState } from 'react'
import type { RefObject } from 'react'

const GAP = 12
const SIDES = 32
/** The pixels a track needs at least: of `minmax(160px, 3fr)` 160, of `80px` 80. */
export const leastOf = (width: string): number => Number(/(\d+)px/.exec(width)?.[1] ?? 80)

/** The columns that fit side by side: the first and the last always stay, the others leave from the right. `0`: not known, all of them. */
export function fitting<T extends { width: string }>(columns: readonly T[], space: number): readonly T[] {
  if (space === 0 || columns.length < 3) return columns
  const needs = (list: readonly T[]): number => SIDES + list.reduce((n, c) => n + leastOf(c.width) + GAP, -GAP)
  let middle = columns.slice(1, -1)
  const ends = [columns[0] as T, columns.at(-1) as T]
  while (middle.length > 0 && needs([...ends, ...middle]) > space) middle = middle.slice(0, -1)
  return middle.length === columns.length - 2 ? columns : [ends[0] as T, ...middle, ends[1] as T]
}

export function useFitting<T extends { width: string }>(columns: readonly T[], frame: RefObject<HTMLElement | null>): readonly T[] {
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
