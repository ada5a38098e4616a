/** Event (events.k8s.io/v1): the events of core/v1 under newer names. They are stored once, in core's form. */
import type { EventsV1Event } from '@kubernetes/client-node'
import type { KubeObject } from '../../../shared/api/meta.ts'
import type { Event } from '../../../shared/api/types.ts'
import type { Wire } from '../../../shared/api/wire.ts'
import { event } from './event.ts'
import { defineKind, type Column } from './kind.ts'
import { validateNewEvent, validateNewEventUpdate } from './validation/event.ts'

export type NewEvent = KubeObject & Wire<Omit<EventsV1Event, 'apiVersion' | 'kind' | 'metadata'>>

/** New name → core's name. */
const NAMES = {
  eventTime: 'eventTime', series: 'series', action: 'action', reason: 'reason', related: 'related', type: 'type', note: 'message', regarding: 'involvedObject',
  reportingController: 'reportingComponent', reportingInstance: 'reportingInstance', deprecatedSource: 'source', deprecatedFirstTimestamp: 'firstTimestamp',
  deprecatedLastTimestamp: 'lastTimestamp', deprecatedCount: 'count',
} as const

export function toCore(given: NewEvent): Event {
  const core: Record<string, unknown> = { apiVersion: 'v1', kind: 'Event', metadata: given.metadata }
  for (const [now, name] of Object.entries(NAMES)) if (given[now as keyof typeof NAMES] !== undefined) core[name] = given[now as keyof typeof NAMES]
  core['involvedObject'] ??= {}
  return core as unknown as Event
}

const known = new WeakMap<KubeObject, NewEvent>()
export function fromCore(stored: KubeObject): NewEvent {
  let made = known.get(stored)
  if (!made) {
    const core = stored as unknown as Record<string, unknown>
    const now: Record<string, unknown> = { apiVersion: 'events.k8s.io/v1', kind: 'Event', metadata: stored.metadata }
    for (const [name, old] of Object.entries(NAMES)) if (core[old] !== undefined) now[name] = core[old]
    known.set(stored, (made = now as unknown as NewEvent))
  }
  return made
}

const regarding = (o: NewEvent, name: string): string => (o.regarding as Record<string, string> | undefined)?.[name] ?? ''

export const newEvent = defineKind<NewEvent>({
  group: 'events.k8s.io', version: 'v1', kind: 'Event', resource: 'events', singular: 'event', shortNames: ['ev'],
  scope: 'Namespaced', schema: 'EventsV1Event', generation: false,
  storage: { at: { group: '', resource: 'events' }, from: fromCore, to: toCore },
  selectableFields: {
    ...Object.fromEntries(['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath'].map((name) => [`regarding.${name}`, (o: NewEvent) => regarding(o, name)])),
    reason: (o) => o.reason ?? '',
    reportingController: (o) => o.reportingController ?? '',
    type: (o) => o.type ?? '',
  },
  strategy: {
    allowCreateOnUpdate: true,
    // What holds for a new one only is not asked of a changed one.
    validate: (object, { old }) => (old ? validateNewEventUpdate(toCore(object), toCore(old as NewEvent)) : validateNewEvent(toCore(object))),
  },
  columns: event.columns.map((c): Column<NewEvent> => ({ ...c, value: (o, context) => c.value(toCore(o), context) })),
})
