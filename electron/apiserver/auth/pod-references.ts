/** The objects of its own namespace that a pod gives its node a reason to read. Source: Kubernetes documentation, "Using Node Authorization". */
import type { Container, Pod, Volume } from '../../../shared/api/types.ts'

export type Referenced = 'secrets' | 'configmaps' | 'persistentvolumeclaims' | 'serviceaccounts'
export const referenceKey = (resource: string, namespace: string, name: string): string => `${resource}/${namespace}/${name}`

/** A pod that stands for a file on a node's disk: it was the node that wrote it, so it opens nothing to it. */
export const MIRROR = 'kubernetes.io/config.mirror'

type Add = (resource: Referenced, name: string | undefined) => void

function ofContainer({ env, envFrom }: Container | NonNullable<Pod['spec']['ephemeralContainers']>[number], add: Add): void {
  for (const { secretRef, configMapRef } of envFrom ?? []) {
    add('secrets', secretRef?.name)
    add('configmaps', configMapRef?.name)
  }
  for (const { valueFrom } of env ?? []) {
    add('secrets', valueFrom?.secretKeyRef?.name)
    add('configmaps', valueFrom?.configMapKeyRef?.name)
  }
}
function ofVolume(volume: Volume, podName: string, add: Add): void {
  add('secrets', volume.secret?.secretName)
  add('configmaps', volume.configMap?.name)
  for (const source of volume.projected?.sources ?? []) {
    add('secrets', source.secret?.name)
    add('configmaps', source.configMap?.name)
  }
  add('persistentvolumeclaims', volume.persistentVolumeClaim?.claimName ?? (volume.ephemeral ? `${podName}-${volume.name}` : undefined))
  for (const driver of [volume.cephfs, volume.cinder, volume.flexVolume, volume.iscsi, volume.rbd, volume.scaleIO, volume.storageos]) add('secrets', driver?.secretRef?.name)
  add('secrets', volume.azureFile?.secretName)
  add('secrets', volume.csi?.nodePublishSecretRef?.name)
}

/** Each once, as `referenceKey` writes it. */
export function referencesOf({ metadata, spec }: Pod): readonly string[] {
  if (metadata.annotations?.[MIRROR] !== undefined) return []
  const keys = new Set<string>()
  const add: Add = (resource, name) => void (name && keys.add(referenceKey(resource, metadata.namespace ?? '', name)))
  add('serviceaccounts', spec.serviceAccountName)
  for (const secret of spec.imagePullSecrets ?? []) add('secrets', secret.name)
  for (const container of [...(spec.initContainers ?? []), ...spec.containers, ...(spec.ephemeralContainers ?? [])]) ofContainer(container, add)
  for (const volume of spec.volumes ?? []) ofVolume(volume, metadata.name, add)
  return [...keys]
}
