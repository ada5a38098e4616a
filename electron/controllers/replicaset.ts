/** The ReplicaSet controller: as many pods as `spec.replicas` says, owned by controller reference. */
import { Pods, ReplicaSets, type ResourceType } from '../../shared/api/resources.ts'
import type { Draft, KubeObject } from '../../shared/api/meta.ts'
import type { Pod, ReplicaSet } from '../../shared/api/types.ts'
import { StatusError, isNotFound } from '../../shared/errors.ts'
import { byControllerUid, controllerReference, createReconciler, keyOf, ownerOf, splitKey } from '../client/index.ts'
import type { Controller, ControllerContext } from './context.ts'
import { Expectations } from './expectations.ts'
import { byOrphanNamespace, claim } from './ownership.ts'
import { followPods } from './pod-owner.ts'
import { isActive } from './pods.ts'
import { podsToDelete } from './replicaset-ranking.ts'
import { replicaSetStatus, sameStatus, type ReplicaSetStatus } from './replicaset-status.ts'
import { isEmptySelector } from './selectors.ts'
import { slowStart } from './slow-start.ts'

/** Pods created or deleted in one step. Source: kube-controller-manager, ReplicaSet BurstReplicas. */
export const BURST_REPLICAS = 500
const CONCURRENCY = 5

const isGoing = (error: Error): boolean => error instanceof StatusError && (error.status.details?.causes ?? []).some((c) => c.reason === 'NamespaceTerminating')

/** The pod that a ReplicaSet asks for. */
export function podFor(rs: ReplicaSet): Draft<Pod> {
  const { metadata, spec } = rs.spec.template ?? {}
  return {
    metadata: {
      generateName: `${rs.metadata.name}-`,
      ...(rs.metadata.namespace ? { namespace: rs.metadata.namespace } : {}),
      ...(metadata?.labels ? { labels: metadata.labels } : {}),
      ...(metadata?.annotations ? { annotations: metadata.annotations } : {}),
      ...(metadata?.finalizers ? { finalizers: metadata.finalizers } : {}),
      ownerReferences: [controllerReference(rs)],
    },
    spec: spec ?? { containers: [] },
  }
}

/** What ReplicaSets and their elder, ReplicationControllers, do not have in common. */
export interface ReplicaFlavour<T extends KubeObject> {
  readonly name: string
  readonly type: ResourceType<T>
  /** The object seen as a ReplicaSet. */
  readonly view: (object: T) => ReplicaSet
  readonly withStatus: (object: T, status: ReplicaSetStatus) => T
}
const REPLICA_SET: ReplicaFlavour<ReplicaSet> = { name: 'replicaset-controller', type: ReplicaSets, view: (rs) => rs, withStatus: (rs, status) => ({ ...rs, status }) }

export const createReplicaSetController = (context: ControllerContext): Controller => createReplicaController(context, REPLICA_SET)

