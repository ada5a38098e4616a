import { expect, it } from 'vitest'
import { create, namespace } from '../cluster.ts'
import { configMapOf, output, secretOf } from './volume-pod.ts'

it('no conflict', async () => {
  const ns = await namespace()
  await create(secretOf(ns, 'both', { data: 's' }), configMapOf(ns, 'both', { data: 'c' }))
  expect(await output(ns, 'cat /s/data /c/data', { volumes: [{ name: 's', secret: { secretName: 'both' } }, { name: 'c', configMap: { name: 'both' } }] })).toBe('sc')
})
