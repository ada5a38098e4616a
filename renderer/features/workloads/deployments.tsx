import { Deployments, ReplicaSets } from '../../../shared/api/resources.ts'
import type { Deployment, ReplicaSet } from '../../../shared/api/types.ts'
import { ownedBy } from '../../kinds/pods.ts'
import { count, related, text } from '../../kinds/view.ts'
import type { KindView } from '../../kinds/view.ts'
import { DeployButton } from '../../ui/DeployButton.tsx'
import { editImage } from './actions/image.tsx'
import { rollBack } from './actions/rollback.tsx'
import { scale } from './actions/scale.tsx'
import { pauseAndResume, restart } from './actions/simple.ts'
import { RevisionNote } from './parts.tsx'
import { revisionOf } from './revisions.ts'
import { deploymentState, imagesOf, keeperState } from './states.ts'

export const view: KindView<Deployment> = {
  type: Deployments, title: 'nav.deployments', empty: 'deployments.empty', state: deploymentState, action: <DeployButton />,
  cells: [
    text('common.ready', (d) => `${d.status?.readyReplicas ?? 0}/${d.spec.replicas ?? 1}`, '64px', { right: true }),
    count('deployments.upToDate', (d) => d.status?.updatedReplicas, '84px'),
    count('deployments.available', (d) => d.status?.availableReplicas, '72px'),
    text('common.image', imagesOf, 'minmax(140px, 2fr)'),
    text('deployments.strategy', (d) => d.spec.strategy?.type, '120px', { only: 'detail' }),
    text('common.selector', (d) => Object.entries(d.spec.selector.matchLabels ?? {}).map(([k, v]) => `${k}=${v}`).join(', '), '', { only: 'detail' }),
  ],
  pods: { owned: true, via: ReplicaSets }, measured: () => true,
  related: [related<Deployment, ReplicaSet>({ title: 'deployments.replicaSets', type: ReplicaSets, pick: (all, d) => ownedBy(all, d).sort((a, b) => revisionOf(b) - revisionOf(a)), state: keeperState, note: (s) => <RevisionNote set={s} /> })],
  actions: [scale(Deployments), restart(Deployments), editImage(Deployments), rollBack(Deployments), ...pauseAndResume(Deployments)],
  good: (type) => (type === 'ReplicaFailure' ? 'False' : 'True'),
}
