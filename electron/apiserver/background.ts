/** The server's own chores: events are kept for an hour, history of the store for five to ten minutes. */
import type { KubeObject } from '../../shared/api/meta.ts'
import { logger } from '../../shared/log.ts'
import type { Operation } from '../etcd/types.ts'
import { prefixOf, type Env } from './registry/env.ts'

export const EVENT_TTL_MS = 60 * 60 * 1000
export const COMPACTION_MS = 5 * 60 * 1000
/** Events deleted in one transaction. */
const CHUNK = 500

const log = logger('kube-apiserver')

const lastSeen = (event: KubeObject & { lastTimestamp?: string; eventTime?: string; series?: { lastObservedTime?: string } }): number =>
  Date.parse(event.series?.lastObservedTime ?? event.lastTimestamp ?? event.eventTime ?? event.metadata.creationTimestamp ?? '') || 0

async function expireEvents(env: Env): Promise<void> {
  const limit = env.clock.now() - EVENT_TTL_MS
  const old = env.store.range(prefixOf({ group: '', resource: 'events' })).kvs.filter((kv) => lastSeen(kv.value) <= limit)
  for (let i = 0; i < old.length; i += CHUNK) {
    const operations = old.slice(i, i + CHUNK).map((kv): Operation<KubeObject> => ({ type: 'delete', key: kv.key }))
    await env.store.txn({ compare: [], operations })
  }
}

/** One timer, which does all chores every five minutes. */
export function startBackground(env: Env): { stop(): Promise<void> } {
  let previous = 0
  let running: Promise<void> = Promise.resolve()
  let timer = env.clock.after(COMPACTION_MS, tick)
  async function chores(): Promise<void> {
    try {
      await expireEvents(env)
      // What was current at the last turn: a client that reads pages has at least five minutes for them.
      if (previous > env.store.compactRevision) await env.store.compact(previous)
      previous = env.store.revision
    } catch (error) {
      log.error('housekeeping of the store failed', { error })
    }
  }
  function tick(): void {
    running = chores().then(() => {
      if (!env.closing.aborted) timer = env.clock.after(COMPACTION_MS, tick)
    })
  }
  return {
    async stop() {
      timer.cancel()
      await running
    },
  }
}
