import { expect, it } from 'vitest'
import { createProbeCounts, probesText } from './probe-counts.ts'

it('says how often each probe went how, and how long those took that went well', () => {
  const counts = createProbeCounts()
  counts.count('app', 'readiness', true, 0.02)
  counts.count('app', 'readiness', true, 3)
  counts.count('app', 'readiness', false, 1)
  counts.count('side', 'liveness', false, 1)
  const text = probesText([{ namespace: 'shop', pod: 'web', uid: 'u1', probes: counts.list() }, { namespace: 'shop', pod: 'none', uid: 'u2', probes: [] }], 1_500)
  const labels = 'container="app",namespace="shop",pod="web"'
  const lines = text.split('\n')
  for (const line of [
    'process_start_time_seconds 1.5', `prober_probe_total{${labels},pod_uid="u1",probe_type="Readiness",result="successful"} 2`, `prober_probe_total{${labels},pod_uid="u1",probe_type="Readiness",result="failed"} 1`,
    'prober_probe_total{container="side",namespace="shop",pod="web",pod_uid="u1",probe_type="Liveness",result="failed"} 1',
    `prober_probe_duration_seconds_bucket{${labels},probe_type="Readiness",le="0.01"} 0`, `prober_probe_duration_seconds_bucket{${labels},probe_type="Readiness",le="0.025"} 1`, `prober_probe_duration_seconds_bucket{${labels},probe_type="Readiness",le="5"} 2`,
    `prober_probe_duration_seconds_bucket{${labels},probe_type="Readiness",le="+Inf"} 2`, `prober_probe_duration_seconds_sum{${labels},probe_type="Readiness"} 3.02`, `prober_probe_duration_seconds_count{${labels},probe_type="Readiness"} 2`,
  ]) expect(lines).toContain(line)
  // None went well: there is nothing to say of how long that took.
  expect(text).not.toMatch(/duration_seconds.*side/)
  expect(probesText([], 0)).not.toContain('prober_')
})
