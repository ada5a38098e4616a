/** persistentVolumeClaim and ephemeral: the volume that a claim is bound to. Source: kubernetes pkg/kubelet/volumemanager/populator. */
import { stat } from 'node:fs/promises'
import { PersistentVolumeClaims, PersistentVolumes } from '../../../shared/api/resources.ts'
import type { PersistentVolume, PersistentVolumeClaim } from '../../../shared/api/types.ts'
import { isNotFound } from '../../../shared/errors.ts'
import { ephemeralClaimName } from '../../../shared/pod-claims.ts'
import { hostPathPlace } from './host-path.ts'
import { VolumeError, type Place, type VolumeContext, type VolumePlugin } from './types.ts'

async function claimOf(name: string, { client, pod }: VolumeContext): Promise<PersistentVolumeClaim> {
  const namespace = pod.metadata.namespace ?? ''
  try {
    return await client.get(PersistentVolumeClaims, name, namespace)
  } catch (e) {
    if (!isNotFound(e)) throw e
    throw new VolumeError(`persistentvolumeclaim ${JSON.stringify(name)} not found`, { cause: e })
  }
}

/** What a volume of the API is on this machine. Exported for its table of tests. */
export async function persistentPlace(pv: PersistentVolume): Promise<Place> {
  if (pv.spec?.volumeMode === 'Block') throw new VolumeError('volumes of mode Block are not supported by this node')
  if (pv.spec?.hostPath) return hostPathPlace(pv.spec.hostPath.path, pv.spec.hostPath.type ?? '')
  const path = pv.spec?.local?.path
  if (path === undefined) {
    const kind = Object.keys(pv.spec ?? {}).find((k) => ['csi', 'nfs', 'iscsi', 'fc', 'cephfs', 'rbd', 'glusterfs', 'awsElasticBlockStore', 'gcePersistentDisk', 'azureDisk', 'azureFile'].includes(k)) ?? 'unknown'
    throw new VolumeError(`persistent volumes of kind ${kind} are not supported by this node`)
  }
  const found = await stat(path).catch(() => undefined)
  if (!found) throw new VolumeError(`path ${JSON.stringify(path)} does not exist`)
  return { path, fsGroup: true }
}

async function boundPlace(pvc: PersistentVolumeClaim, context: VolumeContext): Promise<Place> {
  const key = `${pvc.metadata.namespace}/${pvc.metadata.name}`
  const name = pvc.spec?.volumeName
  if (pvc.status?.phase !== 'Bound' || !name) throw new VolumeError(`error processing PVC ${key}: PVC is not bound`)
  const pv = await context.client.get(PersistentVolumes, name)
  if (pv.spec?.claimRef?.uid !== pvc.metadata.uid) throw new VolumeError(`error processing PVC ${key}: volume ${name} is bound to another claim`)
  const place = await persistentPlace(pv)
  return pv.spec.local ? { ...place, claim: { namespace: pvc.metadata.namespace ?? '', name: pvc.metadata.name } } : place
}

export const persistentVolumeClaim: VolumePlugin = {
  async setUp(volume, context) {
    const source = volume.persistentVolumeClaim
    const place = await boundPlace(await claimOf(source?.claimName ?? '', context), context)
    return source?.readOnly ? { ...place, containersReadOnly: true } : place
  },
}


export const ephemeral: VolumePlugin = {
  async setUp(volume, context) {
    const { pod } = context
    const pvc = await claimOf(ephemeralClaimName(pod, volume.name), context)
    if (!pvc.metadata.ownerReferences?.some((o) => o.controller && o.uid === pod.metadata.uid))
      throw new VolumeError(`PVC ${pvc.metadata.namespace}/${pvc.metadata.name} was not created for pod ${pod.metadata.namespace}/${pod.metadata.name} (pod is not owner)`)
    return boundPlace(pvc, context)
  },
}
