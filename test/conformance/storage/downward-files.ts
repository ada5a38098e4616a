/** What holds for files about the pod itself, as a volume of their own and as a source of a projected one. */
import { expect } from 'vitest'
import type { Node, Volume } from '../../../shared/api/types.ts'
import { bytes, cpuMillis } from '../../../shared/quantity.ts'
import { api, namespace } from '../cluster.ts'
import { output, patch, standing } from './volume-pod.ts'

const RESOURCES = { requests: { cpu: '250m', memory: '32Mi' }, limits: { cpu: '1250m', memory: '64Mi' } }

export function downwardFiles(projected: boolean) {
  const volume = (item: object, defaultMode?: number): Volume => {
    const mode = defaultMode === undefined ? {} : { defaultMode }
    return { name: 'v', ...(projected ? { projected: { ...mode, sources: [{ downwardAPI: { items: [item] } }] } } : { downwardAPI: { ...mode, items: [item] } }) } as Volume
  }
  const field = (fieldPath: string, more = {}): object => ({ path: 'f', fieldRef: { fieldPath }, ...more })
  const resource = (name: string): object => ({ path: 'f', resourceFieldRef: { containerName: 'c', resource: name } })
  const limited = async (name: string, expected: string): Promise<void> => { expect(await output(await namespace(), 'cat /v/f', { volumes: [volume(resource(name))], resources: RESOURCES })).toBe(expected) }
  /** Without a limit of its own a container has the node's allocatable: of one of them. */
  const allocatable = async (name: string, amount: (node: Node) => number): Promise<void> => {
    const found = Number(await output(await namespace(), 'cat /v/f', { volumes: [volume(resource(name))] }))
    const nodes = (await api().get<{ items: Node[] }>('/api/v1/nodes')).items
    expect(nodes.map(amount)).toContain(found)
  }
  const mode = async (item: object, defaultMode?: number): Promise<void> => { expect(await output(await namespace(), 'stat -L -c %a /v/f', { volumes: [volume(item, defaultMode)] })).toBe('400') }
  const updated = async (kind: 'labels' | 'annotations', start: Record<string, string>, change: Record<string, string>): Promise<void> => {
    const ns = await namespace()
    const pod = await standing(ns, { volumes: [volume(field(`metadata.${kind}`))], metadata: { [kind]: start } })
    expect(await pod.read('/v/f')).toContain(Object.entries(start).map(([k, v]) => `${k}="${v}"`).join('\n'))
    await patch(ns, `pod ${pod.name}`, { metadata: { [kind]: change } })
    const [key, value] = Object.entries(change)[0] as [string, string]
    await pod.shows(`/v/f | grep ^${key}=`, `${key}="${value}"`)
  }
  return {
    cpuLimit: () => limited('limits.cpu', '2'), cpuRequest: () => limited('requests.cpu', '1'), memoryLimit: () => limited('limits.memory', String(64 << 20)), memoryRequest: () => limited('requests.memory', String(32 << 20)),
    allocatableCpu: () => allocatable('limits.cpu', (n) => Math.ceil(cpuMillis(n.status?.allocatable?.['cpu']) / 1000)), allocatableMemory: () => allocatable('limits.memory', (n) => bytes(n.status?.allocatable?.['memory'])),
    podName: async () => { expect(await output(await namespace(), 'cat /v/f', { volumes: [volume(field('metadata.name'))] })).toMatch(/^volumes-\d+$/) },
    defaultMode: () => mode(field('metadata.name'), 0o400), itemMode: () => mode(field('metadata.name', { mode: 0o400 })),
    labels: () => updated('labels', { key1: 'value1', key2: 'value2' }, { key3: 'value3' }), annotations: () => updated('annotations', { builder: 'bar' }, { builder: 'foo' }),
  }
}
