/**
 * The garbage collector: deletes what has lost all its owners, waits for dependents in foreground deletion, and cuts them
 * loose in orphan deletion. It sees every kind through the shared informers and asks the API only about owners that it has never seen.
 */
import type { KubeObject, OwnerReference } from '../../shared/api/meta.ts'
import { apiVersionOf, CustomResourceDefinitions, type ResourceType } from '../../shared/api/resources.ts'
import type { CustomResourceDefinition } from '../../shared/api/types.ts'
import { isConflict, isNotFound } from '../../shared/errors.ts'
import { logger } from '../../shared/log.ts'
import { createReconciler } from '../client/index.ts'
import type { Controller, ControllerContext } from './context.ts'
import { discover } from './discovery.ts'
import { FOREGROUND, ORPHAN, OwnerGraph, orphansDependents, ownersOf, verdict, waitsForDependents, type Node, type OwnerState } from './gc-graph.ts'

const log = logger('garbage-collector')
const CONCURRENCY = 20
/** Owners known to be gone: asked about once, not once for each dependent. */
const ABSENT_LIMIT = 500

export interface GarbageCollector extends Controller {
  /** Asks discovery what kinds there are and makes their informers. */
  discover(): Promise<void>
  onGone(callback: (object: KubeObject) => void): () => void
  /** The kinds that discovery has found. */
  types(): Iterable<ResourceType<KubeObject>>
}

/** A kind is known under its group: an owner may be named in any of its versions. */
const keyOf = (apiVersion: string, kind: string): string => `${apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : ''}/${kind}`
const DISCOVERY = 'discovery'

/** What discovery says of a definition. */
const served = ({ spec, status }: CustomResourceDefinition): string =>
  JSON.stringify([status?.conditions?.some((c) => c.type === 'Established' && c.status === 'True'), spec.versions.filter((v) => v.served).map((v) => v.name)])

