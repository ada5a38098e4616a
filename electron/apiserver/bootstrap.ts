/** What every cluster has from its first moment: namespaces, RBAC policy, the Service of the API server itself. */
import { randomUUID } from 'node:crypto'
import type { KubeObject } from '../../shared/api/meta.ts'
import type { Service } from '../../shared/api/types.ts'
import { rfc3339 } from '../../shared/clock.ts'
import { failure } from '../../shared/errors.ts'
import type { Operation } from '../etcd/types.ts'
import { cloneJson } from './json.ts'
import { apiVersion, countsGeneration, keyOf, type Env, type Stored } from './registry/env.ts'
import { commit } from './registry/update.ts'

export interface BootstrapOptions {
  /** Objects to make sure of, such as the RBAC policy. Objects that are there already are left as they are. */
  readonly objects?: readonly KubeObject[]
  /** Port that the API server listens at: its Service leads there. Absent: not known yet, so a Service that is there stays as it is. */
  readonly port?: number
  /** Cluster address of the Service `kubernetes`: the first of the service range. */
  readonly serviceIP?: string
}

export const SYSTEM_NAMESPACES = ['default', 'kube-system', 'kube-public', 'kube-node-lease'] as const
const ATTEMPTS = 5
const SYSTEM = { name: 'system:apiserver', groups: ['system:masters'] }

/** Where nobody has said a port yet. */
const USUAL_PORT = 6443
const SERVICE = { group: '', resource: 'services', scope: 'Namespaced' } as const

const account = (namespace: string): KubeObject => ({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace } })
const namespace = (name: string): KubeObject => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })

const kubernetesService = (ip: string, port: number): KubeObject => ({
  apiVersion: 'v1', kind: 'Service',
  metadata: { name: 'kubernetes', namespace: 'default', labels: { component: 'apiserver', provider: 'kubernetes' } },
  spec: {
    type: 'ClusterIP', clusterIP: ip, clusterIPs: [ip], sessionAffinity: 'None', ipFamilies: ['IPv4'], ipFamilyPolicy: 'SingleStack', internalTrafficPolicy: 'Cluster',
    ports: [{ name: 'https', port: 443, protocol: 'TCP', targetPort: port }],
  },
} as KubeObject)

/** Makes the Service lead to the port, if it leads elsewhere; nothing else of it is touched. */
async function pointService(env: Env, port: number): Promise<void> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const kv = env.store.get(keyOf(SERVICE, 'default', 'kubernetes'))
    const live = kv?.value as Service | undefined
    if (!kv || live?.spec.ports?.some((p) => p.name === 'https' && p.targetPort === port)) return
    const draft = cloneJson(live) as Service
    draft.spec.ports = (draft.spec.ports ?? []).map((p) => (p.name === 'https' ? { ...p, targetPort: port } : p))
    if (await commit(env, kv, draft as Stored)) return
  }
  throw failure(500, 'InternalError', 'Internal error occurred: the port of the Service kubernetes could not be written')
}

/** All that is absent is made in one transaction, so that a first start waits for the disk once. */
export function createBootstrap(env: Env): (options?: BootstrapOptions) => Promise<void> {
  const now = env.clock.now()
  function draftOf(object: KubeObject): { key: string; draft: Stored } {
    const slash = object.apiVersion.indexOf('/')
    const group = slash < 0 ? '' : object.apiVersion.slice(0, slash)
    const kind = env.kindNamed(group, object.kind)
    if (!kind) throw failure(500, 'InternalError', `Internal error occurred: cannot bootstrap an object of the unknown kind ${object.kind} in group ${JSON.stringify(group)}`)
    const draft = cloneJson(object) as Stored
    draft.apiVersion = apiVersion(kind)
    draft.metadata.uid = randomUUID()
    draft.metadata.creationTimestamp = rfc3339(now)
    kind.strategy.defaults?.(draft)
    kind.strategy.prepareForCreate?.(draft, { now, user: SYSTEM, warn: () => undefined })
    if (countsGeneration(kind, draft)) draft.metadata.generation = 1
    return { key: keyOf(kind, draft.metadata.namespace ?? '', draft.metadata.name), draft }
  }
  return async ({ objects = [], port, serviceIP = '10.96.0.1' } = {}) => {
    const known = [
      ...SYSTEM_NAMESPACES.map(namespace),
      // So that the first pods of a new cluster need not wait for the controller that makes these for every other namespace.
      ...(env.kindNamed('', 'ServiceAccount') ? SYSTEM_NAMESPACES.map(account) : []),
      ...(env.kindNamed('', 'Service') ? [kubernetesService(serviceIP, port ?? USUAL_PORT)] : []), ...objects,
    ]
    const wanted = new Map(known.map((object) => {
      const { key, draft } = draftOf(object)
      return [key, draft] as const
    }))
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      const absent = [...wanted].filter(([key]) => !env.store.get(key))
      if (!absent.length) {
        if (port !== undefined) await pointService(env, port)
        return
      }
      const operations = absent.map(([key, draft]): Operation<KubeObject> => ({
        type: 'put', key,
        value: (revision) => env.seal({ ...draft, metadata: { ...draft.metadata, resourceVersion: String(revision) } }),
      }))
      const result = await env.store.txn({ compare: absent.map(([key]) => ({ key, modRevision: 0 })), operations })
      if (result.succeeded && port !== undefined) await pointService(env, port)
      if (result.succeeded) return
    }
    throw failure(500, 'InternalError', 'Internal error occurred: the first objects of the cluster could not be written')
  }
}
