/** The HorizontalPodAutoscaler controller: every 15 s, as many pods as their load asks for. */
import type { KubeObject } from '../../shared/api/meta.ts'
import { Deployments, HorizontalPodAutoscalers, pathOf, PodMetricses, Pods, ReplicaSets, ReplicationControllers, StatefulSets, type ResourceType } from '../../shared/api/resources.ts'
import type { HorizontalPodAutoscaler } from '../../shared/api/types.ts'
import { rfc3339 } from '../../shared/clock.ts'
import { isNotFound } from '../../shared/errors.ts'
import { parseLabelSelector, requirementsMatch } from '../../shared/selectors.ts'
import { createReconciler, keyOf, splitKey } from '../client/index.ts'
import { behaviorOf, decide, NO_MEMORY, remember, type Memory, type Verdict } from './autoscaler-behavior.ts'
import { evaluate, type MetricStatus } from './autoscaler-evaluate.ts'
import { fetchCustom } from './autoscaler-custom.ts'
import type { Controller, ControllerContext } from './context.ts'
import { canonical } from './deployment-template.ts'
import { discover } from './discovery.ts'

const CONCURRENCY = 2
/** Source: --horizontal-pod-autoscaler-sync-period. */
export const PERIOD_MS = 15_000
const SCALABLE = [Deployments, ReplicaSets, StatefulSets, ReplicationControllers] as unknown as readonly ResourceType<KubeObject>[]

type Status = NonNullable<HorizontalPodAutoscaler['status']>
type Condition = NonNullable<Status['conditions']>[number]
interface Scale extends KubeObject {
  spec: { replicas?: number }
  status?: { replicas?: number; selector?: string }
}

