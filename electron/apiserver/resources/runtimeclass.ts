/** RuntimeClass: how the containers of a pod are run, and what that costs. */
import type { RuntimeClass } from '../../../shared/api/types.ts'
import type { FieldError } from '../../../shared/errors.ts'
import { field } from '../../../shared/errors.ts'
import { dns1123Label } from '../../../shared/labels.ts'
import { ageColumn, nameColumn, text } from './columns.ts'
import { canonicalResources } from './defaults/resources.ts'
import { defineKind } from './kind.ts'
import { IMMUTABLE, say, type Errors } from './validation/common.ts'
import { labels } from './validation/metadata.ts'
import { quantities } from './validation/quantities.ts'
import { tolerations } from './validation/scheduling.ts'
import { runtimeClassWarnings } from './warnings/others.ts'

function validate(object: RuntimeClass): FieldError[] {
  const errors: Errors = []
  say(errors, 'handler', object.handler ?? '', dns1123Label(object.handler ?? ''))
  quantities(errors, 'overhead.limits', object.overhead?.podFixed)
  labels(errors, 'scheduling.nodeSelector', object.scheduling?.nodeSelector)
  tolerations(errors, 'scheduling.tolerations', object.scheduling?.tolerations)
  return errors
}

export const runtimeClass = defineKind<RuntimeClass>({
  group: 'node.k8s.io', version: 'v1', kind: 'RuntimeClass', resource: 'runtimeclasses', singular: 'runtimeclass',
  scope: 'Cluster', schema: 'V1RuntimeClass', generation: false,
  strategy: {
    conditionalUpdate: true,
    defaults: (draft) => canonicalResources(draft.overhead?.podFixed),
    validate,
    warnings: runtimeClassWarnings,
    validateUpdate: (object, old) => (object.handler === old.handler ? [] : [field.invalid('handler', object.handler, IMMUTABLE)]),
  },
  columns: [nameColumn, text<RuntimeClass>('Handler', 'Name of the runtime.', (o) => o.handler), ageColumn],
})
