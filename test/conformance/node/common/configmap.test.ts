import { expect, it } from 'vitest'
import type { KubeObject } from '../../../../shared/api/meta.ts'
import type { Container } from '../../../../shared/api/types.ts'
import { api, BUSYBOX, namespace } from '../../cluster.ts'
import { output, patch } from '../pods.ts'

/** Not through a shell, which drops names that it could not use itself. */
const env = (more: Partial<Container>): Container => ({ name: 'c', image: BUSYBOX, command: ['env'], ...more })

type Map_ = KubeObject & { data?: Record<string, string> }
const path = (ns: string, name = ''): string => `/api/v1/namespaces/${ns}/configmaps${name && `/${name}`}`
const make = (ns: string, data: Record<string, string>, metadata: object = {}): Promise<Map_> => api().send('POST', path(ns), { metadata: { name: 'map', ...metadata }, data })

it('env var', async () => {
  const ns = await namespace()
  await make(ns, { 'data-1': 'value-1' })
  expect(await output(ns, 'env', { containers: [env({ env: [{ name: 'CONFIG_DATA_1', valueFrom: { configMapKeyRef: { name: 'map', key: 'data-1' } } }] })] })).toMatch(/^CONFIG_DATA_1=value-1$/m)
})
it('envFrom', async () => {
  const ns = await namespace()
  await make(ns, { data_1: 'value-1', data_2: 'value-2' })
  const text = await output(ns, 'env', { containers: [env({ envFrom: [{ configMapRef: { name: 'map' } }, { prefix: 'p-', configMapRef: { name: 'map' } }] })] })
  for (const line of ['data_1=value-1', 'data_2=value-2', 'p-data_1=value-1', 'p-data_2=value-2']) expect(text.split('\n')).toContain(line)
})
it('env name prefixes (1.34)', async () => {
  const ns = await namespace()
  await make(ns, { 'data-1': 'value-1', 'data.2': 'value-2' })
  const text = await output(ns, 'env', { containers: [env({ envFrom: [{ prefix: '$_-', configMapRef: { name: 'map' } }, { prefix: '1.', configMapRef: { name: 'map' } }] })] })
  for (const line of ['$_-data-1=value-1', '1.data.2=value-2']) expect(text.split('\n')).toContain(line)
})
it('empty key fails', async () => {
  const ns = await namespace()
  await expect(make(ns, { '': 'value-1' })).rejects.toThrow(/422/)
})
it('update (1.32)', async () => {
  const ns = await namespace()
  const made = await make(ns, { data: 'value' })
  await api().send('PUT', path(ns, 'map'), { ...made, data: { data: 'value-2' } })
  expect((await api().get<Map_>(path(ns, 'map'))).data).toEqual({ data: 'value-2' })
})
it('lifecycle', async () => {
  const ns = await namespace()
  const seen: string[] = []
  const watch = await api().watch<Map_>(`${path(ns)}?watch=true&labelSelector=which%3Dstatic`, (e) => seen.push(e.type))
  try {
    await make(ns, { valueName: 'value' }, { labels: { which: 'static' } })
    await patch(ns, 'configmap map', { data: { valueName: 'value1' } })
    expect((await api().get<Map_>(path(ns, 'map'))).data).toEqual({ valueName: 'value1' })
    expect((await api().get<{ items: Map_[] }>('/api/v1/configmaps?labelSelector=which%3Dstatic')).items.filter((m) => m.metadata.namespace === ns)).toHaveLength(1)
    await api().send('DELETE', `${path(ns)}?labelSelector=which%3Dstatic`)
    expect((await api().get<{ items: Map_[] }>(`${path(ns)}?labelSelector=which%3Dstatic`)).items).toEqual([])
    await expect.poll(() => seen, { timeout: 90_000 }).toEqual(['ADDED', 'MODIFIED', 'DELETED'])
  } finally {
    watch.close()
  }
})
