import { Services } from '../../../shared/api/resources.ts'
import type { Service } from '../../../shared/api/types.ts'
import { pairs, text } from '../../kinds/view.ts'
import type { KindView } from '../../kinds/view.ts'
import { forwardPort } from '../forwards/ForwardDialog.tsx'
import { Backends } from './parts.tsx'
import { portsOf } from './serves.ts'

const external = (s: Service): string => [...(s.status?.loadBalancer?.ingress ?? []).map((i) => i.hostname ?? i.ip ?? ''), ...(s.spec.externalIPs ?? []), ...(s.spec.type === 'ExternalName' ? [s.spec.externalName ?? ''] : [])].join(', ')

export const view: KindView<Service> = {
  type: Services, title: 'nav.services', empty: 'services.empty',
  cells: [
    text('common.type', (s) => s.spec.type ?? 'ClusterIP', '110px', { vital: true }),
    text('services.clusterIP', (s) => s.spec.clusterIP, '120px', { mono: true }),
    text('services.external', external, 'minmax(90px, 1fr)'),
    text('services.ports', portsOf, 'minmax(120px, 1fr)'),
    text('common.selector', (s) => pairs(s.spec.selector), 'minmax(120px, 1.5fr)'),
    text('services.affinity', (s) => s.spec.sessionAffinity, '', { only: 'detail' }),
    text('services.policy', (s) => s.spec.externalTrafficPolicy, '', { only: 'detail' }),
  ],
  sections: [Backends],
  actions: [forwardPort<Service>('Service', (s) => s.spec.ports ?? [], (s) => Object.keys(s.spec.selector ?? {}).length > 0)],
  pods: { selected: (s) => (Object.keys(s.spec.selector ?? {}).length > 0 ? { matchLabels: s.spec.selector ?? {} } : undefined), unlisted: true },
  template: `apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  type: NodePort
  selector:
    app: web
  ports:
    - port: 80
`,
}
