/**
 * Numbers for Prometheus that are kept elsewhere and looked at when somebody reads: they cost nothing until then, and nothing is
 * counted twice. What keeps no numbers of its own counts with the library's own Counter and Histogram.
 */
import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import type { Tally } from './tally.ts'

/** A sample's labels, and its value. Labels come in the text in this order. */
export type Row = readonly [labels: Record<string, string>, value: number]

/** How a number is told. */
export interface Told {
  readonly name: string
  readonly help: string
  /** Those that its rows may have. Default: none. */
  readonly labelNames?: readonly string[]
}

/** May fall and rise. `read` is asked at each reading of the page, for the number or for one for each set of labels. */
export function gauge(registry: Registry, { name, help, labelNames = [] }: Told, read: () => number | Iterable<Row>): Gauge {
  return new Gauge({
    name, help, labelNames, registers: [registry],
    collect() {
      this.reset()
      for (const [labels, value] of rows(read())) this.set(labels, value)
    },
  })
}

/** Only rises. `read` as for a gauge, and with the sums since the beginning. */
export function counter(registry: Registry, { name, help, labelNames = [] }: Told, read: () => number | Iterable<Row>): Counter {
  return new Counter({
    name, help, labelNames, registers: [registry],
    collect() {
      this.reset()
      for (const [labels, value] of rows(read())) this.inc(labels, value)
    },
  })
}

/** One for each set of labels, all with the same bounds. */
export type Tallies = Iterable<readonly [labels: Record<string, string>, tally: Tally]>

/** The library asks a histogram for its samples when it writes its text: these are of the tallies. */
class KeptHistogram extends Histogram {
  readonly #told: Told
  readonly #read: () => Tallies
  constructor(registry: Registry, told: Told, bounds: readonly number[], read: () => Tallies) {
    super({ name: told.name, help: told.help, labelNames: told.labelNames ?? [], buckets: [...bounds], registers: [registry] })
    this.#told = told
    this.#read = read
  }
  async getForPromString() {
    const { name, help } = this.#told
    const values = [...this.#read()].flatMap(([labels, { bounds, counts, sum }]) => {
      let below = 0
      const buckets = counts.map((n, at) => ({ metricName: `${name}_bucket`, labels: { ...labels, le: at < bounds.length ? String(bounds[at]) : '+Inf' }, value: (below += n) }))
      return [...buckets, { metricName: `${name}_sum`, labels, value: sum }, { metricName: `${name}_count`, labels, value: below }]
    })
    return { name, help, type: 'histogram', values }
  }
}

/** How often which sizes came. `read` as for a gauge. */
export const histogram = (registry: Registry, told: Told, bounds: readonly number[], read: () => Tallies): Histogram => new KeptHistogram(registry, told, bounds, read)

const rows = (read: number | Iterable<Row>): Iterable<Row> => (typeof read === 'number' ? [[{}, read]] : read)
