/** One line: when, how severe, whose, and what it says; opened, also all that is known of it. */
import { memo, useLayoutEffect, useRef } from 'react'
import { plainText } from '../../../shared/logs/ansi.ts'
import { absolute } from '../../lib/clock.tsx'
import { cell, dataOf } from './data.ts'
import { LineDetail, type LineActions } from './LineDetail.tsx'
import type { Line } from './lines.ts'
import { Pieces } from './Pieces.tsx'
import { stamp } from './stamp.ts'
import type { Times } from './view-prefs.ts'

/** How all lines are shown. The same object until something of it changes. */
export interface RowView {
  readonly how: Times
  readonly now: number
  /** Whose a line is has to be said. */
  readonly several: boolean
  readonly columns: readonly string[]
  readonly wrapped: boolean
  readonly raw: boolean
  readonly needles: readonly RegExp[]
}
interface Props {
  line: Line
  top: number
  view: RowView
  current: boolean
  open: boolean
  actions: LineActions
  onHeight: (id: number, height: number) => void
}
/** Of a longer line in one row nobody sees more; opened it is all there. */
const MOST_IN_ROW = 4_000

function Message({ line, view }: { line: Line; view: RowView }) {
  const data = view.raw || line.text.length > MOST_IN_ROW ? undefined : dataOf(line)
  if (data?.prefix === 'json.' && (data.message !== '' || data.others.length > 0)) {
    return (
      <span className="text">
        {data.message !== '' && <Pieces text={data.message} needles={view.needles} />}
        {data.others.map(([path, value]) => <span key={path} className="pair"><span className="path">{path}=</span><Pieces text={value} needles={view.needles} /></span>)}
      </span>
    )
  }
  const text = line.text.length > MOST_IN_ROW ? `${line.text.slice(0, MOST_IN_ROW)}…` : line.text
  const end = view.wrapped ? -1 : text.indexOf('\n')
  return (
    <span className="text">
      <Pieces text={end < 0 ? text : text.slice(0, end)} needles={view.needles} />
      {end >= 0 && <span className="more">+{line.text.split('\n').length - 1}</span>}
    </span>
  )
}

export const Row = memo(function Row({ line, top, view, current, open, actions, onHeight }: Props) {
  const { how, now, several, columns, wrapped } = view
  const { source } = line
  const element = useRef<HTMLDivElement>(null)
  const fixed = !open && !wrapped
  useLayoutEffect(() => {
    if (!fixed && element.current) onHeight(line.id, element.current.offsetHeight)
  })
  const whose = source.namespace ? `${source.namespace}/${source.pod}${source.container ? `/${source.container}` : ''}` : source.pod
  return (
    <div ref={element} className="line" data-id={line.id} data-level={line.level || undefined} data-current={current || undefined} data-open={open || undefined} style={{ transform: `translateY(${top}px)` }}>
      <div className="row">
        {how !== 'off' && <time dateTime={new Date(line.time).toISOString()} title={absolute(line.time)}>{stamp(line, how, now)}</time>}
        <span className="level" title={line.level}>{line.level}</span>
        {several && <span className={`source c${line.colour}`} title={whose}>{source.pod}</span>}
        {columns.map((path) => { const value = cell(line, path); return <span key={path} className="cell" title={value}>{value}</span> })}
        <Message line={line} view={view} />
      </div>
      {open && <LineDetail line={line} actions={actions} text={plainText(line.text)} />}
    </div>
  )
})
