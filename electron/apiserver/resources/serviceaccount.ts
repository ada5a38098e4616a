/** ServiceAccount: who a pod is when it talks to the API. */
import type { ServiceAccount } from '../../../shared/api/types.ts'
import { ageColumn, integer, nameColumn } from './columns.ts'
import { defineKind } from './kind.ts'
import { serviceAccountWarnings } from './warnings/others.ts'

/** Of a secret that pods may use, its name is all that counts: the rest of what such a reference may hold is not kept. */
function namesOnly(draft: ServiceAccount): void {
  if (draft.secrets) draft.secrets = draft.secrets.map(({ name }) => (name === undefined ? {} : { name }))
}

export const serviceAccount = defineKind<ServiceAccount>({
  group: '', version: 'v1', kind: 'ServiceAccount', resource: 'serviceaccounts', singular: 'serviceaccount', shortNames: ['sa'],
  scope: 'Namespaced', schema: 'V1ServiceAccount', generation: false,
  subresources: [{ name: 'token', verbs: ['create'], kind: 'TokenRequest', group: 'authentication.k8s.io', version: 'v1' }],
  strategy: { prepareForCreate: namesOnly, prepareForUpdate: namesOnly, warnings: serviceAccountWarnings },
  columns: [nameColumn, integer<ServiceAccount>('Secrets', 'Number of secrets that pods of this account may use.', (o) => o.secrets?.length ?? 0), ageColumn],
})
