import { expect, it } from 'vitest'
import { lifecycle } from './lifecycle.ts'

it('StorageClass lifecycle', () => expect(lifecycle('/apis/storage.k8s.io/v1/storageclasses', ['storageclass'], { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', provisioner: 'e2e-fake-provisioner', reclaimPolicy: 'Delete', volumeBindingMode: 'WaitForFirstConsumer' } as never, 'class')).resolves.toBeUndefined())
