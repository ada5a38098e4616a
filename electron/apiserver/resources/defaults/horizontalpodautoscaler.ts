/** Defaults of a HorizontalPodAutoscaler. Source: autoscaling/v2 defaulting of Kubernetes. */
import type { HorizontalPodAutoscaler } from '../../../../shared/api/types.ts'
import { canonical } from './resources.ts'

type Behavior = NonNullable<HorizontalPodAutoscaler['spec']['behavior']>
type Rules = NonNullable<Behavior['scaleUp']>

const PERIOD_SECONDS = 15
/** Of what a pod asks for; what is aimed at where nothing is said. */
export const CPU_PERCENT = 80

/** What holds where a direction of the behaviour says nothing. scaleDown has no window of its own: the controller's holds. */
const UP: Rules = {
  stabilizationWindowSeconds: 0, selectPolicy: 'Max',
  policies: [{ type: 'Pods', value: 4, periodSeconds: PERIOD_SECONDS }, { type: 'Percent', value: 100, periodSeconds: PERIOD_SECONDS }],
}
const DOWN: Rules = { selectPolicy: 'Max', policies: [{ type: 'Percent', value: 100, periodSeconds: PERIOD_SECONDS }] }

export function autoscalerDefaults(draft: HorizontalPodAutoscaler): void {
  const spec = draft.spec
  if (!spec) return
  spec.minReplicas ??= 1
  if (!spec.metrics?.length) spec.metrics = [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: CPU_PERCENT } } }]
  for (const metric of spec.metrics) {
    const target = metric.resource?.target ?? metric.containerResource?.target ?? metric.pods?.target ?? metric.object?.target ?? metric.external?.target
    if (target?.value !== undefined) target.value = canonical(target.value) ?? '0'
    if (target?.averageValue !== undefined) target.averageValue = canonical(target.averageValue) ?? '0'
  }
  if (!spec.behavior) return
  spec.behavior.scaleUp = { ...structuredClone(UP), ...spec.behavior.scaleUp }
  spec.behavior.scaleDown = { ...structuredClone(DOWN), ...spec.behavior.scaleDown }
}
