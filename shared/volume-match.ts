/**
 * Which volume suits which claim, and the names under which claims, volumes, scheduler and provisioner talk to each other. Pure.
 * Source: Kubernetes docs, "Persistent Volumes", and component-helpers/storage/volume.
 */
import type { PersistentVolume, PersistentVolumeClaim, StorageClass } from './api/types.ts'
import { bytes } from './quantity.ts'
import { labelSelectorMatches } from './selectors.ts'

export const annotations = {
  /** On a claim: its binding is whole. */
  bindCompleted: 'pv.kubernetes.io/bind-completed',
  /** On either: the other was chosen by the controller, not by a user. */
  boundByController: 'pv.kubernetes.io/bound-by-controller',
  /** On a volume: who made it. */
  provisionedBy: 'pv.kubernetes.io/provisioned-by',
  /** On a claim: who is to make its volume. */
  provisioner: 'volume.kubernetes.io/storage-provisioner',
  /** On a claim: where its first pod will run. */
  selectedNode: 'volume.kubernetes.io/selected-node',
} as const
const OLD_CLASS = 'volume.beta.kubernetes.io/storage-class'

export const LOCAL_PATH_PROVISIONER = 'pilothouse.dev/local-path'
export const DEFAULT_CLASS = 'storageclass.kubernetes.io/is-default-class'

/** '' is a class of its own: volumes without one. undefined: the claim has not said. */
export const claimClass = (claim: PersistentVolumeClaim): string | undefined => claim.metadata.annotations?.[OLD_CLASS] ?? claim.spec.storageClassName
const volumeClass = (volume: PersistentVolume): string => volume.metadata.annotations?.[OLD_CLASS] ?? volume.spec.storageClassName ?? ''

export const waitsForConsumer = (storageClass: StorageClass | undefined): boolean => storageClass?.volumeBindingMode === 'WaitForFirstConsumer'
export const has = (object: { metadata: { annotations?: Record<string, string> } }, annotation: string): boolean => object.metadata.annotations?.[annotation] !== undefined
/** The binding is whole: both sides name each other. */
export const isFullyBound = (claim: PersistentVolumeClaim): boolean => !!claim.spec.volumeName && has(claim, annotations.bindCompleted)

/** The default class; of several the newest, then the first by name. */
export function defaultClass(classes: readonly StorageClass[]): StorageClass | undefined {
  const marked = classes.filter((c) => c.metadata.annotations?.[DEFAULT_CLASS] === 'true' || c.metadata.annotations?.['storageclass.beta.kubernetes.io/is-default-class'] === 'true')
  const made = (c: StorageClass): number => Date.parse(c.metadata.creationTimestamp ?? '') || 0
  return marked.sort((a, b) => made(b) - made(a) || (a.metadata.name < b.metadata.name ? -1 : 1))[0]
}

/** The volume is kept for this claim, by its name or already by its uid. */
export function isFor(volume: PersistentVolume, claim: PersistentVolumeClaim): boolean {
  const ref = volume.spec.claimRef
  return !!ref && ref.name === claim.metadata.name && ref.namespace === claim.metadata.namespace && (!ref.uid || ref.uid === claim.metadata.uid)
}

const requested = (claim: PersistentVolumeClaim): number => bytes(claim.spec.resources?.requests?.['storage'] ?? 0)
const capacity = (volume: PersistentVolume): number => bytes(volume.spec.capacity?.['storage'] ?? 0)

/** Why a volume that is kept for a claim does not suit it, in the words of an event; undefined: it does. */
export function mismatch(volume: PersistentVolume, claim: PersistentVolumeClaim): string | undefined {
  if (capacity(volume) < requested(claim)) return 'requested PV is too small'
  if (volumeClass(volume) !== (claimClass(claim) ?? '')) return 'storageClassName does not match'
  if ((volume.spec.volumeMode ?? 'Filesystem') !== (claim.spec.volumeMode ?? 'Filesystem')) return 'incompatible volumeMode'
  if (!(claim.spec.accessModes ?? []).every((mode) => volume.spec.accessModes?.includes(mode))) return 'incompatible accessMode'
  if ((volume.spec.volumeAttributesClassName ?? '') !== (claim.spec.volumeAttributesClassName ?? '')) return 'volumeAttributesClassName does not match'
  return undefined
}

/** The volume that is kept for the claim; else, unless it has to wait for its first pod, the smallest that suits. `onNode`: where the pod is to run. */
export function bestMatch(volumes: readonly PersistentVolume[], claim: PersistentVolumeClaim, delayed: boolean, onNode: (volume: PersistentVolume) => boolean = () => true): PersistentVolume | undefined {
  let best: PersistentVolume | undefined
  for (const volume of volumes) {
    if (volume.metadata.deletionTimestamp) continue
    const kept = isFor(volume, claim)
    if ((!kept && (delayed || volume.spec.claimRef || volume.status?.phase !== 'Available')) || mismatch(volume, claim) !== undefined) continue
    if (!onNode(volume)) continue
    if (kept) return volume
    if (claim.spec.selector && !labelSelectorMatches(claim.spec.selector, volume.metadata.labels ?? {})) continue
    if (!best || capacity(volume) < capacity(best) || (capacity(volume) === capacity(best) && volume.metadata.name < best.metadata.name)) best = volume
  }
  return best
}
