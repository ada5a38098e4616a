/** NamespaceLifecycle: objects live in namespaces that exist and stay; some namespaces stay for ever. */
import type { Namespace } from '../../../shared/api/types.ts'
import { forbidden, notFound } from '../../../shared/errors.ts'
import { keyOf } from '../registry/env.ts'
import type { AdmissionPlugin } from './plugin.ts'

const NAMESPACES = { group: '', resource: 'namespaces', scope: 'Cluster' } as const
const IMMORTAL: ReadonlySet<string> = new Set(['default', 'kube-system', 'kube-public'])

export const namespaceLifecycle: AdmissionPlugin = {
  name: 'NamespaceLifecycle',
  operations: ['CREATE', 'DELETE'],
  admit({ operation, kind, subresource, namespace, name, object }, env) {
    if (operation === 'DELETE') {
      if (kind.resource === 'namespaces' && kind.group === '' && IMMORTAL.has(name)) throw forbidden(kind, name, 'this namespace may not be deleted')
      return undefined
    }
    if (kind.scope !== 'Namespaced' || subresource) return undefined
    const found = env.store.get(keyOf(NAMESPACES, '', namespace))?.value as Namespace | undefined
    if (!found) throw notFound(NAMESPACES, namespace)
    if (found.metadata.deletionTimestamp || found.status?.phase === 'Terminating') {
      const error = forbidden(kind, object?.metadata.name ?? name, `unable to create new content in namespace ${namespace} because it is being terminated`)
      error.status.details = { ...error.status.details, causes: [{ reason: 'NamespaceTerminating', message: `namespace ${namespace} is being terminated`, field: 'metadata.namespace' }] }
      throw error
    }
    return undefined
  },
}
