/** Adoption and release by controller reference, alike for ReplicaSets over pods and Deployments over ReplicaSets. */
import type { KubeObject, LabelSelector } from '../../shared/api/meta.ts'
import type { ResourceType } from '../../shared/api/resources.ts'
import { isNotFound } from '../../shared/errors.ts'
import { controllerReference, ownerOf } from '../client/index.ts'
import type { Client } from '../client/types.ts'
import { matchesSelector } from './selectors.ts'

/** Index `orphans`: what no controller owns, by namespace. */
export const byOrphanNamespace = (object: KubeObject): readonly string[] => (ownerOf(object) ? [] : [object.metadata.namespace ?? ''])

export interface Claimed<T> {
  readonly owned: T[]
  /** True when something was adopted or released, so that the picture is about to change. */
  readonly changed: boolean
}

/**
 * Keeps what matches, releases what no longer does, and adopts orphans that match, unless the owner is going away.
 * `live` reads the owner afresh: an owner deleted or replaced meanwhile must not adopt.
 */
export async function claim<T extends KubeObject, O extends KubeObject>(
  client: Client,
  type: ResourceType<T>,
  owner: O,
  selector: LabelSelector,
  candidates: { readonly owned: readonly T[]; readonly orphans: readonly T[] },
  live: () => Promise<O>,
): Promise<Claimed<T>> {
  const owned: T[] = []
  let changed = false
  const patch = async (object: T, reference: object): Promise<T | undefined> => {
    try {
      // The uid in the patch makes it fail for another object under the same name.
      return await client.patch(type, object.metadata.name, object.metadata.namespace, 'strategic', { metadata: { uid: object.metadata.uid, ownerReferences: [reference] } })
    } catch (error) {
      if (isNotFound(error)) return undefined
      throw error
    }
  }
  for (const object of candidates.owned) {
    if (matchesSelector(selector, object.metadata.labels)) owned.push(object)
    else if (!object.metadata.deletionTimestamp && !owner.metadata.deletionTimestamp) {
      await patch(object, { $patch: 'delete', uid: owner.metadata.uid })
      changed = true
    }
  }
  if (owner.metadata.deletionTimestamp) return { owned, changed }
  let mayAdopt: boolean | undefined
  for (const object of candidates.orphans) {
    if (object.metadata.deletionTimestamp || !matchesSelector(selector, object.metadata.labels)) continue
    if (mayAdopt === undefined) {
      const fresh = await live()
      mayAdopt = fresh.metadata.uid === owner.metadata.uid && !fresh.metadata.deletionTimestamp
    }
    if (!mayAdopt) break
    const adopted = await patch(object, controllerReference(owner))
    if (adopted) owned.push(adopted)
    changed = true
  }
  return { owned, changed }
}
