/** One informer for each type and scope, shared by all who ask the same factory. */
import type { KubeObject } from '../../shared/api/meta.ts'
import type { ResourceType } from '../../shared/api/resources.ts'
import type { Clock } from '../../shared/clock.ts'
import { orAborted } from './backoff.ts'
import { RunningInformer } from './informer.ts'
import type { Client, Indexers, Informer, InformerFactory } from './types.ts'

export interface InformerFactoryOptions {
  /** Milliseconds between resyncs of every informer. Absent: never; the watch is reliable. */
  readonly resyncMs?: number
  /** For tests: the source of jitter, 0 to 1. */
  readonly random?: () => number
}

const keyOf = (type: ResourceType, scope: { namespace?: string; labelSelector?: string; fieldSelector?: string }): string =>
  JSON.stringify([type.group, type.version, type.resource, scope.namespace ?? '', scope.labelSelector ?? '', scope.fieldSelector ?? ''])

export function createInformerFactory(client: Client, clock: Clock, options: InformerFactoryOptions = {}): InformerFactory {
  const informers = new Map<string, RunningInformer<KubeObject>>()
  const started = new Set<RunningInformer<KubeObject>>()
  return {
    informer<T extends KubeObject>(
      type: ResourceType<T>,
      { indexers, ...scope }: { indexers?: Indexers<T>; labelSelector?: string; fieldSelector?: string; namespace?: string } = {},
    ): Informer<T> {
      const key = keyOf(type, scope)
      let informer = informers.get(key) as RunningInformer<T> | undefined
      if (!informer) {
        informer = new RunningInformer(client, type, clock, { ...scope, ...options })
        informers.set(key, informer as unknown as RunningInformer<KubeObject>)
      }
      if (indexers) informer.addIndexers(indexers)
      return informer
    },
    async release(type) {
      const key = keyOf(type, {})
      const informer = informers.get(key)
      if (!informer) return
      informers.delete(key)
      started.delete(informer)
      await informer.stop()
    },
    start() {
      for (const informer of informers.values()) {
        if (started.has(informer)) continue
        started.add(informer)
        informer.start()
      }
    },
    async synced(signal) {
      const all = Promise.all([...started].map((informer) => informer.synced()))
      await (signal ? orAborted(all, signal) : all)
    },
    async stop() {
      await Promise.all([...informers.values()].map((informer) => informer.stop()))
    },
  }
}
