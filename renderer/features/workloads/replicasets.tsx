import { ReplicaSets } from '../../../shared/api/resources.ts'
import type { ReplicaSet } from '../../../shared/api/types.ts'
import { ObjectLink } from '../../kinds/links.tsx'
import { count, text } from '../../kinds/view.ts'
import type { KindView } from '../../kinds/view.ts'
import { scale } from './actions/scale.tsx'
import { imagesOf, keeperState } from './states.ts'

export const view: KindView<ReplicaSet> = {
  type: ReplicaSets, title: 'nav.replicasets', empty: 'replicasets.empty', state: keeperState,
  cells: [
    count('replicasets.desired', (s) => s.spec.replicas ?? 1, '72px'), count('replicasets.current', (s) => s.status?.replicas, '72px'), count('common.ready', (s) => s.status?.readyReplicas, '64px'),
    text('common.controlledBy', (s) => s.metadata.ownerReferences?.filter((r) => r.controller).map((r) => `${r.kind}/${r.name}`).join(), 'minmax(140px, 1.5fr)', { only: 'list', show: (s) => { const owner = s.metadata.ownerReferences?.find((r) => r.controller); return owner ? <ObjectLink {...owner} namespace={s.metadata.namespace} /> : '–' } }),
    text('common.image', imagesOf, 'minmax(140px, 2fr)'),
  ],
  // A deployment's replica sets are measured as one, under its name.
  pods: { owned: true }, measured: (s) => !s.metadata.ownerReferences?.some((r) => r.controller && r.kind === 'Deployment'),
  actions: [scale(ReplicaSets)],
}
