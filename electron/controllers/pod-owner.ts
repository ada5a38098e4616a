/** Leads what happens to pods to the object that owns them: alike for all that make pods. */
import type { KubeObject, LabelSelector } from '../../shared/api/meta.ts'
import type { ResourceType } from '../../shared/api/resources.ts'
import type { Pod } from '../../shared/api/types.ts'
import { keyOf, ownerOf } from '../client/index.ts'
import type { Informer } from '../client/types.ts'
import type { Expectations } from './expectations.ts'
import { isEmptySelector, matchesSelector } from './selectors.ts'

export interface PodOwnerOptions<T extends KubeObject> {
  readonly type: ResourceType<T>
  readonly owners: Informer<T>
  readonly pods: Informer<Pod>
  readonly selectorOf: (owner: T) => LabelSelector | undefined
  readonly enqueue: (key: string, pod: Pod) => void
  readonly expectations?: Expectations
}

/** The owner that controls the pod, if it is (still) the one of that uid. */
export function controllerOf<T extends KubeObject>(type: ResourceType<T>, owners: Informer<T>, pod: Pod): T | undefined {
  const reference = ownerOf(pod)
  if (reference?.kind !== type.kind) return undefined
  const owner = owners.get(reference.name, pod.metadata.namespace)
  return owner?.metadata.uid === reference.uid ? owner : undefined
}

/** Enqueues the owner of every pod that comes, changes or goes, and whoever might adopt an orphan. */
export function followPods<T extends KubeObject>({ type, owners, pods, selectorOf, enqueue, expectations }: PodOwnerOptions<T>): void {
  const enqueueOwner = (pod: Pod): void => {
    const owner = controllerOf(type, owners, pod)
    if (owner) enqueue(keyOf(owner), pod)
  }
  const enqueueMatching = (pod: Pod): void => {
    for (const owner of owners.list(pod.metadata.namespace)) {
      const selector = selectorOf(owner)
      if (selector && !isEmptySelector(selector) && matchesSelector(selector, pod.metadata.labels)) enqueue(keyOf(owner), pod)
    }
  }
  const gone = (pod: Pod): void => {
    const owner = controllerOf(type, owners, pod)
    if (!owner) return
    expectations?.deletionObserved(keyOf(owner), pod.metadata.uid ?? '')
    enqueue(keyOf(owner), pod)
  }
  pods.addHandlers({
    onAdd(pod) {
      if (pod.metadata.deletionTimestamp) return gone(pod)
      const owner = controllerOf(type, owners, pod)
      if (owner) {
        expectations?.creationObserved(keyOf(owner))
        enqueue(keyOf(owner), pod)
      } else if (!ownerOf(pod)) enqueueMatching(pod)
    },
    onUpdate(pod, old) {
      if (ownerOf(old)?.uid !== ownerOf(pod)?.uid) enqueueOwner(old)
      if (pod.metadata.deletionTimestamp) return gone(pod)
      if (ownerOf(pod)) enqueueOwner(pod)
      else if (ownerOf(old) || JSON.stringify(old.metadata.labels) !== JSON.stringify(pod.metadata.labels)) enqueueMatching(pod)
    },
    onDelete: gone,
  })
}
