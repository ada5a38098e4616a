/** The lines of a feed in a window of its own: only what is on screen exists, and what is looked at stays where it is whatever comes or goes around it. */
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import CloseIcon from '@mui/icons-material/Close'
import { useCallback, useLayoutEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react'
import type { MouseEvent, ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useValue } from '../../cache/hooks.ts'
import { everySecond } from '../../lib/clock.tsx'
import { useLatest } from '../../lib/latest.ts'
import { Empty, ErrorState, Rows, StaleNote } from '../../ui/states.tsx'
import type { FeedState, LogFeed } from './feed.ts'
import { toggleColumn, type LineActions } from './LineDetail.tsx'
import { placeOf, type Line } from './lines.ts'
import { Row, type RowView } from './Row.tsx'
import { Heights, layout, LINE } from './rows.ts'
import { stamp } from './stamp.ts'
import { columns, newestFirst, raw, times, wrap } from './view-prefs.ts'
import { useViewerKeys, type ViewerCommand } from './viewer-keys.ts'
import { viewerStyle } from './viewer-style.ts'

/** Above the first row, and below the last. */
const EDGE = 28
const HEAD = 26
const OVERSCAN = 8
/** The narrowest column of times, in characters: ages change while they are looked at. */
const LEAST_STAMP = 6
/** More than fit on any screen. */
const MOST_ROWS = 512
/** So near to the window's end, the next lines are asked for. */
const NEAR = LINE * 30

/** What stays where it is: an end, or a line at its distance from the top of the view. */
type Hold = 'newest' | 'oldest' | { readonly line: Line; readonly distance: number }

interface Props {
  feed: LogFeed
  state: FeedState
  label: string
  needles: readonly RegExp[]
  /** All lines are of one pod. */
  single: boolean
  /** The line that the address names. */
  line?: number | undefined
  actions: LineActions
  /** Keys work wherever the focus is. */
  everywhere: boolean
  empty: ReactNode
  onCommand?: (command: ViewerCommand) => void
}

const none = (): (() => void) => () => undefined

export function Viewer({ feed, state, label, needles, single, line, actions, everywhere, empty, onCommand }: Props) {
  const { t } = useTranslation()
  const { lines, live } = state
  const how = useValue(times)
  const wrapped = useValue(wrap)
  const flipped = useValue(newestFirst)
  const shownColumns = useValue(columns)
  const asWritten = useValue(raw)
  const scroller = useRef<HTMLDivElement>(null)
  const [view, setView] = useState({ top: 0, height: 600, width: 800 })
  // oxlint-disable-next-line react-hooks/exhaustive-deps -- lines shown in another way have other heights
  const heights = useMemo(() => new Heights(), [wrapped, asWritten, shownColumns, view.width])
  const [version, setVersion] = useState(0)
  const [currentId, setCurrent] = useState(line)
  const [open, setOpen] = useState<ReadonlySet<number>>(new Set())
  const hold = useRef<Hold>('newest')
  /** Where the view was put last, so that a person's scrolling is known from it. */
  const put = useRef(0)
  const second = useSyncExternalStore(how === 'relative' ? everySecond : none, () => (how === 'relative' ? Math.floor(Date.now() / 1000) : 0))
  const blank = lines.length === 0
  const head = shownColumns.length > 0 ? HEAD : 0
  const base = head + EDGE

  const rowOf = useCallback((index: number): number => (flipped ? lines.length - 1 - index : index), [flipped, lines])
  const lineAt = useCallback((row: number): Line | undefined => lines[flipped ? lines.length - 1 - row : row], [flipped, lines])
  const rows = useMemo(() => {
    heights.prune(lines)
    return layout(lines.length, heights, (row) => lineAt(row)?.id ?? 0)
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- heights change with their version
  }, [lines, lineAt, heights, version])

  const [firstRow, lastRow] = [rows.at(view.top - base), rows.at(view.top - base + view.height)]
  const from = Math.max(0, firstRow - OVERSCAN)
  const to = Math.min(lines.length - 1, lastRow + OVERSCAN)

  const scrollTo = useCallback((top: number): void => {
    const el = scroller.current
    if (!el) return
    el.scrollTop = top
    put.current = el.scrollTop
    setView((v) => (v.top === el.scrollTop ? v : { ...v, top: el.scrollTop }))
  }, [])
  /** Holds on to the line at the top of the view. */
  const holdHere = useCallback((): void => {
    const el = scroller.current
    const at = el ? lineAt(rows.at(el.scrollTop - base)) : undefined
    if (el && at) hold.current = { line: at, distance: base + rows.top(rowOf(placeOf(lines, at))) - el.scrollTop }
  }, [lineAt, rows, base, lines, rowOf])
  const pause = useCallback((): void => {
    holdHere()
    feed.pause()
  }, [feed, holdHere])

  // Before the picture is painted, so that nothing is seen to move.
  useLayoutEffect(() => {
    const el = scroller.current
    if (!el) return
    const at: Hold = live ? 'newest' : hold.current
    if (live) hold.current = 'newest'
    if (typeof at === 'string') scrollTo((at === 'newest') === flipped ? 0 : el.scrollHeight)
    else {
      const index = placeOf(lines, at.line)
      if (index >= 0) scrollTo(base + rows.top(rowOf(index)) - at.distance)
    }
  }, [rows, live, flipped, base, view.height, lines, rowOf, scrollTo])

  useLayoutEffect(() => {
    const el = scroller.current
    if (!el) return undefined
    const sizes = new ResizeObserver(() => setView((v) => (v.height === el.clientHeight && v.width === el.clientWidth ? v : { ...v, height: el.clientHeight, width: el.clientWidth })))
    sizes.observe(el)
    return () => sizes.disconnect()
  }, [blank])

  // The line that the address names is put in the middle, once it is there.
  const sought = useRef(line)
  useLayoutEffect(() => {
    const found = sought.current === undefined ? undefined : lines.find((l) => l.id === sought.current)
    if (!found) return
    sought.current = undefined
    hold.current = { line: found, distance: view.height / 2 }
    setVersion((n) => n + 1)
  }, [lines, view.height])

  /** A line that was opened is seen whole, once it is known how high it is. */
  const opened = useRef<number>(undefined)
  const grown = useRef(false)
  const onHeight = useCallback((id: number, height: number): void => {
    if (!heights.set(id, height) || grown.current) return
    grown.current = true
    queueMicrotask(() => {
      grown.current = false
      setVersion((n) => n + 1)
    })
  }, [heights])

  const scrolled = (): void => {
    const el = scroller.current
    if (!el) return
    const { scrollTop: y, scrollHeight, clientHeight } = el
    const moved = y - put.current
    if (Math.abs(moved) < 1) return
    put.current = y
    setView((v) => ({ ...v, top: y }))
    const toNewest = flipped ? moved < 0 : moved > 0
    const [aboveLeft, belowLeft] = [y, scrollHeight - clientHeight - y]
    const [newestLeft, oldestLeft] = flipped ? [aboveLeft, belowLeft] : [belowLeft, aboveLeft]
    holdHere()
    if (live && newestLeft > LINE) feed.pause()
    if (oldestLeft < NEAR) feed.older()
    if (state.newer && newestLeft < NEAR) feed.newer()
    else if (!live && toNewest && newestLeft < LINE / 2) feed.toNewest()
  }

  const current = currentId === undefined ? undefined : lines.findIndex((l) => l.id === currentId)
  const show = (row: number): void => {
    const el = scroller.current
    if (!el) return
    const [top, bottom] = [base + rows.top(row), base + rows.top(row + 1)]
    if (bottom > el.scrollTop + el.clientHeight) scrollTo(Math.min(top - head, bottom - el.clientHeight))
    else if (top - head < el.scrollTop) scrollTo(top - head)
    holdHere()
  }
  const toggle = (id: number): void => {
    opened.current = open.has(id) ? undefined : id
    if (open.has(id) && heights.set(id, LINE)) setVersion((n) => n + 1)
    setOpen(new Set(open.has(id) ? [...open].filter((i) => i !== id) : [...open, id]))
  }
  useLayoutEffect(() => {
    const index = opened.current === undefined ? -1 : lines.findIndex((l) => l.id === opened.current)
    if (index < 0 || heights.get(lines[index]?.id ?? 0) === LINE) return
    opened.current = undefined
    show(rowOf(index))
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- when heights have changed, and then once
  }, [version])
  const run = useLatest((command: ViewerCommand): void => {
    const row = current === undefined || current < 0 ? undefined : rowOf(current)
    const chosen = row === undefined ? undefined : lineAt(row)
    if (command === 'next' || command === 'previous') {
      const next = row === undefined ? (command === 'next' ? firstRow : lastRow) : Math.max(0, Math.min(lines.length - 1, row + (command === 'next' ? 1 : -1)))
      pause()
      setCurrent(lineAt(next)?.id)
      show(next)
    } else if (command === 'top' || command === 'bottom') {
      const newest = (command === 'top') === flipped
      hold.current = newest ? 'newest' : 'oldest'
      setCurrent(undefined)
      if (newest) feed.toNewest()
      else feed.toOldest()
      setVersion((n) => n + 1)
    } else if (command === 'pause') {
      if (live) pause()
      else {
        hold.current = 'newest'
        feed.toNewest()
        setVersion((n) => n + 1)
      }
    } else if (command === 'cancel') feed.cancel()
    else if (command === 'open' && chosen) toggle(chosen.id)
    else if (command === 'copy' && chosen) actions.copy(chosen, 'text')
    else if (command === 'link' && chosen) actions.copy(chosen, 'link')
    else if (command === 'context' && chosen) actions.context(chosen, 'container')
    else onCommand?.(command)
  })
  useViewerKeys(scroller, everywhere, run)

  const clicked = (e: MouseEvent): void => {
    const row = (e.target as Element).closest<HTMLElement>('.row')?.parentElement
    // Who marks a piece of text to copy it does not want the line to open.
    if (!row || !window.getSelection()?.isCollapsed) return
    const id = Number(row.dataset['id'])
    pause()
    setCurrent(id)
    toggle(id)
  }
  const rowView = useMemo<RowView>(
    () => ({ how, now: how === 'relative' ? second * 1000 : Date.now(), several: !single || state.pods > 1, columns: shownColumns, wrapped, raw: asWritten, needles }),
    [how, second, single, state.pods, shownColumns, wrapped, asWritten, needles],
  )
  const acting = useStable(actions)
  const narrow = view.width < 640
  // Those of another day than today's are longer; what stands behind them stands in one column all the same.
  const stampWidth = Math.max(LEAST_STAMP, ...[lineAt(from), lineAt(to)].map((l) => (l ? stamp(l, how, rowView.now).length : 0)))

  if (state.loading && lines.length === 0) return <Rows count={8} />
  if (lines.length === 0 && line !== undefined && state.error?.code === 404) return <Empty title={t('logs.goneTitle')}>{t('logs.gone')}</Empty>
  if (lines.length === 0 && state.error) return <ErrorState error={state.error} retry={feed.retry} />
  if (lines.length === 0) return <>{empty}</>
  const oldEdge = <div className="edge">{state.older ? <Button onClick={feed.older}>{t('logs.older')}</Button> : t('logs.begin')}</div>
  const newEdge = <div className="edge">{state.newer ? <Button onClick={feed.newer}>{t('logs.newer')}</Button> : live ? t('logs.end') : ''}</div>
  const said = current !== undefined && current >= 0 ? (lines[current]?.text ?? '') : ''
  return (
    <Box sx={{ height: '100%', display: 'flex', flexDirection: 'column', minHeight: 0 }}>
      <StaleNote error={state.error} retry={feed.retry} />
      <Box sx={{ flex: 1, minHeight: 0, position: 'relative' }}>
        <Box ref={scroller} role="log" aria-label={label} aria-live="off" tabIndex={0} onScroll={scrolled} onWheel={(e) => { if (!live && (e.deltaY > 0) !== flipped && atNewest(scroller.current, flipped)) feed.toNewest() }} onClick={clicked} onPointerDown={() => { if (live) pause() }} sx={viewerStyle} style={{ '--log-width': `${view.width}px`, '--log-source': `${narrow ? 96 : 172}px`, '--log-cell': `${narrow ? 72 : 132}px`, '--log-time': `${stampWidth}ch` } as object} data-wrap={wrapped || undefined} data-narrow={narrow || undefined}>
          {head > 0 && (
            <div className="head">
              {how !== 'off' && <span className="time">{t('logs.time')}</span>}
              <span className="level">{t('logs.level')}</span>
              {rowView.several && <span className="source">{t('logs.pod')}</span>}
              {shownColumns.map((path) => <span key={path} className="cell"><span title={path}>{path}</span><button type="button" aria-label={t('logs.removeColumn', { field: path })} onClick={() => toggleColumn(path)}><CloseIcon aria-hidden /></button></span>)}
              <span>{t('logs.message')}</span>
            </div>
          )}
          {flipped ? newEdge : oldEdge}
          <div className="lines" style={{ height: rows.total }}>
            {Array.from({ length: to - from + 1 }, (_, i) => {
              const l = lineAt(from + i) as Line
              const isOpen = open.has(l.id)
              // Rows that only show a line are used again for the next one.
              return <Row key={isOpen ? `o${l.id}` : (from + i) % MOST_ROWS} line={l} top={rows.top(from + i)} view={rowView} current={l.id === currentId} open={isOpen} actions={acting} onHeight={onHeight} />
            })}
          </div>
          {flipped ? oldEdge : newEdge}
        </Box>
        <Box role="status" sx={{ position: 'absolute', width: 1, height: '1px', overflow: 'hidden', clipPath: 'inset(50%)', whiteSpace: 'nowrap' }}>{said.slice(0, 500)}</Box>
      </Box>
    </Box>
  )
}
const atNewest = (el: HTMLElement | null, flipped: boolean): boolean => el !== null && (flipped ? el.scrollTop : el.scrollHeight - el.clientHeight - el.scrollTop) < LINE / 2

/** The same object for as long as the page stands, so that rows are not drawn again for it. */
function useStable(actions: LineActions): LineActions {
  const latest = useLatest(actions)
  const [kept] = useState<LineActions>(() => ({
    only: actions.only && ((key, value) => latest.current.only?.(key, value)),
    not: actions.not && ((key, value) => latest.current.not?.(key, value)),
    context: (line, of) => latest.current.context(line, of),
    copy: (line, as) => latest.current.copy(line, as),
  }))
  return kept
}
