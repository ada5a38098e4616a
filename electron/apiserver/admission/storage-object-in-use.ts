/** StorageObjectInUseProtection: volumes and claims get a finalizer, which a controller takes away when nobody uses them. */
import type { AdmissionPlugin } from './plugin.ts'

const FINALIZERS: Readonly<Record<string, string>> = { persistentvolumes: 'kubernetes.io/pv-protection', persistentvolumeclaims: 'kubernetes.io/pvc-protection' }

export const storageObjectInUse: AdmissionPlugin = {
  name: 'StorageObjectInUseProtection',
  resources: ['/persistentvolumes', '/persistentvolumeclaims'],
  operations: ['CREATE'],
  admit({ kind, object }) {
    const finalizer = FINALIZERS[kind.resource]
    const meta = object?.metadata
    if (finalizer && meta && !meta.finalizers?.includes(finalizer)) meta.finalizers = [...(meta.finalizers ?? []), finalizer]
    return undefined
  },
}
