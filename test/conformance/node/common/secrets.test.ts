import { expect, it } from 'vitest'
import type { Container } from '../../../../shared/api/types.ts'
import { api, BUSYBOX, namespace } from '../../cluster.ts'
import { output, patch } from '../pods.ts'

/** Not through a shell, which drops names that it could not use itself. */
const env = (more: Partial<Container>): Container => ({ name: 'c', image: BUSYBOX, command: ['env'], ...more })

const b64 = (text: string): string => Buffer.from(text).toString('base64')
const make = (ns: string, data: Record<string, string>, more: object = {}): Promise<object> => api().send('POST', `/api/v1/namespaces/${ns}/secrets`, { metadata: { name: 'secret' }, data, ...more })
const DATA = { 'data-1': b64('value-1\n'), 'data-2': b64('value-2\n'), 'data-3': b64('value-3\n') }

it('env vars', async () => {
  const ns = await namespace()
  await make(ns, DATA)
  expect(await output(ns, 'env', { containers: [env({ env: [{ name: 'SECRET_DATA', valueFrom: { secretKeyRef: { name: 'secret', key: 'data-1' } } }] })] })).toMatch(/^SECRET_DATA=value-1$/m)
})
it('envFrom', async () => {
  const ns = await namespace()
  await make(ns, { data_1: b64('value-1'), data_2: b64('value-2') })
  const text = await output(ns, 'env', { containers: [env({ envFrom: [{ secretRef: { name: 'secret' } }, { prefix: 'p-', secretRef: { name: 'secret' } }] })] })
  for (const line of ['data_1=value-1', 'data_2=value-2', 'p-data_1=value-1']) expect(text.split('\n')).toContain(line)
})
it('env prefixes (1.34)', async () => {
  const ns = await namespace()
  await make(ns, DATA)
  const text = await output(ns, 'env', { containers: [env({ envFrom: [{ prefix: '$_-', secretRef: { name: 'secret' } }, { prefix: '1.', secretRef: { name: 'secret' } }, { secretRef: { name: 'secret' } }] })] })
  for (const line of ['$_-data-1=value-1', '1.data-2=value-2', 'data-3=value-3']) expect(text.split('\n')).toContain(line)
})
it('empty key fails', async () => {
  const ns = await namespace()
  await expect(make(ns, { '': b64('value-1') })).rejects.toThrow(/422/)
})
it('patch', async () => {
  const ns = await namespace()
  await make(ns, { key: b64('value') }, { metadata: { name: 'secret', labels: { test: 'patched-not' } } })
  const patched = await api().send<{ items: { metadata: { name: string } }[] }>('GET', `/api/v1/secrets?labelSelector=test%3Dpatched-not&fieldSelector=metadata.namespace%3D${ns}`)
  expect(patched.items).toHaveLength(1)
  await patch(ns, 'secret secret', { metadata: { labels: { test: 'patched' } }, data: { key: b64('value1') } })
  const now = (await api().get<{ items: { data: Record<string, string>; metadata: { labels: object } }[] }>(`/api/v1/namespaces/${ns}/secrets?labelSelector=test%3Dpatched`)).items
  expect(now).toMatchObject([{ data: { key: b64('value1') } }])
  await api().send('DELETE', `/api/v1/namespaces/${ns}/secrets?labelSelector=test%3Dpatched`)
  expect((await api().get<{ items: object[] }>(`/api/v1/namespaces/${ns}/secrets?labelSelector=test%3Dpatched`)).items).toEqual([])
})
