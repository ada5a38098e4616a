import { expect, it } from 'vitest'
import type { Endpoints, EndpointSlice } from '../../../shared/api/types.ts'
import { api, create, eventually, namespace } from '../cluster.ts'
import { service } from './traffic.ts'

it('mirror custom Endpoints', async () => {
  const ns = await namespace()
  await create({ ...service(ns, 'example-custom-endpoints', { ports: [{ name: 'example', port: 80, protocol: 'TCP' }] }) })
  const path = `/api/v1/namespaces/${ns}/endpoints`
  const slices = async (): Promise<EndpointSlice[]> => (await api().get<{ items: EndpointSlice[] }>(`/apis/discovery.k8s.io/v1/namespaces/${ns}/endpointslices?labelSelector=kubernetes.io/service-name%3Dexample-custom-endpoints`)).items
  const address = (ip: string) => (l: readonly EndpointSlice[]): boolean => l.length === 1 && l[0]?.endpoints?.map((e) => e.addresses.join()).join() === ip
  const made = await api().send<Endpoints>('POST', path, { metadata: { name: 'example-custom-endpoints' }, subsets: [{ addresses: [{ ip: '10.1.2.3' }], ports: [{ name: 'example', port: 80, protocol: 'TCP' }] }] })
  const [slice] = await eventually('mirrored', slices, address('10.1.2.3'))
  expect(slice?.metadata.labels).toMatchObject({ 'endpointslice.kubernetes.io/managed-by': 'endpointslicemirroring-controller.k8s.io' })
  expect(slice?.ports).toMatchObject([{ name: 'example', port: 80 }])
  await api().send('PUT', `${path}/example-custom-endpoints`, { ...made, subsets: [{ addresses: [{ ip: '10.2.3.4' }], ports: [{ name: 'example', port: 80, protocol: 'TCP' }] }] })
  expect(await eventually('followed', slices, address('10.2.3.4'))).toHaveLength(1)
  await api().send('DELETE', `${path}/example-custom-endpoints`)
  expect(await eventually('gone', slices, (l) => l.length === 0)).toEqual([])
})
