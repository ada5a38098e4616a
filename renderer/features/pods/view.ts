/** Pods, for the parts that are made from views; the list and the first tab of the detail are their own. */
import { Pods, pathOf } from '../../../shared/api/resources.ts'
import type { Pod } from '../../../shared/api/types.ts'
import { confirmed } from '../../kinds/actions/confirm.tsx'
import type { KindView } from '../../kinds/view.ts'
import { forwardPort } from '../forwards/ForwardDialog.tsx'
import { podRow } from './model.ts'

/** Asks first whether a disruption budget allows it, which a deletion does not. */
const evict = confirmed<Pod>({
  id: 'evict', label: 'action.evict', dangerous: true, body: 'pods.evictBody', done: 'done.evicted', when: (p) => p.status?.phase === 'Running' || p.status?.phase === 'Pending',
  run: (api, { metadata: { namespace, name, uid } }) => api.request({ method: 'POST', path: pathOf(Pods, namespace, name, 'eviction'), body: { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace }, deleteOptions: uid ? { preconditions: { uid } } : {} } }),
})

export const view: KindView<Pod> = { type: Pods, title: 'nav.pods', empty: 'pods.empty', state: podRow, cells: [], actions: [forwardPort<Pod>('Pod', (p) => p.spec.containers.flatMap((c) => c.ports ?? []), (p) => p.status?.phase === 'Running'), evict] }
