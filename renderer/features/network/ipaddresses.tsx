import { IPAddresses } from '../../../shared/api/resources.ts'
import type { IPAddress } from '../../../shared/api/types.ts'
import { ObjectLink } from '../../kinds/links.tsx'
import type { KindView } from '../../kinds/view.ts'

const owner = (a: IPAddress): string => [a.spec?.parentRef?.namespace, a.spec?.parentRef?.name].filter(Boolean).join('/')

export const view: KindView<IPAddress> = {
  type: IPAddresses, title: 'nav.ipaddresses', empty: 'addresses.empty',
  cells: [{
    label: 'addresses.owner', width: 'minmax(160px, 2fr)', value: owner,
    // Addresses are given to Services alone; anybody may write one for something else, which has no page.
    show: (a) => (a.spec?.parentRef?.resource === 'services' ? <ObjectLink apiVersion="v1" kind="Service" namespace={a.spec.parentRef.namespace} name={a.spec.parentRef.name}>{owner(a)}</ObjectLink> : owner(a)),
  }],
}
