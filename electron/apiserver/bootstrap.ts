/** What every cluster has from its first moment: namespaces, RBAC policy, the Service of the API server itself. */
import { randomUUID } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import type { KubeObject } from '../../shared/api/meta.ts'
import type { Endpoints, EndpointSlice, Service } from '../../shared/api/types.ts'
import { rfc3339 } from '../../shared/clock.ts'
import { failure } from '../../shared/errors.ts'
import type { Operation } from '../etcd/types.ts'
import { broughtUp, isKept } from './auth/reconcile-policy.ts'
import { GROUP as FLOW_CONTROL } from './flowcontrol/flow-control.ts'
import { firstObjects } from './flowcontrol/upkeep.ts'
import { cloneJson } from './json.ts'
import { apiVersion, countsGeneration, keyOf, type Env, type Stored } from './registry/env.ts'
import { commit } from './registry/update.ts'
import { defaultServiceCidr } from './services/service-cidrs.ts'

export interface BootstrapOptions {
  /** Objects to make sure of, such as the RBAC policy. Objects that are there already are left as they are, but for policy that is kept up to date. */
  readonly objects?: readonly KubeObject[]
  /** Port that the API server listens at: its Service leads there. Absent: not known yet, so a Service that is there stays as it is. */
  readonly port?: number
  /** Cluster address of the Service `kubernetes`: the first of the service range. */
  readonly serviceIP?: string
  /** Where pods reach the API server: the endpoint of its Service. Absent: the Service has no endpoint. */
  readonly address?: string
}

export const SYSTEM_NAMESPACES = ['default', 'kube-system', 'kube-public', 'kube-node-lease'] as const
const ATTEMPTS = 5
const SYSTEM = { name: 'system:apiserver', groups: ['system:masters'] }

/** Where nobody has said a port yet. */
const USUAL_PORT = 6443
const SERVICE = { group: '', resource: 'services' }
const ENDPOINTS = { group: '', resource: 'endpoints' }
const SLICES = { group: 'discovery.k8s.io', resource: 'endpointslices' }

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

const kubernetesEndpoints = (address: string, port: number): KubeObject => ({
  apiVersion: 'v1', kind: 'Endpoints',
  metadata: { name: 'kubernetes', namespace: 'default', labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' } },
  subsets: [{ addresses: [{ ip: address }], ports: [{ name: 'https', port, protocol: 'TCP' }] }],
} as KubeObject)

const kubernetesSlice = (address: string, port: number): KubeObject => ({
  apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice',
  metadata: { name: 'kubernetes', namespace: 'default', labels: { 'kubernetes.io/service-name': 'kubernetes' } },
  addressType: 'IPv4', endpoints: [{ addresses: [address], conditions: { ready: true } }], ports: [{ name: 'https', port, protocol: 'TCP' }],
} as KubeObject)

/** Changes one stored object of the namespace default. `change` answers undefined when it is as it should be; nothing else of it is touched. */
async function adjust<T extends KubeObject>(env: Env, of: { group: string; resource: string }, change: (live: T) => T | undefined): Promise<void> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const kv = env.store.get(keyOf({ ...of, scope: 'Namespaced' }, 'default', 'kubernetes'))
    const draft = kv && change(cloneJson(kv.value) as T)
    if (!draft || (await commit(env, {}, kv, draft as unknown as Stored))) return
  }
  throw failure(500, 'InternalError', `Internal error occurred: ${of.resource} kubernetes could not be written`)
}

/** Makes the Service and its endpoint lead to where the server listens, if they lead elsewhere. */
async function point(env: Env, port: number, address: string | undefined): Promise<void> {
  await adjust<Service>(env, SERVICE, (live) => {
    if (live.spec.ports?.some((p) => p.name === 'https' && p.targetPort === port)) return undefined
    return { ...live, spec: { ...live.spec, ports: (live.spec.ports ?? []).map((p) => (p.name === 'https' ? { ...p, targetPort: port } : p)) } }
  })
  if (address === undefined) return
  const { subsets } = kubernetesEndpoints(address, port) as Endpoints
  await adjust<Endpoints>(env, ENDPOINTS, (live) => (isDeepStrictEqual(live.subsets, subsets) ? undefined : { ...live, ...(subsets ? { subsets } : {}) }))
  const { endpoints, ports } = kubernetesSlice(address, port) as EndpointSlice
  await adjust<EndpointSlice>(env, SLICES, (live) => (isDeepStrictEqual([live.endpoints, live.ports], [endpoints, ports]) ? undefined : { ...live, endpoints, ...(ports ? { ports } : {}) }))
}

/** All that is absent or behind is written in one transaction, so that a start waits for the disk once, or not at all. */
/** @param serviceCIDR the range of cluster addresses */
export function createBootstrap(env: Env, serviceCIDR: string): (options?: BootstrapOptions) => Promise<void> {
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
  return async ({ objects = [], port, serviceIP = '10.96.0.1', address } = {}) => {
    const known = [
      ...SYSTEM_NAMESPACES.map(namespace),
      // So that the first pods of a new cluster need not wait for the controller that makes these for every other namespace.
      ...(env.kindNamed('', 'ServiceAccount') ? SYSTEM_NAMESPACES.map(account) : []),
      ...(env.kindNamed('networking.k8s.io', 'ServiceCIDR') ? [defaultServiceCidr(serviceCIDR, now)] : []),
      ...(env.kindNamed('', 'Service') ? [kubernetesService(serviceIP, port ?? USUAL_PORT)] : []),
      ...(env.kindNamed(FLOW_CONTROL, 'FlowSchema') ? firstObjects(now) : []),
      ...(address && env.kindNamed('', 'Endpoints') ? [kubernetesEndpoints(address, port ?? USUAL_PORT)] : []),
      ...(address && env.kindNamed('discovery.k8s.io', 'EndpointSlice') ? [kubernetesSlice(address, port ?? USUAL_PORT)] : []), ...objects,
    ]
    const wanted = new Map(known.map((object) => {
      const { key, draft } = draftOf(object)
      return [key, draft] as const
    }))
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      const writes = [...wanted].flatMap(([key, draft]) => {
        const kv = env.store.get(key)
        if (!kv) return [{ key, modRevision: 0, draft }]
        const better = isKept(draft) && broughtUp(kv.value, draft)
        return better ? [{ key, modRevision: kv.modRevision, draft: cloneJson(better) }] : []
      })
      if (!writes.length) {
        if (port !== undefined) await point(env, port, address)
        return
      }
      const operations = writes.map(({ key, draft }): Operation<KubeObject> => ({
        type: 'put', key,
        value: (revision) => env.seal({ ...draft, metadata: { ...draft.metadata, resourceVersion: String(revision) } }),
      }))
      const result = await env.store.txn({ compare: writes.map(({ key, modRevision }) => ({ key, modRevision })), operations })
      if (result.succeeded && port !== undefined) await point(env, port, address)
      if (result.succeeded) return
    }
    throw failure(500, 'InternalError', 'Internal error occurred: the first objects of the cluster could not be written')
  }
}
