import { ReplicationControllers } from '../../../shared/api/resources.ts'
import type { ReplicationController } from '../../../shared/api/types.ts'
import { count, pairs, text } from '../../kinds/view.ts'
import type { KindView } from '../../kinds/view.ts'
import { scale } from './actions/scale.tsx'
import { imagesOf, keeperState } from './states.ts'

export const view: KindView<ReplicationController> = {
  type: ReplicationControllers, title: 'nav.replicationcontrollers', empty: 'replicationcontrollers.empty', state: keeperState,
  cells: [
    count('replicasets.desired', (s) => s.spec.replicas ?? 1, '72px'), count('replicasets.current', (s) => s.status?.replicas, '72px'), count('common.ready', (s) => s.status?.readyReplicas, '64px'),
    text('common.selector', (s) => pairs(s.spec.selector), 'minmax(120px, 1fr)'), text('common.image', imagesOf, 'minmax(140px, 2fr)'),
  ],
  pods: { owned: true }, measured: () => true,
  actions: [scale(ReplicationControllers)],
  good: () => 'False',
}
