/** DaemonSet: a pod on every node that may have one. */
import type { DaemonSet } from '../../../shared/api/types.ts'
import { jsonEqual } from '../json.ts'
import { ageColumn, formatLabels, integer, nameColumn, templateColumns, text } from './columns.ts'
import { daemonSetDefaults } from './defaults/sets.ts'
import { defineKind } from './kind.ts'
import { validateDaemonSet, validateDaemonSetStatus, validateDaemonSetUpdate } from './validation/sets.ts'
import { daemonSetWarnings } from './warnings/workloads.ts'

/** How often the template has changed. Upstream gave it up for revisions, and shows it still. */
export const TEMPLATE_GENERATION = 'deprecated.daemonset.template.generation'
function countTemplate(draft: DaemonSet, count: number): void {
  draft.metadata.annotations = { ...draft.metadata.annotations, [TEMPLATE_GENERATION]: String(count) }
}
const noStatus = (): NonNullable<DaemonSet['status']> => ({ currentNumberScheduled: 0, numberMisscheduled: 0, desiredNumberScheduled: 0, numberReady: 0 })

export const daemonSet = defineKind<DaemonSet>({
  group: 'apps', version: 'v1', kind: 'DaemonSet', resource: 'daemonsets', singular: 'daemonset', shortNames: ['ds'], categories: ['all'],
  scope: 'Namespaced', schema: 'V1DaemonSet', status: true, generation: true,
  strategy: {
    defaults: daemonSetDefaults,
    prepareForCreate(draft) {
      draft.status = noStatus()
      countTemplate(draft, 1)
    },
    prepareForUpdate(draft, old) {
      const before = Number(old.metadata.annotations?.[TEMPLATE_GENERATION]) || 1
      countTemplate(draft, jsonEqual(draft.spec?.template, old.spec?.template) ? before : before + 1)
    },
    validate: validateDaemonSet,
    validateUpdate: validateDaemonSetUpdate,
    validateStatusUpdate: validateDaemonSetStatus,
    warnings: daemonSetWarnings,
  },
  columns: [
    nameColumn,
    integer<DaemonSet>('Desired', 'Nodes that should run the pod.', (o) => o.status?.desiredNumberScheduled ?? 0),
    integer<DaemonSet>('Current', 'Of these, nodes that have one.', (o) => o.status?.currentNumberScheduled ?? 0),
    integer<DaemonSet>('Ready', 'Of these, nodes whose pod is ready.', (o) => o.status?.numberReady ?? 0),
    integer<DaemonSet>('Up-to-date', 'Nodes whose pod is made from the present template.', (o) => o.status?.updatedNumberScheduled ?? 0),
    integer<DaemonSet>('Available', 'Nodes whose pod has been ready for minReadySeconds.', (o) => o.status?.numberAvailable ?? 0),
    text<DaemonSet>('Node Selector', 'Labels that a node must have.', (o) => formatLabels(o.spec.template.spec?.nodeSelector)),
    ageColumn,
    ...templateColumns,
  ],
})
