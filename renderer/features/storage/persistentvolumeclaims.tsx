import { PersistentVolumeClaims, Pods } from '../../../shared/api/resources.ts'
import type { PersistentVolumeClaim, Pod } from '../../../shared/api/types.ts'
import { ObjectLink } from '../../kinds/links.tsx'
import { related, text } from '../../kinds/view.ts'
import type { KindView } from '../../kinds/view.ts'
import { podRow } from '../pods/model.ts'
import { claimState, modes } from './states.ts'

const CLASS = 'StorageClass'
const uses = (p: Pod, claim: string): boolean => p.spec.volumes?.some((v) => v.persistentVolumeClaim?.claimName === claim || (v.ephemeral && `${p.metadata.name}-${v.name}` === claim)) ?? false

export const view: KindView<PersistentVolumeClaim> = {
  type: PersistentVolumeClaims, title: 'nav.persistentvolumeclaims', empty: 'claims.empty', state: claimState,
  cells: [
    { label: 'claims.volume', width: 'minmax(140px, 1.4fr)', value: (c) => c.spec.volumeName ?? '', show: (c) => (c.spec.volumeName ? <ObjectLink apiVersion="v1" kind="PersistentVolume" name={c.spec.volumeName}>{c.spec.volumeName}</ObjectLink> : '–') },
    text('claims.capacity', (c) => c.status?.capacity?.['storage'], '84px', { right: true }),
    text('claims.request', (c) => c.spec.resources?.requests?.['storage'], '84px', { right: true }),
    text('claims.modes', (c) => modes(c.status?.accessModes ?? c.spec.accessModes), '96px'),
    { label: 'claims.class', width: 'minmax(90px, 1fr)', value: (c) => c.spec.storageClassName ?? '', show: (c) => (c.spec.storageClassName ? <ObjectLink apiVersion="storage.k8s.io/v1" kind={CLASS} name={c.spec.storageClassName}>{c.spec.storageClassName}</ObjectLink> : '–') },
    text('claims.mode', (c) => c.spec.volumeMode, '', { only: 'detail' }),
  ],
  related: [related<PersistentVolumeClaim, Pod>({ title: 'claims.usedBy', type: Pods, pick: (all, c) => all.filter((p) => uses(p, c.metadata.name)), state: podRow })],
  template: `apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: data
spec:
  accessModes:
    - ReadWriteOnce
  resources:
    requests:
      storage: 1Gi
`,
}
