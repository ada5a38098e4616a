/** What every cluster has from its first moment: namespaces, RBAC policy, the Service of the API server itself. */
import { randomUUID } from 'node:crypto'
import type { KubeObject } from '../../shared/api/meta.ts'
import { rfc3339 } from '../../shared/clock.ts'
import { failure } from '../../shared/errors.ts'
import type { Operation } from '../etcd/types.ts'
import { cloneJson } from './json.ts'
import { apiVersion, countsGeneration, keyOf, type Env, type Stored } from './registry/env.ts'

export interface BootstrapOptions {
  /** Objects to make sure of, such as the RBAC policy. Objects that are there already are left as they are. */
  readonly objects?: readonly KubeObject[]
  /** Port of the API server, for the endpoints of its Service. */
  readonly port?: number
  /** Cluster address of the Service `kubernetes`: the first of the service range. */
  readonly serviceIP?: string
}

export const SYSTEM_NAMESPACES = ['default', 'kube-system', 'kube-public', 'kube-node-lease'] as const
const ATTEMPTS = 5
const SYSTEM = { name: 'system:apiserver', groups: ['system:masters'] }

const namespace = (name: string): KubeObject => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })

const kubernetesService = (ip: string, port: number): KubeObject => ({
  apiVersion: 'v1', kind: 'Service',
  metadata: { name: 'kubernetes', namespace: 'default', labels: { component: 'apiserver', provider: 'kubernetes' } },
  spec: {
    type: 'ClusterIP', clusterIP: ip, clusterIPs: [ip], sessionAffinity: 'None', ipFamilies: ['IPv4'], ipFamilyPolicy: 'SingleStack', internalTrafficPolicy: 'Cluster',
    ports: [{ name: 'https', port: 443, protocol: 'TCP', targetPort: port }],
  },
} as KubeObject)

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
  return async ({ objects = [], port = 6443, serviceIP = '10.96.0.1' } = {}) => {
    const known = [...SYSTEM_NAMESPACES.map(namespace), ...(env.kindNamed('', 'Service') ? [kubernetesService(serviceIP, port)] : []), ...objects]
    const wanted = new Map(known.map((object) => {
      const { key, draft } = draftOf(object)
      return [key, draft] as const
    }))
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      const absent = [...wanted].filter(([key]) => !env.store.get(key))
      if (!absent.length) return
      const operations = absent.map(([key, draft]): Operation<KubeObject> => ({
        type: 'put', key,
        value: (revision) => env.seal({ ...draft, metadata: { ...draft.metadata, resourceVersion: String(revision) } }),
      }))
      const result = await env.store.txn({ compare: absent.map(([key]) => ({ key, modRevision: 0 })), operations })
      if (result.succeeded) return
    }
    throw failure(500, 'InternalError', 'Internal error occurred: the first objects of the cluster could not be written')
  }
}
