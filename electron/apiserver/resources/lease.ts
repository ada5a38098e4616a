/** Lease: a lock or a heartbeat that its holder renews. */
import type { Lease } from '../../../shared/api/types.ts'
import { ageColumn, nameColumn, text } from './columns.ts'
import { defineKind } from './kind.ts'
import { validateLease } from './validation/lease.ts'

export const lease = defineKind<Lease>({
  group: 'coordination.k8s.io', version: 'v1', kind: 'Lease', resource: 'leases', singular: 'lease',
  scope: 'Namespaced', schema: 'V1Lease', generation: false,
  strategy: { allowCreateOnUpdate: true, conditionalUpdate: true, validate: validateLease },
  columns: [nameColumn, text<Lease>('Holder', 'Who holds the lease.', (o) => o.spec?.holderIdentity ?? ''), ageColumn],
})
