/** Keeps the rules of aggregated cluster roles up to date: a task of the server's, woken by changes and otherwise idle. */
import type { ClusterRole } from '../../shared/api/types.ts'
import { isConflict, isNotFound } from '../../shared/errors.ts'
import { logger } from '../../shared/log.ts'
import { aggregate } from './auth/aggregation.ts'
import { cloneJson } from './json.ts'
import { prefixOf, type Env, type Stored } from './registry/env.ts'
import { updateObject } from './registry/update.ts'

const CLUSTER_ROLES = { group: 'rbac.authorization.k8s.io', resource: 'clusterroles' }
const CONTEXT = { user: { name: 'system:serviceaccount:kube-system:clusterrole-aggregation-controller', groups: ['system:masters'] }, dryRun: false, fieldManager: 'clusterrole-aggregation-controller', warn: () => undefined }
const RETRY_MS = 1000
const log = logger('kube-apiserver')

export function startRoleAggregation(env: Env): { stop(): Promise<void> } {
  const kind = env.kindNamed(CLUSTER_ROLES.group, 'ClusterRole')
  if (!kind) return { stop: async () => undefined }
  const prefix = prefixOf(CLUSTER_ROLES)
  let stopped = false
  let wanted = false
  let running: Promise<void> | undefined
  let retry: { cancel(): void } | undefined

  async function settle(): Promise<void> {
    while (wanted && !stopped) {
      wanted = false
      const roles = env.store.range(prefix).kvs.map((kv) => kv.value as ClusterRole)
      for (const { metadata, rules } of aggregate(roles)) {
        const make = (live: Stored): Stored => ({ ...cloneJson(live), rules: cloneJson(rules) }) as Stored
        try {
          await updateObject(env, kind as NonNullable<typeof kind>, '', metadata.name, { subresource: '', make }, CONTEXT)
        } catch (error) {
          // Gone, or changed under our hands: the event of that wakes us again.
          if (!isNotFound(error) && !isConflict(error)) throw error
        }
      }
    }
  }
  function wake(): void {
    wanted = true
    if (stopped || running) return
    retry?.cancel()
    retry = undefined
    running = Promise.resolve().then(settle).catch((error: unknown) => {
      log.error('the rules of aggregated cluster roles could not be written', { error })
      if (!stopped) retry = env.clock.after(RETRY_MS, wake)
    }).finally(() => {
      running = undefined
      if (wanted && !stopped && !retry) wake()
    })
  }
  const watch = env.store.watch({ prefix }, wake)
  if (env.store.count(prefix)) wake()
  return {
    async stop() {
      stopped = true
      watch.close()
      retry?.cancel()
      await running
    },
  }
}
