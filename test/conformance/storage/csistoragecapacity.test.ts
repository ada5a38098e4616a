import { expect, it } from 'vitest'
import { namespace } from '../cluster.ts'
import { lifecycle } from './lifecycle.ts'

it('CSIStorageCapacity API', async () => {
  const ns = await namespace()
  const object = { apiVersion: 'storage.k8s.io/v1', kind: 'CSIStorageCapacity', storageClassName: 'some', capacity: '1Gi', nodeTopology: { matchLabels: { zone: 'a' } } }
  await expect(lifecycle(`/apis/storage.k8s.io/v1/namespaces/${ns}/csistoragecapacities`, ['-n', ns, 'csistoragecapacity'], object as never, 'capacity')).resolves.toBeUndefined()
})
