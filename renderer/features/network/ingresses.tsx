import { Ingresses } from '../../../shared/api/resources.ts'
import type { Ingress } from '../../../shared/api/types.ts'
import { text } from '../../kinds/view.ts'
import type { KindView } from '../../kinds/view.ts'
import { Routes } from './parts.tsx'
import { routesOf } from './serves.ts'

export const view: KindView<Ingress> = {
  type: Ingresses, title: 'nav.ingresses', empty: 'ingresses.empty',
  state: (i) => ((i.status?.loadBalancer?.ingress?.length ?? 0) > 0 ? { word: 'common.ready', level: 'ok' } : { word: 'ingresses.waiting', level: 'waiting' }),
  cells: [
    text('ingresses.class', (i) => i.spec.ingressClassName, '100px'),
    text('ingresses.hosts', (i) => [...new Set(routesOf(i).map((r) => r.host))].join(', '), 'minmax(140px, 1.5fr)'),
    text('nav.services', (i) => [...new Set(routesOf(i).map((r) => r.service))].join(', '), 'minmax(120px, 1fr)'),
    text('ingresses.address', (i) => i.status?.loadBalancer?.ingress?.map((x) => x.hostname ?? x.ip).join(', '), '120px'),
    text('ingresses.tls', (i) => i.spec.tls?.map((x) => x.secretName ?? '').join(', '), 'minmax(80px, 1fr)'),
  ],
  sections: [Routes],
  template: `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
spec:
  rules:
    - host: web.localhost
      http:
        paths:
          - path: /
            pathType: Prefix
            backend:
              service:
                name: web
                port:
                  number: 80
`,
}
