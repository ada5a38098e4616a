import { ResourceQuotas } from '../../../shared/api/resources.ts'
import type { ResourceQuota } from '../../../shared/api/types.ts'
import { text } from '../../kinds/view.ts'
import type { KindView } from '../../kinds/view.ts'
import { QuotaMeters } from './QuotaMeters.tsx'
import { quotaLines } from './quota.ts'

export const view: KindView<ResourceQuota> = {
  type: ResourceQuotas, title: 'nav.resourcequotas', empty: 'quotas.empty',
  state: (q) => {
    const most = Math.max(0, ...quotaLines(q).map((l) => l.share))
    return most >= 1 ? { word: 'quotas.full', level: 'warning' } : { word: 'quotas.room', level: 'ok' }
  },
  cells: [text('quotas.used', (q) => quotaLines(q).map((l) => `${l.name} ${l.used}/${l.hard}`).join(', '), 'minmax(200px, 4fr)', { only: 'list' }), text('quotas.scopes', (q) => q.spec?.scopes?.join(', '), 'minmax(80px, 1fr)')],
  sections: [QuotaMeters],
  template: `apiVersion: v1
kind: ResourceQuota
metadata:
  name: limits
spec:
  hard:
    pods: "10"
    requests.cpu: "2"
    requests.memory: 2Gi
`,
}
