/**
 * ResourceQuotas count what their namespace uses. The API server charges what is created; this controller counts anew
 * when something goes, ends or changes, and when a quota is new. It reads the quota first and the objects after: whatever
 * is charged in between changes the quota, and the write of a count that has missed it fails.
 */
import type { KubeObject } from '../../shared/api/meta.ts'
import { PersistentVolumeClaims, Pods, ResourceQuotas, Services, type ResourceType } from '../../shared/api/resources.ts'
import type { Pod } from '../../shared/api/types.ts'
import { isConflict, isNotFound } from '../../shared/errors.ts'
import { groupResource, quotaCovers, resourceCounted, total, usageOf, type Usage } from '../../shared/quota.ts'
import { createReconciler, keyOf, splitKey } from '../client/index.ts'
import type { Controller, ControllerContext } from './context.ts'

/** Many objects go at once: one count when they have, not one for each. */
const SETTLE_MS = 20
const RETRY_MS = 10

export interface ResourceQuotaOptions {
  /** Calls back for each object of any kind that has gone. */
  onGone(callback: (object: KubeObject) => void): () => void
  /** The kinds that exist, as discovery knows them. */
  types(): Iterable<ResourceType<KubeObject>>
}

const isOver = (pod: Pod): boolean => pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed'
const sameAmounts = (a: Readonly<Record<string, string>> = {}, b: Readonly<Record<string, string>> = {}): boolean =>
  Object.keys(a).length === Object.keys(b).length && Object.keys(a).every((name) => a[name] === b[name])

export function createResourceQuotaController({ client, informers, clock }: ControllerContext, options: ResourceQuotaOptions): Controller {
  const quotas = informers.informer(ResourceQuotas)
  const typeNamed = (resource: string): ResourceType<KubeObject> | undefined => [...options.types()].find((t) => t.namespaced && groupResource(t.group, t.resource) === resource)

  const reconciler = createReconciler({
    name: 'resourcequota-controller',
    concurrency: 5,
    clock,
    async reconcile(key) {
      const { name, namespace } = splitKey(key)
      try {
        const quota = await client.get(ResourceQuotas, name, namespace)
        const hard = quota.spec?.hard ?? {}
        const usages: Usage[] = []
        for (const resource of new Set(Object.keys(hard).map(resourceCounted))) {
          const type = resource === undefined ? undefined : typeNamed(resource)
          // A kind that the cluster does not have is used by nobody.
          if (!type || resource === undefined) continue
          const now = clock.now()
          for (const object of (await client.list(type, { namespace })).items) if (quotaCovers(quota, resource, object)) usages.push(usageOf(type.group, type.resource, object, now))
        }
        const used = total(hard, usages)
        if (sameAmounts(quota.status?.hard, hard) && sameAmounts(quota.status?.used, used)) return
        await client.updateStatus(ResourceQuotas, { ...quota, status: { hard, used } })
      } catch (error) {
        if (isNotFound(error)) return
        if (isConflict(error)) return reconciler.queue.addAfter(key, RETRY_MS)
        throw error
      }
    },
  })
  const recount = (object: KubeObject, after = SETTLE_MS): void => {
    for (const quota of quotas.list(object.metadata.namespace)) reconciler.queue.addAfter(keyOf(quota), after)
  }
  quotas.addHandlers({
    onAdd: (quota) => reconciler.queue.add(keyOf(quota)),
    onUpdate(quota) {
      // What the API server charges is no reason to count.
      if (!sameAmounts(quota.spec?.hard, quota.status?.hard)) reconciler.queue.add(keyOf(quota))
    },
  })
  informers.informer(Pods).addHandlers({
    onUpdate(pod, old) {
      if (isOver(pod) !== isOver(old)) recount(pod)
      if (pod.metadata.deletionTimestamp && !old.metadata.deletionTimestamp) recount(pod, (pod.metadata.deletionGracePeriodSeconds ?? 0) * 1000 + 1000)
    },
  })
  for (const type of [Services, PersistentVolumeClaims]) {
    informers.informer(type as ResourceType<KubeObject>).addHandlers({ onUpdate: (object, old) => {
      if (object.metadata.generation !== old.metadata.generation || (object as { spec?: unknown }).spec !== (old as { spec?: unknown }).spec) recount(object)
    } })
  }
  options.onGone((object) => recount(object))
  return { name: 'resourcequota-controller', start: () => reconciler.start(), stop: () => reconciler.stop() }
}