export function createReplicaController<T extends KubeObject>({ client, informers, clock, events }: ControllerContext, { name: controllerName, type, view, withStatus }: ReplicaFlavour<T>): Controller {
  const sets = informers.informer(type, { indexers: { controllerUid: byControllerUid, orphans: byOrphanNamespace } })
  const pods = informers.informer(Pods, { indexers: { controllerUid: byControllerUid, orphans: byOrphanNamespace } })
  const expectations = new Expectations(clock)

  const createPods = async (rs: ReplicaSet, key: string, count: number): Promise<Error | undefined> => {
    expectations.expectCreations(key, count)
    const draft = podFor(rs)
    const result = await slowStart(count, async () => {
      try {
        const pod = await client.create(Pods, draft)
        events.event(rs, 'Normal', 'SuccessfulCreate', `Created pod: ${pod.metadata.name}`)
      } catch (error) {
        if (!(error instanceof Error && isGoing(error))) events.event(rs, 'Warning', 'FailedCreate', `Error creating: ${error instanceof Error ? error.message : String(error)}`)
        throw error
      }
    })
    expectations.creationObserved(key, count - result.succeeded)
    return result.error && !isGoing(result.error) ? result.error : undefined
  }
  const deletePods = async (rs: ReplicaSet, key: string, victims: readonly Pod[]): Promise<Error | undefined> => {
    expectations.expectDeletions(key, victims.map((p) => p.metadata.uid ?? ''))
    let failure: Error | undefined
    await Promise.all(
      victims.map(async (pod) => {
        const uid = pod.metadata.uid ?? ''
        try {
          await client.delete(Pods, pod.metadata.name, pod.metadata.namespace, { preconditions: { uid } })
          events.event(rs, 'Normal', 'SuccessfulDelete', `Deleted pod: ${pod.metadata.name}`)
        } catch (error) {
          expectations.deletionObserved(key, uid)
          if (isNotFound(error)) return
          failure = error instanceof Error ? error : new Error(String(error))
          events.event(rs, 'Warning', 'FailedDelete', `Error deleting: ${failure.message}`)
        }
      }),
    )
    return failure
  }
  /** How many active pods of the same Deployment (or, without one, of this set) run on each node. */
  const neighboursOf = (rs: ReplicaSet): ((pod: Pod) => number) => {
    const owner = ownerOf(rs)
    const family = owner ? sets.byIndex('controllerUid', owner.uid).map(view) : [rs]
    const counts = new Map<string, number>()
    for (const member of family)
      for (const pod of pods.byIndex('controllerUid', member.metadata.uid ?? ''))
        if (isActive(pod) && pod.spec.nodeName) counts.set(pod.spec.nodeName, (counts.get(pod.spec.nodeName) ?? 0) + 1)
    return (pod) => counts.get(pod.spec.nodeName ?? '') ?? 0
  }
  const manage = async (rs: ReplicaSet, key: string, active: readonly Pod[]): Promise<Error | undefined> => {
    const diff = (rs.spec.replicas ?? 1) - active.length
    if (diff > 0) return createPods(rs, key, Math.min(diff, BURST_REPLICAS))
    if (diff < 0) return deletePods(rs, key, podsToDelete(active, Math.min(-diff, BURST_REPLICAS), clock.now(), neighboursOf(rs)))
    return undefined
  }

  const reconciler = createReconciler({
    name: controllerName,
    concurrency: CONCURRENCY,
    clock,
    async reconcile(key) {
      const { namespace, name } = splitKey(key)
      const object = sets.get(name, namespace)
      if (!object) return expectations.forget(key)
      const rs = view(object)
      if (isEmptySelector(rs.spec.selector)) return
      const mayManage = expectations.satisfied(key)
      const candidates = {
        owned: pods.byIndex('controllerUid', rs.metadata.uid ?? '').filter((p) => p.metadata.namespace === namespace && isActive(p)),
        orphans: pods.byIndex('orphans', namespace ?? '').filter(isActive),
      }
      const { owned } = await claim(client, Pods, rs, rs.spec.selector, candidates, async () => view(await client.get(type, name, namespace)))
      const failure = mayManage && !rs.metadata.deletionTimestamp ? await manage(rs, key, owned) : undefined
      const { status, recheckIn } = replicaSetStatus(rs, owned, failure, clock.now())
      if (!sameStatus(rs.status, status)) await client.updateStatus(type, withStatus(object, status))
      if (recheckIn !== undefined) reconciler.queue.addAfter(key, recheckIn)
      if (failure) throw failure
      // A burst has its bound: the rest follows when this much has been seen.
    },
  })

  sets.addHandlers({
    onAdd: (rs) => reconciler.queue.add(keyOf(rs)),
    onUpdate: (rs) => reconciler.queue.add(keyOf(rs)),
    onDelete: (rs) => {
      expectations.forget(keyOf(rs))
      reconciler.queue.add(keyOf(rs))
    },
  })
  followPods({ type, owners: sets, pods, expectations, selectorOf: (set) => view(set).spec.selector, enqueue: (key) => reconciler.queue.add(key) })
  return { name: controllerName, start: () => reconciler.start(), stop: () => reconciler.stop() }
}
