/** The StatefulSet controller: pods with names that last, made and removed in order, updated from the last to the first. */
import { ControllerRevisions, PersistentVolumeClaims, Pods, StatefulSets } from '../../shared/api/resources.ts'
import type { ControllerRevision, Pod, StatefulSet } from '../../shared/api/types.ts'
import { isAlreadyExists, isNotFound } from '../../shared/errors.ts'
import { byControllerUid, createReconciler, isControlledBy, keyOf, splitKey } from '../client/index.ts'
import type { Controller, ControllerContext } from './context.ts'
import { byOrphanNamespace, claim } from './ownership.ts'
import { followPods } from './pod-owner.ts'
import { RevisionCollision, cleanRevisions, revisionsToClean, syncRevisions, templateOf, type Revisions } from './revisions.ts'
import { isEmptySelector } from './selectors.ts'
import { claimDrafts, claimNames, ownersOf, sameOwners } from './statefulset-claims.ts'
import { places, planOf, type SetPlan } from './statefulset-plan.ts'
import { ordinalOf, podName, revisionOfPod, statefulPod, withIdentity } from './statefulset-pod.ts'
import { sameStatefulSetStatus, statefulSetStatus } from './statefulset-status.ts'

const CONCURRENCY = 5
/** The label that says the hash on a StatefulSet's revisions; its pods carry the revision's name instead. */
const HASH_LABEL = 'controller.kubernetes.io/hash'
/** Pods in work at once for one set that does not wait. */
const BURST = 100

const message = (error: unknown): string => (error instanceof Error ? error.message : String(error))

