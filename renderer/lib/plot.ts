/** What charts on a canvas share: the theme's colours, the look of an axis, and being as wide as their place. */
import { useColorScheme } from '@mui/material/styles'
import type UPlot from 'uplot'

/** A canvas knows no CSS variables: the value now. */
export const colour = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(`--mui-palette-${name}`).trim()
/** A chart is made anew when it changes. */
export function useScheme(): 'light' | 'dark' | undefined {
  const { mode, systemMode } = useColorScheme()
  return mode === 'system' ? systemMode : mode
}
export const axisLook = (): UPlot.Axis => ({ stroke: colour('text-secondary'), ticks: { show: false }, font: '11px system-ui' })
export const gridLook = (): UPlot.Axis.Grid => ({ stroke: colour('divider'), width: 1 })

export const widthOf = (place: HTMLElement): number => Math.max(200, place.clientWidth)
/** As wide as its place from now on. @returns what ends that, and the chart */
export function fitted(plot: UPlot, place: HTMLElement, height: number): () => void {
  const sizes = new ResizeObserver(() => { if (place.clientWidth > 0) plot.setSize({ width: place.clientWidth, height }) })
  sizes.observe(place)
  return () => {
    sizes.disconnect()
    plot.destroy()
  }
}
