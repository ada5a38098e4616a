/** The DaemonSet controller: one pod for each node that may have one, and the way from one template to the next. */
import { ControllerRevisions, DaemonSets, Nodes, Pods } from '../../shared/api/resources.ts'
import type { DaemonSet, Node, Pod } from '../../shared/api/types.ts'
import { isNotFound } from '../../shared/errors.ts'
import { byControllerUid, createReconciler, keyOf, splitKey } from '../client/index.ts'
import type { Controller, ControllerContext } from './context.ts'
import { daemonPod, targetNode, verdictOf } from './daemonset-placement.ts'
import { placementPlan, rollingPlan, type Place, type Plan } from './daemonset-plan.ts'
import { daemonSetStatus, sameDaemonSetStatus } from './daemonset-status.ts'
import { Expectations } from './expectations.ts'
import { FailureBackoff } from './failure-backoff.ts'
import { byOrphanNamespace, claim } from './ownership.ts'
import { followPods } from './pod-owner.ts'
import { REVISION_HASH, RevisionCollision, cleanRevisions, revisionsToClean, syncRevisions, type Revisions } from './revisions.ts'
import { isEmptySelector } from './selectors.ts'
import { slowStart } from './slow-start.ts'

/** Pods created or deleted in one step. Source: kube-controller-manager, DaemonSet BurstReplicas. */
const BURST_REPLICAS = 250
const CONCURRENCY = 2

const message = (error: unknown): string => (error instanceof Error ? error.message : String(error))
const placing = (node: Node): string => JSON.stringify([node.metadata.labels, node.spec?.taints])

