/**
 * The aggregator: an APIService for each group and version that this server serves, and those of others behind a Service,
 * whose resources become kinds that are forwarded. Source: Kubernetes documentation, "Kubernetes API Aggregation Layer".
 */
import type { KubeObject } from '../../../shared/api/meta.ts'
import type { APIService, EndpointSlice, Service } from '../../../shared/api/types.ts'
import { rfc3339 } from '../../../shared/clock.ts'
import { isAlreadyExists, isConflict, isNotFound, serviceUnavailable } from '../../../shared/errors.ts'
import type { StoreEvent } from '../../etcd/types.ts'
import { send, type Answer } from '../connect/post.ts'
import { forward } from '../connect/forward.ts'
import { upgradeOnward } from '../connect/upgrade-onward.ts'
import type { Reach } from '../connect/reach.ts'
import { cloneJson, jsonEqual } from '../json.ts'
import type { KindRegistry } from '../kind-registry.ts'
import { localPriority, type Priority } from '../discovery/priorities.ts'
import { createObject } from '../registry/create.ts'
import { deleteObject } from '../registry/delete.ts'
import { UNABLE } from '../non-resource.ts'
import type { Remote } from '../openapi/others.ts'
import { keyOf, prefixOf, type Env, type Stored } from '../registry/env.ts'
import { updateObject } from '../registry/update.ts'
import { defineKind, type KindDefinition } from '../resources/kind.ts'
import { createTask } from '../task.ts'
import { whyUnavailable } from './availability.ts'
import type { ApiRequest, ApiResponse } from '../types.ts'

const SERVICES = { group: 'apiregistration.k8s.io', resource: 'apiservices' }
const CORE_SERVICES = { group: '', resource: 'services', scope: 'Namespaced' } as const
const SLICES = { group: 'discovery.k8s.io', resource: 'endpointslices' } as const
const SERVICE_NAME = 'kubernetes.io/service-name'
const MANAGED = 'kube-aggregator.kubernetes.io/automanaged'
const CONTEXT = { user: { name: 'system:apiserver', groups: ['system:masters'] }, dryRun: false, fieldManager: 'kube-apiserver', warn: () => undefined }
/** In whose name other servers are asked for what they say of their kinds. */
const AGGREGATOR = 'system:aggregator'
/** And whether they are there. */
const PROBER = 'system:kube-aggregator'
const PROBE_MS = 5_000
/** How long until a server that did not answer is asked again. */
const AGAIN_MS = 5_000

const LOCAL = { type: 'Available', status: 'True', reason: 'Local', message: 'Local APIServices are always available' } as const

type Condition = NonNullable<NonNullable<APIService['status']>['conditions']>[number]
interface Resource { name: string; singularName?: string; namespaced: boolean; kind: string; verbs: string[]; shortNames?: string[]; categories?: string[]; group?: string; version?: string }
/** The certificate by which extension servers know this one; they take the names of users from it. */
export type ProxyCertificate = () => Promise<{ certPem: string; keyPem: string }>

const nameOf = (k: { group: string; version: string }): string => `${k.version}.${k.group}`

function localService(group: string, version: string, custom: boolean, now: string): APIService {
  const priority = localPriority(group, version, custom)
  return {
    apiVersion: 'apiregistration.k8s.io/v1', kind: 'APIService', metadata: { name: nameOf({ group, version }), labels: { [MANAGED]: custom ? 'true' : 'onstart' } },
    spec: { ...(group ? { group } : {}), version, groupPriorityMinimum: priority.group, versionPriority: priority.version },
    status: { conditions: [{ ...LOCAL, lastTransitionTime: now }] },
  } as unknown as APIService
}

/** Kinds as the other server's discovery names them, and whatever else it may have: what it says of itself need not be all. */
export function remoteKinds(group: string, version: string, resources: readonly Resource[], answer: (request: ApiRequest) => Promise<ApiResponse>, priority?: Priority): KindDefinition[] {
  const ranked = priority ? { priority } : {}
  const any = defineKind({ ...ranked, group, version, kind: '', resource: '', singular: '', scope: 'Cluster', schema: '', verbs: [], strategy: {}, columns: [], anyResource: true, forward: answer })
  return [any, ...resources.filter((r) => !r.name.includes('/')).map((r) => defineKind({
    ...ranked, group, version, kind: r.kind, resource: r.name, singular: r.singularName ?? '', scope: r.namespaced ? 'Namespaced' : 'Cluster', schema: `${group}.${version}.${r.kind}`, verbs: r.verbs, strategy: {}, columns: [],
    ...(r.shortNames ? { shortNames: r.shortNames } : {}), ...(r.categories ? { categories: r.categories } : {}),
    subresources: resources.filter((s) => s.name.startsWith(`${r.name}/`)).map((s) => ({ name: s.name.slice(r.name.length + 1), verbs: s.verbs, kind: s.kind, ...(s.group === undefined ? {} : { group: s.group }), ...(s.version === undefined ? {} : { version: s.version }) })),
    forward: answer,
  }))]
}

