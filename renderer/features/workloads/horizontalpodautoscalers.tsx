import { HorizontalPodAutoscalers } from '../../../shared/api/resources.ts'
import type { HorizontalPodAutoscaler } from '../../../shared/api/types.ts'
import { count, text } from '../../kinds/view.ts'
import type { KindView } from '../../kinds/view.ts'
import { Age } from '../../lib/clock.tsx'
import { metricTexts } from './metrics.ts'
import { TargetLink } from './parts.tsx'
import { autoscalerState } from './states.ts'

export const view: KindView<HorizontalPodAutoscaler> = {
  type: HorizontalPodAutoscalers, title: 'nav.horizontalpodautoscalers', empty: 'autoscalers.empty', state: autoscalerState,
  cells: [
    { label: 'autoscalers.target', width: 'minmax(140px, 1.4fr)', value: (h) => `${h.spec.scaleTargetRef.kind}/${h.spec.scaleTargetRef.name}`, show: (h) => <TargetLink target={h.spec.scaleTargetRef} namespace={h.metadata.namespace} /> },
    text('autoscalers.metrics', (h) => metricTexts(h).join(', '), 'minmax(130px, 1.4fr)'),
    count('autoscalers.min', (h) => h.spec.minReplicas ?? 1, '60px'), count('autoscalers.max', (h) => h.spec.maxReplicas, '60px'),
    count('deployments.replicas', (h) => h.status?.currentReplicas), count('replicasets.desired', (h) => h.status?.desiredReplicas),
    { label: 'autoscalers.last', width: '84px', right: true, value: (h) => h.status?.lastScaleTime ?? '', show: (h) => <Age time={h.status?.lastScaleTime} />, only: 'detail' },
  ],
  good: (type) => (type === 'ScalingLimited' ? 'False' : 'True'),
  template: `apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: web
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: web
  minReplicas: 1
  maxReplicas: 5
  metrics:
    - type: Resource
      resource:
        name: cpu
        target:
          type: Utilization
          averageUtilization: 60
`,
}
