/** The query for the lines of an object's pods. */
import type { KubeObject } from '../../../shared/api/meta.ts'
import type { Pod } from '../../../shared/api/types.ts'
import { MAX_QUERY } from '../../../shared/logs/query.ts'
import { podsQuery, workloadQuery } from './edit.ts'

/** Whose pods' lines are stored with its own name, so that those of pods to come, and of those that are gone, are found too. */
const WORKLOADS = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'ReplicationController'])

export function scopeOf(kind: string, { metadata: { name, namespace = '' } }: KubeObject, pods: readonly Pod[]): string {
  if (WORKLOADS.has(kind)) return workloadQuery(namespace, kind, name)
  const names = podsQuery(pods.map((p) => ({ namespace: p.metadata.namespace ?? '', pod: p.metadata.name })).sort((a, b) => (a.pod < b.pod ? -1 : 1)))
  if (names.length <= MAX_QUERY / 2) return names
  // So many that their names are too long for a query: by what the names begin with.
  const stems = [...new Set(pods.map((p) => p.metadata.generateName ?? p.metadata.name))]
  return podsQuery(stems.map((stem) => ({ namespace, pod: `${stem}*` })))
}
