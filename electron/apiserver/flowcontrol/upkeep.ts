/**
 * Keeps the first objects of flow control: what is deleted comes again, what is the server's to keep is put right, and each
 * flow schema says whether its priority level is there. A task of the server's, woken by changes and otherwise idle.
 */
import { isDeepStrictEqual } from 'node:util'
import { rfc3339 } from '../../../shared/clock.ts'
import { isAlreadyExists, isConflict, isNotFound } from '../../../shared/errors.ts'
import { cloneJson } from '../json.ts'
import { createObject } from '../registry/create.ts'
import { keyOf, prefixOf, type Env, type Stored } from '../registry/env.ts'
import { updateObject } from '../registry/update.ts'
import { DANGLING, type FlowSchema } from '../resources/flowschema.ts'
import type { PriorityLevelConfiguration } from '../resources/prioritylevelconfiguration.ts'
import { createTask } from '../task.ts'
import { AUTO_UPDATE, firstLevels, firstSchemas } from './first-objects.ts'
import { FLOW_PREFIX, GROUP } from './flow-control.ts'

const CONTEXT = { user: { name: 'system:apiserver', groups: ['system:masters'] }, dryRun: false, fieldManager: 'api-priority-and-fairness-config-consumer-v1', warn: () => undefined }
type Object = FlowSchema | PriorityLevelConfiguration
type Condition = NonNullable<NonNullable<FlowSchema['status']>['conditions']>[number]

/** Whether the object's spec is the server's to keep: as it says itself, else as long as nobody has changed it. */
export function isKept({ metadata }: Object): boolean {
  const said = metadata.annotations?.[AUTO_UPDATE]
  return said === undefined ? (metadata.generation ?? 1) === 1 : said === 'true'
}

/** What a flow schema says of its level. */
export function dangling(schema: FlowSchema, exists: boolean, now: number): Condition {
  const level = JSON.stringify(schema.spec?.priorityLevelConfiguration.name ?? '')
  const told = `This FlowSchema references the PriorityLevelConfiguration object named ${level}`
  return exists
    ? { type: DANGLING, status: 'False', lastTransitionTime: rfc3339(now), reason: 'Found', message: `${told} and it exists` }
    : { type: DANGLING, status: 'True', lastTransitionTime: rfc3339(now), reason: 'NotFound', message: `${told} but there is no such object` }
}

/** The first objects, as they are stored at the first start: with their conditions. */
export const firstObjects = (now: number): readonly Object[] => [...firstLevels, ...firstSchemas.map((schema) => ({ ...schema, status: { conditions: [dangling(schema, true, now)] } }))]

export function startFlowUpkeep(env: Env): { stop(): Promise<void> } {
  const kinds = { FlowSchema: env.kindNamed(GROUP, 'FlowSchema'), PriorityLevelConfiguration: env.kindNamed(GROUP, 'PriorityLevelConfiguration') }
  const { FlowSchema: schemaKind, PriorityLevelConfiguration: levelKind } = kinds
  if (!schemaKind || !levelKind) return { stop: async () => undefined }

  /** Somebody else was there before us, or it has gone: the event of that wakes us again. */
  async function attempt(write: Promise<unknown>): Promise<void> {
    try {
      await write
    } catch (error) {
      if (!isAlreadyExists(error) && !isNotFound(error) && !isConflict(error)) throw error
    }
  }

  async function keep(first: Object): Promise<void> {
    const kind = first.kind === 'FlowSchema' ? (schemaKind as NonNullable<typeof schemaKind>) : (levelKind as NonNullable<typeof levelKind>)
    const live = env.store.get(keyOf(kind, '', first.metadata.name))?.value as Object | undefined
    if (!live) await attempt(createObject(env, kind, '', cloneJson(first) as unknown as Stored, CONTEXT))
    else if (isKept(live) && !isDeepStrictEqual(live.spec, first.spec)) {
      await attempt(updateObject(env, kind, '', first.metadata.name, { subresource: '', make: (stored) => ({ ...cloneJson(stored), spec: cloneJson(first.spec) }) as unknown as Stored }, CONTEXT))
    }
  }

  async function tell(schema: FlowSchema): Promise<void> {
    const kind = schemaKind as NonNullable<typeof schemaKind>
    const exists = env.store.get(keyOf(levelKind as NonNullable<typeof levelKind>, '', schema.spec?.priorityLevelConfiguration.name ?? '')) !== undefined
    const wanted = dangling(schema, exists, env.clock.now())
    const said = schema.status?.conditions?.find((c) => c.type === DANGLING)
    if (said && said.status === wanted.status && said.message === wanted.message) return
    if (said && said.status === wanted.status && said.lastTransitionTime) wanted.lastTransitionTime = said.lastTransitionTime
    const make = (stored: Stored): Stored => {
      const draft = cloneJson(stored) as unknown as FlowSchema
      return { ...draft, status: { ...draft.status, conditions: [...(draft.status?.conditions ?? []).filter((c) => c.type !== DANGLING), wanted] } } as unknown as Stored
    }
    await attempt(updateObject(env, kind, '', schema.metadata.name, { subresource: 'status', make }, CONTEXT))
  }

  const task = createTask(env.clock, 'the objects of flow control could not be kept', async () => {
    for (const first of [...firstLevels, ...firstSchemas]) await keep(first)
    for (const kv of env.store.range(prefixOf(schemaKind)).kvs) await tell(kv.value as FlowSchema)
  })
  const watch = env.store.watch({ prefix: FLOW_PREFIX }, () => task.wake())
  // A store that has none yet is being set up: what is written then wakes us.
  if (env.store.count(FLOW_PREFIX)) task.wake()
  return {
    async stop() {
      watch.close()
      await task.stop()
    },
  }
}
