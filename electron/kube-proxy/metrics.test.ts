import { expect, it } from 'vitest'
import { EndpointSlices, Services } from '../../shared/api/resources.ts'
import type { EndpointSlice, Service } from '../../shared/api/types.ts'
import { FakeClock } from '../../shared/clock.ts'
import type { InformerFactory, InformerHandlers } from '../client/types.ts'
import { createProxyMetrics } from './metrics.ts'
import type { ServicePort } from './model.ts'
import { trackServices } from './tracker.ts'

const START = Date.parse('2026-01-01T00:00:00Z')

it('syncs, whole and in part, and those that failed', async () => {
  const metrics = createProxyMetrics(new FakeClock(START))
  const lines = async () => (await metrics.text()).split('\n')
  expect(await lines()).toEqual(expect.arrayContaining(['kubeproxy_sync_proxy_rules_duration_seconds_count{ip_family="IPv4"} 0', 'kubeproxy_sync_proxy_rules_iptables_restore_failures_total{ip_family="IPv4"} 0']))
  metrics.synced(3_000, true)
  metrics.synced(20, false)
  metrics.synced(20, false)
  metrics.failed()
  metrics.computed([{ endpoints: [1, 2] }, { endpoints: [] }] as unknown as ServicePort[])
  expect(await lines()).toEqual(expect.arrayContaining([
    'kubeproxy_sync_proxy_rules_duration_seconds_bucket{le="0.032",ip_family="IPv4"} 2', 'kubeproxy_sync_proxy_rules_duration_seconds_bucket{le="4.096",ip_family="IPv4"} 3', 'kubeproxy_sync_proxy_rules_duration_seconds_sum{ip_family="IPv4"} 3.04',
    'kubeproxy_sync_full_proxy_rules_duration_seconds_count{ip_family="IPv4"} 1', 'kubeproxy_sync_partial_proxy_rules_duration_seconds_count{ip_family="IPv4"} 2',
    `kubeproxy_sync_proxy_rules_last_timestamp_seconds{ip_family="IPv4"} ${START / 1000}`, 'kubeproxy_sync_proxy_rules_iptables_restore_failures_total{ip_family="IPv4"} 1', 'kubeproxy_proxied_service_ports 2', 'kubeproxy_proxied_endpoints 2',
  ]))
})

it('changes of Services and of their endpoints, each by themselves', async () => {
  const clock = new FakeClock(START)
  const metrics = createProxyMetrics(clock)
  const handlers = new Map<unknown, InformerHandlers<never>>()
  const informers = { informer: (type: unknown) => ({ addHandlers: (h: InformerHandlers<never>) => { handlers.set(type, h) } }) } as unknown as InformerFactory
  trackServices(informers, (what) => metrics.changed(what))
  const service: Service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web', namespace: 'shop' }, spec: {} }
  const slice: EndpointSlice = { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', metadata: { name: 'web-1', namespace: 'shop', labels: { 'kubernetes.io/service-name': 'web' } }, addressType: 'IPv4', endpoints: [] }
  handlers.get(Services)?.onAdd?.(service as never, true)
  handlers.get(EndpointSlices)?.onAdd?.(slice as never, true)
  await clock.advance(60_000)
  handlers.get(EndpointSlices)?.onDelete?.(slice as never)
  expect((await metrics.text()).split('\n')).toEqual(expect.arrayContaining([
    'kubeproxy_sync_proxy_rules_service_changes_total 1', 'kubeproxy_sync_proxy_rules_endpoint_changes_total 2', `kubeproxy_sync_proxy_rules_last_queued_timestamp_seconds{ip_family="IPv4"} ${START / 1000 + 60}`,
  ]))
})
