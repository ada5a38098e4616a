import { ServiceCIDRs } from '../../../shared/api/resources.ts'
import type { ServiceCIDR } from '../../../shared/api/types.ts'
import { text } from '../../kinds/view.ts'
import type { KindView } from '../../kinds/view.ts'

export const view: KindView<ServiceCIDR> = {
  type: ServiceCIDRs, title: 'nav.servicecidrs', empty: 'addresses.rangesEmpty',
  cells: [text('addresses.ranges', (c) => c.spec.cidrs?.join(', '), 'minmax(160px, 2fr)', { mono: true })],
  template: `apiVersion: networking.k8s.io/v1
kind: ServiceCIDR
metadata:
  name: more
spec:
  cidrs: [10.250.0.0/24]
`,
}
