/** The pods of one node from an informer that many nodes may share: one handler on the informer for all of them, a map by node. */
import type { Pod } from '../../shared/api/types.ts'
import type { Informer } from '../client/types.ts'

export interface PodListener {
  onPod(pod: Pod): void
  onDeleted(pod: Pod): void
}
interface Routes {
  readonly byNode: Map<string, Set<PodListener>>
  remove: () => void
}
const routed = new WeakMap<Informer<Pod>, Routes>()

/** Calls the listener for the node's pods, those that are there first. Returns its removal. */
export function podsOfNode(informer: Informer<Pod>, node: string, listener: PodListener): () => void {
  let routes = routed.get(informer)
  const fresh = !routes
  if (!routes) {
    const byNode = new Map<string, Set<PodListener>>()
    routes = { byNode, remove: () => undefined }
    routed.set(informer, routes)
  }
  const { byNode } = routes
  const set = byNode.get(node) ?? new Set()
  byNode.set(node, set)
  set.add(listener)
  if (fresh) {
    const tell = (pod: Pod): void => { for (const l of byNode.get(pod.spec.nodeName ?? '') ?? []) l.onPod(pod) }
    routes.remove = informer.addHandlers({ onAdd: tell, onUpdate: tell, onDelete: (pod) => { for (const l of byNode.get(pod.spec.nodeName ?? '') ?? []) l.onDeleted(pod) } })
  } else {
    for (const pod of informer.list()) if (pod.spec.nodeName === node) listener.onPod(pod)
  }
  return () => {
    set.delete(listener)
    if (!set.size) byNode.delete(node)
    if (!byNode.size) {
      routes.remove()
      routed.delete(informer)
    }
  }
}
