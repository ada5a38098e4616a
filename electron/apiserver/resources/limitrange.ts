/** LimitRange: what one pod, container or claim of a namespace may ask for, and what it gets when it asks for nothing. */
import { randomUUID } from 'node:crypto'
import type { LimitRange } from '../../../shared/api/types.ts'
import { createdAtColumn, nameColumn } from './columns.ts'
import { canonicalResources } from './defaults/resources.ts'
import { defineKind } from './kind.ts'
import { validateLimitRange } from './validation/limitrange.ts'

function defaults(draft: LimitRange): void {
  for (const item of draft.spec?.limits ?? []) {
    for (const list of [item.min, item.max, item.default, item.defaultRequest, item.maxLimitRequestRatio]) canonicalResources(list)
    if (item.type !== 'Container') continue
    // Who may have no more than max has max, and asks for what it has, or for the least that is allowed.
    const limits = { ...item.max, ...item.default }
    const requests = { ...item.min, ...limits, ...item.defaultRequest }
    if (Object.keys(limits).length) item.default = limits
    if (Object.keys(requests).length) item.defaultRequest = requests
  }
}

export const limitRange = defineKind<LimitRange>({
  group: '', version: 'v1', kind: 'LimitRange', resource: 'limitranges', singular: 'limitrange', shortNames: ['limits'],
  scope: 'Namespaced', schema: 'V1LimitRange', generation: false,
  strategy: {
    allowCreateOnUpdate: true,
    defaults,
    prepareForCreate(draft) {
      // Any name will do.
      draft.metadata.name ||= randomUUID()
    },
    validate: validateLimitRange,
  },
  columns: [nameColumn, createdAtColumn],
})
