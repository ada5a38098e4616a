/**
 * Admission: what the server adds to a new object, and refuses, for the cluster's sake.
 * Built in: NamespaceLifecycle, ServiceAccount, DefaultTolerationSeconds, Priority.
 */
import type { Namespace, Pod } from '../../../shared/api/types.ts'
import type { KubeObject } from '../../../shared/api/meta.ts'
import { forbidden, notFound } from '../../../shared/errors.ts'
import type { KindDefinition } from '../resources/kind.ts'
import { keyOf, prefixOf, type Env } from './env.ts'

export const IMMORTAL_NAMESPACES: ReadonlySet<string> = new Set(['default', 'kube-system', 'kube-public'])
const NAMESPACES = { group: '', resource: 'namespaces', scope: 'Cluster' } as const
const PRIORITY_CLASSES = { group: 'scheduling.k8s.io', resource: 'priorityclasses', scope: 'Cluster' } as const
const SYSTEM_PRIORITIES: Readonly<Record<string, number>> = { 'system-cluster-critical': 2_000_000_000, 'system-node-critical': 2_000_001_000 }
/** Seconds that a pod stays on a node that has become unready or unreachable. */
const TOLERATION_SECONDS = 300

/** Throws NotFound for an absent namespace, Forbidden for one that is being deleted. */
function namespaceLifecycle(env: Env, kind: KindDefinition, draft: KubeObject): void {
  const name = draft.metadata.namespace
  if (kind.scope !== 'Namespaced' || !name) return
  const namespace = env.store.get(keyOf(NAMESPACES, '', name))?.value as Namespace | undefined
  if (!namespace) throw notFound(NAMESPACES, name)
  if (namespace.metadata.deletionTimestamp || namespace.status?.phase === 'Terminating') {
    const error = forbidden(kind, draft.metadata.name, `unable to create new content in namespace ${name} because it is being terminated`)
    error.status.details = { ...error.status.details, causes: [{ reason: 'NamespaceTerminating', message: `namespace ${name} is being terminated`, field: 'metadata.namespace' }] }
    throw error
  }
}

function tolerationSeconds(pod: Pod): void {
  const tolerations = pod.spec.tolerations ?? []
  for (const key of ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable']) {
    const covered = tolerations.some((t) => (t.key === key || !t.key) && (!t.effect || t.effect === 'NoExecute'))
    if (!covered) pod.spec.tolerations = [...(pod.spec.tolerations ?? []), { key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: TOLERATION_SECONDS }]
  }
}

type PriorityClass = KubeObject & { value?: number; globalDefault?: boolean; preemptionPolicy?: string }

function priority(env: Env, kind: KindDefinition, pod: Pod): void {
  const name = pod.spec.priorityClassName
  let found: PriorityClass | undefined
  let value: number | undefined
  if (name) {
    found = env.store.get(keyOf(PRIORITY_CLASSES, '', name))?.value as PriorityClass | undefined
    value = found?.value ?? SYSTEM_PRIORITIES[name]
    if (value === undefined) throw forbidden(kind, pod.metadata.name, `no PriorityClass with name ${name} was found`)
  } else {
    for (const kv of env.store.range(prefixOf(PRIORITY_CLASSES)).kvs) if ((kv.value as PriorityClass).globalDefault) found = kv.value as PriorityClass
    if (found) pod.spec.priorityClassName = found.metadata.name
    value = found?.value ?? 0
  }
  if (pod.spec.priority !== undefined && pod.spec.priority !== value) {
    throw forbidden(kind, pod.metadata.name, `the integer value of priority (${pod.spec.priority}) must not be provided in pod spec; priority admission controller computed ${value} from the given PriorityClass name`)
  }
  pod.spec.priority = value
  pod.spec.preemptionPolicy ??= found?.preemptionPolicy ?? 'PreemptLowerPriority'
}

/** Runs on a draft that is to be created. */
export function admitCreate(env: Env, kind: KindDefinition, draft: KubeObject): void {
  namespaceLifecycle(env, kind, draft)
  if (kind.kind !== 'Pod' || kind.group !== '') return
  const pod = draft as Pod
  if (!pod.spec) return
  pod.spec.serviceAccountName ||= 'default'
  pod.spec.serviceAccount = pod.spec.serviceAccountName
  tolerationSeconds(pod)
  priority(env, kind, pod)
}
