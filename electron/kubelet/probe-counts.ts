/** How often the probes of containers went well or not, and how long they took. Source: kubernetes pkg/kubelet/prober, /metrics/probes. */
import { Counter, Histogram, Registry } from 'prom-client'
import type { Pod } from '../../shared/api/types.ts'
import { gauge } from '../prometheus/kept.ts'
import type { PodIdentity } from './runtime/types.ts'

export type ProbeKind = 'liveness' | 'readiness' | 'startup'

/** What came of one try of a container's probe, and after how many seconds. */
export type CountProbe = (container: string, kind: ProbeKind, ok: boolean, seconds: number) => void

/** Of the pods of one kubelet. */
export interface ProbeCounts {
  /** Counts for one pod, through all restarts of its containers. */
  of(pod: PodIdentity): CountProbe
  /** The pod has gone. Its durations have no uid: with one that has come in its name meanwhile, they begin anew. */
  forget(pod: Pod): void
  /** The page, in Prometheus' text form. */
  text(): Promise<string>
}

const OF_POD = ['container', 'namespace', 'pod']
const typeOf = (kind: ProbeKind): string => `${kind[0]?.toUpperCase() ?? ''}${kind.slice(1)}`

/** @param startedAt when this process began, in milliseconds since 1970 */
export function createProbeCounts(startedAt: number): ProbeCounts {
  const registry = new Registry()
  const registers = [registry]
  gauge(registry, { name: 'process_start_time_seconds', help: '[STABLE] Start time of the process since unix epoch in seconds.' }, () => startedAt / 1000)
  const make = () => ({
    durations: new Histogram({ name: 'prober_probe_duration_seconds', help: '[ALPHA] Duration in seconds for a probe response.', labelNames: [...OF_POD, 'probe_type'], registers }),
    total: new Counter({ name: 'prober_probe_total', help: '[BETA] Cumulative number of a liveness, readiness or startup probe for a container by result.', labelNames: [...OF_POD, 'pod_uid', 'probe_type', 'result'], registers }),
  })
  /** Absent until a probe has been tried. */
  let own: ReturnType<typeof make> | undefined
  const labels = ({ name, namespace, uid }: PodIdentity, container: string, kind: ProbeKind) => {
    const ofPod = { container, namespace, pod: name }
    return { duration: { ...ofPod, probe_type: typeOf(kind) }, total: (result: 'failed' | 'successful') => ({ ...ofPod, pod_uid: uid, probe_type: typeOf(kind), result }) }
  }
  return {
    of: (pod) => (container, kind, ok, seconds) => {
      own ??= make()
      const of = labels(pod, container, kind)
      own.total.inc(of.total(ok ? 'successful' : 'failed'))
      if (ok) own.durations.observe(of.duration, seconds)
    },
    forget({ metadata, spec }) {
      if (!own) return
      const pod = { name: metadata.name, namespace: metadata.namespace ?? '', uid: metadata.uid ?? '' }
      for (const c of [...(spec.initContainers ?? []), ...spec.containers]) {
        for (const [kind, probe] of [['liveness', c.livenessProbe], ['readiness', c.readinessProbe], ['startup', c.startupProbe]] as const) {
          if (!probe) continue
          const of = labels(pod, c.name, kind)
          own.durations.remove(of.duration)
          for (const result of ['failed', 'successful'] as const) own.total.remove(of.total(result))
        }
      }
    },
    text: () => registry.metrics(),
  }
}
