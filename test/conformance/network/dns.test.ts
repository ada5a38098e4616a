import { expect, it } from 'vitest'
import type { Pod, Service } from '../../../shared/api/types.ts'
import { api, create, namespace, ok } from '../cluster.ts'
import { addresses, answer, inside, settled, standing } from './dns-pod.ts'

const DOMAIN = 'svc.cluster.local'
const service = (ns: string, name: string, spec: object): object => ({ apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: ns }, spec: { ports: [{ name: 'http', port: 80, targetPort: 8080 }], ...spec } })
const clusterIP = async (ns: string, name: string): Promise<string> => (await api().get<Service>(`/api/v1/namespaces/${ns}/services/${name}`)).spec.clusterIP ?? ''
const podIP = async (ns: string, name: string): Promise<string> => (await api().get<Pod>(`/api/v1/namespaces/${ns}/pods/${name}`)).status?.podIP ?? ''
const reverse = (ip: string): string => `${ip.split('.').reverse().join('.')}.in-addr.arpa`

it('cluster', async () => {
  const ns = await namespace()
  const pod = await standing(ns)
  const ip = await clusterIP('default', 'kubernetes')
  for (const name of ['kubernetes.default', 'kubernetes.default.svc', `kubernetes.default.${DOMAIN}`]) expect(await addresses(ns, pod, name)).toEqual([ip])
  expect(await answer(ns, pod, `kubernetes.default.${DOMAIN}`, 'A')).toEqual([ip])
  expect(await answer(ns, pod, `kubernetes.default.${DOMAIN}`, 'A', true)).toEqual([ip])
  expect(await answer(ns, pod, `nothing.default.${DOMAIN}`, 'A')).toBe('ENOTFOUND')
})

it('/etc/hosts entries', async () => {
  const ns = await namespace()
  await create(service(ns, 'dns-test-service', { clusterIP: 'None', selector: { app: 'dns-1' } }))
  const pod = await standing(ns, { hostname: 'dns-querier-1', subdomain: 'dns-test-service' }, { labels: { app: 'dns-1' } })
  const ip = await podIP(ns, pod)
  const full = `dns-querier-1.dns-test-service.${ns}.${DOMAIN}`
  expect((await inside(ns, pod, 'cat', '/etc/hosts')).split('\n').map((l) => l.split(/\s+/))).toContainEqual([ip, full, 'dns-querier-1'])
  for (const name of [full, 'dns-querier-1']) expect(await addresses(ns, pod, name)).toEqual([ip])
})

it('services', async () => {
  const ns = await namespace()
  const pod = await standing(ns, {}, { labels: { app: 'dns' } })
  await create(service(ns, 'dns-test-service', { clusterIP: 'None', selector: { app: 'dns' } }), service(ns, 'test-service-2', { selector: { app: 'dns' } }))
  const [ip, own] = [await clusterIP(ns, 'test-service-2'), await podIP(ns, pod)]
  const [headless, normal] = [`dns-test-service.${ns}.${DOMAIN}`, `test-service-2.${ns}.${DOMAIN}`]
  await settled('the headless Service', () => answer(ns, pod, headless, 'A'), [own])
  for (const name of [headless, normal]) expect(await answer(ns, pod, name, 'A', true)).toEqual([name === normal ? ip : own])
  expect(await answer(ns, pod, normal, 'A')).toEqual([ip])
  expect(await answer(ns, pod, `_http._tcp.${normal}`, 'SRV')).toEqual([expect.objectContaining({ name: normal, port: 80 })])
  expect(await answer(ns, pod, `_http._tcp.${headless}`, 'SRV')).toEqual([expect.objectContaining({ name: `${own.replaceAll('.', '-')}.${headless}`, port: 8080 })])
  expect(await answer(ns, pod, reverse(ip), 'PTR')).toEqual([normal])
  expect(await answer(ns, pod, `${own.replaceAll('.', '-')}.${ns}.pod.cluster.local`, 'A')).toEqual([own])
})

it('partial qualified names', async () => {
  const ns = await namespace()
  const pod = await standing(ns, {}, { labels: { app: 'dns' } })
  await create(service(ns, 'dns-test-service', { selector: { app: 'dns' } }))
  const ip = await clusterIP(ns, 'dns-test-service')
  await settled('the Service', () => answer(ns, pod, `dns-test-service.${ns}.${DOMAIN}`, 'A'), [ip])
  for (const name of ['dns-test-service', `dns-test-service.${ns}`, `dns-test-service.${ns}.svc`]) expect(await addresses(ns, pod, name)).toEqual([ip])
})

it('pods by Hostname', async () => {
  const ns = await namespace()
  await create(service(ns, 'dns-test-service-2', { clusterIP: 'None', selector: { app: 'dns-2' } }))
  const pod = await standing(ns, { hostname: 'dns-querier-2', subdomain: 'dns-test-service-2' }, { labels: { app: 'dns-2' } })
  const other = await standing(ns)
  await settled('the pod by its hostname', () => answer(ns, other, `dns-querier-2.dns-test-service-2.${ns}.${DOMAIN}`, 'A'), [await podIP(ns, pod)])
  expect(await addresses(ns, other, 'dns-querier-2.dns-test-service-2')).toEqual([await podIP(ns, pod)])
})

it('pods by Subdomain', async () => {
  const ns = await namespace()
  await create(service(ns, 'dns-test-service-3', { clusterIP: 'None', selector: { app: 'dns-3' } }))
  const pods = [await standing(ns, { hostname: 'a', subdomain: 'dns-test-service-3' }, { labels: { app: 'dns-3' } }), await standing(ns, { hostname: 'b', subdomain: 'dns-test-service-3' }, { labels: { app: 'dns-3' } })]
  const ips = await Promise.all(pods.map((p) => podIP(ns, p)))
  await settled('the subdomain', () => addresses(ns, pods[0] as string, `dns-test-service-3.${ns}.${DOMAIN}`), [...ips].sort())
  expect(await addresses(ns, pods[1] as string, 'dns-test-service-3')).toEqual([...ips].sort())
})

it('ExternalName services', async () => {
  const ns = await namespace()
  const pod = await standing(ns)
  const name = `dns-test-service-4.${ns}.${DOMAIN}`
  await create({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'dns-test-service-4', namespace: ns }, spec: { type: 'ExternalName', externalName: 'foo.example.com' } })
  await settled('the alias', () => answer(ns, pod, name, 'CNAME'), ['foo.example.com'])
  await ok(['patch', 'service', '-n', ns, 'dns-test-service-4', '-p', JSON.stringify({ spec: { externalName: 'bar.example.com' } })])
  await settled('the other alias', () => answer(ns, pod, name, 'CNAME'), ['bar.example.com'])
  await ok(['patch', 'service', '-n', ns, 'dns-test-service-4', '-p', JSON.stringify({ spec: { type: 'ClusterIP', externalName: null, ports: [{ port: 80, protocol: 'TCP' }] } })])
  const ip = await clusterIP(ns, 'dns-test-service-4')
  expect(ip).toMatch(/^\d/)
  await settled('the address', () => answer(ns, pod, name, 'A'), [ip])
})

it('configurable pod nameservers', async () => {
  const ns = await namespace()
  const pod = await standing(ns, { dnsPolicy: 'None', dnsConfig: { nameservers: ['1.1.1.1'], searches: ['resolv.conf.local'] } })
  const lines = (await inside(ns, pod, 'cat', '/etc/resolv.conf')).trim().split('\n')
  expect(lines.sort()).toEqual(['nameserver 1.1.1.1', 'search resolv.conf.local'])
})
