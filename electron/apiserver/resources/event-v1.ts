/** Event (events.k8s.io/v1): the events of core/v1 under newer names. They are stored once, in core's form. */
import type { EventsV1Event } from '@kubernetes/client-node'
import type { KubeObject } from '../../../shared/api/meta.ts'
import type { Event } from '../../../shared/api/types.ts'
import type { Wire } from '../../../shared/api/wire.ts'
import type { FieldError } from '../../../shared/errors.ts'
import { field } from '../../../shared/errors.ts'
import { event } from './event.ts'
import { defineKind, type Column } from './kind.ts'
import { equal, IMMUTABLE } from './validation/common.ts'
import { validateEvent } from './validation/event.ts'

export type NewEvent = KubeObject & Wire<Omit<EventsV1Event, 'apiVersion' | 'kind' | 'metadata'>>

/** New name → core's name. */
const NAMES = {
  eventTime: 'eventTime', series: 'series', action: 'action', reason: 'reason', related: 'related', type: 'type', note: 'message', regarding: 'involvedObject',
  reportingController: 'reportingComponent', reportingInstance: 'reportingInstance', deprecatedSource: 'source', deprecatedFirstTimestamp: 'firstTimestamp',
  deprecatedLastTimestamp: 'lastTimestamp', deprecatedCount: 'count',
} as const
const PATHS = new Map<string, string>(Object.entries(NAMES).map(([now, core]) => [core, now]))

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

/** In core's words, told of the new names. */
const renamed = (error: FieldError): FieldError => {
  const [first = '', ...rest] = error.field.split('.')
  return { ...error, field: [PATHS.get(first) ?? first, ...rest].join('.') }
}

function validate(object: NewEvent): FieldError[] {
  const errors: FieldError[] = []
  if (!object.eventTime) errors.push(field.required('eventTime'))
  if (object.type !== 'Normal' && object.type !== 'Warning') errors.push(field.invalid('type', object.type ?? '', 'has invalid value'))
  if (object.series && !(object.series.count >= 2)) errors.push(field.invalid('series.count', object.series.count, 'should be at least 2'))
  return [...errors, ...validateEvent(toCore(object)).map(renamed)]
}

/** Only that it happened again can be added to what happened. */
function validateUpdate(object: NewEvent, old: NewEvent): FieldError[] {
  return (Object.keys(NAMES) as (keyof typeof NAMES)[]).filter((name) => name !== 'series' && !equal(object[name], old[name])).map((name) => field.invalid(name, object[name] ?? null, IMMUTABLE))
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
  strategy: { allowCreateOnUpdate: true, validate, validateUpdate },
  columns: event.columns.map((c): Column<NewEvent> => ({ ...c, value: (o, context) => c.value(toCore(o), context) })),
})
