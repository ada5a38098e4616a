import { PersistentVolumeClaims, StatefulSets } from '../../../shared/api/resources.ts'
import type { PersistentVolumeClaim, StatefulSet } from '../../../shared/api/types.ts'
import { count, related, text } from '../../kinds/view.ts'
import type { KindView } from '../../kinds/view.ts'
import { claimState } from '../storage/states.ts'
import { editImage } from './actions/image.tsx'
import { rollBack } from './actions/rollback.tsx'
import { scale } from './actions/scale.tsx'
import { restart } from './actions/simple.ts'
import { imagesOf, statefulSetState } from './states.ts'

/** Claims are named after their template, the set and the pod's number. */
const claimsOf = (all: readonly PersistentVolumeClaim[], s: StatefulSet): PersistentVolumeClaim[] => {
  const names = (s.spec.volumeClaimTemplates ?? []).map((c) => new RegExp(`^${c.metadata?.name ?? ''}-${s.metadata.name}-\\d+$`))
  return all.filter((c) => names.some((n) => n.test(c.metadata.name)))
}

export const view: KindView<StatefulSet> = {
  type: StatefulSets, title: 'nav.statefulsets', empty: 'statefulsets.empty', state: statefulSetState,
  cells: [
    text('common.ready', (s) => `${s.status?.readyReplicas ?? 0}/${s.spec.replicas ?? 1}`, '64px', { right: true }),
    count('deployments.upToDate', (s) => s.status?.updatedReplicas, '84px'),
    text('common.image', imagesOf, 'minmax(140px, 2fr)'),
    text('statefulsets.service', (s) => s.spec.serviceName, 'minmax(90px, 1fr)'),
    text('statefulsets.management', (s) => s.spec.podManagementPolicy, '', { only: 'detail' }),
    text('deployments.strategy', (s) => `${s.spec.updateStrategy?.type ?? 'RollingUpdate'}${s.spec.updateStrategy?.rollingUpdate?.partition ? ` (partition ${s.spec.updateStrategy.rollingUpdate.partition})` : ''}`, '', { only: 'detail' }),
  ],
  pods: { owned: true }, measured: () => true,
  related: [related<StatefulSet, PersistentVolumeClaim>({ title: 'nav.persistentvolumeclaims', type: PersistentVolumeClaims, pick: claimsOf, state: claimState })],
  actions: [scale(StatefulSets), restart(StatefulSets), editImage(StatefulSets), rollBack(StatefulSets)],
  template: `apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: db
spec:
  serviceName: db
  replicas: 2
  selector:
    matchLabels:
      app: db
  template:
    metadata:
      labels:
        app: db
    spec:
      containers:
        - name: db
          image: pilothouse.dev/hello:1
          ports:
            - containerPort: 80
`,
}