export function createStatefulSetController({ client, informers, clock, events }: ControllerContext): Controller {
  const indexers = { controllerUid: byControllerUid, orphans: byOrphanNamespace }
  const sets = informers.informer(StatefulSets)
  const pods = informers.informer(Pods, { indexers })
  const revisions = informers.informer(ControllerRevisions, { indexers })
  const claims = informers.informer(PersistentVolumeClaims)

  /** Tells in an event how it went, in the words that kubectl users know. */
  const told = async (set: StatefulSet, verb: 'create' | 'update' | 'delete', name: string, act: () => Promise<unknown>): Promise<void> => {
    const reason = `${verb.charAt(0).toUpperCase()}${verb.slice(1)}`
    try {
      await act()
      events.event(set, 'Normal', `Successful${reason}`, `${verb} Pod ${name} in StatefulSet ${set.metadata.name} successful`)
    } catch (error) {
      events.event(set, 'Warning', `Failed${reason}`, `${verb} Pod ${name} in StatefulSet ${set.metadata.name} failed error: ${message(error)}`)
      throw error
    }
  }
  const createClaims = async (set: StatefulSet, pod: string): Promise<void> => {
    for (const draft of claimDrafts(set, pod)) {
      const { name = '', namespace = '' } = draft.metadata
      const present = claims.get(name, namespace)
      if (present?.metadata.deletionTimestamp) throw new Error(`pvc ${name} is being deleted`)
      if (present) continue
      try {
        await client.create(PersistentVolumeClaims, draft)
      } catch (error) {
        if (isAlreadyExists(error)) continue
        events.event(set, 'Warning', 'FailedCreate', `create Claim ${name} for Pod ${pod} in StatefulSet ${set.metadata.name} failed error: ${message(error)}`)
        throw error
      }
      events.event(set, 'Normal', 'SuccessfulCreate', `create Claim ${name} Pod ${pod} in StatefulSet ${set.metadata.name} success`)
    }
  }
  /** Before a pod goes: its claims then know whether they go with it. */
  const settleClaims = async (set: StatefulSet, owned: readonly Pod[]): Promise<void> => {
    if (!set.spec.volumeClaimTemplates?.length) return
    const { condemned } = places(set, owned)
    for (const pod of owned) {
      const one = condemned.find((c) => c.pod === pod)?.pod
      for (const name of claimNames(set, pod.metadata.name)) {
        const present = claims.get(name, set.metadata.namespace)
        if (!present || present.metadata.deletionTimestamp) continue
        const ownerReferences = ownersOf(set, one, present.metadata.ownerReferences ?? [])
        if (!sameOwners(ownerReferences, present.metadata.ownerReferences ?? [])) await client.update(PersistentVolumeClaims, { ...present, metadata: { ...present.metadata, ownerReferences } })
      }
    }
  }
  const create = async (set: StatefulSet, ordinal: number, revision: ControllerRevision): Promise<void> => {
    const name = podName(set, ordinal)
    const draft = statefulPod(set, ordinal, revision.metadata.name, templateOf(revision))
    await createClaims(set, name)
    await told(set, 'create', name, async () => {
      try {
        await client.create(Pods, draft)
      } catch (error) {
        if (!isAlreadyExists(error)) throw error
        // Ours, and the informer has not seen it yet; or somebody else's, which is in the way.
        const present = await client.get(Pods, name, set.metadata.namespace)
        if (!isControlledBy(present, set)) throw error
      }
    })
  }
  const remove = async (set: StatefulSet, pod: Pod, why: string): Promise<void> => {
    const { name, namespace = '', uid = '' } = pod.metadata
    if (why === 'failed') events.event(set, 'Warning', 'RecreatingFailedPod', `StatefulSet ${namespace}/${set.metadata.name} is recreating failed Pod ${name}`)
    if (why === 'succeeded') events.event(set, 'Normal', 'RecreatingTerminatedPod', `StatefulSet ${namespace}/${set.metadata.name} is recreating terminated Pod ${name}`)
    await told(set, 'delete', name, async () => {
      try {
        await client.delete(Pods, name, namespace, { preconditions: { uid } })
      } catch (error) {
        if (!isNotFound(error)) throw error
      }
    })
  }
  const carryOut = async (set: StatefulSet, plan: SetPlan, history: Revisions, current: ControllerRevision): Promise<unknown> => {
    const acts = [
      ...plan.create.map(({ ordinal, revision }) => () => create(set, ordinal, revision === current.metadata.name ? current : history.current)),
      ...plan.remove.map(({ pod, why }) => () => remove(set, pod, why)),
      ...plan.repair.map(({ pod, ordinal }) => () => told(set, 'update', pod.metadata.name, () => client.update(Pods, withIdentity(set, ordinal, pod)))),
    ]
    const results = await Promise.allSettled(acts.slice(0, BURST).map((act) => act()))
    return results.find((r) => r.status === 'rejected')?.reason
  }
  const revisionsOf = async (set: StatefulSet, key: string): Promise<Revisions> => {
    const { name, namespace } = splitKey(key)
    const candidates = { owned: revisions.byIndex('controllerUid', set.metadata.uid ?? ''), orphans: revisions.byIndex('orphans', namespace ?? '') }
    const { owned } = await claim(client, ControllerRevisions, set, set.spec.selector, candidates, () => client.get(StatefulSets, name, namespace))
    try {
      return await syncRevisions(client, set, owned, HASH_LABEL)
    } catch (error) {
      if (error instanceof RevisionCollision && set.status) await client.updateStatus(StatefulSets, { ...set, status: { ...set.status, collisionCount: (set.status.collisionCount ?? 0) + 1 } })
      throw error
    }
  }

  const reconciler = createReconciler({
    name: 'statefulset-controller', concurrency: CONCURRENCY, clock,
    async reconcile(key) {
      const { name, namespace } = splitKey(key)
      const set = sets.get(name, namespace)
      if (!set || isEmptySelector(set.spec.selector) || set.metadata.deletionTimestamp) return
      const candidates = {
        owned: pods.byIndex('controllerUid', set.metadata.uid ?? '').filter((p) => p.metadata.namespace === namespace),
        // Only a pod whose name this set gives can become its pod.
        orphans: pods.byIndex('orphans', namespace ?? '').filter((p) => ordinalOf(set, p) !== undefined),
      }
      const { owned } = await claim(client, Pods, set, set.spec.selector, candidates, () => client.get(StatefulSets, name, namespace))
      const history = await revisionsOf(set, key)
      const current = history.old.find((r) => r.metadata.name === set.status?.currentRevision) ?? history.current
      const context = { set, current: current.metadata.name, update: history.current.metadata.name, now: clock.now() }
      await settleClaims(set, owned)
      const failure = await carryOut(set, planOf(owned, context), history, current)
      const { status, recheckIn } = statefulSetStatus(owned, context)
      if (!sameStatefulSetStatus(set.status, status)) await client.updateStatus(StatefulSets, { ...set, status })
      if (recheckIn !== undefined) reconciler.queue.addAfter(key, recheckIn)
      if (failure) throw failure
      const live = new Set([context.current, context.update, status.currentRevision, ...owned.map(revisionOfPod)])
      await cleanRevisions(client, revisionsToClean(set, history.old, (r) => live.has(r.metadata.name)))
    },
  })
  const add = (set: StatefulSet): void => reconciler.queue.add(keyOf(set))
  sets.addHandlers({ onAdd: add, onUpdate: add, onDelete: add })
  followPods({ type: StatefulSets, owners: sets, pods, selectorOf: (set) => set.spec.selector, enqueue: (key) => reconciler.queue.add(key) })
  return { name: 'statefulset-controller', start: () => reconciler.start(), stop: () => reconciler.stop() }
}
