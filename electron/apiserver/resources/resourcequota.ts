/** ResourceQuota: how much of what all objects of a namespace may use together. */
import type { ResourceQuota } from '../../../shared/api/types.ts'
import { ageColumn, nameColumn, text } from './columns.ts'
import { canonicalResources } from './defaults/resources.ts'
import { defineKind } from './kind.ts'
import { validateResourceQuota, validateResourceQuotaStatus, validateResourceQuotaUpdate } from './validation/resourcequota.ts'

/** `cpu: 1/2, pods: 3/10` for the limits.* among the resources, or for all others. */
function shares(o: ResourceQuota, limits: boolean): string {
  const { hard = {}, used = {} } = o.status ?? {}
  return Object.keys(hard).toSorted().filter((name) => name.startsWith('limits') === limits).map((name) => `${name}: ${used[name] ?? '0'}/${hard[name]}`).join(', ')
}

export const resourceQuota = defineKind<ResourceQuota>({
  group: '', version: 'v1', kind: 'ResourceQuota', resource: 'resourcequotas', singular: 'resourcequota', shortNames: ['quota'],
  scope: 'Namespaced', schema: 'V1ResourceQuota', status: true, generation: false,
  strategy: {
    defaults(draft) {
      canonicalResources(draft.spec?.hard)
      canonicalResources(draft.status?.hard)
      canonicalResources(draft.status?.used)
    },
    prepareForCreate(draft) {
      draft.spec ??= {}
      draft.status = {}
    },
    validate: validateResourceQuota,
    validateUpdate: validateResourceQuotaUpdate,
    validateStatusUpdate: validateResourceQuotaStatus,
  },
  columns: [
    nameColumn,
    text<ResourceQuota>('Request', 'What is used, of what may be: counts and requests.', (o) => shares(o, false)),
    text<ResourceQuota>('Limit', 'What is used, of what may be: limits.', (o) => shares(o, true)),
    ageColumn,
  ],
})
