/** The scale subresource of every kind that counts its pods in `spec.replicas` and selects them by a LabelSelector. */
import type { KubeObject, LabelSelector } from '../../../shared/api/meta.ts'
import { formatLabelSelector } from '../../../shared/selectors.ts'
import type { ScaleBinding } from './kind.ts'

interface Replicated extends KubeObject {
  spec: { replicas?: number; selector: LabelSelector }
  status?: { replicas?: number }
}

export const replicasScale = <T extends Replicated>(): ScaleBinding<T> => ({
  specReplicas: (o) => o.spec.replicas ?? 1,
  setSpecReplicas(draft, replicas) {
    draft.spec.replicas = replicas
  },
  statusReplicas: (o) => o.status?.replicas ?? 0,
  selector: (o) => formatLabelSelector(o.spec.selector),
})
