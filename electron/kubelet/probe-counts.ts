/** How often the probes of containers went well or not, and how long they took. Source: kubernetes pkg/kubelet/prober, /metrics/probes. */

export type ProbeKind = 'liveness' | 'readiness' | 'startup'

/** Of one probe of a container, through all its restarts. */
export interface ProbeCount {
  readonly container: string
  readonly kind: ProbeKind
  readonly successful: number
  readonly failed: number
  /** Of those that went well: their seconds in all, and how many took as long as each of DURATION_BUCKETS or less. */
  readonly seconds: number
  readonly buckets: readonly number[]
}
/** Of one pod. */
export interface PodProbes {
  readonly namespace: string
  readonly pod: string
  readonly uid: string
  readonly probes: readonly ProbeCount[]
}

/** Seconds. As Prometheus' libraries have them by default. */
export const DURATION_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const

export interface ProbeCounts {
  /** What came of one try, and after how many seconds. */
  count(container: string, kind: ProbeKind, ok: boolean, seconds: number): void
  list(): readonly ProbeCount[]
}

export function createProbeCounts(): ProbeCounts {
  const counts = new Map<string, { container: string; kind: ProbeKind; successful: number; failed: number; seconds: number; buckets: number[] }>()
  return {
    count(container, kind, ok, seconds) {
      const key = `${kind} ${container}`
      let own = counts.get(key)
      if (!own) counts.set(key, (own = { container, kind, successful: 0, failed: 0, seconds: 0, buckets: DURATION_BUCKETS.map(() => 0) }))
      if (!ok) return void own.failed++
      own.successful++
      own.seconds += seconds
      DURATION_BUCKETS.forEach((limit, i) => { if (seconds <= limit) own.buckets[i] = (own.buckets[i] ?? 0) + 1 })
    },
    list: () => [...counts.values()],
  }
}

const capital = (kind: ProbeKind): string => `${kind[0]?.toUpperCase() ?? ''}${kind.slice(1)}`

/** The page, in Prometheus' text form. @param startedAt when this process began, in milliseconds since 1970 */
export function probesText(pods: readonly PodProbes[], startedAt: number): string {
  // Names of Kubernetes hold nothing that would have to be escaped.
  const all = pods.flatMap(({ namespace, pod, uid, probes }) => probes.map((p) => ({ ...p, labels: `container="${p.container}",namespace="${namespace}",pod="${pod}"`, uid, type: `probe_type="${capital(p.kind)}"` })))
  const durations = all.filter((p) => p.successful).flatMap(({ labels, type, buckets, successful, seconds }) => [
    ...DURATION_BUCKETS.map((limit, i) => `prober_probe_duration_seconds_bucket{${labels},${type},le="${limit}"} ${buckets[i] ?? 0}`), `prober_probe_duration_seconds_bucket{${labels},${type},le="+Inf"} ${successful}`,
    `prober_probe_duration_seconds_sum{${labels},${type}} ${seconds}`, `prober_probe_duration_seconds_count{${labels},${type}} ${successful}`,
  ])
  const totals = all.flatMap(({ labels, uid, type, ...counts }) => (['failed', 'successful'] as const).filter((result) => counts[result]).map((result) => `prober_probe_total{${labels},pod_uid="${uid}",${type},result="${result}"} ${counts[result]}`))
  return [
    '# HELP process_start_time_seconds [STABLE] Start time of the process since unix epoch in seconds.', '# TYPE process_start_time_seconds gauge', `process_start_time_seconds ${startedAt / 1000}`,
    ...(durations.length ? ['# HELP prober_probe_duration_seconds [ALPHA] Duration in seconds for a probe response.', '# TYPE prober_probe_duration_seconds histogram', ...durations] : []),
    ...(totals.length ? ['# HELP prober_probe_total [BETA] Cumulative number of a liveness, readiness or startup probe for a container by result.', '# TYPE prober_probe_total counter', ...totals] : []), '',
  ].join('\n')
}
