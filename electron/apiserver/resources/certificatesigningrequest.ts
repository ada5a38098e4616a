/** CertificateSigningRequest: somebody asks a signer of the cluster for a certificate. */
import type { CertificateSigningRequest } from '../../../shared/api/types.ts'
import { humanDuration } from '../../../shared/duration.ts'
import { ageColumn, nameColumn, NONE, text } from './columns.ts'
import { defineKind } from './kind.ts'
import { rfc3339 } from '../../../shared/clock.ts'
import { validateApproval, validateRequest, validateRequestStatus, validateRequestUpdate } from './validation/certificatesigningrequest.ts'

const has = (o: CertificateSigningRequest, type: string): boolean => o.status?.conditions?.some((c) => c.type === type) ?? false

type Condition = NonNullable<NonNullable<CertificateSigningRequest['status']>['conditions']>[number]

/** Conditions with the times that their writer has left out. */
const timed = (conditions: readonly Condition[], old: CertificateSigningRequest, now: number): Condition[] => conditions.map((c) => {
  const before = old.status?.conditions?.find((o) => o.type === c.type)
  const kept = before && before.status === c.status ? before.lastTransitionTime : undefined
  return { ...c, lastUpdateTime: c.lastUpdateTime ?? rfc3339(now), lastTransitionTime: c.lastTransitionTime ?? kept ?? rfc3339(now) }
})

function condition(o: CertificateSigningRequest): string {
  const decided = has(o, 'Denied') ? 'Denied' : has(o, 'Approved') ? 'Approved' : 'Pending'
  return `${decided}${has(o, 'Failed') ? ',Failed' : ''}${o.status?.certificate ? ',Issued' : ''}`
}

export const certificateSigningRequest = defineKind<CertificateSigningRequest>({
  group: 'certificates.k8s.io', version: 'v1', kind: 'CertificateSigningRequest', resource: 'certificatesigningrequests', singular: 'certificatesigningrequest', shortNames: ['csr'],
  scope: 'Cluster', schema: 'V1CertificateSigningRequest', status: true, generation: false,
  subresources: [{
    name: 'approval', verbs: ['get', 'patch', 'update'], kind: 'CertificateSigningRequest',
    status: {
      // Conditions are all that a decision is.
      prepareForStatusUpdate(draft, old, { now }) {
        const conditions = draft.status?.conditions
        draft.status = { ...structuredClone(old.status) }
        if (conditions) draft.status.conditions = timed(conditions, old, now)
        else delete draft.status.conditions
      },
      validateStatusUpdate: validateApproval,
    },
  }],
  selectableFields: { 'spec.signerName': (o) => o.spec.signerName ?? '' },
  strategy: {
    prepareForCreate(draft, { user }) {
      draft.status = {}
      if (!draft.spec) return
      // Who asks is what the signer goes by: it is never the client's to say.
      draft.spec.username = user.name
      draft.spec.groups = [...user.groups]
      delete draft.spec.uid
      delete draft.spec.extra
      if (user.uid) draft.spec.uid = user.uid
      if (user.extra) draft.spec.extra = Object.fromEntries(Object.entries(user.extra).map(([name, values]) => [name, [...values]]))
    },
    // A request is what was asked; only its labels and annotations may change.
    prepareForUpdate(draft, old) {
      draft.spec = structuredClone(old.spec)
    },
    prepareForStatusUpdate(draft, old, { now }) {
      if (draft.status?.conditions) draft.status.conditions = timed(draft.status.conditions, old, now)
    },
    validate: validateRequest,
    validateUpdate: validateRequestUpdate,
    validateStatusUpdate: validateRequestStatus,
  },
  columns: [
    nameColumn,
    ageColumn,
    text<CertificateSigningRequest>('SignerName', 'Who is asked.', (o) => o.spec.signerName ?? NONE),
    text<CertificateSigningRequest>('Requestor', 'Who asks.', (o) => o.spec.username ?? ''),
    text<CertificateSigningRequest>('RequestedDuration', 'How long the certificate is to hold.', (o) => (o.spec.expirationSeconds === undefined ? NONE : humanDuration(o.spec.expirationSeconds * 1000))),
    text<CertificateSigningRequest>('Condition', 'Whether it is approved and issued.', condition),
  ],
})