export function createDaemonSetController({ client, informers, clock, events }: ControllerContext): Controller {
  const indexers = { controllerUid: byControllerUid, orphans: byOrphanNamespace }
  const sets = informers.informer(DaemonSets)
  const pods = informers.informer(Pods, { indexers })
  const revisions = informers.informer(ControllerRevisions, { indexers })
  const nodes = informers.informer(Nodes)
  const expectations = new Expectations(clock)
  const backoff = new FailureBackoff()

  /** Carries the plan out. What fails is told in an event and comes back with the next step. */
  const carryOut = async (ds: DaemonSet, key: string, plan: Plan, hash: string): Promise<void> => {
    const create = plan.create.slice(0, BURST_REPLICAS)
    const remove = plan.remove.slice(0, BURST_REPLICAS)
    if (!create.length && !remove.length) return
    expectations.expect(key, create.length, remove.map((p) => p.metadata.uid ?? ''))
    let at = 0
    const made = await slowStart(create.length, async () => {
      const node = create[at++] ?? ''
      try {
        const pod = await client.create(Pods, daemonPod(ds, node, hash))
        events.event(ds, 'Normal', 'SuccessfulCreate', `Created pod: ${pod.metadata.name}`)
      } catch (error) {
        events.event(ds, 'Warning', 'FailedCreate', `Error creating: ${message(error)}`)
        throw error
      }
    })
    expectations.creationObserved(key, create.length - made.succeeded)
    let failure = made.error
    await Promise.all(remove.map(async (pod) => {
      const uid = pod.metadata.uid ?? ''
      try {
        await client.delete(Pods, pod.metadata.name, pod.metadata.namespace, { preconditions: { uid } })
        events.event(ds, 'Normal', 'SuccessfulDelete', `Deleted pod: ${pod.metadata.name}`)
      } catch (error) {
        expectations.deletionObserved(key, uid)
        if (isNotFound(error)) return
        events.event(ds, 'Warning', 'FailedDelete', `Error deleting: ${message(error)}`)
        failure ??= error instanceof Error ? error : new Error(String(error))
      }
    }))
    if (failure) throw failure
  }
  const placesOf = (ds: DaemonSet, owned: readonly Pod[]): { places: Place[]; lost: Pod[] } => {
    const byNode = new Map<string, Pod[]>()
    const lost: Pod[] = []
    for (const pod of owned) {
      const node = targetNode(pod)
      // A pod that waits for a node that is gone waits in vain; those that ran there are the pod garbage collector's.
      if (node === undefined || (!pod.spec.nodeName && !nodes.get(node))) lost.push(pod)
      else byNode.set(node, [...(byNode.get(node) ?? []), pod])
    }
    const places = nodes.list().map((node): Place => ({ node: node.metadata.name, ...verdictOf(ds, node), pods: byNode.get(node.metadata.name) ?? [] }))
    return { places, lost: lost.filter((p) => !p.metadata.deletionTimestamp) }
  }
  const revisionsOf = async (ds: DaemonSet, key: string): Promise<Revisions> => {
    const { name, namespace } = splitKey(key)
    const candidates = { owned: revisions.byIndex('controllerUid', ds.metadata.uid ?? ''), orphans: revisions.byIndex('orphans', namespace ?? '') }
    const { owned } = await claim(client, ControllerRevisions, ds, ds.spec.selector, candidates, () => client.get(DaemonSets, name, namespace))
    try {
      return await syncRevisions(client, ds, owned)
    } catch (error) {
      if (error instanceof RevisionCollision && ds.status) await client.updateStatus(DaemonSets, { ...ds, status: { ...ds.status, collisionCount: (ds.status.collisionCount ?? 0) + 1 } })
      throw error
    }
  }
  /** A failed pod makes room for another only after its node's back-off. */
  const mayReplace = (ds: DaemonSet, key: string) => (pod: Pod, node: string): boolean => {
    const failed = pod.status?.phase === 'Failed'
    const wait = failed ? backoff.wait(key, node, clock.now()) : 0
    if (wait > 0) {
      reconciler.queue.addAfter(key, wait)
      return false
    }
    const where = `${pod.metadata.namespace ?? ''}/${pod.metadata.name} on node ${node}`
    if (failed) events.event(ds, 'Warning', 'FailedDaemonPod', `Found failed daemon pod ${where}, will try to kill it`)
    else events.event(ds, 'Normal', 'SucceededDaemonPod', `Found succeeded daemon pod ${where}, will try to delete it`)
    return true
  }

  const reconciler = createReconciler({
    name: 'daemonset-controller', concurrency: CONCURRENCY, clock,
    async reconcile(key) {
      const { name, namespace } = splitKey(key)
      const ds = sets.get(name, namespace)
      if (!ds) {
        backoff.forget(key)
        return expectations.forget(key)
      }
      if (isEmptySelector(ds.spec.selector)) return events.event(ds, 'Warning', 'SelectingAll', 'This daemon set is selecting all pods. A non-empty selector is required.')
      if (ds.metadata.deletionTimestamp) return
      const history = await revisionsOf(ds, key)
      const hash = history.current.metadata.labels?.[REVISION_HASH] ?? ''
      const mayManage = expectations.satisfied(key)
      const candidates = { owned: pods.byIndex('controllerUid', ds.metadata.uid ?? '').filter((p) => p.metadata.namespace === namespace), orphans: pods.byIndex('orphans', namespace ?? '') }
      const { owned } = await claim(client, Pods, ds, ds.spec.selector, candidates, () => client.get(DaemonSets, name, namespace))
      const { places, lost } = placesOf(ds, owned)
      const context = { ds, hash, now: clock.now() }
      let failure: unknown
      try {
        if (mayManage) {
          const plan = placementPlan(places, context, mayReplace(ds, key))
          await carryOut(ds, key, { create: plan.create, remove: [...plan.remove, ...lost] }, hash)
          if (expectations.satisfied(key) && ds.spec.updateStrategy?.type === 'RollingUpdate') await carryOut(ds, key, rollingPlan(places, context), hash)
          const live = new Set(owned.map((p) => p.metadata.labels?.[REVISION_HASH]))
          await cleanRevisions(client, revisionsToClean(ds, history.old, (r) => live.has(r.metadata.labels?.[REVISION_HASH])))
        }
      } catch (error) {
        failure = error
      }
      const { status, recheckIn } = daemonSetStatus(places, context)
      if (!sameDaemonSetStatus(ds.status, status)) await client.updateStatus(DaemonSets, { ...ds, status })
      if (recheckIn !== undefined) reconciler.queue.addAfter(key, recheckIn)
      if (failure) throw failure
    },
  })

  const add = (ds: DaemonSet): void => reconciler.queue.add(keyOf(ds))
  const all = (): void => sets.list().forEach(add)
  sets.addHandlers({
    onAdd: add,
    onUpdate: add,
    onDelete(ds) {
      expectations.forget(keyOf(ds))
      add(ds)
    },
  })
  followPods({ type: DaemonSets, owners: sets, pods, selectorOf: (ds) => ds.spec.selector, enqueue: (key) => reconciler.queue.add(key), expectations })
  nodes.addHandlers({ onAdd: all, onDelete: all, onUpdate: (node, old) => void (placing(node) !== placing(old) && all()) })
  return { name: 'daemonset-controller', start: () => reconciler.start(), stop: () => reconciler.stop() }
}