const unable = async (): Promise<ApiResponse> => {
  throw serviceUnavailable(UNABLE)
}
/** What stands for a server that does not answer. */
function unavailableKinds(group: string, version: string, resources: readonly Resource[], priority: Priority): KindDefinition[] {
  return remoteKinds(group, version, resources, unable, priority).map((kind) => ({ ...kind, stale: true }))
}

export interface ApiServices {
  start(): void
  /** The servers that have answered at some time. */
  remotes(): readonly Remote[]
  stop(): Promise<void>
}

export function createApiServices(env: Env, registry: KindRegistry, reach: Reach, certificate: ProxyCertificate | undefined, registered: () => void = () => undefined): ApiServices {
  const kind = registry.named(SERVICES.group, 'APIService') as KindDefinition
  const prefix = prefixOf(SERVICES)
  const all = (): APIService[] => env.store.range(prefix).kvs.map((kv) => kv.value as APIService)
  /** What each of the others serves, as it last said, and whether it answers now. */
  const known = new Map<string, { readonly resources: readonly Resource[]; readonly answers: boolean; readonly priority: Priority }>()
  let behind = new Set<string>()
  let again: { cancel(): void } | undefined

  async function quietly(work: Promise<unknown>): Promise<void> {
    try {
      await work
    } catch (error) {
      // Somebody else was faster, which the event tells.
      if (!isNotFound(error) && !isConflict(error) && !isAlreadyExists(error)) throw error
    }
  }

  const destination = (service: APIService) => {
    const { name = '', namespace = '', port = 443 } = service.spec.service ?? {}
    const host = `${name}.${namespace}.svc`
    return {
      host, port, open: () => reach.service(namespace, name, port), insecure: service.spec.insecureSkipTLSVerify === true,
      ...(service.spec.caBundle ? { ca: Buffer.from(service.spec.caBundle, 'base64').toString('utf8') } : {}),
    }
  }
  const identity = (request: ApiRequest): Record<string, string | string[]> => ({
    'x-remote-user': request.user.name, 'x-remote-group': [...request.user.groups], ...(request.user.uid ? { 'x-remote-uid': request.user.uid } : {}),
    ...Object.fromEntries(Object.entries(request.user.extra ?? {}).map(([key, values]) => [`x-remote-extra-${encodeURIComponent(key)}`, [...values]])),
  })
  async function answer(name: string, request: ApiRequest): Promise<ApiResponse> {
    const service = env.store.get(`${prefix}${name}`)?.value as APIService | undefined
    if (!service?.spec.service) throw serviceUnavailable('service unavailable')
    const { host, open, insecure, ca } = { ca: undefined, ...destination(service) }
    const own = await certificate?.()
    const query = request.query.size ? `?${request.query.toString()}` : ''
    const pass = request.headers['upgrade'] ? upgradeOnward : forward
    return pass(request, { socket: await open(), host, path: request.path + query, headers: identity(request), tls: { servername: host, rejectUnauthorized: !insecure, ...(ca === undefined ? {} : { ca }), ...(own ? { cert: own.certPem, key: own.keyPem } : {}) } })
  }

  /** A question of this server's own. */
  async function question(service: APIService, path: string, headers: Record<string, string>): Promise<Answer> {
    const own = await certificate?.()
    return send({ ...destination(service), path, ...(own ? { cert: own.certPem, key: own.keyPem } : {}) }, 'GET', undefined, headers, PROBE_MS)
  }
  function remotes(): readonly Remote[] {
    if (!known.size) return []
    return all().flatMap((service) => {
      const { metadata: { name }, spec: { group = '', version = '' } } = service
      const as = service.spec.service && known.get(name)
      if (!as) return []
      return [{ name, group, version, as, answers: as.answers, get: (path, headers) => question(service, path, { ...headers, 'x-remote-user': AGGREGATOR, 'x-remote-group': 'system:authenticated' }), forward: (request) => answer(name, request) } satisfies Remote]
    })
  }

  /** Asks the other server what it serves. */
  async function probe(service: APIService): Promise<Omit<Condition, 'lastTransitionTime'>> {
    const { group = '', version = '' } = service.spec
    const { name } = service.metadata
    /** Who derives things from all kinds is told only of changes. */
    const learn = (resources: readonly Resource[], answers: boolean): void => {
      const priority = { group: service.spec.groupPriorityMinimum, version: service.spec.versionPriority }
      if (jsonEqual(known.get(name), { resources, answers, priority })) return
      known.set(name, { resources, answers, priority })
      // What this server has itself stays until the other one has answered for the first time.
      const own = !resources.length && registry.all.some((k) => !k.forward && k.group === group && k.version === version)
      registry.replace(`apiservice/${name}`, answers ? remoteKinds(group, version, resources, (request) => answer(name, request), priority) : own ? [] : unavailableKinds(group, version, resources, priority))
    }
    const lost = <T extends Omit<Condition, 'lastTransitionTime'>>(condition: T): T => {
      learn(known.get(name)?.resources ?? [], false)
      return condition
    }
    const behind = { namespace: service.spec.service?.namespace ?? '', name: service.spec.service?.name ?? '' }
    const slices = env.store.range(prefixOf(SLICES, behind.namespace)).kvs.map((kv) => kv.value as EndpointSlice).filter((s) => s.metadata.labels?.[SERVICE_NAME] === behind.name)
    const target = env.store.get(keyOf(CORE_SERVICES, behind.namespace, behind.name))?.value as Service | undefined
    const why = whyUnavailable(service, target, slices)
    if (why) return lost(why)
    const path = group ? `/apis/${group}/${version}` : `/api/${version}`
    const { host, port } = destination(service)
    const { clusterIP } = target?.spec ?? {}
    const address = `https://${clusterIP && clusterIP !== 'None' ? clusterIP : host}:${port}${path}`
    try {
      const { status, body } = await question(service, path, { accept: 'application/json', 'x-remote-user': PROBER, 'x-remote-group': 'system:masters' }).catch((error: unknown) => {
        throw new Error(`Get ${JSON.stringify(address)}: ${error instanceof Error ? error.message : String(error)}`)
      })
      if (status < 200 || status > 299) throw new Error(`bad status from ${address}: ${status}`)
      const { resources = [] } = JSON.parse(body.toString('utf8')) as { resources?: Resource[] }
      learn(resources, true)
      return { type: 'Available', status: 'True', reason: 'Passed', message: 'all checks passed' }
    } catch (error) {
      return lost({ type: 'Available', status: 'False', reason: 'FailedDiscoveryCheck', message: `failing or missing response from ${address}: ${error instanceof Error ? error.message : String(error)}` })
    }
  }

  async function writeStatus(service: APIService, condition: Omit<Condition, 'lastTransitionTime'>): Promise<void> {
    const before = service.status?.conditions?.find((c) => c.type === 'Available')
    if (before && jsonEqual({ ...before, lastTransitionTime: undefined }, condition)) return
    const lastTransitionTime = before?.status === condition.status ? before.lastTransitionTime : rfc3339(env.clock.now())
    const status = { conditions: [{ ...condition, ...(lastTransitionTime ? { lastTransitionTime } : {}) }] }
    await quietly(updateObject(env, kind, '', service.metadata.name, { subresource: 'status', make: (live) => ({ ...cloneJson(live), status }) as Stored }, CONTEXT))
  }

  async function keepLocal(): Promise<void> {
    const present = new Map(all().map((s) => [s.metadata.name, s]))
    const versions = new Map<string, { custom: boolean; versions: Set<string> }>()
    for (const k of registry.all) {
      if (k.forward || k.group === SERVICES.group) continue
      const known = versions.get(k.group) ?? { custom: k.decode !== undefined, versions: new Set<string>() }
      known.versions.add(k.version)
      versions.set(k.group, known)
    }
    const now = rfc3339(env.clock.now())
    const wanted = [...versions].flatMap(([group, { custom, versions: some }]) => [...some].map((version) => localService(group, version, custom, now)))
    // Together: those that come together wait for the disk once.
    await Promise.all(wanted.filter((s) => !present.has(s.metadata.name)).map((s) => quietly(createObject(env, kind, '', s as unknown as Stored, CONTEXT))))
    const names = new Set(wanted.map((s) => s.metadata.name))
    for (const [name, service] of present) if (service.metadata.labels?.[MANAGED] && !service.spec.service && !names.has(name)) await quietly(deleteObject(env, kind, '', name, {}, CONTEXT))
  }

  const task = createTask(env.clock, 'the APIServices could not be kept', async () => {
    again?.cancel()
    await keepLocal()
    registered()
    const now = new Set<string>()
    const places = new Set<string>()
    let failing = false
    await Promise.all(all().map(async (service) => {
      if (!service.spec.service) return writeStatus(service, LOCAL)
      now.add(service.metadata.name)
      places.add(`${service.spec.service.namespace}/${service.spec.service.name}`)
      const condition = await probe(service)
      failing ||= condition.status !== 'True'
      return writeStatus(service, condition)
    }))
    for (const name of known.keys()) {
      if (now.has(name)) continue
      known.delete(name)
      registry.replace(`apiservice/${name}`, [])
    }
    behind = places
    if (failing) again = env.clock.after(AGAIN_MS, () => task.wake())
  })
  /** Of the Services that stand before other servers, and their endpoints. */
  const endpointsChanged = (events: readonly StoreEvent<KubeObject>[]): void => {
    const changed = events.some(({ kv }) => [...behind].some((place) => kv.key.includes(`/${place}`)))
    if (changed) wake()
  }
  let started = false
  const wake = (): void => {
    if (started) task.wake()
  }
  const watches = [env.store.watch({ prefix }, wake), env.store.watch({ prefix: prefixOf({ group: '', resource: 'services' }) }, endpointsChanged), env.store.watch({ prefix: prefixOf({ group: 'discovery.k8s.io', resource: 'endpointslices' }) }, endpointsChanged)]
  const stopListening = registry.onChange(wake)
  return {
    remotes,
    start() {
      started = true
      task.wake()
    },
    async stop() {
      stopListening()
      for (const watch of watches) watch.close()
      again?.cancel()
      await task.stop()
    },
  }
}
