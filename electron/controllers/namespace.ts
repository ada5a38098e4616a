/**
 * Deletion of namespaces: the pods first, then everything else that discovery knows, and at last the namespace's own
 * finalizer. What is left is watched: each object that goes brings the namespace back to the queue.
 */
import type { KubeObject } from '../../shared/api/meta.ts'
import { Namespaces, Pods, type ResourceType } from '../../shared/api/resources.ts'
import type { Namespace } from '../../shared/api/types.ts'
import { isConflict, isNotFound } from '../../shared/errors.ts'
import { createReconciler } from '../client/index.ts'
import type { Controller, ControllerContext } from './context.ts'
import { discover, resourceName } from './discovery.ts'
import { conditionsOf, isEmpty, type Remains } from './namespace-conditions.ts'

const FINALIZER = 'kubernetes'
/** A second look, should the last object go without an event that we get (a kind without informer). */
const RECHECK_MS = 5_000
const isPods = (type: ResourceType): boolean => type.group === Pods.group && type.resource === Pods.resource

export interface NamespaceOptions {
  /** Calls back for each object of any kind that has gone; answers how to stop listening. */
  onGone?(callback: (object: KubeObject) => void): () => void
}

export function createNamespaceController({ client, informers, clock }: ControllerContext, options: NamespaceOptions = {}): Controller {
  const namespaces = informers.informer(Namespaces)

  /** Deletes all of one kind and says what is left of it. */
  const empty = async (type: ResourceType<KubeObject>, namespace: string, into: { objects: Map<string, number>; finalizers: Map<string, number>; failures: string[] }): Promise<void> => {
    try {
      const before = await client.list(type, { namespace, limit: 1 })
      if (!before.items.length) return
      await client.deleteCollection(type, { namespace, propagationPolicy: 'Background' })
      const { items } = await client.list(type, { namespace })
      if (!items.length) return
      into.objects.set(resourceName(type), items.length)
      for (const item of items) for (const finalizer of item.metadata.finalizers ?? []) into.finalizers.set(finalizer, (into.finalizers.get(finalizer) ?? 0) + 1)
    } catch (error) {
      if (isNotFound(error)) return
      into.failures.push(`${resourceName(type)}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  const deleteContent = async (namespace: string): Promise<Remains> => {
    const { types, failures: discoveryFailures } = await discover(client)
    const left = { objects: new Map<string, number>(), finalizers: new Map<string, number>(), failures: [] as string[] }
    const inside = types.filter((t) => t.namespaced)
    // Pods first, and all the way: what they use must not go before them.
    await Promise.all(inside.filter(isPods).map((t) => empty(t, namespace, left)))
    if (!left.objects.size && !left.failures.length) await Promise.all(inside.filter((t) => !isPods(t)).map((t) => empty(t, namespace, left)))
    return { discoveryFailures, contentFailures: left.failures, objects: left.objects, finalizers: left.finalizers }
  }
  const writeConditions = async (namespace: Namespace, remains: Remains): Promise<Namespace> => {
    const present = namespace.status?.conditions ?? []
    const conditions = conditionsOf(present, remains, clock.now())
    if (namespace.status?.phase === 'Terminating' && JSON.stringify(present) === JSON.stringify(conditions)) return namespace
    return client.updateStatus(Namespaces, { ...namespace, status: { ...namespace.status, phase: 'Terminating', conditions } })
  }
  const reconciler = createReconciler({
    name: 'namespace-controller',
    concurrency: 10,
    clock,
    async reconcile(name) {
      const cached = namespaces.get(name)
      if (!cached?.metadata.deletionTimestamp) return
      try {
        const finalizers = cached.spec?.finalizers ?? []
        if (!finalizers.includes(FINALIZER)) return
        let namespace = cached
        if (namespace.status?.phase !== 'Terminating') namespace = await client.updateStatus(Namespaces, { ...namespace, status: { ...namespace.status, phase: 'Terminating' } })
        const remains = await deleteContent(name)
        if (!isEmpty(remains)) {
          await writeConditions(namespace, remains)
          reconciler.queue.addAfter(name, RECHECK_MS)
          return
        }
        await client.update(Namespaces, { ...namespace, spec: { ...namespace.spec, finalizers: finalizers.filter((f) => f !== FINALIZER) } }, { subresource: 'finalize' })
      } catch (error) {
        if (isNotFound(error)) return
        if (isConflict(error)) return reconciler.queue.addAfter(name, 10)
        throw error
      }
    },
  })
  const enqueue = (namespace: Namespace): void => {
    if (namespace.metadata.deletionTimestamp) reconciler.queue.add(namespace.metadata.name)
  }
  const gone = (object: KubeObject): void => {
    const name = object.metadata.namespace
    // Many objects go at once: one more look when they have, not one for each.
    if (name && namespaces.get(name)?.metadata.deletionTimestamp) reconciler.queue.addAfter(name, 20)
  }
  namespaces.addHandlers({ onAdd: enqueue, onUpdate: (namespace, old) => {
    if (!old.metadata.deletionTimestamp || JSON.stringify(old.spec?.finalizers) !== JSON.stringify(namespace.spec?.finalizers)) enqueue(namespace)
  } })
  if (options.onGone) options.onGone(gone)
  else informers.informer(Pods).addHandlers({ onDelete: gone })
  return { name: 'namespace-controller', start: () => reconciler.start(), stop: () => reconciler.stop() }
}
