import { DaemonSets } from '../../../shared/api/resources.ts'
import type { DaemonSet } from '../../../shared/api/types.ts'
import { count, pairs, text } from '../../kinds/view.ts'
import type { KindView } from '../../kinds/view.ts'
import { editImage } from './actions/image.tsx'
import { rollBack } from './actions/rollback.tsx'
import { restart } from './actions/simple.ts'
import { daemonSetState, imagesOf } from './states.ts'

export const view: KindView<DaemonSet> = {
  type: DaemonSets, title: 'nav.daemonsets', empty: 'daemonsets.empty', state: daemonSetState,
  cells: [
    count('replicasets.desired', (d) => d.status?.desiredNumberScheduled),
    count('common.ready', (d) => d.status?.numberReady, '64px'),
    count('deployments.upToDate', (d) => d.status?.updatedNumberScheduled, '84px'),
    count('deployments.available', (d) => d.status?.numberAvailable),
    text('common.image', imagesOf, 'minmax(140px, 2fr)'),
    text('daemonsets.nodeSelector', (d) => pairs(d.spec.template.spec?.nodeSelector), 'minmax(100px, 1fr)'),
    text('deployments.strategy', (d) => d.spec.updateStrategy?.type, '', { only: 'detail' }),
  ],
  pods: { owned: true }, measured: () => true,
  actions: [restart(DaemonSets), editImage(DaemonSets), rollBack(DaemonSets)],
  template: `apiVersion: apps/v1
kind: DaemonSet
metadata:
  name: agent
spec:
  selector:
    matchLabels:
      app: agent
  template:
    metadata:
      labels:
        app: agent
    spec:
      containers:
        - name: agent
          image: pilothouse.dev/hello:1
`,
}
