/** Tells the queue what happens to claims, volumes and classes: pods may wait for it. Returns the removal of the handlers. */
import type { Informer } from '../client/types.ts'
import type { PersistentVolume, PersistentVolumeClaim, StorageClass } from '../../shared/api/types.ts'
import { claimsOf } from '../../shared/pod-claims.ts'
import type { SchedulingQueue } from './queue.ts'

export function connectStorage(informers: { claims: Informer<PersistentVolumeClaim>; volumes: Informer<PersistentVolume>; classes: Informer<StorageClass> }, queue: SchedulingQueue): () => void {
  const onClaim = ({ metadata }: PersistentVolumeClaim): void => queue.move('Storage', (pod) => pod.namespace === metadata.namespace && claimsOf(pod.pod).some((c) => c.name === metadata.name))
  const onOther = (): void => queue.move('Storage')
  const closers = [
    informers.claims.addHandlers({ onAdd: onClaim, onUpdate: onClaim, onDelete: onClaim }), informers.volumes.addHandlers({ onAdd: onOther, onUpdate: onOther }), informers.classes.addHandlers({ onAdd: onOther, onUpdate: onOther }),
  ]
  return () => { for (const close of closers) close() }
}
