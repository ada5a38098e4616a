/**
 * One chart: uPlot in the theme's colours, as wide as its place, with a legend that says the newest values, or those under
 * the pointer. An entry of the legend hides its line and shows it again; a bound far above everything used is hidden until
 * it is asked for, since the axis would reach up to it and flatten the rest. All charts of a page move together: a time
 * under the pointer is marked in each, and a part that is drawn with the pointer is what all show then; a double click
 * shows the whole again. Loaded only where a chart is shown.
 */
import Box from '@mui/material/Box'
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import UPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { axisLook, colour, fitted, gridLook, useScheme, widthOf } from '../../lib/plot.ts'
import { Legend } from './Legend.tsx'
import { far, span, stray, type Chart, type Zoom } from './model.ts'

const HEIGHT = 150
/** The narrowest that two ticks of the time axis may stand apart: a time with its half of the day, in Korean too. */
const TICK_SPACE = 76
/** How far apart ticks of the other axis may stand: whole units, so that no two are written alike. */
const POWERS = Array.from({ length: 50 }, (_, i) => 2 ** i)
const DECIMALS = Array.from({ length: 10 }, (_, i) => [1, 2, 5].map((n) => n * 10 ** i)).flat()

export interface PlotProps {
  title: string
  chart: Chart
  format: (value: number) => string
  /** Counted in powers of two. */
  binary: boolean
  /** BCP 47, for the times. */
  locale: string
  /** Charts of one name show the same time. */
  group: string
  zoom: Zoom | undefined
  setZoom: (zoom: Zoom | undefined) => void
}

/** A part narrower than this many pixels was a click. */
const LEAST_DRAG = 8
const DAY_SECONDS = 86_400

export default function Plot({ title, chart, format, binary, locale, group, zoom, setZoom }: PlotProps) {
  const place = useRef<HTMLDivElement>(null)
  const plot = useRef<UPlot>(undefined)
  const [under, setUnder] = useState<number | null>(null)
  /** What a person chose to see, and not to see. */
  const [choices, setChoices] = useState<ReadonlyMap<string, boolean>>(new Map())
  const hidden = useMemo(() => {
    const distant = far(chart)
    return new Set(chart.lines.map((l) => l.label).filter((label) => !(choices.get(label) ?? !distant.has(label))))
  }, [chart, choices])
  const scheme = useScheme()
  const shape = JSON.stringify(chart.lines.map((l) => [l.colour, l.bound ?? false, l.columns ?? false]))
  /** For what uPlot calls: as it is when it calls. */
  const now = useRef({ zoom, setZoom })
  useLayoutEffect(() => { now.current = { zoom, setZoom } }, [zoom, setZoom])

  useEffect(() => {
    const at = place.current
    if (!at) return undefined
    const own = (JSON.parse(shape) as [string, boolean, boolean][]).map(([name, bound, columns]): UPlot.Series => ({
      stroke: colour(name), width: bound ? 1 : 1.5, spanGaps: false,
      // A value between two gaps has no line that shows it.
      points: { show: false, size: 4, fill: colour(name), filter: (u, series) => stray(u.data[series] ?? []) },
      ...(columns && UPlot.paths.bars ? { paths: UPlot.paths.bars({ size: [0.8, 12] }) } : {}),
      ...(bound ? { dash: [4, 4] } : { fill: `color-mix(in srgb, ${colour(name)} 10%, transparent)` }),
    }))
    const time = new Intl.DateTimeFormat(locale, { hour: 'numeric', minute: '2-digit' })
    const day = new Intl.DateTimeFormat(locale, { month: 'short', day: 'numeric' })
    /** Ticks that are days apart are days. */
    const tick = (s: number, step: number): string => (step >= DAY_SECONDS ? day : time).format(s * 1000)
    const axis: UPlot.Axis = { ...axisLook(), grid: gridLook() }
    const made = new UPlot({
      width: widthOf(at), height: HEIGHT, pxAlign: true, padding: [8, 28, 0, 0], select: { show: true, left: 0, top: 0, width: 0, height: 0 },
      cursor: { y: false, drag: { x: true, y: false, setScale: false, dist: LEAST_DRAG }, points: { size: 6 }, sync: { key: group, setSeries: false }, bind: { dblclick: () => () => { now.current.setZoom(undefined); return null } } },
      legend: { show: false },
      scales: { x: { range: (u) => span(u.data[0], now.current.zoom) }, y: { range: (_u, _min, max) => [0, max > 0 ? max * 1.1 : 1] } },
      axes: [{ ...axis, size: 24, space: TICK_SPACE, values: (_u, ticks, _axis, _space, step) => ticks.map((s) => tick(s, step)) }, { ...axis, size: 56, incrs: binary ? POWERS : DECIMALS, values: (_u, ticks) => ticks.map((v) => format(v)) }],
      series: [{}, ...own],
      hooks: {
        setCursor: [(u) => setUnder(u.cursor.idx ?? null)],
        setSelect: [(u) => {
          if (u.select.width < LEAST_DRAG) return
          const at = (x: number): number => Math.round(u.posToVal(x, 'x') * 1000)
          const [from, to] = [at(u.select.left), at(u.select.left + u.select.width)]
          u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false)
          now.current.setZoom({ from, to })
        }],
      },
    }, [[], ...own.map(() => [])], at)
    plot.current = made
    const letGo = fitted(made, at, HEIGHT)
    return () => {
      plot.current = undefined
      letGo()
    }
  }, [shape, scheme, format, binary, locale, group])
  // Also when the chart was made anew, which starts without data.
  useEffect(() => {
    plot.current?.setData([[...chart.times], ...chart.lines.map((l) => [...l.values])])
    for (const [i, { label }] of chart.lines.entries()) plot.current?.setSeries(i + 1, { show: !hidden.has(label) })
  }, [chart, hidden, shape, scheme, format, binary, locale, group, zoom])

  const long = (chart.times.at(-1) ?? 0) - (chart.times[0] ?? 0) > DAY_SECONDS / 2
  const exact = useMemo(() => new Intl.DateTimeFormat(locale, { ...(long ? { month: 'short', day: 'numeric' } as const : {}), hour: 'numeric', minute: '2-digit', second: '2-digit' }), [locale, long])
  const time = under === null ? undefined : chart.times[under]
  const toggle = (label: string): void => setChoices(new Map([...choices, [label, hidden.has(label)]]))
  return (
    <Box component="figure" aria-label={title} sx={{ m: 0, minWidth: 0, overflow: 'hidden' }}>
      <Box component="figcaption" sx={{ fontWeight: 600, mb: 1, display: 'flex', justifyContent: 'space-between' }}>{title}{time !== undefined && <Box component="span" sx={{ fontWeight: 400, fontSize: 12, color: 'text.secondary', fontVariantNumeric: 'tabular-nums' }}>{exact.format(time * 1000)}</Box>}</Box>
      <Box ref={place} aria-hidden sx={{ width: '100%' }} />
      <Legend chart={chart} at={under ?? chart.times.length - 1} format={format} hidden={hidden} toggle={toggle} />
    </Box>
  )
}
