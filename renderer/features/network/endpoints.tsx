import { EndpointsObjects } from '../../../shared/api/resources.ts'
import type { Endpoints } from '../../../shared/api/types.ts'
import { ObjectLink } from '../../kinds/links.tsx'
import { text } from '../../kinds/view.ts'
import type { KindView } from '../../kinds/view.ts'

export const view: KindView<Endpoints> = {
  type: EndpointsObjects, title: 'nav.endpoints', empty: 'endpoints.empty',
  cells: [
    { label: 'endpoints.service', width: '', only: 'detail', value: (e) => e.metadata.name, show: (e) => <ObjectLink apiVersion="v1" kind="Service" namespace={e.metadata.namespace} name={e.metadata.name}>{e.metadata.name}</ObjectLink> },
    text('endpoints.addresses', (e) => (e.subsets ?? []).flatMap((s) => (s.addresses ?? []).map((a) => a.ip)).join(', '), 'minmax(160px, 2fr)'),
    text('services.notReady', (e) => (e.subsets ?? []).flatMap((s) => (s.notReadyAddresses ?? []).map((a) => a.ip)).join(', '), 'minmax(120px, 1fr)'),
    text('services.ports', (e) => [...new Set((e.subsets ?? []).flatMap((s) => (s.ports ?? []).map((p) => `${p.port}/${p.protocol ?? 'TCP'}`)))].join(', '), 'minmax(100px, 1fr)'),
  ],
}
