/**
 * Admission: what the server adds to a new object, and refuses, for the cluster's sake.
 * Built in: NamespaceLifecycle, ServiceAccount, DefaultTolerationSeconds, Priority.
 */
import type { Namespace, Pod, ServiceAccount } from '../../../shared/api/types.ts'
import type { KubeObject } from '../../../shared/api/meta.ts'
import { forbidden, notFound } from '../../../shared/errors.ts'
import { cloneJson } from '../json.ts'
import type { KindDefinition } from '../resources/kind.ts'
import { keyOf, prefixOf, type Env } from './env.ts'

export const IMMORTAL_NAMESPACES: ReadonlySet<string> = new Set(['default', 'kube-system', 'kube-public'])
const ACCOUNTS = { group: '', resource: 'serviceaccounts', scope: 'Namespaced' } as const
const DEFAULT_ACCOUNT = 'default'
/** How long a pod waits for the default account of its namespace. */
export const ACCOUNT_WAIT_MS = 1500
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

/** Settles with the account, or with undefined when it has not come in time or the server closes. */
function awaitAccount(env: Env, key: string): Promise<ServiceAccount | undefined> {
  return new Promise((resolve) => {
    const done = (): void => {
      watch.close()
      timer.cancel()
      env.closing.removeEventListener('abort', done)
      resolve(env.store.get(key)?.value as ServiceAccount | undefined)
    }
    const watch = env.store.watch({ prefix: key }, () => {
      if (env.store.get(key)) done()
    })
    const timer = env.clock.after(ACCOUNT_WAIT_MS, done)
    env.closing.addEventListener('abort', done, { once: true })
  })
}

function useAccount(kind: KindDefinition, pod: Pod, name: string, account: ServiceAccount | undefined): void {
  if (!account) throw forbidden(kind, pod.metadata.name, `error looking up service account ${pod.metadata.namespace}/${name}: serviceaccount ${JSON.stringify(name)} not found`)
  if (!pod.spec.imagePullSecrets?.length && account.imagePullSecrets?.length) pod.spec.imagePullSecrets = cloneJson(account.imagePullSecrets)
}

/**
 * A pod runs as an account that exists. `default` is made by a controller soon after its namespace: a pod that is quicker
 * waits for it a little, as upstream's admission does.
 */
function serviceAccount(env: Env, kind: KindDefinition, pod: Pod): Promise<void> | undefined {
  const name = (pod.spec.serviceAccountName ||= DEFAULT_ACCOUNT)
  pod.spec.serviceAccount = name
  const key = keyOf(ACCOUNTS, pod.metadata.namespace ?? '', name)
  const account = env.store.get(key)?.value as ServiceAccount | undefined
  if (!account && name === DEFAULT_ACCOUNT) return awaitAccount(env, key).then((found) => useAccount(kind, pod, name, found))
  useAccount(kind, pod, name, account)
  return undefined
}

/** Runs on a draft that is to be created. Answers a promise only where there is something to wait for. */
export function admitCreate(env: Env, kind: KindDefinition, draft: KubeObject): Promise<void> | undefined {
  namespaceLifecycle(env, kind, draft)
  if (kind.kind !== 'Pod' || kind.group !== '') return undefined
  const pod = draft as Pod
  if (!pod.spec) return undefined
  const rest = (): void => {
    tolerationSeconds(pod)
    priority(env, kind, pod)
  }
  const waiting = serviceAccount(env, kind, pod)
  if (waiting) return waiting.then(rest)
  rest()
  return undefined
}
