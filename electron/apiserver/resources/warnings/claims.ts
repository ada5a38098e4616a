/** Claims and volumes. Source: pkg/api/persistentvolume and persistentvolumeclaim of Kubernetes. */
import type { PersistentVolume, PersistentVolumeClaim } from '../../../../shared/api/types.ts'
import { formatQuantity, parseQuantity } from '../../../../shared/quantity.ts'
import { termWarnings } from './node-labels.ts'

const BYTE = 1_000_000_000n
const OLD_CLASS = 'volume.beta.kubernetes.io/storage-class'
const OLD_OPTIONS = 'volume.beta.kubernetes.io/mount-options'

/** Bytes are whole. */
export function fractionWarning(to: string[], path: string, name: string, list: Readonly<Record<string, string>> | undefined): void {
  const q = list?.[name] === undefined ? undefined : parseQuantity(list[name])
  if (q && q.nanos % BYTE !== 0n) to.push(`${path}[${name}]: fractional byte value ${JSON.stringify(formatQuantity(q))} is invalid, must be an integer`)
}

export function claimWarnings(to: string[], path: string, spec: PersistentVolumeClaim['spec'] | undefined): void {
  for (const list of ['requests', 'limits'] as const) fractionWarning(to, `${path}.resources.${list}`, 'storage', spec?.resources?.[list])
}

function oldClass(to: string[], { metadata }: PersistentVolume | PersistentVolumeClaim): void {
  if (metadata.annotations && OLD_CLASS in metadata.annotations) to.push(`metadata.annotations[${OLD_CLASS}]: deprecated since v1.8; use "storageClassName" attribute instead`)
}

export function persistentVolumeClaimWarnings(object: PersistentVolumeClaim): string[] {
  const to: string[] = []
  oldClass(to, object)
  claimWarnings(to, 'spec', object.spec)
  return to
}

/** Volumes whose plugins have gone. */
const OLD_SOURCES: Readonly<Record<string, readonly [told: string, sentence: string]>> = {
  cephfs: ['cephfs', 'deprecated in v1.28, non-functional in v1.31+'], photonPersistentDisk: ['photonPersistentDisk', 'deprecated in v1.11, non-functional in v1.16+'],
  scaleIO: ['scaleIO', 'deprecated in v1.16, non-functional in v1.22+'], storageos: ['storageOS', 'deprecated in v1.22, non-functional in v1.25+'],
  glusterfs: ['glusterfs', 'deprecated in v1.25, non-functional in v1.26+'], rbd: ['rbd', 'deprecated in v1.28, non-functional in v1.31+'],
}

export function persistentVolumeWarnings(object: PersistentVolume): string[] {
  const to: string[] = []
  const { spec, metadata } = object
  oldClass(to, object)
  if (metadata.annotations && OLD_OPTIONS in metadata.annotations) to.push(`metadata.annotations[${OLD_OPTIONS}]: deprecated since v1.31; use "mountOptions" attribute instead`)
  if (spec.persistentVolumeReclaimPolicy === 'Recycle') to.push('spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. Instead, the recommended approach is to use dynamic provisioning.')
  spec.nodeAffinity?.required?.nodeSelectorTerms.forEach((term, i) => termWarnings(to, `spec.nodeAffinity.required.nodeSelectorTerms[${i}]`, term))
  for (const name in OLD_SOURCES) {
    const [told, sentence] = OLD_SOURCES[name] ?? ['', '']
    if (spec[name as keyof typeof spec] != null) to.push(`spec.${told}: ${sentence}`)
  }
  return to
}
