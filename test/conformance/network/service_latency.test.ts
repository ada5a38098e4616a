import { expect, it } from 'vitest'
import type { EndpointSlice } from '../../../shared/api/types.ts'
import { api, namespace } from '../cluster.ts'
import { servers } from './traffic.ts'

const SERVICES = 100

it('endpoint latency (100 services)', async () => {
  const ns = await namespace()
  await servers(ns, { app: 'latency' }, 'pod1')
  const began = new Map<string, number>()
  const times: number[] = []
  let done = (): void => undefined
  const all = new Promise<void>((resolve, reject) => {
    done = resolve
    AbortSignal.timeout(120_000).addEventListener('abort', () => reject(new Error(`only ${times.length} of ${SERVICES} Services have endpoints`)))
  })
  const watch = await api().watch<EndpointSlice>(`/apis/discovery.k8s.io/v1/namespaces/${ns}/endpointslices?watch=true`, (event) => {
    if (event.type === 'ERROR' || event.type === 'DELETED') return
    const { object } = event
    const name = object.metadata.labels?.['kubernetes.io/service-name'] ?? ''
    const start = began.get(name)
    if (start === undefined || !object.endpoints?.length) return
    began.delete(name)
    times.push(performance.now() - start)
    if (times.length === SERVICES) done()
  })
  for (let i = 0; i < SERVICES; i++) {
    began.set(`latency-${i}`, performance.now())
    await api().send('POST', `/api/v1/namespaces/${ns}/services`, { metadata: { name: `latency-${i}` }, spec: { selector: { app: 'latency' }, ports: [{ port: 80 }] } })
  }
  await all
  watch.close()
  const sorted = times.toSorted((a, b) => a - b)
  // Upstream's limits: half within 20 s, 99 of 100 within 50 s.
  expect(sorted[Math.floor(SERVICES * 0.5)]).toBeLessThan(20_000)
  expect(sorted[Math.floor(SERVICES * 0.99)]).toBeLessThan(50_000)
})
