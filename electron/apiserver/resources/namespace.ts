/** Namespace: a room for names. Deleting one empties it first (spec.finalizers). */
import type { Namespace } from '../../../shared/api/types.ts'
import { ageColumn, nameColumn, text } from './columns.ts'
import { defineKind } from './kind.ts'
import { validateNamespace, validateNamespaceStatus } from './validation/namespace.ts'

/** The label by which selectors name a namespace. */
export const METADATA_NAME_LABEL = 'kubernetes.io/metadata.name'

function label(draft: Namespace): void {
  if (draft.metadata.name) draft.metadata.labels = { ...draft.metadata.labels, [METADATA_NAME_LABEL]: draft.metadata.name }
}

export const namespace = defineKind<Namespace>({
  group: '', version: 'v1', kind: 'Namespace', resource: 'namespaces', singular: 'namespace', shortNames: ['ns'],
  scope: 'Cluster', schema: 'V1Namespace', nameRule: 'label', status: true, generation: false,
  verbs: ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'],
  subresources: [{ name: 'finalize', verbs: ['update'], kind: 'Namespace' }],
  selectableFields: { 'status.phase': (o) => o.status?.phase ?? '' },
  strategy: {
    defaults: label,
    prepareForCreate(draft) {
      // A name made from generateName is known only now.
      label(draft)
      draft.spec = { ...draft.spec, finalizers: [...new Set([...(draft.spec?.finalizers ?? []), 'kubernetes'])] }
      draft.status = { phase: 'Active' }
    },
    prepareForUpdate(draft, old) {
      // Finalizers go through /finalize only.
      draft.spec = { ...draft.spec, finalizers: [...(old.spec?.finalizers ?? [])] }
    },
    validate: validateNamespace,
    validateStatusUpdate: validateNamespaceStatus,
  },
  columns: [
    nameColumn,
    text('Status', 'Active, or Terminating while its contents are being deleted.', (o) => (o as Namespace).status?.phase ?? ''),
    ageColumn,
  ],
})
