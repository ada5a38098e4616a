/** What an autoscaler looks at, as kubectl words it: now / wanted. */
import type { HorizontalPodAutoscaler } from '../../../shared/api/types.ts'

interface Amounts { averageUtilization?: number | undefined; averageValue?: string | undefined; value?: string | undefined }
const amount = (a: Amounts | undefined): string => (a?.averageUtilization !== undefined ? `${a.averageUtilization}%` : (a?.averageValue ?? a?.value ?? '<unknown>'))

export function metricTexts(h: HorizontalPodAutoscaler): string[] {
  const current = h.status?.currentMetrics ?? []
  return (h.spec.metrics ?? []).map((m, i) => {
    const now = current[i]
    const part = m.type === 'Resource' ? [m.resource?.name, m.resource?.target, now?.resource?.current] as const
      : m.type === 'ContainerResource' ? [m.containerResource?.name, m.containerResource?.target, now?.containerResource?.current] as const
        : m.type === 'Pods' ? [m.pods?.metric.name, m.pods?.target, now?.pods?.current] as const
          : m.type === 'Object' ? [m.object?.metric.name, m.object?.target, now?.object?.current] as const
            : [m.external?.metric.name, m.external?.target, now?.external?.current] as const
    return `${part[0] ?? m.type}: ${amount(part[2])} / ${amount(part[1])}`
  })
}
