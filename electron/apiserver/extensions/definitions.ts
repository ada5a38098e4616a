/**
 * The life of CustomResourceDefinitions: their names are looked at, their kinds served, and when they go their objects go
 * first. One task of the server's, woken by changes and otherwise idle; what it does to one definition it does in turn.
 */
import { setMaxListeners } from 'node:events'
import type { CustomResourceDefinition } from '../../../shared/api/types.ts'
import { rfc3339 } from '../../../shared/clock.ts'
import { isConflict, isNotFound } from '../../../shared/errors.ts'
import { logger } from '../../../shared/log.ts'
import type { Reach } from '../connect/reach.ts'
import { cloneJson, jsonEqual } from '../json.ts'
import type { KindRegistry } from '../kind-registry.ts'
import { deleteObject } from '../registry/delete.ts'
import { keyOf, prefixOf, type Env, type Stored } from '../registry/env.ts'
import { updateObject } from '../registry/update.ts'
import type { KindDefinition } from '../resources/kind.ts'
import { CLEANUP } from '../resources/customresourcedefinition.ts'
import { isEstablished } from '../resources/validation/customresourcedefinition.ts'
import { decideStatus, STUCK, withCondition } from './crd-names.ts'

const DEFINITIONS = { group: 'apiextensions.k8s.io', resource: 'customresourcedefinitions', scope: 'Cluster' } as const
const CONTEXT = { user: { name: 'system:apiserver', groups: ['system:masters'] }, dryRun: false, fieldManager: 'kube-apiserver', warn: () => undefined }
const RETRY_MS = 1000
const DELETIONS = 32
/** How long the objects of a definition may take to go until it says that they stay. */
const PATIENCE_MS = 60_000
const log = logger('kube-apiserver')

export interface Definitions {
  /** Resolves when what was stored before is served. */
  start(): Promise<void>
  /** Whether that has happened. */
  readonly synced: boolean
  stop(): Promise<void>
}

