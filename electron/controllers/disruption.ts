/** The disruption controller: keeps the status of PodDisruptionBudgets, which the eviction subresource obeys. */
import { Deployments, PodDisruptionBudgets, Pods, ReplicaSets, ReplicationControllers, StatefulSets } from '../../shared/api/resources.ts'
import type { KubeObject } from '../../shared/api/meta.ts'
import type { Pod, PodDisruptionBudget } from '../../shared/api/types.ts'
import { createReconciler, keyOf, ownerOf, splitKey } from '../client/index.ts'
import type { Controller, ControllerContext } from './context.ts'
import { canonical } from './deployment-template.ts'
import { budgetStatus, type Expectation } from './disruption-status.ts'
import { matchesSelector } from './selectors.ts'

const CONCURRENCY = 2

export function createDisruptionController({ client, informers, clock, events }: ControllerContext): Controller {
  const budgets = informers.informer(PodDisruptionBudgets)
  const pods = informers.informer(Pods)
  const owners = {
    ReplicaSet: informers.informer(ReplicaSets), Deployment: informers.informer(Deployments), StatefulSet: informers.informer(StatefulSets), ReplicationController: informers.informer(ReplicationControllers),
  }

  /** The outermost owner with a scale: a ReplicaSet's Deployment, else the owner itself. */
  const scaleOf = (object: KubeObject): { uid: string; replicas: number } | { error: string } | undefined => {
    const reference = ownerOf(object)
    if (!reference) return undefined
    const informer = Object.entries(owners).find(([kind]) => kind === reference.kind)?.[1]
    if (!informer) return { error: `${reference.kind} ${reference.name} does not implement the scale subresource` }
    const owner = informer.get(reference.name, object.metadata.namespace)
    if (!owner || owner.metadata.uid !== reference.uid) return { error: `${reference.kind} ${reference.name} is not there` }
    const above = reference.kind === 'ReplicaSet' ? scaleOf(owner) : undefined
    return above && !('error' in above) ? above : { uid: reference.uid, replicas: owner.spec.replicas ?? 1 }
  }
  const expectationOf = (budget: PodDisruptionBudget, matching: readonly Pod[]): Expectation => {
    const scales = new Map<string, number>()
    let error: string | undefined
    let unmanaged = 0
    for (const pod of matching) {
      const found = scaleOf(pod)
      if (!found) unmanaged++
      else if ('error' in found) error ??= found.error
      else scales.set(found.uid, found.replicas)
    }
    if (unmanaged && (budget.spec.maxUnavailable !== undefined || typeof budget.spec.minAvailable === 'string'))
      events.event(budget, 'Warning', 'UnmanagedPods', `Pods selected by this PodDisruptionBudget were found to be unmanaged. As a result, the status of the PDB cannot be calculated correctly, which may result in undefined behavior. To account for these pods please set ".spec.minAvailable" field of the PDB to an integer value.`)
    return { scale: [...scales.values()].reduce((sum, n) => sum + n, 0), ...(error === undefined ? {} : { error }) }
  }
  const covers = (budget: PodDisruptionBudget, pod: Pod): boolean => budget.spec?.selector !== undefined && matchesSelector(budget.spec.selector, pod.metadata.labels)

  const reconciler = createReconciler({
    name: 'disruption-controller', concurrency: CONCURRENCY, clock,
    async reconcile(key) {
      const { name, namespace } = splitKey(key)
      const budget = budgets.get(name, namespace)
      if (!budget?.spec || budget.metadata.deletionTimestamp) return
      const matching = pods.list(namespace).filter((p) => covers(budget, p))
      if (!matching.length) events.event(budget, 'Normal', 'NoPods', 'No matching pods found')
      const { status, recheckIn } = budgetStatus(budget, matching, expectationOf(budget, matching), clock.now())
      if (canonical(budget.status ?? {}) !== canonical(status)) await client.updateStatus(PodDisruptionBudgets, { ...budget, status })
      if (recheckIn !== undefined) reconciler.queue.addAfter(key, recheckIn)
    },
  })
  const add = (budget: PodDisruptionBudget): void => reconciler.queue.add(keyOf(budget))
  const addCovering = (pod: Pod): void => budgets.list(pod.metadata.namespace).forEach((b) => void (covers(b, pod) && add(b)))
  const addNamespace = (object: KubeObject): void => budgets.list(object.metadata.namespace).forEach(add)
  const replicas = (object: { spec: { replicas?: number } }, old: { spec: { replicas?: number } }): boolean => object.spec.replicas !== old.spec.replicas
  budgets.addHandlers({ onAdd: add, onUpdate: add })
  pods.addHandlers({
    onAdd: addCovering, onDelete: addCovering,
    onUpdate(pod, old) {
      addCovering(pod)
      if (old.metadata.labels !== pod.metadata.labels) addCovering(old)
    },
  })
  owners.Deployment.addHandlers({ onUpdate: (o, old) => void (replicas(o, old) && addNamespace(o)) })
  owners.ReplicaSet.addHandlers({ onUpdate: (o, old) => void (replicas(o, old) && addNamespace(o)) })
  owners.StatefulSet.addHandlers({ onUpdate: (o, old) => void (replicas(o, old) && addNamespace(o)) })
  owners.ReplicationController.addHandlers({ onUpdate: (o, old) => void (replicas(o, old) && addNamespace(o)) })
  return { name: 'disruption-controller', start: () => reconciler.start(), stop: () => reconciler.stop() }
}
