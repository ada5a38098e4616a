/** When each number was measured, in the text of a registry: the library writes none. */
import type { Metric, Registry } from 'prom-client'

/** @param times milliseconds since 1970, by the labels that a number was set with (the object itself); a number that is not there is of now, and has none */
export async function stampedText(registry: Registry, times: ReadonlyMap<object, number>): Promise<string> {
  const families = await Promise.all(registry.getMetricsAsArray().map(async ({ name }) => {
    const text = registry.getSingleMetricAsString(name)
    const { values } = await (registry.getSingleMetric(name) as Metric).get()
    // Help and type come first, then a line a number.
    return (await text).split('\n').map((line, i) => { const time = times.get(values[i - 2]?.labels ?? {}); return time === undefined ? line : `${line} ${time}` }).join('\n')
  }))
  return `${families.join('\n\n')}\n`
}
