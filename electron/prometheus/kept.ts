/**
 * Numbers for Prometheus that are kept elsewhere and looked at when somebody reads: they cost nothing until then, and nothing is
 * counted twice. What keeps no numbers of its own counts with the library's own Counter and Histogram.
 */
import { Counter, Gauge, type Registry } from 'prom-client'

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

const rows = (read: number | Iterable<Row>): Iterable<Row> => (typeof read === 'number' ? [[{}, read]] : read)