export function createHorizontalPodAutoscaler({ client, informers, clock, events }: ControllerContext): Controller {
  const autoscalers = informers.informer(HorizontalPodAutoscalers)
  const pods = informers.informer(Pods)
  const memories = new Map<string, Memory>()

  /** Kinds that come with custom resources are looked up when they are asked for. */
  async function typeOf(ref: HorizontalPodAutoscaler['spec']['scaleTargetRef']): Promise<ResourceType<KubeObject>> {
    const group = ref.apiVersion?.includes('/') ? ref.apiVersion.slice(0, ref.apiVersion.indexOf('/')) : ''
    const same = (t: ResourceType<KubeObject>): boolean => t.kind === ref.kind && t.group === group
    const found = SCALABLE.find(same) ?? (await discover(client)).types.find(same)
    if (!found) throw new Error(`no matches for kind ${JSON.stringify(ref.kind)} in group ${JSON.stringify(group)}`)
    return found
  }

  async function reconcile(hpa: HorizontalPodAutoscaler, key: string): Promise<void> {
    const namespace = hpa.metadata.namespace ?? ''
    const { name } = hpa.spec.scaleTargetRef
    const now = clock.now()
    const conditions = new Map((hpa.status?.conditions ?? []).map((c) => [c.type, c]))
    const set = (type: string, status: 'True' | 'False', reason: string, message: string): void => {
      const old = conditions.get(type)
      conditions.set(type, { type, status, reason, message, lastTransitionTime: old?.status === status && old.lastTransitionTime ? old.lastTransitionTime : rfc3339(now) } as Condition)
    }
    const save = async (change: Partial<Status>): Promise<void> => {
      const status = { ...hpa.status, ...change, conditions: [...conditions.values()] } as Status
      if (canonical(status) !== canonical(hpa.status ?? {})) await client.updateStatus(HorizontalPodAutoscalers, { ...hpa, status })
    }

    let type: ResourceType<KubeObject>
    let scale: Scale
    try {
      type = await typeOf(hpa.spec.scaleTargetRef)
      scale = (await client.raw(pathOf(type, namespace, name, 'scale'))) as Scale
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      events.event(hpa, 'Warning', 'FailedGetScale', message)
      set('AbleToScale', 'False', 'FailedGetScale', `the HPA controller was unable to get the target's current scale: ${message}`)
      return save({})
    }
    set('AbleToScale', 'True', 'SucceededGetScale', "the HPA controller was able to get the target's current scale")
    const current = scale.spec.replicas ?? 0
    const min = hpa.spec.minReplicas ?? 1
    const max = hpa.spec.maxReplicas
    const behavior = behaviorOf(hpa)
    // Until the windows are full, what is there counts as what was wished for.
    let memory = memories.get(key) ?? { ...NO_MEMORY, wishes: [{ time: now, replicas: current }] }
    let desired = current
    let reason = ''
    let statuses: readonly MetricStatus[] = hpa.status?.currentMetrics ?? []
    if (current === 0 && min !== 0) {
      set('ScalingActive', 'False', 'ScalingDisabled', 'scaling is disabled since the replica count of the target is zero')
    } else if (current > max) {
      desired = max
      reason = 'Current number of replicas above Spec.MaxReplicas'
    } else if (current < min) {
      desired = min
      reason = 'Current number of replicas below Spec.MinReplicas'
    } else {
      const selector = scale.status?.selector ?? ''
      if (!selector) {
        events.event(hpa, 'Warning', 'SelectorRequired', 'selector is required')
        set('ScalingActive', 'False', 'InvalidSelector', 'the HPA target\'s scale is missing a selector')
        return save({ currentReplicas: scale.status?.replicas ?? 0, desiredReplicas: current })
      }
      const requirements = parseLabelSelector(selector)
      const resources = !hpa.spec.metrics || hpa.spec.metrics.some((m) => m.resource || m.containerResource)
      const podMetrics = resources ? (await client.list(PodMetricses, { namespace, labelSelector: selector })).items : []
      const custom = await fetchCustom(client, hpa, selector)
      const result = evaluate({ hpa, currentReplicas: current, pods: pods.list(namespace).filter((p) => requirementsMatch(requirements, p.metadata.labels)), podMetrics, custom, now })
      statuses = result.statuses
      if ('message' in result) {
        events.event(hpa, 'Warning', result.reason, result.message.replace(/^the HPA was unable to compute the replica count: /, ''))
        set('ScalingActive', 'False', result.reason, result.message)
        return save({ currentReplicas: scale.status?.replicas ?? 0, desiredReplicas: current, currentMetrics: [...statuses] })
      }
      set('ScalingActive', 'True', 'ValidMetricFound', `the HPA was able to successfully calculate a replica count from ${result.by}`)
      const verdict: Verdict = decide(result.replicas, current, min, max, behavior, memory, now)
      memory = verdict.memory
      set('AbleToScale', 'True', ...verdict.stabilized)
      set('ScalingLimited', ...verdict.limited)
      desired = verdict.replicas
      reason = desired > current ? `${result.by} above target` : 'All metrics below target'
    }
    memories.set(key, memory)
    let lastScaleTime = hpa.status?.lastScaleTime
    if (desired !== current) {
      try {
        await client.patch(type, name, namespace, 'merge', { metadata: { resourceVersion: scale.metadata.resourceVersion }, spec: { replicas: desired } }, { subresource: 'scale' })
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error)
        events.event(hpa, 'Warning', 'FailedRescale', `New size: ${desired}; reason: ${reason}; error: ${message}`)
        set('AbleToScale', 'False', 'FailedUpdateScale', `the HPA controller was unable to update the target scale: ${message}`)
        await save({ currentReplicas: scale.status?.replicas ?? 0, desiredReplicas: current, currentMetrics: [...statuses] })
        throw error
      }
      set('AbleToScale', 'True', 'SucceededRescale', `the HPA controller was able to update the target scale to ${desired}`)
      events.event(hpa, 'Normal', 'SuccessfulRescale', `New size: ${desired}; reason: ${reason}`)
      memories.set(key, remember(memory, current, desired, behavior, now))
      lastScaleTime = rfc3339(now) as never
    }
    await save({ currentReplicas: scale.status?.replicas ?? 0, desiredReplicas: desired, currentMetrics: [...statuses], ...(lastScaleTime ? { lastScaleTime } : {}) })
  }

  const reconciler = createReconciler({
    name: 'horizontal-pod-autoscaler', concurrency: CONCURRENCY, clock,
    async reconcile(key) {
      const { name, namespace } = splitKey(key)
      const hpa = autoscalers.get(name, namespace)
      if (!hpa || hpa.metadata.deletionTimestamp) return void memories.delete(key)
      try {
        await reconcile(hpa, key)
      } catch (error) {
        if (isNotFound(error)) return // it has gone meanwhile
        throw error
      }
      reconciler.queue.addAfter(key, PERIOD_MS)
    },
  })
  const add = (hpa: HorizontalPodAutoscaler): void => reconciler.queue.add(keyOf(hpa))
  autoscalers.addHandlers({ onAdd: add, onDelete: add, onUpdate: (hpa, old) => void (hpa.metadata.generation !== old.metadata.generation && add(hpa)) })
  return { name: 'horizontal-pod-autoscaler', start: () => reconciler.start(), stop: () => reconciler.stop() }
}
