/** All metrics of an autoscaler: what each asks for, and which of them decides. Pure. */
import type { HorizontalPodAutoscaler, Pod, PodMetrics } from '../../shared/api/types.ts'
import { isPodLevelResource, isSidecar } from '../../shared/pod-resources.ts'
import { bytes, cpuMillis, parseQuantity } from '../../shared/quantity.ts'
import { evaluateCustom, type CustomAnswer } from './autoscaler-custom.ts'
import { byAverageValue, byUtilization, MetricError, TOLERANCE, type MetricWorld, type PodMetric, type Proposal, type Tolerances } from './autoscaler-metrics.ts'

export type MetricSpec = NonNullable<HorizontalPodAutoscaler['spec']['metrics']>[number]
export type MetricStatus = NonNullable<NonNullable<HorizontalPodAutoscaler['status']>['currentMetrics']>[number]

export interface EvaluateInput {
  readonly hpa: HorizontalPodAutoscaler
  readonly currentReplicas: number
  /** Those that the target's selector selects. */
  readonly pods: readonly Pod[]
  readonly podMetrics: readonly PodMetrics[]
  /** What the custom metrics API said of each metric of type Pods or Object, or why it said nothing. */
  readonly custom?: ReadonlyMap<MetricSpec, CustomAnswer>
  readonly now: number
}
export interface Evaluation {
  readonly replicas: number
  /** Which metric decided: `cpu resource utilization (percentage of request)`. */
  readonly by: string
  readonly statuses: readonly MetricStatus[]
}
export interface Refusal {
  readonly reason: string
  readonly message: string
  readonly statuses: readonly MetricStatus[]
}

/** cpu in thousandths, everything else in its own unit. */
const amount = (resource: string, text: string | undefined): number => (text === undefined ? 0 : resource === 'cpu' ? cpuMillis(text) : bytes(text))
const exact = (resource: string, text: string): number => { const n = Number(parseQuantity(text)?.nanos ?? 0n) / 1e9; return resource === 'cpu' ? n * 1000 : n }
const quantity = (resource: string, value: number): string => (resource === 'cpu' ? `${Math.ceil(value)}m` : String(Math.ceil(value)))
const windowMs = (text: string): number => {
  let sum = 0
  for (const [, n, unit] of text.matchAll(/([\d.]+)(ms|h|m|s)/g)) sum += Number(n) * ({ ms: 1, s: 1000, m: 60_000, h: 3_600_000 }[unit ?? ''] ?? 0)
  return sum
}

function usageOf(input: EvaluateInput, resource: string, container: string | undefined): Map<string, PodMetric> {
  const found = new Map<string, PodMetric>()
  for (const m of input.podMetrics) {
    const chosen = m.containers.filter((c) => container === undefined || c.name === container)
    if (!chosen.length || chosen.some((c) => (c.usage as Record<string, string>)[resource] === undefined)) continue
    found.set(m.metadata.name, { value: chosen.reduce((n, c) => n + exact(resource, (c.usage as Record<string, string>)[resource] ?? '0'), 0), time: Date.parse(m.timestamp), windowMs: windowMs(m.window) })
  }
  return found
}

function requestsOf(pods: readonly Pod[], resource: string, container: string | undefined): Map<string, number> {
  return new Map(pods.map((pod) => {
    const all = [...pod.spec.containers, ...(pod.spec.initContainers ?? []).filter(isSidecar)].filter((c) => container === undefined || c.name === container)
    const whole = container === undefined && isPodLevelResource(resource) ? pod.spec.resources?.requests?.[resource] : undefined
    if (whole !== undefined) return [pod.metadata.name, amount(resource, whole)]
    if (container !== undefined && !all.length) throw new MetricError(`container ${container} not found in Pod ${pod.metadata.name}`)
    const sum = all.reduce((n, c) => {
      const request = c.resources?.requests?.[resource]
      if (request === undefined) throw new MetricError(`missing request for ${resource} in container ${c.name} of Pod ${pod.metadata.name}`)
      return n + amount(resource, request)
    }, 0)
    return [pod.metadata.name, sum]
  }))
}

function tolerancesOf(hpa: HorizontalPodAutoscaler): Tolerances {
  const { scaleUp, scaleDown } = hpa.spec.behavior ?? {}
  const tolerance = (rules: { tolerance?: string } | undefined): number => (rules?.tolerance === undefined ? TOLERANCE : exact('', rules.tolerance))
  return { up: tolerance(scaleUp), down: tolerance(scaleDown) }
}

const KINDS: Readonly<Record<string, string>> = { Resource: 'Resource', ContainerResource: 'ContainerResource', Pods: 'Pods', Object: 'Object', External: 'External' }

function evaluateOne(input: EvaluateInput, spec: MetricSpec): { proposal: Proposal; by: string; status: MetricStatus } {
  const answer = input.custom?.get(spec)
  if (answer) return evaluateCustom(input, spec, answer, tolerancesOf(input.hpa))
  const source = spec.resource ?? spec.containerResource
  if (!source) throw new MetricError(spec.type === 'External' ? 'unable to fetch metrics from external metrics API: no external metrics API (external.metrics.k8s.io) registered' : 'unable to fetch metrics from custom metrics API: no custom metrics API (custom.metrics.k8s.io) registered')
  const resource = source.name
  const container = spec.containerResource?.container
  const world: MetricWorld = {
    currentReplicas: input.currentReplicas, pods: input.pods, metrics: usageOf(input, resource, container), resource, now: input.now,
    tolerances: tolerancesOf(input.hpa),
  }
  const { averageUtilization, averageValue } = source.target
  const proposal = averageValue === undefined
    ? byUtilization(world, requestsOf(input.pods, resource, container), averageUtilization ?? 80)
    : byAverageValue(world, exact(resource, averageValue))
  const current = { averageValue: quantity(resource, proposal.averageValue), ...(proposal.utilization === undefined ? {} : { averageUtilization: proposal.utilization }) }
  const name = container === undefined ? `${resource} resource` : `${resource} container resource`
  return {
    proposal, by: averageValue === undefined ? `${name} utilization (percentage of request)` : name,
    status: container === undefined ? { type: 'Resource', resource: { name: resource, current } } : { type: 'ContainerResource', containerResource: { container, name: resource, current } },
  } as { proposal: Proposal; by: string; status: MetricStatus }
}

/** The largest wish decides. A metric that cannot be had forbids going down, and, when none can be had, anything. */
export function evaluate(input: EvaluateInput): Evaluation | Refusal {
  let replicas = 0
  let by = ''
  let failure: { reason: string; message: string } | undefined
  let failed = 0
  const statuses: MetricStatus[] = []
  const metrics = input.hpa.spec.metrics ?? []
  for (const spec of metrics) {
    try {
      const one = evaluateOne(input, spec)
      statuses.push(one.status)
      if (!by || one.proposal.replicas > replicas) {
        replicas = one.proposal.replicas
        by = one.by
      }
    } catch (error) {
      if (!(error instanceof MetricError)) throw error
      failed++
      const what = spec.resource ? `${spec.resource.name} resource` : spec.containerResource ? `${spec.containerResource.name} container` : spec.type.toLowerCase()
      failure ??= { reason: `FailedGet${KINDS[spec.type] ?? ''}Metric`, message: `the HPA was unable to compute the replica count: failed to get ${what} metric value: ${error.message}` }
    }
  }
  if (failure && (failed === metrics.length || replicas < input.currentReplicas)) return { ...failure, statuses }
  return { replicas, by, statuses }
}
