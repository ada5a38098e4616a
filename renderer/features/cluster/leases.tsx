import { Leases } from '../../../shared/api/resources.ts'
import type { Lease } from '../../../shared/api/types.ts'
import { count, text } from '../../kinds/view.ts'
import type { KindView } from '../../kinds/view.ts'
import { Age } from '../../lib/clock.tsx'

export const view: KindView<Lease> = {
  type: Leases, title: 'nav.leases', empty: 'leases.empty',
  cells: [
    text('leases.holder', (l) => l.spec?.holderIdentity, 'minmax(160px, 2fr)'), { label: 'leases.renewed', width: '84px', right: true, value: (l) => l.spec?.renewTime ?? '', show: (l) => <Age time={l.spec?.renewTime} /> },
    count('leases.seconds', (l) => l.spec?.leaseDurationSeconds, '100px'), count('leases.transitions', (l) => l.spec?.leaseTransitions, '96px'),
  ],
}
