import { expect, it } from 'vitest'
import { create, namespace } from '../cluster.ts'
import { configMapOf, output, secretOf } from './volume-pod.ts'

it('all components', async () => {
  const ns = await namespace()
  await create(secretOf(ns, 's', { 'secret-data': 'of the secret' }), configMapOf(ns, 'c', { 'configmap-data': 'of the map' }))
  const sources = [
    { downwardAPI: { items: [{ path: 'podname', fieldRef: { fieldPath: 'metadata.name' } }] } },
    { secret: { name: 's', items: [{ key: 'secret-data', path: 'secret-data' }] } }, { configMap: { name: 'c', items: [{ key: 'configmap-data', path: 'configmap-data' }] } },
  ]
  expect(await output(ns, 'cat /all/podname /all/secret-data /all/configmap-data', { volumes: [{ name: 'all', projected: { sources } }] })).toMatch(/^volumes-\d+of the secretof the map$/)
})
