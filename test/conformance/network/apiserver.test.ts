import { expect, it } from 'vitest'
import type { Endpoints, EndpointSlice, Service } from '../../../shared/api/types.ts'
import { api } from '../cluster.ts'

it('secure master service', async () => {
  const { spec } = await api().get<Service>('/api/v1/namespaces/default/services/kubernetes')
  expect(spec.ports).toMatchObject([{ name: 'https', port: 443, protocol: 'TCP' }])
  expect(spec.clusterIP).toMatch(/^\d+(\.\d+){3}$/)
})

it('Endpoints and EndpointSlices of API server', async () => {
  const endpoints = await api().get<Endpoints>('/api/v1/namespaces/default/endpoints/kubernetes')
  expect(endpoints.subsets?.length).toBeGreaterThan(0)
  expect(endpoints.subsets?.[0]?.ports).toMatchObject([{ name: 'https' }])
  const { items } = await api().get<{ items: EndpointSlice[] }>('/apis/discovery.k8s.io/v1/namespaces/default/endpointslices?labelSelector=kubernetes.io/service-name%3Dkubernetes')
  expect(items.length).toBeGreaterThan(0)
  const addresses = (endpoints.subsets ?? []).flatMap((s) => s.addresses ?? []).map((a) => a.ip)
  expect(new Set(items.flatMap((s) => s.endpoints ?? []).flatMap((e) => e.addresses))).toEqual(new Set(addresses))
  expect(items[0]?.ports?.[0]?.port).toBe(endpoints.subsets?.[0]?.ports?.[0]?.port)
})
