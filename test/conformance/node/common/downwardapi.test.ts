import { expect, it } from 'vitest'
import type { Container, Node, Pod } from '../../../../shared/api/types.ts'
import { bytes } from '../../../../shared/quantity.ts'
import { api, namespace } from '../../cluster.ts'
import { box, output, podOf } from '../pods.ts'

type Env = NonNullable<Container['env']>
const field = (name: string, fieldPath: string): Env[number] => ({ name, valueFrom: { fieldRef: { fieldPath } } })
const resource = (name: string, what: string): Env[number] => ({ name, valueFrom: { resourceFieldRef: { resource: what } } })

/** The environment of a container with these variables, and its pod. */
async function environment(env: Env, more: Partial<Container> = {}): Promise<{ pod: Pod; seen: Record<string, string> }> {
  const ns = await namespace()
  const text = await output(ns, 'downward', { containers: [box('env', { env, ...more })] })
  return { pod: await podOf(ns, 'downward'), seen: Object.fromEntries(text.split('\n').filter(Boolean).map((l) => [l.slice(0, l.indexOf('=')), l.slice(l.indexOf('=') + 1)])) }
}

it('name/namespace/IP', async () => {
  const { pod, seen } = await environment([field('POD_NAME', 'metadata.name'), field('POD_NAMESPACE', 'metadata.namespace'), field('POD_IP', 'status.podIP')])
  expect([seen['POD_NAME'], seen['POD_NAMESPACE']]).toEqual(['downward', pod.metadata.namespace])
  expect(seen['POD_IP']).toMatch(/^(\d{1,3}\.){3}\d{1,3}$/)
})
it('host IP', async () => {
  const { pod, seen } = await environment([field('HOST_IP', 'status.hostIP')])
  expect(seen['HOST_IP']).toBe(pod.status!.hostIP)
})
it('hostIPs (1.32)', async () => {
  const { pod, seen } = await environment([field('HOST_IPS', 'status.hostIPs')])
  expect(seen['HOST_IPS']).toBe(pod.status!.hostIPs!.map((h) => h.ip).join(','))
})
it('limits+requests env', async () => {
  const { seen } = await environment([resource('CPU_LIMIT', 'limits.cpu'), resource('MEMORY_LIMIT', 'limits.memory'), resource('CPU_REQUEST', 'requests.cpu'), resource('MEMORY_REQUEST', 'requests.memory')],
    { resources: { requests: { cpu: '250m', memory: '32Mi' }, limits: { cpu: '1250m', memory: '64Mi' } } })
  expect([seen['CPU_LIMIT'], seen['MEMORY_LIMIT'], seen['CPU_REQUEST'], seen['MEMORY_REQUEST']]).toEqual(['2', '67108864', '1', '33554432'])
})
it('default limits from allocatable', async () => {
  const { pod, seen } = await environment([resource('CPU_LIMIT', 'limits.cpu'), resource('MEMORY_LIMIT', 'limits.memory')])
  const { allocatable } = (await api().get<Node>(`/api/v1/nodes/${pod.spec.nodeName}`)).status!
  expect(Number(seen['CPU_LIMIT'])).toBe(Math.ceil(Number(allocatable!['cpu'])))
  expect(Number(seen['MEMORY_LIMIT'])).toBe(bytes(allocatable!['memory']))
})
it('pod UID', async () => {
  const { pod, seen } = await environment([field('POD_UID', 'metadata.uid')])
  expect(seen['POD_UID']).toBe(pod.metadata.uid)
})
