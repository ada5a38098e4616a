/** One chart: uPlot in the theme's colours, as wide as its place. Loaded only where a chart is shown. */
import Box from '@mui/material/Box'
import { useColorScheme } from '@mui/material/styles'
import { useEffect, useRef } from 'react'
import UPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import type { Chart } from './model.ts'

const HEIGHT = 150
/** Seconds that the time axis shows at least: a pod of a minute is not drawn as if it were an hour old. */
const LEAST_SPAN = 300

export interface PlotProps {
  title: string
  chart: Chart
  format: (value: number) => string
  /** BCP 47, for the times. */
  locale: string
}

export default function Plot({ title, chart, format, locale }: PlotProps) {
  const place = useRef<HTMLDivElement>(null)
  const plot = useRef<UPlot>(undefined)
  const { mode, systemMode } = useColorScheme()
  const scheme = mode === 'system' ? systemMode : mode
  const shape = JSON.stringify(chart.lines.map((l) => [l.label, l.bound ?? false]))

  useEffect(() => {
    const at = place.current
    if (!at) return undefined
    // A canvas knows no CSS variables: their values now; another scheme makes the chart anew.
    const of = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(`--mui-palette-${name}`).trim()
    const primary = of('primary-main')
    const bounds = [of('warning-main'), of('error-main')]
    let free = 0
    const own = (JSON.parse(shape) as [string, boolean][]).map(([label, bound], i): UPlot.Series => ({
      label, stroke: bound ? (bounds[Math.min(i - 1, 1)] ?? primary) : (free++ === 0 ? primary : of('success-main')), width: bound ? 1 : 1.5, spanGaps: false, points: { show: false },
      ...(bound ? { dash: [4, 4] } : { fill: `color-mix(in srgb, ${primary} 10%, transparent)` }), value: (_u, v) => (v === null || v === undefined ? '–' : format(v)),
    }))
    const time = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit' })
    const exact = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', second: '2-digit' })
    const axis: UPlot.Axis = { stroke: of('text-secondary'), grid: { stroke: of('divider'), width: 1 }, ticks: { show: false }, font: '11px system-ui' }
    const made = new UPlot({
      width: Math.max(200, at.clientWidth), height: HEIGHT, pxAlign: true, cursor: { y: false, points: { size: 6 } },
      legend: { live: true },
      scales: { x: { range: (_u, min, max) => [Math.min(min, max - LEAST_SPAN), max] }, y: { range: (_u, _min, max) => [0, max > 0 ? max * 1.1 : 1] } },
      axes: [{ ...axis, values: (_u, ticks) => ticks.map((s) => time.format(s * 1000)) }, { ...axis, size: 56, values: (_u, ticks) => ticks.map((v) => format(v)) }],
      series: [{ value: (_u, s) => (s === null || s === undefined ? '' : exact.format(s * 1000)) }, ...own],
    }, [[], ...own.map(() => [])], at)
    plot.current = made
    const sizes = new ResizeObserver(() => { if (at.clientWidth > 0) made.setSize({ width: at.clientWidth, height: HEIGHT }) })
    sizes.observe(at)
    return () => {
      sizes.disconnect()
      plot.current = undefined
      made.destroy()
    }
  }, [shape, scheme, format, locale])
  // Also when the chart was made anew, which starts without data.
  useEffect(() => plot.current?.setData([[...chart.times], ...chart.lines.map((l) => [...l.values])]), [chart, shape, scheme, format, locale])

  return (
    <Box component="figure" aria-label={title} sx={{ m: 0, minWidth: 0, overflow: 'hidden', '& .u-legend': { fontSize: 11.5, textAlign: 'left', color: 'text.secondary', fontVariantNumeric: 'tabular-nums' }, '& .u-legend .u-series:first-of-type': { minWidth: 90 } }}>
      <Box component="figcaption" sx={{ fontWeight: 600, mb: 1 }}>{title}</Box>
      <Box ref={place} sx={{ width: '100%' }} />
    </Box>
  )
}
