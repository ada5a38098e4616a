/** Events, by what they are about and when they were last seen. */
import type { KubeObject } from '../../../shared/api/meta.ts'
import type { Event } from '../../../shared/api/types.ts'

/** RFC 3339: the newest of the times an event can carry. */
export const lastSeen = (e: Event): string => e.series?.lastObservedTime ?? e.lastTimestamp ?? e.eventTime ?? e.metadata.creationTimestamp ?? ''
export const countOf = (e: Event): number => e.series?.count ?? e.count ?? 1
export const newestFirst = (events: readonly Event[]): Event[] => [...events].sort((a, b) => (lastSeen(a) < lastSeen(b) ? 1 : -1))
/** By uid where there is one: a new object of the same name has its own history. Nodes are named by name as uid. */
export const isAbout = (e: Event, o: KubeObject): boolean =>
  e.involvedObject.kind === o.kind && e.involvedObject.name === o.metadata.name && (e.involvedObject.namespace ?? '') === (o.metadata.namespace ?? '') &&
  (e.involvedObject.uid === undefined || e.involvedObject.uid === o.metadata.uid || e.involvedObject.uid === o.metadata.name)
