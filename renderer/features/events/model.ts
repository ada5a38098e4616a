/** Events, by what they are about and when they were last seen. */
import type { KubeObject } from '../../../shared/api/meta.ts'
import type { Event } from '../../../shared/api/types.ts'

/** RFC 3339: the newest of the times an event can carry. */
export const lastSeen = (e: Event): string => e.series?.lastObservedTime ?? e.lastTimestamp ?? e.eventTime ?? e.metadata.creationTimestamp ?? ''
export const countOf = (e: Event): number => e.series?.count ?? e.count ?? 1
export const newestFirst = (events: readonly Event[]): Event[] => [...events].sort((a, b) => (lastSeen(a) < lastSeen(b) ? 1 : -1))
/** Events that say the same of the same object, as one: the newest, with the sum of their counts. Newest first. */
export function aggregated(events: readonly Event[]): { event: Event; count: number }[] {
  const groups = new Map<string, { event: Event; count: number }>()
  for (const event of newestFirst(events)) {
    const { kind = '', namespace = '', name = '', fieldPath = '' } = event.involvedObject
    const key = [event.type, event.reason, event.message, kind, namespace, name, fieldPath].join('\n')
    const group = groups.get(key)
    if (group) group.count += countOf(event)
    else groups.set(key, { event, count: countOf(event) })
  }
  return [...groups.values()]
}
/** By uid where there is one: a new object of the same name has its own history. Nodes are named by name as uid. */
export const isAbout = (e: Event, o: KubeObject): boolean =>
  e.involvedObject.kind === o.kind && e.involvedObject.name === o.metadata.name && (e.involvedObject.namespace ?? '') === (o.metadata.namespace ?? '') &&
  (e.involvedObject.uid === undefined || e.involvedObject.uid === o.metadata.uid || e.involvedObject.uid === o.metadata.name)
