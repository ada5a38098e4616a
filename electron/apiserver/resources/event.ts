/** Event (core v1): what happened to an object. Kept for an hour by the registry. */
import type { Event } from '../../../shared/api/types.ts'
import { age } from '../../../shared/duration.ts'
import { integer, nameColumn, text, wide } from './columns.ts'
import { defineKind } from './kind.ts'
import { validateEvent } from './validation/event.ts'

const firstSeen = (o: Event, now: number): string => age(o.firstTimestamp ?? o.eventTime, now)
function lastSeen(o: Event, now: number): string {
  if (o.series) return age(o.series.lastObservedTime, now)
  return o.lastTimestamp ? age(o.lastTimestamp, now) : firstSeen(o, now)
}
function involved(o: Event): string {
  const { kind = '', name } = o.involvedObject ?? {}
  return name ? `${kind.toLowerCase()}/${name}` : kind.toLowerCase()
}
const component = (o: Event): string => o.source?.component || o.reportingComponent || ''
function source(o: Event): string {
  const host = o.source?.host || o.reportingInstance || ''
  return host ? `${component(o)}, ${host}` : component(o)
}

export const event = defineKind<Event>({
  group: '', version: 'v1', kind: 'Event', resource: 'events', singular: 'event', shortNames: ['ev'],
  scope: 'Namespaced', schema: 'CoreV1Event', generation: false,
  selectableFields: {
    'involvedObject.kind': (o) => o.involvedObject?.kind ?? '',
    'involvedObject.namespace': (o) => o.involvedObject?.namespace ?? '',
    'involvedObject.name': (o) => o.involvedObject?.name ?? '',
    'involvedObject.uid': (o) => o.involvedObject?.uid ?? '',
    'involvedObject.apiVersion': (o) => o.involvedObject?.apiVersion ?? '',
    'involvedObject.resourceVersion': (o) => o.involvedObject?.resourceVersion ?? '',
    'involvedObject.fieldPath': (o) => o.involvedObject?.fieldPath ?? '',
    reason: (o) => o.reason ?? '',
    reportingComponent: (o) => o.reportingComponent ?? '',
    source: component,
    type: (o) => o.type ?? '',
  },
  strategy: { allowCreateOnUpdate: true, validate: (object) => validateEvent(object) },
  columns: [
    text<Event>('Last Seen', 'Time since it last happened.', (o, { now }) => lastSeen(o, now)),
    text<Event>('Type', 'Normal or Warning.', (o) => o.type ?? ''),
    text<Event>('Reason', 'Short, machine-readable cause.', (o) => o.reason ?? ''),
    text<Event>('Object', 'The object that it happened to.', involved),
    wide(text<Event>('Subobject', 'The part of the object.', (o) => o.involvedObject?.fieldPath ?? '')),
    wide(text<Event>('Source', 'The component that reported it.', source)),
    text<Event>('Message', 'What happened, for people.', (o) => (o.message ?? '').trim()),
    wide(text<Event>('First Seen', 'Time since it first happened.', (o, { now }) => firstSeen(o, now))),
    wide(integer<Event>('Count', 'How often it happened.', (o) => o.series?.count ?? (o.count || 1))),
    wide({ ...nameColumn }),
  ],
})
