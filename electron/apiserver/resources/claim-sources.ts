/** What a claim is filled from: two fields that say the same, of which people write one. Source: KEP-1495. */
import type { PersistentVolumeClaim } from '../../../shared/api/types.ts'

type Spec = PersistentVolumeClaim['spec']

const isOfOld = ({ kind, apiGroup = '' }: NonNullable<Spec['dataSource']>): boolean => (kind === 'PersistentVolumeClaim' && apiGroup === '') || (kind === 'VolumeSnapshot' && apiGroup === 'snapshot.storage.k8s.io')

/** Drops what the older field never took, and what lies in another namespace, unless it is there already; then each of the two says what the other does. */
export function sameSources(spec: Spec | undefined, old: Spec | undefined): void {
  if (!spec) return
  if (spec.dataSourceRef?.namespace && !old?.dataSourceRef) delete spec.dataSourceRef
  const { dataSource: source, dataSourceRef: reference } = spec
  if (source && !reference && !old?.dataSource && !old?.dataSourceRef && !isOfOld(source)) delete spec.dataSource
  if (spec.dataSource && !reference) spec.dataSourceRef = { ...spec.dataSource }
  else if (reference && !source && !reference.namespace) {
    const { namespace: _none, ...same } = reference
    spec.dataSource = same
  }
}
