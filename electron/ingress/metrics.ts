/** The counters of the ingress controller. Plain numbers until somebody reads them. */
export interface IngressCounts {
  /** An answer has gone out whole, or its connection has ended. */
  answered(code: number, milliseconds: number): void
  /** In Prometheus' text form. */
  text(ingresses: number): string
}

export function createIngressCounts(): IngressCounts {
  const counts = new Map<number, number>()
  let seconds = 0
  return {
    answered(code, milliseconds) {
      counts.set(code, (counts.get(code) ?? 0) + 1)
      seconds += milliseconds / 1000
    },
    text: (ingresses) => [
      '# HELP pilothouse_ingress_served Ingresses of ours.', '# TYPE pilothouse_ingress_served gauge', `pilothouse_ingress_served ${ingresses}`,
      '# HELP pilothouse_ingress_requests_total Answers, by their code.', '# TYPE pilothouse_ingress_requests_total counter',
      ...[...counts].toSorted(([a], [b]) => a - b).map(([code, n]) => `pilothouse_ingress_requests_total{code="${code}"} ${n}`),
      '# HELP pilothouse_ingress_request_duration_seconds_sum Seconds until answers were whole.', '# TYPE pilothouse_ingress_request_duration_seconds_sum counter', `pilothouse_ingress_request_duration_seconds_sum ${seconds}`, '',
    ].join('\n'),
  }
}