export function createDefinitions(env: Env, registry: KindRegistry, reach: Reach): Definitions {
  const prefix = prefixOf(DEFINITIONS)
  const served = new Map<string, { spec: unknown; names: unknown; terminating: boolean; retire: AbortController }>()
  const waiting = new Set<string>()
  /** Watches on the objects of definitions that are going. */
  const leaving = new Map<string, () => void>()
  let running: Promise<void> | undefined
  let stopped = false
  let synced = false
  let retry: { cancel(): void } | undefined

  const get = (name: string): CustomResourceDefinition | undefined => env.store.get(keyOf(DEFINITIONS, '', name))?.value as CustomResourceDefinition | undefined
  const all = (): CustomResourceDefinition[] => env.store.range(prefix).kvs.map((kv) => kv.value as CustomResourceDefinition)

  async function write(definition: CustomResourceDefinition, subresource: string, make: (live: CustomResourceDefinition) => CustomResourceDefinition): Promise<void> {
    const kind = registry.named(DEFINITIONS.group, 'CustomResourceDefinition') as KindDefinition
    await kind.ready?.()
    try {
      await updateObject(env, kind, '', definition.metadata.name, { subresource, make: (live) => make(cloneJson(live) as unknown as CustomResourceDefinition) as unknown as Stored }, CONTEXT)
    } catch (error) {
      // Gone, or changed under our hands: the event of that wakes us again.
      if (!isNotFound(error) && !isConflict(error)) throw error
    }
  }

  async function serve(definition: CustomResourceDefinition): Promise<void> {
    const { name, deletionTimestamp } = definition.metadata
    const before = served.get(name)
    const now = { spec: definition.spec, names: definition.status?.acceptedNames, terminating: deletionTimestamp !== undefined }
    if (before && before.terminating === now.terminating && jsonEqual(before.spec, now.spec) && jsonEqual(before.names, now.names)) return
    const { customKinds } = await import('./custom-kind.ts')
    // Names and the state of deletion change nothing for whoever watches.
    const retire = before && jsonEqual(before.spec, now.spec) ? before.retire : new AbortController()
    // Every watch listens to it.
    setMaxListeners(0, retire.signal)
    const { converterOf } = await import('./conversion.ts')
    const { kinds, schemas } = customKinds(definition, registry.schemas, retire.signal, converterOf(definition, reach))
    registry.replace(`crd/${name}`, kinds, schemas)
    served.set(name, { ...now, retire })
    // Only after the new form is there: whoever loses his watch finds it.
    if (before && before.retire !== retire) before.retire.abort()
  }

  function forget(name: string): void {
    leaving.get(name)?.()
    leaving.delete(name)
    const before = served.get(name)
    if (!before) return
    served.delete(name)
    registry.replace(`crd/${name}`, [])
    before.retire.abort()
  }

  /** Deletes the objects; the definition goes when none is left. */
  async function clean(definition: CustomResourceDefinition): Promise<void> {
    const { name, finalizers = [] } = definition.metadata
    if (!finalizers.includes(CLEANUP)) return
    const { group, names, scope } = definition.spec
    const kind = registry.resource(group, names.plural)
    const objects = prefixOf({ group, resource: names.plural })
    const items = isEstablished(definition) && kind ? env.store.range(objects).kvs.map((kv) => kv.value as Stored).filter((o) => !o.metadata.deletionTimestamp) : []
    let next = 0
    const worker = async (): Promise<void> => {
      for (let item = items[next++]; item && kind; item = items[next++]) {
        await deleteObject(env, kind, scope === 'Cluster' ? '' : (item.metadata.namespace ?? ''), item.metadata.name, {}, CONTEXT).catch((error: unknown) => {
          if (!isNotFound(error)) throw error
        })
      }
    }
    await Promise.all(Array.from({ length: Math.min(DELETIONS, items.length) }, worker))
    if (isEstablished(definition) && kind && env.store.count(objects)) {
      if (!leaving.has(name)) {
        const watch = env.store.watch({ prefix: objects }, () => wake(name))
        const late = env.clock.after(PATIENCE_MS, () => {
          const live = get(name)
          if (live && !stopped) void write(live, 'status', (d) => (d.status ? { ...d, status: { ...d.status, conditions: withCondition(d.status.conditions ?? [], STUCK, rfc3339(env.clock.now())) } } : d)).catch((error: unknown) => log.error('that objects of a definition stay could not be written', { name, error: error as Error }))
        })
        leaving.set(name, () => {
          watch.close()
          late.cancel()
        })
      }
      return
    }
    await write(definition, '', (live) => ({ ...live, metadata: { ...live.metadata, finalizers: (live.metadata.finalizers ?? []).filter((f) => f !== CLEANUP) } }))
  }

  async function settle(name: string): Promise<void> {
    const definition = get(name)
    if (!definition) {
      forget(name)
      // A name may have become free.
      for (const other of all()) if (!isEstablished(other) || other.status?.conditions?.some((c) => c.type === 'NamesAccepted' && c.status === 'False')) waiting.add(other.metadata.name)
      return
    }
    const others = all().filter((d) => d.metadata.name !== name && d.spec.group === definition.spec.group && d.status?.acceptedNames).map((d) => d.status?.acceptedNames as CustomResourceDefinition['spec']['names'])
    const status = decideStatus(definition, others, rfc3339(env.clock.now()))
    if (isEstablished({ ...definition, status })) await serve({ ...definition, status })
    if (!jsonEqual(status, definition.status)) await write(definition, 'status', (live) => ({ ...live, status: decideStatus(live, others, rfc3339(env.clock.now())) }))
    if (definition.metadata.deletionTimestamp) await clean(definition)
  }

  async function work(): Promise<void> {
    for (const name of waiting) {
      if (stopped) return
      waiting.delete(name)
      try {
        await settle(name)
      } catch (error) {
        log.error('a CustomResourceDefinition could not be brought to service', { name, error: error as Error })
        waiting.add(name)
        throw error
      }
    }
  }
  function wake(name: string): void {
    waiting.add(name)
    if (stopped || running) return
    retry?.cancel()
    retry = undefined
    running = Promise.resolve().then(work).catch(() => {
      if (!stopped) retry = env.clock.after(RETRY_MS, () => { for (const some of waiting) wake(some) })
    }).finally(() => {
      running = undefined
      const [next] = waiting
      if (next !== undefined && !retry) wake(next)
    })
  }
  const watch = env.store.watch({ prefix }, (events) => { for (const event of events) wake(event.kv.key.slice(prefix.length)) })
  return {
    get synced() {
      return synced
    },
    async start() {
      for (const definition of all()) wake(definition.metadata.name)
      await running
      synced = true
    },
    async stop() {
      stopped = true
      watch.close()
      retry?.cancel()
      for (const close of leaving.values()) close()
      for (const { retire } of served.values()) retire.abort()
      await running
    },
  }
}
