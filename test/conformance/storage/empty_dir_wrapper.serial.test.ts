import { expect, it } from 'vitest'
import type { Pod } from '../../../shared/api/types.ts'
import { api, BUSYBOX, create, eventually, namespace } from '../cluster.ts'
import { configMapOf } from './volume-pod.ts'

it('no race with configmaps', async () => {
  const ns = await namespace()
  const names = Array.from({ length: 50 }, (_, i) => `racey-${i}`)
  await create(...names.map((name) => configMapOf(ns, name, { 'data-1': 'value-1' })))
  const template = {
    metadata: { labels: { app: 'racey' } },
    spec: {
      terminationGracePeriodSeconds: 0, volumes: names.map((name) => ({ name, configMap: { name, items: [{ key: 'data-1', path: 'data-1' }] } })),
      containers: [{ name: 'c', image: BUSYBOX, command: ['sleep', '10000'], volumeMounts: names.map((name) => ({ name, mountPath: `/etc/${name}` })) }],
    },
  }
  await create({ apiVersion: 'v1', kind: 'ReplicationController', metadata: { name: 'racey', namespace: ns }, spec: { replicas: 5, selector: { app: 'racey' }, template } })
  const pods = await eventually('five pods run', () => api().get<{ items: Pod[] }>(`/api/v1/namespaces/${ns}/pods`), (l) => l.items.filter((p) => p.status?.phase === 'Running').length === 5, 120_000)
  expect(pods.items.every((p) => p.status?.containerStatuses?.[0]?.restartCount === 0)).toBe(true)
})
