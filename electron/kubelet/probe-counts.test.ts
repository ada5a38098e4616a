import { expect, it } from 'vitest'
import type { Pod } from '../../shared/api/types.ts'
import { createProbeCounts } from './probe-counts.ts'

const exec = { exec: { command: ['x'] } }
const podOf = (name: string, uid: string): Pod => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'shop', uid }, spec: { initContainers: [{ name: 'side', livenessProbe: exec }], containers: [{ name: 'app', readinessProbe: exec }] } })

it('says how often each probe went how, and how long those took that went well, until the pod has gone', async () => {
  const counts = createProbeCounts(1_500)
  expect(await counts.text()).not.toContain('prober_')
  const web = counts.of({ name: 'web', namespace: 'shop', uid: 'u1' })
  web('app', 'readiness', true, 0.02)
  web('app', 'readiness', true, 3)
  web('app', 'readiness', false, 1)
  web('side', 'liveness', false, 1)
  counts.of({ name: 'other', namespace: 'shop', uid: 'u2' })('app', 'readiness', true, 20)
  const text = await counts.text()
  const labels = 'container="app",namespace="shop",pod="web"'
  const lines = text.split('\n')
  for (const line of [
    'process_start_time_seconds 1.5', '# TYPE prober_probe_duration_seconds histogram', '# TYPE prober_probe_total counter',
    `prober_probe_total{${labels},pod_uid="u1",probe_type="Readiness",result="successful"} 2`, `prober_probe_total{${labels},pod_uid="u1",probe_type="Readiness",result="failed"} 1`,
    'prober_probe_total{container="side",namespace="shop",pod="web",pod_uid="u1",probe_type="Liveness",result="failed"} 1',
    `prober_probe_duration_seconds_bucket{le="0.01",${labels},probe_type="Readiness"} 0`, `prober_probe_duration_seconds_bucket{le="0.025",${labels},probe_type="Readiness"} 1`, `prober_probe_duration_seconds_bucket{le="5",${labels},probe_type="Readiness"} 2`,
    `prober_probe_duration_seconds_bucket{le="+Inf",${labels},probe_type="Readiness"} 2`, `prober_probe_duration_seconds_sum{${labels},probe_type="Readiness"} 3.02`, `prober_probe_duration_seconds_count{${labels},probe_type="Readiness"} 2`,
    'prober_probe_duration_seconds_bucket{le="10",container="app",namespace="shop",pod="other",probe_type="Readiness"} 0',
  ]) expect(lines).toContain(line)
  // None went well: there is nothing to say of how long that took.
  expect(text).not.toMatch(/duration_seconds.*side/)

  counts.forget(podOf('web', 'u1'))
  const left = await counts.text()
  expect(left).not.toContain('pod="web"')
  expect(left.match(/pod="other"/g)).toHaveLength(15)
})
