/** The Deployment controller: one step at a time from what is to what the template and the strategy ask for. */
import { Deployments, Pods, ReplicaSets } from '../../shared/api/resources.ts'
import type { Deployment, DeploymentStatus, Pod, ReplicaSet } from '../../shared/api/types.ts'
import { byControllerUid, createReconciler, keyOf, ownerOf, splitKey } from '../client/index.ts'
import type { Controller, ControllerContext } from './context.ts'
import { isRolling, isScalingEvent, planNew, planOld, planScale, size } from './deployment-rolling.ts'
import { cleanUp, resize, syncSets } from './deployment-sets.ts'
import { countersOf, findCondition, isComplete, progressDeadlineMs, rolloutStatus, sameDeploymentStatus, setCondition } from './deployment-status.ts'
import { byOrphanNamespace, claim } from './ownership.ts'
import { isTerminated } from './pods.ts'
import { isEmptySelector, matchesSelector } from './selectors.ts'

const CONCURRENCY = 5

export function createDeploymentController(context: ControllerContext): Controller {
  const { client, informers, clock } = context
  const deployments = informers.informer(Deployments)
  const sets = informers.informer(ReplicaSets, { indexers: { controllerUid: byControllerUid, orphans: byOrphanNamespace } })
  const pods = informers.informer(Pods, { indexers: { controllerUid: byControllerUid, orphans: byOrphanNamespace } })

  const writeStatus = async (d: Deployment, status: DeploymentStatus): Promise<Deployment> => {
    // `d` may carry conditions that were never written: compare with what the API has.
    const stored = deployments.get(d.metadata.name, d.metadata.namespace)
    if (sameDeploymentStatus(stored?.metadata.uid === d.metadata.uid ? stored?.status : undefined, status)) return d
    return client.updateStatus(Deployments, { ...d, status })
  }
  /** While scaling or paused: counters, but no judgement about progress. */
  const syncCounters = async (d: Deployment, newRs: ReplicaSet | undefined, all: readonly ReplicaSet[]): Promise<void> => {
    await writeStatus(d, countersOf(d, all, newRs, clock.now()))
  }
  const syncRollout = async (d: Deployment, newRs: ReplicaSet | undefined, all: readonly ReplicaSet[]): Promise<void> => {
    const { status, recheckIn } = rolloutStatus(d, all, newRs, clock.now())
    await writeStatus(d, status)
    if (recheckIn !== undefined) reconciler.queue.addAfter(keyOf(d), recheckIn)
  }
  /** A pause stops the progress clock, and a resume starts it anew. */
  const checkPaused = async (d: Deployment): Promise<Deployment> => {
    const condition = findCondition(d.status?.conditions, 'Progressing')
    if (progressDeadlineMs(d) === undefined || condition?.reason === 'ProgressDeadlineExceeded') return d
    const isPaused = condition?.reason === 'DeploymentPaused'
    if (Boolean(d.spec.paused) === isPaused) return d
    const [reason, message] = isPaused ? ['DeploymentResumed', 'Deployment is resumed'] : ['DeploymentPaused', 'Deployment is paused']
    return client.updateStatus(Deployments, { ...d, status: { ...d.status, conditions: setCondition(d.status?.conditions ?? [], 'Progressing', 'Unknown', reason!, message!, clock.now()) } })
  }
  const scale = async (d: Deployment, all: readonly ReplicaSet[]): Promise<void> => {
    const { deployment, newRs, old } = await syncSets(context, d, all, false)
    await resize(context, deployment, planScale(deployment, newRs, old))
    if (deployment.spec.paused) await cleanUp(context, deployment, old)
    await syncCounters(deployment, newRs, all)
  }
  const rolling = async (d: Deployment, all: readonly ReplicaSet[]): Promise<void> => {
    const { deployment, newRs, old } = await syncSets(context, d, all, true)
    if (!newRs) throw new Error('a rollout has no new replica set')
    const now = [newRs, ...old]
    const stepped = (await resize(context, deployment, planNew(deployment, newRs, old))) || (await resize(context, deployment, planOld(deployment, newRs, old)))
    if (!stepped && isComplete(deployment, deployment.status ?? {})) await cleanUp(context, deployment, old)
    await syncRollout(deployment, newRs, now)
  }
  const oldPodsRun = (d: Deployment, old: readonly ReplicaSet[]): boolean => old.some((rs) => pods.byIndex('controllerUid', rs.metadata.uid ?? '').some((p) => p.metadata.namespace === d.metadata.namespace && !isTerminated(p)))
  const recreate = async (d: Deployment, all: readonly ReplicaSet[]): Promise<void> => {
    const first = await syncSets(context, d, all, false)
    const active = first.old.filter((rs) => size(rs) > 0)
    if ((await resize(context, first.deployment, active.map((rs) => ({ rs, replicas: 0 })))) || oldPodsRun(d, first.old)) return syncRollout(first.deployment, first.newRs, all)
    const { deployment, newRs, old } = first.newRs ? first : await syncSets(context, first.deployment, all, true)
    if (!newRs) throw new Error('a rollout has no new replica set')
    const stepped = await resize(context, deployment, planNew(deployment, newRs, old))
    if (!stepped && isComplete(deployment, deployment.status ?? {})) await cleanUp(context, deployment, old)
    await syncRollout(deployment, newRs, [newRs, ...old])
  }

  const reconciler = createReconciler({
    name: 'deployment-controller',
    concurrency: CONCURRENCY,
    clock,
    async reconcile(key) {
      const { namespace, name } = splitKey(key)
      let d = deployments.get(name, namespace)
      if (!d || isEmptySelector(d.spec.selector)) return
      const candidates = {
        owned: sets.byIndex('controllerUid', d.metadata.uid ?? '').filter((rs) => rs.metadata.namespace === namespace),
        orphans: sets.byIndex('orphans', namespace ?? ''),
      }
      const { owned: all } = await claim(client, ReplicaSets, d, d.spec.selector, candidates, () => client.get(Deployments, name, namespace))
      if (d.metadata.deletionTimestamp) return syncCounters(d, undefined, all)
      d = await checkPaused(d)
      if (d.spec.paused || isScalingEvent(d, all)) return scale(d, all)
      return isRolling(d) ? rolling(d, all) : recreate(d, all)
    },
  })

  const enqueue = (d: Deployment): void => reconciler.queue.add(keyOf(d))
  const controllerOf = (object: ReplicaSet): Deployment | undefined => {
    const owner = ownerOf(object)
    if (owner?.kind !== Deployments.kind) return undefined
    const d = deployments.get(owner.name, object.metadata.namespace)
    return d?.metadata.uid === owner.uid ? d : undefined
  }
  const setChanged = (rs: ReplicaSet): void => {
    const d = controllerOf(rs)
    if (d) return enqueue(d)
    if (ownerOf(rs)) return
    for (const other of deployments.list(rs.metadata.namespace)) if (!isEmptySelector(other.spec.selector) && matchesSelector(other.spec.selector, rs.metadata.labels)) enqueue(other)
  }
  /** Recreate waits for the last old pod to go; nothing else depends on single pods. */
  const podGone = (pod: Pod): void => {
    const owner = ownerOf(pod)
    const rs = owner?.kind === ReplicaSets.kind ? sets.get(owner.name, pod.metadata.namespace) : undefined
    const d = rs && controllerOf(rs)
    if (d && !isRolling(d)) enqueue(d)
  }
  deployments.addHandlers({ onAdd: enqueue, onUpdate: enqueue })
  sets.addHandlers({
    onAdd: setChanged,
    onUpdate(rs, old) {
      if (ownerOf(old)?.uid !== ownerOf(rs)?.uid) setChanged(old)
      setChanged(rs)
    },
    onDelete: setChanged,
  })
  pods.addHandlers({
    onUpdate: (pod, old) => {
      if (isTerminated(pod) && !isTerminated(old)) podGone(pod)
    },
    onDelete: podGone,
  })
  return { name: 'deployment-controller', start: () => reconciler.start(), stop: () => reconciler.stop() }
}
