/** HorizontalPodAutoscaler (autoscaling/v2): as many pods as their load asks for. */
import type { HorizontalPodAutoscaler } from '../../../shared/api/types.ts'
import { ageColumn, integer, nameColumn, NONE, text } from './columns.ts'
import { autoscalerDefaults } from './defaults/horizontalpodautoscaler.ts'
import { defineKind } from './kind.ts'
import { validateAutoscaler, validateAutoscalerStatus } from './validation/horizontalpodautoscaler.ts'

type Metric = NonNullable<HorizontalPodAutoscaler['spec']['metrics']>[number]
type Current = NonNullable<NonNullable<HorizontalPodAutoscaler['status']>['currentMetrics']>[number]
type Target = { type?: string; value?: string; averageValue?: string; averageUtilization?: number }

const SHOWN = 2
const UNKNOWN = '<unknown>'

/** `cpu: 12%/80%` or `cpu: 200m/1`. */
function resource(name: string, target: Target, now: Target | undefined): string {
  if (target.averageValue !== undefined) return `${name}: ${now?.averageValue ?? UNKNOWN}/${target.averageValue}`
  const current = now?.averageUtilization === undefined ? UNKNOWN : `${now.averageUtilization}%`
  return `${name}: ${current}/${target.averageUtilization === undefined ? '<auto>' : `${target.averageUtilization}%`}`
}
const counted = (target: Target, now: Target | undefined): string =>
  target.averageValue === undefined ? `${now?.value ?? UNKNOWN}/${target.value ?? ''}` : `${now?.averageValue ?? UNKNOWN}/${target.averageValue} (avg)`

function shown(metric: Metric, now: Current | undefined): string {
  if (metric.resource) return resource(metric.resource.name, metric.resource.target, now?.resource?.current)
  if (metric.containerResource) return resource(metric.containerResource.name, metric.containerResource.target, now?.containerResource?.current)
  if (metric.pods) return `${now?.pods?.current.averageValue ?? UNKNOWN}/${metric.pods.target.averageValue ?? ''}`
  if (metric.object) return counted(metric.object.target, now?.object?.current)
  if (metric.external) return counted(metric.external.target, now?.external?.current)
  return UNKNOWN
}

function targets(o: HorizontalPodAutoscaler): string {
  const metrics = o.spec.metrics ?? []
  if (metrics.length === 0) return NONE
  const rest = metrics.length - SHOWN
  return metrics.slice(0, SHOWN).map((metric, i) => shown(metric, o.status?.currentMetrics?.[i])).join(', ') + (rest > 0 ? ` + ${rest} more...` : '')
}

export const horizontalPodAutoscaler = defineKind<HorizontalPodAutoscaler>({
  group: 'autoscaling', version: 'v2', kind: 'HorizontalPodAutoscaler', resource: 'horizontalpodautoscalers', singular: 'horizontalpodautoscaler', shortNames: ['hpa'], categories: ['all'],
  scope: 'Namespaced', schema: 'V2HorizontalPodAutoscaler', status: true, generation: false,
  strategy: {
    defaults: autoscalerDefaults,
    prepareForCreate(draft) {
      draft.status = { desiredReplicas: 0 }
    },
    validate: (object, { old }) => validateAutoscaler(object, old as HorizontalPodAutoscaler | undefined),
    validateStatusUpdate: validateAutoscalerStatus,
  },
  columns: [
    nameColumn,
    text<HorizontalPodAutoscaler>('Reference', 'What is scaled.', (o) => `${o.spec.scaleTargetRef?.kind}/${o.spec.scaleTargetRef?.name}`),
    text<HorizontalPodAutoscaler>('Targets', 'What is measured, against what is wanted.', targets),
    text<HorizontalPodAutoscaler>('MinPods', 'Fewest pods.', (o) => (o.spec.minReplicas === undefined ? '<unset>' : String(o.spec.minReplicas))),
    integer<HorizontalPodAutoscaler>('MaxPods', 'Most pods.', (o) => o.spec.maxReplicas),
    integer<HorizontalPodAutoscaler>('Replicas', 'Pods now.', (o) => o.status?.currentReplicas ?? 0),
    ageColumn,
  ],
})
