import { NetworkPolicies } from '../../../shared/api/resources.ts'
import type { NetworkPolicy } from '../../../shared/api/types.ts'
import { formatLabelSelector } from '../../../shared/selectors.ts'
import { text } from '../../kinds/view.ts'
import type { KindView } from '../../kinds/view.ts'
import { rulesText } from './policy-text.ts'
import { PolicyRules } from './PolicyRules.tsx'

export const view: KindView<NetworkPolicy> = {
  type: NetworkPolicies, title: 'nav.networkpolicies', empty: 'networkpolicies.empty',
  cells: [
    text('networkpolicies.pods', (p) => formatLabelSelector(p.spec.podSelector) || '*', 'minmax(140px, 1.5fr)'),
    text('networkpolicies.types', (p) => p.spec.policyTypes?.join(', ') ?? 'Ingress', '130px'),
    text('networkpolicies.rules', (p) => rulesText(p).length, '70px', { right: true, only: 'list' }),
  ],
  sections: [PolicyRules],
  pods: { selected: (p) => p.spec.podSelector ?? {} },
  template: `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: only-web
spec:
  podSelector:
    matchLabels:
      app: db
  policyTypes:
    - Ingress
  ingress:
    - from:
        - podSelector:
            matchLabels:
              app: web
`,
}
