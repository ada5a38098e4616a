/** Small things that every controller needs: who controls an object, shared indexes, retry on conflict. */
import type { KubeObject, OwnerReference } from '../../shared/api/meta.ts'
import type { Pod } from '../../shared/api/types.ts'
import { isConflict } from '../../shared/errors.ts'

/** The owner reference with `controller: true`; there is at most one. */
export const ownerOf = (object: { metadata: { ownerReferences?: OwnerReference[] } }): OwnerReference | undefined =>
  object.metadata.ownerReferences?.find((reference) => reference.controller === true)

export const isControlledBy = (object: KubeObject, owner: { metadata: { uid?: string } }): boolean =>
  owner.metadata.uid !== undefined && ownerOf(object)?.uid === owner.metadata.uid

/** The reference that a controller puts on what it makes. */
export const controllerReference = (owner: KubeObject): OwnerReference => ({
  apiVersion: owner.apiVersion, kind: owner.kind, name: owner.metadata.name, uid: owner.metadata.uid ?? '', controller: true, blockOwnerDeletion: true,
})

/** Index `controllerUid`: what an owner controls, by its uid. */
export const byControllerUid = (object: KubeObject): readonly string[] => {
  const owner = ownerOf(object)
  return owner ? [owner.uid] : []
}
/** Index `nodeName`: the pods of a node; unbound pods are under ''. */
export const byNodeName = (pod: Pod): readonly string[] => [pod.spec.nodeName ?? '']

/** Runs `attempt` again while it fails with a conflict, at most `tries` times. `attempt` must read afresh each time. */
export async function retryOnConflict<T>(attempt: () => Promise<T>, tries = 5): Promise<T> {
  for (let n = 1; ; n++) {
    try {
      return await attempt()
    } catch (error) {
      if (!isConflict(error) || n >= tries) throw error
    }
  }
}
