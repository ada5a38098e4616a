/**
 * HorizontalPodAutoscaler (autoscaling/v1): the older form, which knows a share of cpu and nothing else. What it cannot
 * say travels in annotations, so that who reads and writes it loses nothing. It is stored in v2's form.
 */
import type { V1HorizontalPodAutoscaler } from '@kubernetes/client-node'
import type { KubeObject } from '../../../shared/api/meta.ts'
import type { HorizontalPodAutoscaler } from '../../../shared/api/types.ts'
import type { Wire } from '../../../shared/api/wire.ts'
import { field, type FieldError } from '../../../shared/errors.ts'
import { autoscalerDefaults, CPU_PERCENT } from './defaults/horizontalpodautoscaler.ts'
import { horizontalPodAutoscaler } from './horizontalpodautoscaler.ts'
import { defineKind, type Column, type StrategyContext } from './kind.ts'
import { validateAutoscaler, validateAutoscalerStatus } from './validation/horizontalpodautoscaler.ts'

type Old = KubeObject & Wire<Omit<V1HorizontalPodAutoscaler, 'apiVersion' | 'kind' | 'metadata'>>
type Spec = HorizontalPodAutoscaler['spec']
type Status = NonNullable<HorizontalPodAutoscaler['status']>

const PREFIX = 'autoscaling.alpha.kubernetes.io/'
const METRICS = `${PREFIX}metrics`
const BEHAVIOR = `${PREFIX}behavior`
const CURRENT = `${PREFIX}current-metrics`
const CONDITIONS = `${PREFIX}conditions`

const isCpuShare = (m: NonNullable<Spec['metrics']>[number]): boolean => m.type === 'Resource' && m.resource?.name === 'cpu' && m.resource.target.averageUtilization !== undefined

/** What an annotation holds; undefined where it holds no JSON: somebody else wrote it. */
function read<T>(text: string | undefined): T | undefined {
  if (text === undefined) return undefined
  try {
    return JSON.parse(text) as T
  } catch {
    return undefined // Not ours: as if it were not there, as upstream has it.
  }
}

export function toNew(old: Old): HorizontalPodAutoscaler {
  const { [METRICS]: metrics, [BEHAVIOR]: behavior, [CURRENT]: current, [CONDITIONS]: conditions, ...annotations } = old.metadata.annotations ?? {}
  const { annotations: _, ...metadata } = old.metadata
  const { targetCPUUtilizationPercentage: percent, ...spec } = old.spec ?? {}
  const { currentCPUUtilizationPercentage: cpu, ...status } = old.status ?? {}
  const cpuMetric: NonNullable<Spec['metrics']> = percent === undefined ? [] : [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: percent } } }]
  const all = [...cpuMetric, ...(read<NonNullable<Spec['metrics']>>(metrics) ?? [])]
  const currentMetrics = read<NonNullable<Status['currentMetrics']>>(current) ?? (cpu === undefined ? undefined : [{ type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: cpu } } }])
  const rules = read<Spec['behavior']>(behavior)
  const held = read<Status['conditions']>(conditions)
  const made = {
    apiVersion: 'autoscaling/v2', kind: old.kind,
    metadata: { ...metadata, ...(Object.keys(annotations).length ? { annotations } : {}) },
    spec: { ...spec, ...(all.length ? { metrics: all } : {}), ...(rules ? { behavior: rules } : {}) },
    ...(old.status ? { status: { ...status, ...(currentMetrics ? { currentMetrics } : {}), ...(held ? { conditions: held } : {}) } } : {}),
  } as HorizontalPodAutoscaler
  if (old.spec) autoscalerDefaults(made)
  return made
}

const known = new WeakMap<KubeObject, Old>()
export function toOld(stored: KubeObject): Old {
  const cached = known.get(stored)
  if (cached) return cached
  const { spec, status, metadata } = stored as HorizontalPodAutoscaler
  const { metrics = [], behavior, ...rest } = spec ?? {}
  const { currentMetrics, conditions, ...state }: Partial<Status> = status ?? {}
  const cpu = metrics.find(isCpuShare)
  const others = metrics.filter((m) => m !== cpu)
  const annotations = {
    ...metadata.annotations,
    ...(others.length ? { [METRICS]: JSON.stringify(others) } : {}), ...(behavior ? { [BEHAVIOR]: JSON.stringify(behavior) } : {}),
    ...(currentMetrics?.length ? { [CURRENT]: JSON.stringify(currentMetrics) } : {}), ...(conditions?.length ? { [CONDITIONS]: JSON.stringify(conditions) } : {}),
  }
  const percent = cpu?.resource?.target.averageUtilization
  const used = currentMetrics?.find((m) => m.resource?.name === 'cpu')?.resource?.current.averageUtilization
  const made = {
    apiVersion: 'autoscaling/v1', kind: stored.kind,
    metadata: { ...metadata, ...(Object.keys(annotations).length ? { annotations } : {}) },
    spec: { ...rest, ...(percent === undefined ? {} : { targetCPUUtilizationPercentage: percent }) },
    ...(status ? { status: { ...state, currentReplicas: state.currentReplicas ?? 0, ...(used === undefined ? {} : { currentCPUUtilizationPercentage: used }) } } : {}),
  } as Old
  known.set(stored, made)
  return made
}

function validate(object: Old, { old }: StrategyContext): FieldError[] {
  const percent = object.spec?.targetCPUUtilizationPercentage
  const cpu = percent !== undefined && percent < 1 ? [field.invalid('spec.targetCPUUtilizationPercentage', percent, 'must be greater than 0')] : []
  return [...cpu, ...validateAutoscaler(toNew(object), old && toNew(old as Old)).filter((e) => cpu.length === 0 || !e.field.startsWith('spec.metrics'))]
}

export const oldHorizontalPodAutoscaler = defineKind<Old>({
  group: 'autoscaling', version: 'v1', kind: 'HorizontalPodAutoscaler', resource: 'horizontalpodautoscalers', singular: 'horizontalpodautoscaler', shortNames: ['hpa'], categories: ['all'],
  scope: 'Namespaced', schema: 'V1HorizontalPodAutoscaler', status: true, generation: false,
  storage: { from: toOld, to: toNew },
  strategy: {
    defaults({ spec, metadata }) {
      if (!spec) return
      spec.minReplicas ??= 1
      if (!metadata.annotations?.[METRICS]) spec.targetCPUUtilizationPercentage ??= CPU_PERCENT
    },
    prepareForCreate(draft) {
      draft.status = { currentReplicas: 0, desiredReplicas: 0 }
    },
    validate,
    validateStatusUpdate: (object) => validateAutoscalerStatus(toNew(object)),
  },
  columns: horizontalPodAutoscaler.columns.map((c): Column<Old> => ({ ...c, value: (o, context) => c.value(toNew(o), context) })),
})
