/**
 * Claims that pods use, and volumes that claims have, stay until they are let go: a finalizer holds them, which goes when
 * nobody uses them any more. Source: Kubernetes documentation, "Storage Object in Use Protection".
 */
import type { KubeObject } from '../../shared/api/meta.ts'
import { PersistentVolumeClaims, PersistentVolumes, Pods, type ResourceType } from '../../shared/api/resources.ts'
import type { PersistentVolume } from '../../shared/api/types.ts'
import { isConflict, isNotFound } from '../../shared/errors.ts'
import { byClaim } from '../../shared/pod-claims.ts'
import { createReconciler, keyOf, splitKey } from '../client/index.ts'
import type { Controller, ControllerContext } from './context.ts'

const CLAIM_FINALIZER = 'kubernetes.io/pvc-protection'
const VOLUME_FINALIZER = 'kubernetes.io/pv-protection'
const BY_CLAIM = 'claim'

const holds = (object: KubeObject, finalizer: string): boolean => object.metadata.finalizers?.includes(finalizer) ?? false

/** Keeps one finalizer as it should be. `inUse` is asked only of objects that are to go. */
function protection<T extends KubeObject>(name: string, type: ResourceType<T>, finalizer: string, inUse: (object: T) => Promise<boolean>, { client, informers, clock }: ControllerContext) {
  const informer = informers.informer(type)
  const write = async (object: T, finalizers: readonly string[]): Promise<void> => {
    const { name: of, namespace, resourceVersion } = object.metadata
    await client.patch(type, of, namespace, 'merge', { metadata: { resourceVersion, finalizers: finalizers.length ? finalizers : null } })
  }
  const reconciler = createReconciler({
    name,
    concurrency: 4,
    clock,
    async reconcile(key) {
      const { name: of, namespace } = splitKey(key)
      const object = informer.get(of, namespace)
      if (!object) return
      const present = object.metadata.finalizers ?? []
      try {
        if (!object.metadata.deletionTimestamp) {
          if (!present.includes(finalizer)) await write(object, [...present, finalizer])
        } else if (present.includes(finalizer) && !(await inUse(object))) await write(object, present.filter((f) => f !== finalizer))
      } catch (error) {
        if (isNotFound(error)) return
        // The event that brings the newer state brings the key too.
        if (!isConflict(error)) throw error
        reconciler.queue.addAfter(key, 10)
      }
    },
  })
  const changed = (object: T): void => {
    if (object.metadata.deletionTimestamp ? holds(object, finalizer) : !holds(object, finalizer)) reconciler.queue.add(keyOf(object))
  }
  informer.addHandlers({ onAdd: changed, onUpdate: changed })
  return { informer, reconciler, controller: { name, start: () => reconciler.start(), stop: () => reconciler.stop() } satisfies Controller }
}

export function createClaimProtectionController(context: ControllerContext): Controller {
  const pods = context.informers.informer(Pods, { indexers: { [BY_CLAIM]: byClaim } })
  const { informer, reconciler, controller } = protection('pvc-protection-controller', PersistentVolumeClaims, CLAIM_FINALIZER, async (claim) => {
    const key = `${claim.metadata.namespace ?? ''}/${claim.metadata.name}`
    // A pod that is on no node yet will not start on one with a claim that is to go.
    if (pods.byIndex(BY_CLAIM, key).some((pod) => pod.spec.nodeName)) return true
    // The informer may be a moment behind: what lets a user's data go is decided on the server's word.
    const { items } = await context.client.list(Pods, { namespace: claim.metadata.namespace ?? '' })
    return items.some((pod) => pod.spec.nodeName && byClaim(pod).includes(key))
  }, context)
  pods.addHandlers({
    onDelete(pod) {
      for (const key of byClaim(pod)) {
        const { name, namespace } = splitKey(key)
        if (informer.get(name, namespace)?.metadata.deletionTimestamp) reconciler.queue.add(key)
      }
    },
  })
  return controller
}

export function createVolumeProtectionController(context: ControllerContext): Controller {
  return protection<PersistentVolume>('pv-protection-controller', PersistentVolumes, VOLUME_FINALIZER, async (volume) => volume.status?.phase === 'Bound', context).controller
}
