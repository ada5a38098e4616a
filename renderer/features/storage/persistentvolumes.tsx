import { PersistentVolumes } from '../../../shared/api/resources.ts'
import type { PersistentVolume } from '../../../shared/api/types.ts'
import { ObjectLink } from '../../kinds/links.tsx'
import { text } from '../../kinds/view.ts'
import type { KindView } from '../../kinds/view.ts'
import { modes, volumeState } from './states.ts'

const SOURCES = ['hostPath', 'local', 'csi', 'nfs', 'iscsi', 'fc'] as const
/** What it is made of, and where that is. */
const source = (v: PersistentVolume): string => SOURCES.flatMap((s) => (v.spec[s] ? [`${s}${'path' in v.spec[s] ? ` ${String(v.spec[s].path)}` : ''}`] : [])).join() || '–'

export const view: KindView<PersistentVolume> = {
  type: PersistentVolumes, title: 'nav.persistentvolumes', empty: 'volumes.empty', state: volumeState,
  cells: [
    text('claims.capacity', (v) => v.spec.capacity?.['storage'], '84px', { right: true }),
    text('claims.modes', (v) => modes(v.spec.accessModes), '96px'),
    text('volumes.reclaim', (v) => v.spec.persistentVolumeReclaimPolicy, '84px'),
    { label: 'volumes.claim', width: 'minmax(140px, 1.4fr)', value: (v) => v.spec.claimRef?.name ?? '', show: (v) => (v.spec.claimRef ? <ObjectLink apiVersion="v1" kind="PersistentVolumeClaim" namespace={v.spec.claimRef.namespace} name={v.spec.claimRef.name ?? ''}>{v.spec.claimRef.namespace}/{v.spec.claimRef.name}</ObjectLink> : '–') },
    { label: 'claims.class', width: 'minmax(90px, 1fr)', value: (v) => v.spec.storageClassName ?? '', show: (v) => (v.spec.storageClassName ? <ObjectLink apiVersion="storage.k8s.io/v1" kind="StorageClass" name={v.spec.storageClassName}>{v.spec.storageClassName}</ObjectLink> : '–') },
    text('volumes.source', source, 'minmax(100px, 1fr)', { only: 'detail' }),
    text('claims.mode', (v) => v.spec.volumeMode, '', { only: 'detail' }),
    text('common.reason', (v) => v.status?.reason, '', { only: 'detail' }),
  ],
  template: `apiVersion: v1
kind: PersistentVolume
metadata:
  name: disk
spec:
  capacity:
    storage: 1Gi
  accessModes:
    - ReadWriteOnce
  persistentVolumeReclaimPolicy: Retain
  hostPath:
    path: /tmp/disk
`,
}
