/** Metrics, the roles of metrics-server and of a small Prometheus: what pods and nodes use now, and two weeks of it. */
import type { Job, Node, Pod } from '../../shared/api/types.ts'
import type { Clock } from '../../shared/clock.ts'
import { healthText } from '../../shared/component-health.ts'
import type { Component } from '../client/component.ts'
import type { Informer } from '../client/types.ts'
import { createMetricsObjects, type MetricsObjects } from './door.ts'
import { cadvisorText, type SpecOf } from './cadvisor.ts'
import { resourceText, statsSummary } from './exposition.ts'
import { wantsScrape } from './custom/targets.ts'
import type { CustomMetrics, CustomMetricsOptions } from './custom/index.ts'
import { createHistory } from './history/index.ts'
import { createHollowMeter } from './hollow.ts'
import { createSampler, PERIOD_MS } from './sampler.ts'
import type { History, Meter, Scope, UsageReader } from './types.ts'

export type { SpecOf } from './cadvisor.ts'
export type { History, Scope, UsageReader } from './types.ts'

export interface MetricsOptions {
  /** All pods, nodes and jobs, watched by somebody else already. */
  readonly pods: Informer<Pod>
  readonly nodes: Informer<Node>
  readonly jobs: Informer<Job>
  readonly clock: Clock
  /** undefined: the pods run nothing, and what they use is made up. */
  readonly reader: UsageReader | undefined
  /** What the kernel holds a container to. */
  readonly specOf: SpecOf
  /** Where the history is kept; made when there is something to keep. */
  readonly directory: string
  /** How pods are scraped, and who is told; absent: nobody is scraped. */
  readonly custom?: Omit<CustomMetricsOptions, 'pods' | 'clock' | 'scraped'> & { readonly scraped: (names: string[], query: CustomMetrics['query']) => void }
}
export interface HistoryRange {
  /** Milliseconds since 1970; until now, when absent. */
  readonly to?: number
  readonly spanMs: number
}
export interface Metrics extends Component {
  readonly objects: MetricsObjects
  /** `note`: said where the numbers are shown; '' when they are measured. `periodMs`: how often there is something new. `stepMs`: how far points are apart. */
  history(scope: Scope, range: HistoryRange): Promise<History & { note: string; periodMs: number; stepMs: number; from: number; to: number }>
  /** /metrics/cadvisor of nodes; /metrics/resource and /stats/summary of one. */
  cadvisor(nodes: readonly string[]): Promise<string>
  resource(node: string): Promise<string>
  summary(node: string): object
}

export function createMetrics({ pods, nodes, jobs, clock, reader, specOf, directory, custom }: MetricsOptions): Metrics {
  const jobOf = (name: string, namespace: string): Job | undefined => jobs.get(name, namespace)
  const history = createHistory(directory)
  const sampler = reader && createSampler({ pods, jobOf, reader, clock, history })
  const meter: Meter = sampler ?? createHollowMeter(pods, jobOf, clock)
  const podsOf = (node: string): Pod[] => pods.list().filter((pod) => pod.spec.nodeName === node)
  let started = false
  let scraping: Promise<CustomMetrics> | undefined
  let remove = (): void => undefined
  /** Nothing of it is there before the first pod that wants it. */
  function wake(pod: Pod): void {
    if (!custom || !wantsScrape(pod)) return
    scraping ??= import('./custom/index.ts').then(({ createCustomMetrics }) => {
      const made: CustomMetrics = createCustomMetrics({ ...custom, pods, clock, scraped: (names) => custom.scraped(names, (q) => made.query(q)) })
      return made
    })
    void scraping.then((own) => { if (started) own.wake() })
  }
  return {
    name: 'metrics',
    objects: createMetricsObjects({ pods, nodes, meter, clock }),
    async history(scope, { to = clock.now(), spanMs }) {
      const found = await meter.history(scope, to - spanMs, to)
      return { ...found, note: meter.note, periodMs: Math.max(PERIOD_MS, found.stepMs), from: to - spanMs, to }
    },
    cadvisor: (names) => cadvisorText({ pods: names.flatMap(podsOf), nodes: names.flatMap((name) => nodes.get(name) ?? []), meter, specOf }),
    resource: (node) => resourceText(node, podsOf(node), meter),
    summary: (node) => statsSummary(node, podsOf(node), meter, clock.now()),
    async start() {
      started = true
      sampler?.start()
      if (custom) remove = pods.addHandlers({ onAdd: wake, onUpdate: wake })
    },
    async stop() {
      started = false
      remove()
      await (await scraping)?.stop()
      await sampler?.stop()
    },
    health() {
      if (!started) return { healthy: false, message: healthText('notStarted') }
      if (!sampler) return { healthy: true, message: healthText('metrics.hollow') }
      const { count, milliseconds, problem } = sampler.rounds
      if (problem) return { healthy: false, message: healthText('metrics.down', { why: problem }) }
      if (history.problem) return { healthy: false, message: healthText('metrics.history', { why: history.problem }) }
      return { healthy: true, message: count ? healthText('metrics', { rounds: count, ms: milliseconds }) : healthText('metrics.waits') }
    },
  }
}
