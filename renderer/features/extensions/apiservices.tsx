import { APIServices } from '../../../shared/api/resources.ts'
import type { APIService } from '../../../shared/api/types.ts'
import { ObjectLink } from '../../kinds/links.tsx'
import { text } from '../../kinds/view.ts'
import type { KindView } from '../../kinds/view.ts'

export const view: KindView<APIService> = {
  type: APIServices, title: 'nav.apiservices', empty: 'extensions.apiServicesEmpty',
  state: (a) => {
    const available = a.status?.conditions?.find((c) => c.type === 'Available')
    return available?.status === 'True' || !a.spec.service ? { word: 'deployments.available', level: 'ok' } : { word: available?.reason ?? 'Unavailable', level: 'failed' }
  },
  cells: [
    text('extensions.group', (a) => a.spec.group ?? '', 'minmax(140px, 1.5fr)'), text('nodes.version', (a) => a.spec.version, '90px'),
    { label: 'endpoints.service', width: 'minmax(140px, 1fr)', value: (a) => a.spec.service?.name ?? 'Local', show: (a) => (a.spec.service ? <ObjectLink apiVersion="v1" kind="Service" namespace={a.spec.service.namespace} name={a.spec.service.name ?? ''}>{a.spec.service.namespace}/{a.spec.service.name}</ObjectLink> : 'Local') },
  ],
}
