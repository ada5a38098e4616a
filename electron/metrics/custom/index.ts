/**
 * custom.metrics.k8s.io, the roles of Prometheus and its adapter: the numbers that annotated pods say of themselves. Of a pod
 * it is the sum of its series; of another object the sum of the series that name it by a label (`ingress="web"`), else that of
 * its pods. Loaded when the first such pod comes.
 */
import type { Pod } from '../../../shared/api/types.ts'
import { rfc3339, type Clock } from '../../../shared/clock.ts'
import type { CustomQuestion, CustomValue } from '../../../shared/custom-metrics.ts'
import { formatQuantity, mustParse } from '../../../shared/quantity.ts'
import type { LabelSelector } from '../../../shared/api/meta.ts'
import { labelSelectorMatches } from '../../../shared/selectors.ts'
import type { Informer } from '../../client/types.ts'
import type { Value } from './measure.ts'
import { createScraper, type Fetch, type Scraped, type Scraper } from './scraper.ts'

export interface CustomMetrics {
  /** Names of all metrics, sorted. */
  names(): string[]
  /** Empty: nobody says this. */
  query(question: CustomQuestion): Promise<CustomValue[]>
  wake(): void
  stop(): Promise<void>
}
export interface CustomMetricsOptions {
  readonly pods: Informer<Pod>
  readonly clock: Clock
  readonly fetch: Fetch
  /** The selector of an object that has pods. undefined: it selects none. Rejects with Not Found. */
  readonly selectorOf: (object: CustomQuestion['object'], namespace: string, name: string) => Promise<LabelSelector | undefined>
  /** After each round. */
  readonly scraped: (names: string[]) => void
}

export const quantityOf = (value: number): string => formatQuantity(mustParse(`${Math.round(value * 1000)}m`))

export function createCustomMetrics({ pods, clock, fetch, selectorOf, scraped }: CustomMetricsOptions): CustomMetrics {
  const scraper: Scraper = createScraper({ pods, clock, fetch, scraped: () => scraped(names()) })
  const names = (): string[] => [...new Set([...scraper.pods.values()].flatMap((s) => [...s.values.keys()]))].sort()
  const inNamespace = (namespace: string): Scraped[] => [...scraper.pods.values()].filter((s) => !namespace || s.pod.metadata.namespace === namespace)

  function total(all: readonly { time: number; values: readonly Value[] }[], describedObject: CustomValue['describedObject']): CustomValue[] {
    const values = all.flatMap((s) => s.values)
    if (!values.length) return []
    const window = values.find((v) => v.windowSeconds !== undefined)?.windowSeconds
    return [{ describedObject, timestamp: rfc3339(Math.max(...all.map((s) => s.time))), ...(window === undefined ? {} : { windowSeconds: window }), value: quantityOf(values.reduce((n, v) => n + v.value, 0)) }]
  }
  return {
    names,
    async query(question) {
      const { object, namespace, name, metric } = question
      const of = (some: readonly Scraped[], wanted: (v: Value) => boolean = () => true) =>
        some.map(({ time, values }) => ({ time, values: (values.get(metric) ?? []).filter((v) => question.matchesMetric(v.labels) && wanted(v)) })).filter((s) => s.values.length)
      if (object.resource === 'pods' && object.group === '') {
        return inNamespace(namespace).filter(({ pod }) => (name === '*' ? question.matchesObject(pod.metadata.labels) : pod.metadata.name === name))
          .flatMap((s) => total(of([s]), { kind: 'Pod', namespace, name: s.pod.metadata.name, apiVersion: '/v1' }))
      }
      const isNode = object.resource === 'nodes' && object.group === ''
      const isNamespace = object.resource === 'namespaces' && object.group === ''
      const described = { kind: object.kind, ...(namespace && !isNamespace ? { namespace } : {}), name, apiVersion: object.apiVersion }
      const all = inNamespace(isNamespace ? name : namespace)
      const labelled = of(all, (v) => v.labels[object.singular] === name)
      if (labelled.length) return total(labelled, described)
      if (isNamespace) return total(of(all), described)
      if (isNode) return total(of(all.filter(({ pod }) => pod.spec.nodeName === name)), described)
      const selector = await selectorOf(object, namespace, name)
      return selector ? total(of(all.filter(({ pod }) => labelSelectorMatches(selector, pod.metadata.labels))), described) : []
    },
    wake: () => scraper.wake(),
    stop: () => scraper.stop(),
  }
}
