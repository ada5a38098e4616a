/** ServiceAccount: who a pod is when it talks to the API. */
import type { ServiceAccount } from '../../../shared/api/types.ts'
import { ageColumn, integer, nameColumn } from './columns.ts'
import { defineKind } from './kind.ts'

export const serviceAccount = defineKind<ServiceAccount>({
  group: '', version: 'v1', kind: 'ServiceAccount', resource: 'serviceaccounts', singular: 'serviceaccount', shortNames: ['sa'],
  scope: 'Namespaced', schema: 'V1ServiceAccount', generation: false,
  subresources: [{ name: 'token', verbs: ['create'], kind: 'TokenRequest', group: 'authentication.k8s.io', version: 'v1' }],
  strategy: {},
  columns: [nameColumn, integer<ServiceAccount>('Secrets', 'Number of secrets that pods of this account may use.', (o) => o.secrets?.length ?? 0), ageColumn],
})
