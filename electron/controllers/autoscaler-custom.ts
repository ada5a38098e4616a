/**
 * Metrics of types Pods and Object: how they are asked for, and how many replicas they ask for. Source: the replica
 * calculator of kube-controller-manager, and the client of custom.metrics.k8s.io.
 */
import type { HorizontalPodAutoscaler, Pod } from '../../shared/api/types.ts'
import { Deployments, Ingresses, Namespaces, Nodes, Services, StatefulSets } from '../../shared/api/resources.ts'
import { toStatusError } from '../../shared/errors.ts'
import { formatQuantity, mustParse, parseQuantity } from '../../shared/quantity.ts'
import { formatLabelSelector } from '../../shared/selectors.ts'
import type { Client } from '../client/types.ts'
import type { MetricSpec, MetricStatus } from './autoscaler-evaluate.ts'
import { byAverageValue, MetricError, type Proposal, type Tolerances } from './autoscaler-metrics.ts'
import { discover } from './discovery.ts'

const API = '/apis/custom.metrics.k8s.io/v1beta2'
/** What is usually asked about; other kinds are looked up. */
const USUAL = [Services, Ingresses, Deployments, StatefulSets, Namespaces, Nodes]
/** Of a value that says of no window: as long as metrics-server's. */
const WINDOW_MS = 60_000

export interface MetricValue {
  readonly describedObject: { readonly name: string }
  readonly timestamp: string
  readonly windowSeconds?: number
  readonly value: string
}
export type CustomAnswer = { readonly values: readonly MetricValue[] } | { readonly error: string }

/** Asks for all metrics of the two types; what goes wrong is an answer, too. @param selector of the target's pods */
export async function fetchCustom(client: Client, hpa: HorizontalPodAutoscaler, selector: string): Promise<ReadonlyMap<MetricSpec, CustomAnswer>> {
  const namespace = hpa.metadata.namespace ?? ''
  const answers = new Map<MetricSpec, CustomAnswer>()
  for (const spec of hpa.spec.metrics ?? []) {
    const metric = spec.pods?.metric ?? spec.object?.metric
    if (!metric) continue
    const query = new URLSearchParams({ ...(spec.pods ? { labelSelector: selector } : {}), ...(metric.selector ? { metricLabelSelector: formatLabelSelector(metric.selector) } : {}) })
    try {
      const of = spec.object ? await objectPath(client, namespace, spec.object.describedObject) : `namespaces/${namespace}/pods/*`
      const list = (await client.raw(`${API}/${of}/${metric.name}?${query.toString()}`)) as { items: MetricValue[] }
      answers.set(spec, { values: list.items })
    } catch (e) {
      answers.set(spec, { error: `unable to get metric ${metric.name}: unable to fetch metrics from custom metrics API: ${toStatusError(e).message}` })
    }
  }
  return answers
}
async function objectPath(client: Client, namespace: string, ref: { apiVersion?: string; kind: string; name: string }): Promise<string> {
  const group = ref.apiVersion?.includes('/') ? ref.apiVersion.slice(0, ref.apiVersion.indexOf('/')) : ''
  const same = (t: { kind: string; group: string }): boolean => t.kind === ref.kind && t.group === group
  const type = USUAL.find(same) ?? (await discover(client)).types.find(same)
  if (!type) throw new Error(`no matches for kind ${JSON.stringify(ref.kind)} in group ${JSON.stringify(group)}`)
  if (type.resource === 'namespaces' && type.group === '') return `namespaces/${ref.name}/metrics`
  return `${type.namespaced ? `namespaces/${namespace}/` : ''}${type.resource}${type.group ? `.${type.group}` : ''}/${ref.name}`
}

const exact = (text: string): number => Number(parseQuantity(text)?.nanos ?? 0n) / 1e9
const quantity = (value: number): string => formatQuantity(mustParse(`${Math.ceil(Math.round(value * 1e6) / 1e3)}m`))
const round = (n: number): number => Math.round(n * 1e9) / 1e9
const isReady = (pod: Pod): boolean => pod.status?.phase === 'Running' && pod.status.conditions?.some((c) => c.type === 'Ready' && c.status === 'True') === true

interface World {
  readonly currentReplicas: number
  readonly pods: readonly Pod[]
  readonly now: number
}
/** Pure. Throws MetricError. */
export function evaluateCustom(world: World, spec: MetricSpec, answer: CustomAnswer, tolerances: Tolerances): { proposal: Proposal; by: string; status: MetricStatus } {
  if ('error' in answer) throw new MetricError(answer.error)
  if (spec.pods) {
    const { metric, target } = spec.pods
    const metrics = new Map(answer.values.map((v) => [v.describedObject.name, { value: exact(v.value), time: Date.parse(v.timestamp), windowMs: v.windowSeconds === undefined ? WINDOW_MS : v.windowSeconds * 1000 }]))
    const proposal = byAverageValue({ ...world, metrics, resource: '', tolerances }, exact(target.averageValue ?? '0'))
    return { proposal, by: `pods metric ${metric.name}`, status: { type: 'Pods', pods: { metric, current: { averageValue: quantity(proposal.averageValue) } } } as MetricStatus }
  }
  if (!spec.object) throw new MetricError(`unknown metric source type ${JSON.stringify(spec.type)}`)
  const { metric, target, describedObject } = spec.object
  const [found] = answer.values
  if (!found) throw new MetricError(`unable to get metric ${metric.name}: no metrics returned from custom metrics API`)
  const value = exact(found.value)
  const within = (ratio: number): boolean => ratio >= 1 - tolerances.down && ratio <= 1 + tolerances.up
  const { currentReplicas } = world
  const each = target.averageValue !== undefined
  // A total to be shared, or a level that as many pods as are ready bring about.
  const ratio = each ? value / (exact(target.averageValue ?? '0') * currentReplicas) : value / exact(target.value ?? '0')
  const wished = each ? value / exact(target.averageValue ?? '0') : ratio * (currentReplicas === 0 ? 1 : world.pods.filter(isReady).length)
  const replicas = currentReplicas !== 0 && within(ratio) ? currentReplicas : Math.ceil(round(wished))
  const current = each ? { averageValue: quantity(currentReplicas ? value / currentReplicas : value) } : { value: quantity(value) }
  return { proposal: { replicas, averageValue: value }, by: `${describedObject.kind} metric ${metric.name}`, status: { type: 'Object', object: { metric, describedObject, current } } as MetricStatus }
}
