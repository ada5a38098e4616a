/**
 * ServiceAccount: a pod runs as an account that exists, with its pull secrets, and finds the account's token, the
 * cluster's CA and its namespace in a volume. Source: Kubernetes documentation, "Managing Service Accounts".
 */
import type { Pod, ServiceAccount, Volume } from '../../../shared/api/types.ts'
import { forbidden } from '../../../shared/errors.ts'
import { cloneJson } from '../json.ts'
import { keyOf, type Env, type Stored } from '../registry/env.ts'
import type { KindDefinition } from '../resources/kind.ts'
import { generatedSuffix } from '../registry/names.ts'
import type { AdmissionPlugin } from './plugin.ts'

const ACCOUNTS = { group: '', resource: 'serviceaccounts', scope: 'Namespaced' } as const
const DEFAULT = 'default'
/** How long a pod waits for the default account of its namespace, which a controller makes soon after the namespace. */
export const ACCOUNT_WAIT_MS = 1500
const MOUNT_PATH = '/var/run/secrets/kubernetes.io/serviceaccount'
const VOLUME_PREFIX = 'kube-api-access-'
const TOKEN_SECONDS = 3607
const FILE_MODE = 0o644
/** A pod that stands for a file on a node's disk. */
const MIRROR = 'kubernetes.io/config.mirror'

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

const tokenVolume = (name: string): Volume => ({
  name,
  projected: {
    defaultMode: FILE_MODE,
    sources: [
      { serviceAccountToken: { expirationSeconds: TOKEN_SECONDS, path: 'token' } },
      { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
      { downwardAPI: { items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }] } },
    ],
  },
})

/** Containers that mount something of their own there keep it. */
function mountToken(pod: Pod): void {
  const { spec } = pod
  // A pod that comes with such a volume (made from another one's manifest) keeps that. Nothing is validated yet: a name may be missing.
  const given = spec.volumes?.find((v) => (v.name as string | undefined)?.startsWith(VOLUME_PREFIX))?.name
  const name = given ?? VOLUME_PREFIX + generatedSuffix()
  let used = false
  for (const container of [...(spec.initContainers ?? []), ...(spec.containers ?? [])]) {
    if (container.volumeMounts?.some((m) => m.mountPath === MOUNT_PATH)) continue
    container.volumeMounts = [...(container.volumeMounts ?? []), { name, mountPath: MOUNT_PATH, readOnly: true }]
    used = true
  }
  if (used && !given) spec.volumes = [...(spec.volumes ?? []), tokenVolume(name)]
}

function use(kind: KindDefinition, pod: Pod, name: string, account: ServiceAccount | undefined): undefined {
  if (!account) throw forbidden(kind, pod.metadata.name, `error looking up service account ${pod.metadata.namespace}/${name}: serviceaccount ${JSON.stringify(name)} not found`)
  if (!pod.spec.imagePullSecrets?.length && account.imagePullSecrets?.length) pod.spec.imagePullSecrets = cloneJson(account.imagePullSecrets)
  if (pod.spec.automountServiceAccountToken ?? account.automountServiceAccountToken ?? true) mountToken(pod)
  return undefined
}

export const serviceAccount: AdmissionPlugin = {
  name: 'ServiceAccount',
  resources: ['/pods'],
  operations: ['CREATE'],
  admit({ kind, object }, env): Promise<Stored | undefined> | undefined {
    const pod = object as Pod
    if (!pod.spec || pod.metadata.annotations?.[MIRROR]) return undefined
    const name = (pod.spec.serviceAccountName ||= DEFAULT)
    pod.spec.serviceAccount = name
    const key = keyOf(ACCOUNTS, pod.metadata.namespace ?? '', name)
    const account = env.store.get(key)?.value as ServiceAccount | undefined
    if (!account && name === DEFAULT) return awaitAccount(env, key).then((found) => use(kind, pod, name, found))
    return use(kind, pod, name, account)
  },
}
