import { readFileSync } from 'node:fs'

/** What a measurement says: a name, a number with its unit, and the number that we aim at or compare with. */
export interface Figure {
  name: string
  value: number
  unit: string
  /** `< 1000`, `≥ 1200`; empty: only told. */
  aim: string
  /** The same of something that does nothing else, in the same run: what there is to win. */
  floor?: number
}

const sorted = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b)
/** The value at a share (0 to 1) of the sorted values. */
export const quantile = (values: readonly number[], share: number): number => sorted(values)[Math.min(values.length - 1, Math.floor(share * values.length))] ?? Number.NaN
export const median = (values: readonly number[]): number => quantile(values, 0.5)
export const round = (n: number): number => (Math.abs(n) >= 100 ? Math.round(n) : Math.round(n * 100) / 100)

/** Whether an aim (`< 5`, `≤ 5`, `≥ 5`) is met; undefined when there is none. */
export function met(figure: Figure): boolean | undefined {
  const m = /^([<≤≥]) ([\d.]+)$/.exec(figure.aim)
  if (!m) return undefined
  const aim = Number(m[2])
  if (m[1] === '<') return figure.value < aim
  return m[1] === '≤' ? figure.value <= aim : figure.value >= aim
}

export function table(figures: readonly Figure[]): string {
  const rows = figures.map((f) => [f.name, `${round(f.value)} ${f.unit}`.trim(), f.aim, met(f) === undefined ? '' : met(f) ? 'met' : 'MISSED', f.floor === undefined ? '' : Number.isFinite(f.floor) ? `floor ${round(f.floor)}` : ''])
  const widths = [0, 1, 2, 3, 4].map((i) => Math.max(...rows.map((r) => r[i]?.length ?? 0)))
  return rows.map((r) => r.map((c, i) => c.padEnd(widths[i] ?? 0)).join('  ').trimEnd()).join('\n')
}

/** Linux only. */
export const residentMiB = (pid: number): number => Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024
