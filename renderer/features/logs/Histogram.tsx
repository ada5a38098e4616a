/** How many lines when, by level. A click on a bar or a drag over some shows their time alone. */
import Box from '@mui/material/Box'
import { useEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import UPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import type { LogHistogram } from '../../../shared/logs/types.ts'
import { useLatest } from '../../lib/latest.ts'
import { axisLook, colour, fitted, gridLook, useScheme, widthOf } from '../../lib/plot.ts'
import { marked, STACK, stacked, totals, type StackLevel } from './histogram.ts'

const HEIGHT = 84
const COLOURS: Readonly<Record<StackLevel, readonly [name: string, strength: number]>> = { fatal: ['level-failed', 100], error: ['level-failed', 72], warn: ['level-warning', 80], info: ['level-working', 62], debug: ['level-waiting', 55], trace: ['level-waiting', 35], '': ['level-waiting', 45] }
const paint = (level: StackLevel): string => { const [name, strength] = COLOURS[level]; return `color-mix(in srgb, ${colour(name)} ${strength}%, ${colour('background-default')})` }
const css = (level: StackLevel): string => { const [name, strength] = COLOURS[level]; return `color-mix(in srgb, var(--mui-palette-${name}) ${strength}%, var(--mui-palette-background-default))` }

interface Props {
  histogram: LogHistogram | undefined
  onRange: (from: number, to: number) => void
}
export default function Histogram({ histogram, onRange }: Props) {
  const { t, i18n } = useTranslation()
  const place = useRef<HTMLDivElement>(null)
  const plot = useRef<UPlot>(undefined)
  const [under, setUnder] = useState<number | null>(null)
  const scheme = useScheme()
  const latest = useLatest({ histogram, onRange })

  useEffect(() => {
    const at = place.current
    if (!at) return undefined
    const range = (begin: number, end: number): void => {
      const { histogram: h, onRange: tell } = latest.current
      if (!h || h.counts.length === 0) return
      const { from, to } = marked(h, begin * 1000, end * 1000)
      tell(from, to)
    }
    const bars = UPlot.paths.bars?.({ size: [0.86, 40], align: 1 })
    const clock = new Intl.DateTimeFormat(i18n.language, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
    const seconds = new Intl.DateTimeFormat(i18n.language, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' })
    const day = new Intl.DateTimeFormat(i18n.language, { month: 'short', day: 'numeric' })
    const axis = axisLook()
    const made = new UPlot({
      width: widthOf(at), height: HEIGHT, padding: [6, 8, 0, 0], legend: { show: false },
      cursor: { y: false, points: { show: false }, drag: { x: true, y: false, setScale: false } },
      scales: { x: { range: (u) => { const x = u.data[0]; const step = (latest.current.histogram?.step ?? 1000) / 1000; return [x[0] ?? 0, (x.at(-1) ?? 1) + step] } }, y: { range: (_u, _min, max) => [0, max > 0 ? max * 1.08 : 1] } },
      axes: [
        { ...axis, size: 22, space: 84, grid: { show: false }, values: (u, ticks) => { if (u.data[0].length === 0) return []; const near = (ticks[1] ?? 60) - (ticks[0] ?? 0) < 60; return ticks.map((s) => (new Date(s * 1000).getHours() + new Date(s * 1000).getMinutes() + new Date(s * 1000).getSeconds() === 0 ? day : near ? seconds : clock).format(s * 1000)) } },
        { ...axis, size: 52, space: 30, grid: gridLook(), incrs: Array.from({ length: 12 }, (_, i) => [1, 2, 5].map((n) => n * 10 ** i)).flat(), values: (u, ticks) => (u.data[0].length === 0 ? [] : ticks.map((n) => short(n, i18n.language))) },
      ],
      series: [{}, ...STACK.toReversed().map((level): UPlot.Series => ({ fill: paint(level), width: 0, points: { show: false }, ...(bars ? { paths: bars } : {}) }))],
      hooks: {
        setCursor: [(u) => { const left = u.cursor.left ?? -1; setUnder(left < 0 ? null : u.posToVal(left, 'x')) }],
        setSelect: [(u) => {
          if (u.select.width > 3) range(u.posToVal(u.select.left, 'x'), u.posToVal(u.select.left + u.select.width, 'x'))
          u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false)
        }],
      },
    }, [[], ...STACK.map(() => [])] as unknown as UPlot.AlignedData, at)
    plot.current = made
    // A press that has not moved is a click on one bar.
    let pressed = 0
    made.over.addEventListener('mousedown', (e) => { pressed = e.offsetX })
    made.over.addEventListener('mouseup', (e) => { if (Math.abs(e.offsetX - pressed) <= 3) { const at = made.posToVal(e.offsetX, 'x'); range(at, at) } })
    const letGo = fitted(made, at, HEIGHT)
    return () => {
      plot.current = undefined
      letGo()
    }
  }, [scheme, i18n.language, latest])
  useEffect(() => {
    const { times, tops } = histogram ? stacked(histogram) : { times: [], tops: STACK.map(() => []) }
    plot.current?.setData([[...times], ...tops.map((x) => [...x])] as unknown as UPlot.AlignedData)
  }, [histogram, scheme, i18n.language])

  const sums = useMemo(() => totals(histogram?.counts ?? []), [histogram])
  const exact = useMemo(() => new Intl.DateTimeFormat(i18n.language, { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' }), [i18n.language])
  const bucket = histogram && under !== null ? Math.floor((under * 1000 - histogram.from) / histogram.step) : -1
  const one = histogram?.counts[bucket]
  const counts = one ? totals([one]) : sums
  const total = STACK.reduce((n, level) => n + counts[level], 0)
  const number = new Intl.NumberFormat(i18n.language)
  return (
    <Box component="figure" aria-label={t('logs.histogram')} sx={{ m: 0, px: 2, pt: 1, borderBottom: '1px solid', borderColor: 'divider', '& .u-select': { backgroundColor: 'color-mix(in srgb, var(--mui-palette-primary-main) 22%, transparent)' }, '& .u-over': { cursor: 'crosshair' } }}>
      <Box component="figcaption" sx={{ display: 'flex', alignItems: 'center', gap: 3, fontSize: 12, color: 'text.secondary', fontVariantNumeric: 'tabular-nums', height: 20, px: 2, overflow: 'hidden', whiteSpace: 'nowrap' }}>
        <Box component="span" sx={{ color: 'text.primary', fontWeight: 600 }} data-testid="total">{histogram ? t('logs.found', { count: total, total: number.format(total) }) : '…'}</Box>
        {STACK.filter((level) => counts[level] > 0).map((level) => (
          <Box component="span" key={level} sx={{ display: 'flex', alignItems: 'center', gap: 1.5 }}>
            <Box component="span" aria-hidden sx={{ width: 9, height: 9, borderRadius: '2px' }} style={{ backgroundColor: css(level) }} />{level || t('logs.noLevel')} {number.format(counts[level])}
          </Box>
        ))}
        <Box sx={{ flex: 1 }} />
        {histogram && (one ? <span>{exact.format(histogram.from + bucket * histogram.step)} – {exact.format(histogram.from + (bucket + 1) * histogram.step)}</span> : !histogram.done && histogram.total > 0 ? <span>{t('logs.searching', { done: histogram.searched, total: histogram.total })}</span> : <span>{t('logs.dragHint')}</span>)}
      </Box>
      <Box ref={place} aria-hidden sx={{ width: '100%', height: HEIGHT }} />
    </Box>
  )
}
const short = (n: number, language: string): string => new Intl.NumberFormat(language, { notation: 'compact', maximumFractionDigits: 1 }).format(n)
