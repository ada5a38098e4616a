/** The one table: virtual rows of 32 px, sticky header, sorting, keyboard; five thousand rows cost as much as thirty. */
import Box from '@mui/material/Box'
import { useVirtualizer } from '@tanstack/react-virtual'
import { memo, useEffect, useMemo, useRef, useState } from 'react'
import type { KeyboardEvent, ReactNode } from 'react'
import { inTyping } from '../shell/keys.ts'
import { useLatest } from '../lib/latest.ts'
import { useFitting } from './fit.ts'
import { Order } from './order.ts'
import type { Sort, SortValue } from './order.ts'
import { tableStyle } from './table-style.ts'

export interface Column<T> {
  id: string
  label: string
  /** A track of a CSS grid: `minmax(160px, 3fr)`, `80px`. */
  width: string
  right?: boolean
  mono?: boolean
  /** Stays when the table is too narrow for all of its columns. */
  vital?: boolean
  value: (row: T) => SortValue
  render?: (row: T) => ReactNode
}

interface Props<T> {
  label: string
  rows: readonly T[]
  columns: readonly Column<T>[]
  keyOf: (row: T) => string
  /** Changes when the row changed: it is then marked for a second. */
  versionOf?: (row: T) => string
  /** A row that has just been made: it is marked for a second, too. */
  isNew?: (row: T) => boolean
  leaving?: (row: T) => boolean
  selected?: string | undefined
  /** A click, or j and k. */
  onSelect?: (row: T) => void
  /** A double click, or Enter. */
  onOpen?: (row: T) => void
  sort: Sort
  empty: ReactNode
}

export const ROW_HEIGHT = 32

interface RowProps<T> extends Pick<Props<T>, 'columns' | 'onSelect' | 'onOpen'> {
  row: T
  id: string
  version: string
  index: number
  top: number
  chosen: boolean
  isNew: boolean
  leaving: boolean
}
function RowImpl<T>({ row, id, version, columns, index, top, chosen, isNew, leaving, onSelect, onOpen }: RowProps<T>) {
  const [first] = useState(version)
  const [born] = useState(isNew)
  return (
    <div
      role="row" id={id} aria-rowindex={index + 2} aria-selected={chosen} className="row" data-leaving={leaving || undefined}
      style={{ transform: `translateY(${top}px)` }} onClick={() => onSelect?.(row)} onDoubleClick={() => onOpen?.(row)}
    >
      {(born || first !== version) && <span key={version} className="changed" aria-hidden />}
      {columns.map((c) => {
        const content = c.render ? c.render(row) : c.value(row)
        return (
          <div key={c.id} role="gridcell" className={`cell${c.right ? ' right' : ''}${c.mono ? ' mono' : ''}`} title={typeof content === 'string' ? content : undefined}>
            {content}
          </div>
        )
      })}
    </div>
  )
}
const Row = memo(RowImpl) as typeof RowImpl

export function DataTable<T>({ label, rows, columns: all, keyOf, versionOf, isNew, leaving, selected, onSelect, onOpen, sort: firstSort, empty }: Props<T>) {
  const [sort, setSort] = useState(firstSort)
  // While the pointer is inside, nothing may jump under it.
  const [hold, setHold] = useState(false)
  const [order] = useState(() => new Order<T>())
  const scroller = useRef<HTMLDivElement>(null)
  const columns = useFitting(all, scroller)
  const grid = columns.map((c) => c.width).join(' ')

  const ordered = useMemo(() => {
    const column = columns.find((c) => c.id === sort.column) ?? columns[0]
    return order.arrange(rows, keyOf, column?.value ?? keyOf, sort, hold)
  }, [rows, columns, keyOf, sort, hold, order])

  // oxlint-disable-next-line react/incompatible-library -- the virtualizer's functions are called in the render that made them, and never memoized
  const virtual = useVirtualizer({ count: ordered.length, getScrollElement: () => scroller.current, estimateSize: () => ROW_HEIGHT, overscan: 6, initialRect: { width: 1000, height: 800 } })

  const at = selected === undefined ? -1 : ordered.findIndex((row) => keyOf(row) === selected)
  const move = (step: number): void => {
    const next = ordered[Math.min(ordered.length - 1, Math.max(0, at < 0 ? 0 : at + step))]
    if (next === undefined) return
    virtual.scrollToIndex(ordered.indexOf(next))
    onSelect?.(next)
  }
  const onKey = (event: Pick<KeyboardEvent, 'key' | 'preventDefault' | 'metaKey' | 'ctrlKey' | 'altKey'>): void => {
    if (event.metaKey || event.ctrlKey || event.altKey) return
    if (event.key === 'j' || event.key === 'ArrowDown') move(1)
    else if (event.key === 'k' || event.key === 'ArrowUp') move(-1)
    else if (event.key === 'Enter' && at >= 0) onOpen?.(ordered[at] as T)
    else return
    event.preventDefault()
  }
  const latest = useLatest(onKey)
  const selectable = onSelect !== undefined
  useEffect(() => {
    if (!selectable) return
    // j and k work wherever the focus is, unless it is in a field, a control that uses the key, or a dialog.
    const listen = (event: globalThis.KeyboardEvent): void => {
      if (inTyping(event.target)) return
      const control = event.target instanceof Element && event.target.closest('a, button, [role=tab], [role=menu], [role=dialog], [role=listbox]')
      if (event.key === 'j' || event.key === 'k' ? !document.querySelector('[role=dialog]') : !control) latest.current(event)
    }
    window.addEventListener('keydown', listen)
    return () => window.removeEventListener('keydown', listen)
  }, [selectable, latest])

  return (
    <Box
      ref={scroller} role="grid" aria-label={label} aria-rowcount={ordered.length + 1} tabIndex={0}
      aria-activedescendant={selected !== undefined && virtual.getVirtualItems().some((item) => item.index === at) ? `row-${selected}` : undefined} 
      sx={tableStyle(grid)} onPointerEnter={() => setHold(true)} onPointerLeave={() => setHold(false)}
    >
      <div role="rowgroup" className="head">
        <div role="row" aria-rowindex={1} className="headrow">
          {columns.map((c) => (
            <div key={c.id} role="columnheader" aria-sort={sort.column !== c.id ? 'none' : sort.descending ? 'descending' : 'ascending'} className={`cell${c.right ? ' right' : ''}`}>
              <button type="button" onClick={() => setSort((s) => ({ column: c.id, descending: s.column === c.id ? !s.descending : false }))}>
                {c.label}
                {sort.column === c.id && <span aria-hidden>{sort.descending ? '↓' : '↑'}</span>}
              </button>
            </div>
          ))}
        </div>
      </div>
      {ordered.length === 0 ? (
        // A grid holds rows and nothing else: what is said instead of them is one, over its whole width.
        <div role="rowgroup"><div role="row" aria-rowindex={2}><div role="gridcell" aria-colspan={columns.length} className="empty">{empty}</div></div></div>
      ) : (
        <div role="rowgroup" style={{ height: virtual.getTotalSize(), position: 'relative' }}>
          {virtual.getVirtualItems().map((item) => {
            const row = ordered[item.index] as T
            const key = keyOf(row)
            return (
              <Row<T>
                key={key} id={`row-${key}`} row={row} version={versionOf?.(row) ?? ''} columns={columns} index={item.index} top={item.start}
                chosen={key === selected} isNew={isNew?.(row) ?? false} leaving={leaving?.(row) ?? false} onSelect={onSelect as never} onOpen={onOpen as never}
              />
            )
          })}
        </div>
      )}
    </Box>
  )
}
