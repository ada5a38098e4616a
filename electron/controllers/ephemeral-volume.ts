/** Makes the claims of pods' ephemeral volumes; they go with their pod. Source: kubernetes pkg/controller/volume/ephemeral. */
import type { Draft } from '../../shared/api/meta.ts'
import { PersistentVolumeClaims, Pods } from '../../shared/api/resources.ts'
import type { PersistentVolumeClaim, Pod } from '../../shared/api/types.ts'
import { isAlreadyExists } from '../../shared/errors.ts'
import { claimsOf } from '../../shared/pod-claims.ts'
import { controllerReference, createReconciler, isControlledBy, keyOf, splitKey } from '../client/index.ts'
import type { Controller, ControllerContext } from './context.ts'

/** Pure. */
export function ephemeralClaims(pod: Pod): Draft<PersistentVolumeClaim>[] {
  return claimsOf(pod).flatMap(({ volume, name, ephemeral }) => {
    const template = pod.spec.volumes?.find((v) => v.name === volume)?.ephemeral?.volumeClaimTemplate
    if (!ephemeral || !template) return []
    const { labels, annotations } = template.metadata ?? {}
    const spec = template.spec as PersistentVolumeClaim['spec']
    return [{ metadata: { name, ...(pod.metadata.namespace ? { namespace: pod.metadata.namespace } : {}), ...(labels ? { labels } : {}), ...(annotations ? { annotations } : {}), ownerReferences: [controllerReference(pod)] }, spec }]
  })
}

export function createEphemeralVolumeController({ client, informers, clock, events }: ControllerContext): Controller {
  const pods = informers.informer(Pods)
  const claims = informers.informer(PersistentVolumeClaims)
  const reconciler = createReconciler({
    name: 'ephemeral-volume-controller', concurrency: 5, clock,
    async reconcile(key) {
      const { name, namespace } = splitKey(key)
      const pod = pods.get(name, namespace)
      if (!pod || pod.metadata.deletionTimestamp) return
      for (const draft of ephemeralClaims(pod)) {
        const fail = (message: string): Error => {
          events.event(pod, 'Warning', 'EphemeralVolumeClaimFailed', `ephemeral volume controller: ${message}`)
          return new Error(message)
        }
        const present = claims.get(draft.metadata.name ?? '', namespace)
        if (present) {
          if (!isControlledBy(present, pod)) throw fail(`PVC ${namespace}/${present.metadata.name} was not created for pod ${namespace}/${name} (pod is not owner)`)
          continue
        }
        try {
          await client.create(PersistentVolumeClaims, draft)
        } catch (error) {
          // The informer is behind: the next event of the pod or of the claim looks again.
          if (!isAlreadyExists(error)) throw fail((error as Error).message)
        }
      }
    },
  })
  const onPod = (pod: Pod): void => { if (claimsOf(pod).some((c) => c.ephemeral)) reconciler.queue.add(keyOf(pod)) }
  pods.addHandlers({ onAdd: onPod, onUpdate: onPod })
  claims.addHandlers({ onDelete(claim) { for (const o of claim.metadata.ownerReferences ?? []) if (o.kind === 'Pod' && o.controller) reconciler.queue.add(`${claim.metadata.namespace}/${o.name}`) } })
  return { name: 'ephemeral-volume-controller', start: () => reconciler.start(), stop: () => reconciler.stop() }
}