export function createGarbageCollector({ client, informers, clock }: ControllerContext): GarbageCollector {
  const graph = new OwnerGraph()
  const absent = new Set<string>()
  const listeners = new Set<(object: KubeObject) => void>()
  const types = new Map<string, ResourceType<KubeObject>>()

  const remember = (uid: string): void => {
    absent.add(uid)
    if (absent.size > ABSENT_LIMIT) absent.delete(absent.values().next().value!)
  }
  const stateOf = async (owner: OwnerReference, dependent: KubeObject): Promise<OwnerState> => {
    const known = graph.get(owner.uid)
    if (known) {
      const inReach = !known.type.namespaced || known.object.metadata.namespace === dependent.metadata.namespace
      return !inReach ? 'absent' : waitsForDependents(known.object) && owner.blockOwnerDeletion ? 'waiting' : 'solid'
    }
    if (absent.has(owner.uid)) return 'absent'
    const type = types.get(keyOf(owner.apiVersion, owner.kind))
    // An unknown kind may come (back) later: nothing is deleted on a guess.
    if (!type) throw new Error(`${owner.apiVersion} ${owner.kind} ${owner.name}, an owner of ${dependent.kind} ${dependent.metadata.name}, is of a kind that the cluster does not have`)
    try {
      const live = await client.get(type, owner.name, type.namespaced ? dependent.metadata.namespace : undefined)
      if (live.metadata.uid === owner.uid) return waitsForDependents(live) && owner.blockOwnerDeletion ? 'waiting' : 'solid'
    } catch (error) {
      if (!isNotFound(error)) throw error
    }
    remember(owner.uid)
    return 'absent'
  }
  const unlink = async ({ type, object }: Node, uids: readonly string[]): Promise<void> => {
    const { name, namespace, resourceVersion } = object.metadata
    const rest = ownersOf(object).filter((o) => !uids.includes(o.uid))
    await client.patch(type, name, namespace, 'merge', { metadata: { resourceVersion, ownerReferences: rest.length ? rest : null } })
  }
  const removeFinalizer = async ({ type, object }: Node, finalizer: string): Promise<void> => {
    const { name, namespace, resourceVersion } = object.metadata
    await client.patch(type, name, namespace, 'merge', { metadata: { resourceVersion, finalizers: (object.metadata.finalizers ?? []).filter((f) => f !== finalizer) } })
  }
  /** Who is to wait for one that itself waits would wait for ever: then it holds up its own owners no longer. Answers its resourceVersion. */
  const breakCircle = async ({ type, object }: Node): Promise<string | undefined> => {
    const { name, namespace, uid = '', resourceVersion } = object.metadata
    const owners = ownersOf(object)
    if (!owners.some((o) => o.blockOwnerDeletion) || !graph.dependents(uid).some((d) => waitsForDependents(d.object))) return resourceVersion
    const patched = await client.patch(type, name, namespace, 'merge', { metadata: { resourceVersion, ownerReferences: owners.map((o) => ({ ...o, blockOwnerDeletion: false })) } })
    return patched.metadata.resourceVersion
  }
  const settle = async (uid: string): Promise<void> => {
    const node = graph.get(uid)
    if (!node) return
    const { type, object } = node
    if (orphansDependents(object)) {
      await Promise.all(graph.dependents(uid).map((d) => unlink(d, [uid]).catch((error: unknown) => {
        if (!isNotFound(error)) throw error
      })))
      return removeFinalizer(node, ORPHAN)
    }
    if (waitsForDependents(object)) {
      const blocking = graph.dependents(uid).filter((d) => ownersOf(d.object).some((o) => o.uid === uid && o.blockOwnerDeletion))
      if (!blocking.length) return removeFinalizer(node, FOREGROUND)
      for (const dependent of blocking) if (!dependent.object.metadata.deletionTimestamp) reconciler.queue.add(dependent.object.metadata.uid ?? '')
      return
    }
    if (object.metadata.deletionTimestamp) return
    const owners = await Promise.all(ownersOf(object).map(async (o) => ({ uid: o.uid, state: await stateOf(o, object) })))
    const decision = verdict(object, owners, graph.dependents(uid).length > 0)
    if (decision.action === 'unlink') await unlink(node, decision.uids)
    else if (decision.action === 'delete') {
      const resourceVersion = decision.policy === 'Foreground' ? await breakCircle(node) : object.metadata.resourceVersion
      await client.delete(type, object.metadata.name, object.metadata.namespace, {
        propagationPolicy: decision.policy,
        // Decided on this state of the object: should its owners have changed since, the delete fails and is thought over.
        preconditions: { uid, ...(resourceVersion ? { resourceVersion } : {}) },
      })
    }
  }
  const reconciler = createReconciler({
    name: 'garbage-collector',
    concurrency: CONCURRENCY,
    clock,
    async reconcile(uid) {
      try {
        await settle(uid)
      } catch (error) {
        if (isNotFound(error)) return
        // Our picture is a moment old; the event that corrects it is on its way.
        if (isConflict(error)) return reconciler.queue.addAfter(uid, 10)
        throw error
      }
    },
  })

  const seen = (type: ResourceType<KubeObject>, object: KubeObject): void => {
    graph.put(type, object)
    const uid = object.metadata.uid ?? ''
    absent.delete(uid)
    if (orphansDependents(object) || waitsForDependents(object)) reconciler.queue.add(uid)
    // Owners that are known and stay need no look; all others do.
    const owners = ownersOf(object).map((o) => ({ reference: o, node: graph.get(o.uid) }))
    if (owners.some(({ node }) => !node || waitsForDependents(node.object))) reconciler.queue.add(uid)
    for (const { reference, node } of owners) if (node && waitsForDependents(node.object)) reconciler.queue.add(reference.uid)
  }
  const lost = (object: KubeObject): void => {
    const uid = object.metadata.uid ?? ''
    const node = graph.get(uid)
    graph.remove(uid)
    remember(uid)
    for (const dependent of graph.dependents(uid)) reconciler.queue.add(dependent.object.metadata.uid ?? '')
    for (const owner of ownersOf(node?.object ?? object)) {
      const holder = graph.get(owner.uid)
      if (holder && waitsForDependents(holder.object)) reconciler.queue.add(owner.uid)
    }
    for (const listener of listeners) listener(object)
  }
  const look = async (): Promise<void> => {
    const found = await discover(client)
    for (const failure of found.failures) log.warning('discovery is incomplete', { failure })
    const now = new Map(found.types.map((type) => [keyOf(apiVersionOf(type), type.kind), type]))
    // A group that did not answer has not gone.
    if (!found.failures.length) for (const [key, type] of types) {
      if (now.get(key)?.version === type.version) continue
      types.delete(key)
      await informers.release(type)
    }
    for (const [key, type] of now) {
      if (types.has(key)) continue
      types.set(key, type)
      // Events own nothing and are owned by nothing, and there are many.
      if (type.group === '' && type.resource === 'events') continue
      const changed = (object: KubeObject): void => seen(type, object)
      informers.informer(type).addHandlers({ onAdd: changed, onUpdate: changed, onDelete: lost })
    }
  }
  // Kinds come and go with their definitions.
  const discovery = createReconciler({
    name: 'garbage-collector-discovery', concurrency: 1, clock,
    async reconcile() {
      await look()
      informers.start()
    },
  })
  const again = (): void => discovery.queue.add(DISCOVERY)
  informers.informer(CustomResourceDefinitions).addHandlers({ onAdd: again, onUpdate: (now, before) => { if (served(now) !== served(before)) again() }, onDelete: again })
  return {
    name: 'garbage-collector',
    discover: look,
    onGone(callback) {
      listeners.add(callback)
      return () => listeners.delete(callback)
    },
    types: () => types.values(),
    start() {
      reconciler.start()
      discovery.start()
    },
    stop: async () => void (await Promise.all([reconciler.stop(), discovery.stop()])),
  }
}
