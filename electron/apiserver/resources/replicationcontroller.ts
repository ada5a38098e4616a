/** ReplicationController: keeps a number of like pods; ReplicaSets have taken its place. */
import type { ReplicationController } from '../../../shared/api/types.ts'
import type { FieldError } from '../../../shared/errors.ts'
import { field } from '../../../shared/errors.ts'
import { formatLabelSelector } from '../../../shared/selectors.ts'
import { ageColumn, formatLabels, integer, nameColumn, templateColumns, text, wide } from './columns.ts'
import { podSpecDefaults } from './defaults/pod.ts'
import { defineKind } from './kind.ts'
import { nonNegative, type Errors } from './validation/common.ts'
import { counts, template, type Counts } from './validation/workloads.ts'
import { namedSetWarnings } from './warnings/workloads.ts'

function defaults(draft: ReplicationController): void {
  const { spec, metadata } = draft
  if (!spec) return
  const own = spec.template?.metadata?.labels
  if (own && Object.keys(spec.selector ?? {}).length === 0) spec.selector = { ...own }
  if (own && Object.keys(metadata.labels ?? {}).length === 0) metadata.labels = { ...own }
  spec.replicas ??= 1
  if (spec.template?.spec) podSpecDefaults(spec.template.spec)
}

function validate(object: ReplicationController): FieldError[] {
  const errors: Errors = []
  const spec = object.spec
  if (!spec) return [field.required('spec')]
  nonNegative(errors, 'spec.replicas', spec.replicas)
  nonNegative(errors, 'spec.minReadySeconds', spec.minReadySeconds)
  const some = Object.keys(spec.selector ?? {}).length > 0
  if (!some) errors.push(field.required('spec.selector'))
  template(errors, 'spec.template', spec.template, some ? { matchLabels: spec.selector ?? {} } : undefined, 'ReplicationController')
  return errors
}

export const replicationController = defineKind<ReplicationController>({
  group: '', version: 'v1', kind: 'ReplicationController', resource: 'replicationcontrollers', singular: 'replicationcontroller', shortNames: ['rc'], categories: ['all'],
  scope: 'Namespaced', schema: 'V1ReplicationController', status: true, generation: true,
  selectableFields: { 'status.replicas': (o) => String(o.status?.replicas ?? 0) },
  scale: {
    specReplicas: (o) => o.spec.replicas ?? 1,
    setSpecReplicas(draft, replicas) {
      draft.spec.replicas = replicas
    },
    statusReplicas: (o) => o.status?.replicas ?? 0,
    selector: (o) => formatLabelSelector({ matchLabels: o.spec.selector ?? {} }),
  },
  strategy: {
    defaults,
    prepareForCreate(draft) {
      draft.status = { replicas: 0 }
    },
    validate,
    warnings: namedSetWarnings,
    validateStatusUpdate(object) {
      const errors: Errors = []
      counts(errors, (object.status ?? {}) as unknown as Counts, ['fullyLabeledReplicas', 'readyReplicas', 'availableReplicas'])
      return errors
    },
  },
  columns: [
    nameColumn,
    integer<ReplicationController>('Desired', 'Pods wanted.', (o) => o.spec.replicas ?? 1),
    integer<ReplicationController>('Current', 'Pods there.', (o) => o.status?.replicas ?? 0),
    integer<ReplicationController>('Ready', 'Pods ready.', (o) => o.status?.readyReplicas ?? 0),
    ageColumn,
    ...templateColumns.filter((c) => c.name !== 'Selector'),
    wide(text<ReplicationController>('Selector', 'Labels of the pods that belong to this object.', (o) => formatLabels(o.spec.selector))),
  ],
})
