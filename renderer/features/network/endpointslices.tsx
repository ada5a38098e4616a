import { EndpointSlices } from '../../../shared/api/resources.ts'
import type { EndpointSlice } from '../../../shared/api/types.ts'
import { ObjectLink } from '../../kinds/links.tsx'
import { text } from '../../kinds/view.ts'
import type { KindView } from '../../kinds/view.ts'
import { backendsOf } from './serves.ts'

const service = (s: EndpointSlice): string => s.metadata.labels?.['kubernetes.io/service-name'] ?? ''
export const view: KindView<EndpointSlice> = {
  type: EndpointSlices, title: 'nav.endpointslices', empty: 'endpoints.empty',
  cells: [
    { label: 'endpoints.service', width: 'minmax(120px, 1fr)', value: service, show: (s) => (service(s) ? <ObjectLink apiVersion="v1" kind="Service" namespace={s.metadata.namespace} name={service(s)}>{service(s)}</ObjectLink> : '–') },
    text('endpoints.family', (s) => s.addressType, '80px'),
    text('services.ports', (s) => s.ports?.map((p) => `${p.name ? `${p.name} ` : ''}${p.port}/${p.protocol ?? 'TCP'}`).join(', '), 'minmax(100px, 1fr)'),
    text('endpoints.ready', (s) => `${backendsOf([s]).filter((b) => b.ready).length}/${backendsOf([s]).length}`, '70px', { right: true }),
    text('endpoints.addresses', (s) => backendsOf([s]).map((b) => b.address).join(', '), 'minmax(160px, 2fr)'),
  ],
}
