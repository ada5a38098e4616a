/** What one state of an object has that the one before had not: pure. */
import type { KubeObject } from '../../../shared/api/meta.ts'
import { MAX_CHANGES, type ObjectRevision } from '../../../shared/api/object-history.ts'
import type { PastValue } from '../../etcd/types.ts'
import { jsonEqual } from '../json.ts'

type ManagedFieldsEntry = NonNullable<KubeObject['metadata']['managedFields']>[number]
/** They change with every write, and say nothing of it. */
const BOOKKEEPING = new Set(['metadata.resourceVersion', 'metadata.managedFields', 'metadata.generation'])
const isMap = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)
const inside = (path: string, name: string): string => (/^[\w-]+$/.test(name) ? (path ? `${path}.${name}` : name) : `${path}[${name}]`)

function collect(before: unknown, now: unknown, path: string, into: string[]): void {
  if (BOOKKEEPING.has(path) || jsonEqual(before, now)) return
  if (isMap(before) && isMap(now)) {
    for (const name of new Set([...Object.keys(before), ...Object.keys(now)])) collect(before[name], now[name], inside(path, name), into)
    return
  }
  if (Array.isArray(before) && Array.isArray(now) && before.length === now.length) {
    now.forEach((item, i) => collect(before[i], item, `${path}[${i}]`, into))
    return
  }
  into.push(path)
}

/** Paths as in validation errors, shortest first; the values are not in them. */
export function changesOf(before: KubeObject | undefined, now: KubeObject): string[] {
  if (!before) return []
  const paths: string[] = []
  collect(before, now, '', paths)
  paths.sort((a, b) => a.length - b.length || (a < b ? -1 : 1))
  return paths.length > MAX_CHANGES ? [...paths.slice(0, MAX_CHANGES), '…'] : paths
}

/** The entry of managedFields that the last write made or changed. Others' may be smaller for it. */
function lastWrite(before: KubeObject | undefined, now: KubeObject): ManagedFieldsEntry | undefined {
  const old = before?.metadata.managedFields ?? []
  const known = (e: ManagedFieldsEntry): ManagedFieldsEntry | undefined => old.find((o) => o.manager === e.manager && o.operation === e.operation && o.subresource === e.subresource)
  const changed = (now.metadata.managedFields ?? []).filter((e) => !jsonEqual(known(e), e))
  const latest = (now.metadata.managedFields ?? []).toSorted((a, b) => ((a.time ?? '') < (b.time ?? '') ? 1 : -1))[0]
  // Within a second somebody may write again what is theirs already: nothing tells but that they were last.
  return changed.find((e) => !known(e)) ?? changed.find((e) => known(e)?.time !== e.time) ?? changed[0] ?? latest
}

/** @param before undefined: there was none, or nobody knows */
export function revisionOf({ revision, restored, version }: Pick<PastValue<KubeObject>, 'revision' | 'restored' | 'version'>, before: KubeObject | undefined, now: KubeObject | undefined): ObjectRevision {
  const created = version === 1
  if (restored && now) return { revision, operation: 'Restored', changes: changesOf(before, now) }
  if (!now) return { revision, operation: 'Deleted', ...(!restored && before?.metadata.deletionTimestamp ? { time: before.metadata.deletionTimestamp } : {}), changes: [] }
  const write = lastWrite(before, now)
  const time = write?.time ?? (created ? now.metadata.creationTimestamp : undefined)
  return {
    revision, operation: created ? 'Created' : 'Updated', ...(time ? { time } : {}), ...(write?.manager ? { manager: write.manager } : {}), ...(write?.subresource ? { subresource: write.subresource } : {}),
    changes: changesOf(before, now),
  }
}
