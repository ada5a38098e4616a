/**
 * `ObjectHistory` (pilothouse.dev/v1): what an object has been. Its name says of which one: `deployments.apps:web`,
 * `configmaps:settings`. It is read, never written; `/at?revision=N` is the object as it was, and an `ObjectRestore` that is
 * posted to `/restore` brings it back.
 */
import type { KubeObject } from './meta.ts'

export interface ObjectRevision {
  /** The resourceVersion that the object had, or that its deletion has; of what a snapshot put back, the revision of the restore. */
  revision: number
  operation: 'Created' | 'Updated' | 'Deleted' | 'Restored'
  /** RFC 3339, whole seconds, as the object itself tells; absent where it does not. */
  time?: string
  /** Who wrote, as managedFields tell. */
  manager?: string
  subresource?: string
  /** Paths of the fields that differ from the revision before, shortest first; at most MAX_CHANGES, `…` for the rest. */
  changes: string[]
}
export type ObjectHistory = KubeObject & {
  /** Newest first; at most MAX_REVISIONS. */
  revisions: ObjectRevision[]
  /** False: there were more before the oldest one, which are not kept. */
  complete: boolean
}
export type ObjectRestore = KubeObject & { revision: number }

export const MAX_CHANGES = 12
export const MAX_REVISIONS = 500

/** `deployments.apps:web`; the core group has no dot. */
export const historyName = (group: string, resource: string, name: string): string => `${resource}${group ? `.${group}` : ''}:${name}`

/** undefined: no such name. */
export function parseHistoryName(text: string): { group: string; resource: string; name: string } | undefined {
  const match = /^([a-z0-9-]+)(?:\.([a-z0-9.-]+))?:(.+)$/.exec(text)
  return match ? { resource: match[1] as string, group: match[2] ?? '', name: match[3] as string } : undefined
}
