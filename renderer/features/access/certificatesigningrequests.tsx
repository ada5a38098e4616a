import { CertificateSigningRequests } from '../../../shared/api/resources.ts'
import type { CertificateSigningRequest } from '../../../shared/api/types.ts'
import { confirmed } from '../../kinds/actions/confirm.tsx'
import { text } from '../../kinds/view.ts'
import type { Action, KindView, State } from '../../kinds/view.ts'

const has = (r: CertificateSigningRequest, type: string): boolean => r.status?.conditions?.some((c) => c.type === type) ?? false
/** As kubectl words it: what has been decided, and what came of it. */
export function requestState(r: CertificateSigningRequest): State {
  if (has(r, 'Failed')) return { word: 'Approved,Failed', level: 'failed' }
  if (has(r, 'Denied')) return { word: 'Denied', level: 'failed' }
  if (has(r, 'Approved')) return r.status?.certificate ? { word: 'Approved,Issued', level: 'ok' } : { word: 'Approved', level: 'working' }
  return { word: 'Pending', level: 'waiting' }
}
/** A decision is a condition, and there is no way back from it. */
const decide = (type: 'Approved' | 'Denied', action: Pick<Action<CertificateSigningRequest>, 'id' | 'label' | 'dangerous'>, body: 'access.approveBody' | 'access.denyBody', done: 'done.approved' | 'done.denied'): Action<CertificateSigningRequest> => confirmed({
  ...action, prominent: true, body, done, when: (r) => !has(r, 'Approved') && !has(r, 'Denied'),
  run: (api, r) => api.merge(CertificateSigningRequests, { name: r.metadata.name }, { metadata: { resourceVersion: r.metadata.resourceVersion }, status: { conditions: [...(r.status?.conditions ?? []), { type, status: 'True', reason: `Dashboard${type === 'Approved' ? 'Approve' : 'Deny'}`, message: 'Decided in the dashboard', lastUpdateTime: new Date().toISOString().replace(/\.\d+Z$/, 'Z') }] } }, 'approval'),
})

export const view: KindView<CertificateSigningRequest> = {
  type: CertificateSigningRequests, title: 'nav.certificatesigningrequests', empty: 'access.requestsEmpty', state: requestState,
  cells: [
    text('access.signer', (r) => r.spec.signerName, 'minmax(180px, 1.5fr)'), text('access.requestor', (r) => r.spec.username, 'minmax(140px, 1fr)'),
    text('access.usages', (r) => r.spec.usages?.join(', '), 'minmax(100px, 1fr)'), text('access.expiration', (r) => r.spec.expirationSeconds, '', { only: 'detail' }), text('access.groups', (r) => r.spec.groups?.join(', '), '', { only: 'detail' }),
  ],
  actions: [decide('Approved', { id: 'approve', label: 'action.approve' }, 'access.approveBody', 'done.approved'), decide('Denied', { id: 'deny', label: 'action.deny', dangerous: true }, 'access.denyBody', 'done.denied')],
}
