import { expect, it } from 'vitest'
import { lifecycle } from './lifecycle.ts'

it('CSINode lifecycle (1.32)', () => expect(lifecycle('/apis/storage.k8s.io/v1/csinodes', ['csinode'], { apiVersion: 'storage.k8s.io/v1', kind: 'CSINode', spec: { drivers: [] } } as never, 'csinode')).resolves.toBeUndefined())
