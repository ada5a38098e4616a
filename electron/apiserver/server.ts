/**
 * The API server without a transport: one function from request to answer, behind which stand authorization, admission,
 * validation and the store. HTTPS, the in-process client and the dashboard's endpoint are three doors to it.
 */
import { setMaxListeners } from 'node:events'
import type { KubeObject } from '../../shared/api/meta.ts'
import type { APIService, PolicyRule } from '../../shared/api/types.ts'
import type { Clock } from '../../shared/clock.ts'
import { logger } from '../../shared/log.ts'
import { failure, pathNotFound, serviceUnavailable, toStatusError, unauthorized, StatusError } from '../../shared/errors.ts'
import { StoreUnavailableError, type Store } from '../etcd/types.ts'
import { builtIn, createAdmissionChain, type AdmissionPlugin, type PodSecurityExemptions } from './admission/index.ts'
import { createMutatingPolicies } from './admission/mutating-policies.ts'
import { createPolicies } from './admission/policies.ts'
import { startPolicyStatus } from './admission/policy-status.ts'
import { createWebhooks } from './admission/webhooks.ts'
import { startRoleAggregation } from './aggregate-roles.ts'
import type { OpenId } from './auth/issuer.ts'
import type { TokenIssuer } from './auth/service-account.ts'
import { createEscalationCheck } from './auth/escalation.ts'
import { auditId, auditLine, isAudited, type AuditSink, type Trail } from './audit.ts'
import { decideBy, type AuditPolicy } from './audit-policy.ts'
import { annotator, createAuditRecorder } from './audit-record.ts'
import { authorize, effectiveUser } from './authorize.ts'
import { startBackground } from './background.ts'
import { createCounts, type CountSource } from './counts.ts'
import { isLargeBody, readLarge } from './codec/large.ts'
import { YamlThread } from './codec/yaml-thread.ts'
import { createBootstrap, type BootstrapOptions } from './bootstrap.ts'
import { createDiscovery } from './discovery/discovery.ts'
import { deepFreeze, storeCodec } from './encode.ts'
import { createReach, type DialEndpoint } from './connect/reach.ts'
import { createApiServices, type ProxyCertificate } from './extensions/api-services.ts'
import { createDefinitions } from './extensions/definitions.ts'
import { CUSTOM_METRICS, customMetricsKinds } from './extensions/custom-metrics.ts'
import { metricsKinds } from './extensions/metrics-group.ts'
import { objectHistory } from './history/kind.ts'
import { createFlowControl } from './flowcontrol/flow-control.ts'
import { startFlowUpkeep } from './flowcontrol/upkeep.ts'
import { createHealthChecks } from './health.ts'
import { createKindRegistry, derived } from './kind-registry.ts'
import { createMetrics } from './metrics.ts'
import { createNonResource } from './non-resource.ts'
import type { OpenApi } from './openapi/index.ts'
import { createOthers, together, type Told } from './openapi/others.ts'
import { keyOf, prefixOf, unheard, type Env } from './registry/env.ts'
import { createRbacSource } from './rbac-source.ts'
import { toldWhenEnded } from './long-running.ts'
import { isLongRunning, requestInfo, type RequestInfo } from './request-info.ts'
import { binding } from './resources/binding.ts'
import { componentStatus } from './resources/componentstatus.ts'
import type { KindDefinition } from './resources/kind.ts'
import { reviews } from './reviews/reviews.ts'
import { route, type RouteOptions } from './route.ts'
import { withOwnSchemas } from './schema/inline.ts'
import type { Schemas } from './schema.ts'
import { Stretch } from './stretch.ts'
import { createTraffic, type Traffic } from './traffic.ts'
import { createServiceAllocator, SERVICE_CIDR } from './services/allocator.ts'
import { startServiceCidrs } from './services/service-cidrs.ts'
import { handleBinding } from './subresources/pod.ts'
import type { ApiRequest, ApiResponse, ApiServer, Authenticator, Authorizer, CustomMetricsDoor, KubeletDoor, MetricsDoor, UserInfo } from './types.ts'
import type { Call } from './verbs.ts'
import { warningHeader } from './warning-header.ts'

export interface Version {
  readonly major: string
  readonly minor: string
  readonly gitVersion: string
  readonly [field: string]: string
}

export interface ApiServerOptions {
  readonly store: Store<KubeObject>
  readonly kinds: readonly KindDefinition[]
  readonly schemas: Schemas
  readonly clock: Clock
  /** Range of cluster addresses of Services. */
  readonly serviceCIDR?: string
  /** Absent: everything is allowed (tests). */
  readonly authorizer?: Authorizer
  /** For TokenReview. */
  readonly authenticator?: Authenticator
  /** For SelfSubjectRulesReview. */
  readonly rulesFor?: (user: UserInfo, namespace: string) => { rules: readonly PolicyRule[]; incomplete: boolean; fault?: string }
  /** For serviceaccounts/NAME/token. Absent: no tokens are issued. */
  readonly tokenIssuer?: TokenIssuer
  /** What others need to check such tokens. */
  readonly openId?: OpenId
  /** Where it is written down who asked for what. Absent: nowhere. */
  readonly audit?: AuditSink
  /** What is written there. Absent: who changes what, and what is asked from outside, without the objects. */
  readonly auditPolicy?: AuditPolicy | undefined
  /** Plugins from outside the registry: policies, webhooks, in the order in which they run. */
  readonly admission?: readonly AdmissionPlugin[]
  /** Whose pods, and which, no level of Pod Security applies to. Absent: there are none. */
  readonly podSecurityExemptions?: PodSecurityExemptions
  /** Made from the kinds served, reviews included; `kinds` answers a new array when they have changed, `told` what other servers say of theirs. Absent: no OpenAPI, which clients take well. */
  readonly openApi?: (kinds: () => readonly KindDefinition[], schemas: Schemas, told: () => Told | undefined) => OpenApi
  /** By which extension servers know this one. Absent: they are asked without. */
  readonly proxyCertificate?: ProxyCertificate
  /** To endpoints of Services that are no pods, where they are not this machine's to reach. */
  readonly dialEndpoint?: DialEndpoint | undefined
  /** Freeze what leaves the pipeline: in development and in tests. */
  readonly freeze?: boolean
  readonly version?: Version
  /** With what it was started, by upstream's names of flags, for whoever asks. */
  readonly flags?: Readonly<Record<string, string>>
}

export interface PilothouseApiServer extends ApiServer {
  setKubeletDoor(door: KubeletDoor): void
  /** From now on metrics.k8s.io is served. */
  setMetricsDoor(door: MetricsDoor): void
  /** custom.metrics.k8s.io is served while there are names. */
  setCustomMetrics(names: readonly string[], door: CustomMetricsDoor): void
  /** What stands below /metrics: Prometheus text of other components, by path. */
  setComponentMetrics(text: (path: string) => Promise<string | undefined>): void
  /** Named checks of the server's health; each answers undefined when well, else what is wrong. More may be added. */
  readonly readyChecks: Map<string, () => string | undefined>
  readonly ready: boolean
  /** Everything served at the moment, reviews included. */
  readonly kinds: readonly KindDefinition[]
  /** Namespaces, policy and the kubernetes Service, where they are absent. */
  bootstrap(options?: BootstrapOptions): Promise<void>
  /** The current objects of a resource, by reference and synchronously; for the authorizer. */
  lister<T extends KubeObject>(group: string, resource: string): { get(name: string, namespace?: string): T | undefined; list(namespace?: string): readonly T[]; onChange(listener: () => void): () => void }
  /** How many objects of each kind there are, live. */
  readonly counts: Pick<CountSource, 'subscribe'>
  /** What is asked, as it is answered: a sample. */
  readonly traffic: Pick<Traffic, 'subscribe'>
  /** Ends watches and background tasks. Idempotent. The store stays open: it is its owner's. */
  close(): Promise<void>
}

const VERSION: Version = {
  major: '1', minor: '36', gitVersion: 'v1.36.0+pilothouse', gitCommit: '', gitTreeState: 'clean', buildDate: '1970-01-01T00:00:00Z',
  goVersion: `node${process.versions.node}`, compiler: 'v8', platform: `${process.platform}/${process.arch === 'x64' ? 'amd64' : process.arch}`,
}
const BINDINGS = '/v1/bindings'
const log = logger('kube-apiserver')

const errorAnswer = (error: StatusError): ApiResponse => ({
  status: error.code, body: { type: 'object', value: error.status },
  ...(error.status.details?.retryAfterSeconds ? { headers: { 'retry-after': String(error.status.details.retryAfterSeconds) } } : {}),
})

export async function createApiServer(options: ApiServerOptions): Promise<PilothouseApiServer> {
  const { store, clock, authorizer } = options
  const closing = new AbortController()
  // Every open watch listens to it; Node 20 would take them for a leak.
  setMaxListeners(0, closing.signal)
  const checks = createHealthChecks(new Map([['ping', () => undefined], ['log', () => options.audit?.problem], ['etcd', () => store.problem], ['etcd-readiness', () => store.problem], ['informer-sync', () => (definitions?.synced === false ? 'the definitions of custom resources are being read' : undefined)], ['shutdown', () => (closing.signal.aborted ? 'the server is stopping' : undefined)]]))
  const readyChecks = checks.more
  const registry = createKindRegistry([...options.kinds, binding, objectHistory, componentStatus((name) => (name === 'etcd-0' ? readyChecks.get('etcd')?.() : undefined)), ...reviews.map((r) => r.kind)], withOwnSchemas(options.schemas, [...options.kinds, objectHistory]))
  const { schemas } = registry
  const services = createServiceAllocator(store, options.serviceCIDR ? { cidr: options.serviceCIDR } : {})
  const escalation = authorizer && options.rulesFor && createEscalationCheck({ ...createRbacSource(store), authorizer, rulesFor: options.rulesFor })
  const reach = createReach({ store }, () => door, options.dialEndpoint)
  const webhooks = createWebhooks(store, { registry, reach, authorizer })
  const policies = createPolicies(store, { registry, authorizer })
  const mutatingPolicies = createMutatingPolicies(store, { registry, authorizer })
  const env: Env = { admission: createAdmissionChain(builtIn([...(options.admission ?? []), mutatingPolicies.around(webhooks.mutating), policies.plugin, webhooks.validating], authorizer, options.podSecurityExemptions)), ...(escalation ? { checkEscalation: escalation } : {}), pools: new Map([['/services', services]]), store, schemas, clock, closing: closing.signal, seal: options.freeze ? deepFreeze : (v) => v, kindNamed: registry.named }
  const flow = createFlowControl(env, ({ group, version, resource, namespace }) => {
    const kind = registry.find(group, version, resource)
    return kind && !kind.memory && !kind.forward ? store.count(prefixOf(kind, namespace)) : 0
  })
  const stored = function* () {
    for (const kind of registry.all) if (!kind.memory && !kind.forward && registry.resource(kind.group, kind.resource) === kind) yield { group: kind.group, resource: kind.resource, count: store.count(prefixOf(kind)) }
  }
  const availability = function* () {
    for (const { value } of store.range(prefixOf({ group: 'apiregistration.k8s.io', resource: 'apiservices' })).kvs) yield { name: value.metadata.name, available: (value as APIService).status?.conditions?.find((c) => c.type === 'Available')?.status === 'True' }
  }
  const version = options.version ?? VERSION
  const metrics = createMetrics({ store, flow, version, objects: stored, apiServices: availability })
  let reachedAt: string | undefined
  const others = createOthers(() => apiServices?.remotes() ?? [], clock)
  const openApi = options.openApi?.(() => registry.all, schemas, others.told)
  const nonResource = createNonResource({ discovery: derived(registry, (kinds) => createDiscovery(kinds, () => reachedAt)), openApi: openApi && together(openApi, others), metrics, flow, componentMetrics: (path) => componentMetrics(path), openId: options.openId, health: checks, version, flags: options.flags ?? {}, now: () => clock.now(), snapshot: async () => (await import('../etcd/snapshot-file.ts')).snapshotOf(store, storeCodec) })
  const background = startBackground(env)
  const yaml = new YamlThread(clock)
  const aggregation = startRoleAggregation(env)
  const flowUpkeep = startFlowUpkeep(env)
  const counts = createCounts(store, clock)
  const traffic = createTraffic(clock)
  const definitions = registry.named('apiextensions.k8s.io', 'CustomResourceDefinition') && createDefinitions(env, registry, reach)
  await definitions?.start()
  checks.done('created')
  const bootstrap = createBootstrap(env, options.serviceCIDR ?? SERVICE_CIDR)
  const serviceCidrs = startServiceCidrs(env, registry)
  const policyStatus = startPolicyStatus(env, registry)
  const apiServices = registry.named('apiregistration.k8s.io', 'APIService') && createApiServices(env, registry, reach, options.proxyCertificate, () => checks.done('registered'))
  let door: KubeletDoor | undefined
  const routing: RouteOptions = { env, registry, reach, authorizer, authenticator: options.authenticator, rulesFor: options.rulesFor, tokenIssuer: options.tokenIssuer, door: () => door }
  let custom: { names: string; door: CustomMetricsDoor } | undefined
  let componentMetrics: (path: string) => Promise<string | undefined> = async () => undefined

  const recorder = options.audit && options.auditPolicy && createAuditRecorder(options.audit, decideBy(options.auditPolicy), clock)

  async function dispatch(request: ApiRequest, trail: Trail, warn: (message: string) => void): Promise<ApiResponse> {
    const info = (trail.info = requestInfo(request))
    trail.record = recorder?.(request, info, trail)
    if (request.refused) throw unauthorized()
    const user = (trail.user = effectiveUser(request, authorizer))
    if (request.inProcess) return proceed(request, info, user, trail, warn)
    const entered = flow.enter(request, info, user, (headers) => (trail.flow = headers))
    const release = typeof entered === 'function' ? entered : await entered
    try {
      return await proceed(request, info, user, trail, warn)
    } finally {
      release()
    }
  }

  async function proceed(request: ApiRequest, info: RequestInfo, user: UserInfo, trail: Trail, warn: (message: string) => void): Promise<ApiResponse> {
    trail.reason = authorize(info, user, authorizer, request.query.get('fieldSelector'))
    if (!info.isResource) return nonResource(request)
    const stretch = new Stretch(isLargeBody(request.body))
    const full = `${info.group}/${info.version}/${info.resource}`
    const found = full === BINDINGS ? registry.find('', 'v1', 'pods') : registry.find(info.group, info.version, info.resource)
    if (!found) throw pathNotFound()
    trail.served = true
    if (!found.forward) trail.record?.taken()
    const call: Call = { request: user === request.user ? request : { ...request, user }, info, kind: found, warn, annotate: options.audit && annotator(trail), stretch }
    const reading = found.forward ? undefined : readLarge(request, yaml, stretch)
    if (reading) await reading
    return full === BINDINGS ? handleBinding(env, call) : route(routing, call, user)
  }

  async function answer(request: ApiRequest, trail: Trail): Promise<ApiResponse> {
    let warnings: Set<string> | undefined
    const warn = request.inProcess ? unheard : (message: string): void => void (warnings ??= new Set()).add(message)
    try {
      if (closing.signal.aborted) throw serviceUnavailable('the server is stopping')
      const response = await dispatch(request, trail, warn)
      if (!warnings) return response
      return { ...response, headers: { ...response.headers, warning: warningHeader([...warnings]) } }
    } catch (error) {
      const status = error instanceof StoreUnavailableError ? failure(500, 'InternalError', `Internal error occurred: the store could not write: ${error.message}`) : toStatusError(error)
      if (status.code >= 500 && !(error instanceof StatusError)) log.error('a request failed', { method: request.method, path: request.path, error, stack: error instanceof Error ? error.stack : undefined })
      return errorAnswer(status)
    }
  }

  async function handle(request: ApiRequest): Promise<ApiResponse> {
    const started = performance.now()
    const trail: Trail = { received: clock.now(), ...(request.annotations ? { annotations: { ...request.annotations } } : {}) }
    const { audit } = options
    let response = await answer(request, trail)
    const { info } = trail
    // Who is in this process has use for neither.
    if (!request.inProcess) response = { ...response, headers: { ...response.headers, 'audit-id': auditId(request, trail), ...trail.flow } }
    metrics.observe(request, info, trail.served === true, response.status, (performance.now() - started) / 1000)
    if (info && isLongRunning(info)) response = toldWhenEnded(response, () => metrics.began(request, info))
    if (traffic.watched && info?.isResource) traffic.seen(request, info, response)
    if (recorder) {
      response = trail.record?.answered(response) ?? response
      if (trail.record && !request.inProcess) await audit?.written()
    } else if (audit && isAudited(request, info, response.status)) {
      audit.write(auditLine(request, response, trail, clock.now()))
      // Who is in this process ends with it, and waits for nothing.
      if (!request.inProcess) await audit.written()
    }
    return response
  }

  return {
    handle, readyChecks, counts, traffic,
    get kinds() {
      return registry.all
    },
    setMetricsDoor(given) {
      const { kinds, schemas: own } = metricsKinds(given)
      registry.replace('metrics.k8s.io', kinds, own)
    },
    setCustomMetrics(given, its) {
      const names = given.join(' ')
      const same = custom?.names === names
      custom = { names, door: its }
      if (same) return
      const { kinds, schemas: own } = customMetricsKinds(given, () => custom?.door ?? its)
      registry.replace(CUSTOM_METRICS, kinds, own)
    },
    setComponentMetrics(given) {
      componentMetrics = given
    },
    forwards(path) {
      const [, apis, group = '', version = '', resource = ''] = path.split('/')
      return apis === 'apis' && registry.find(group, version, resource)?.forward !== undefined
    },
    setKubeletDoor(given) {
      door = given
    },
    get ready() {
      return [...readyChecks.values()].every((check) => check() === undefined)
    },
    async bootstrap(given) {
      await bootstrap(given)
      if (given?.address && given.port) reachedAt = `${given.address}:${given.port}`
      checks.done('bootstrapped')
      apiServices?.start()
      checks.done('aggregated')
    },
    lister<T extends KubeObject>(group: string, resource: string) {
      const kind = registry.resource(group, resource)
      if (!kind) throw pathNotFound()
      return {
        get: (name: string, namespace = '') => store.get(keyOf(kind, namespace, name))?.value as T | undefined,
        list: (namespace = '') => store.range(prefixOf(kind, namespace)).kvs.map((kv) => kv.value as T),
        onChange(listener: () => void) {
          const watch = store.watch({ prefix: prefixOf(kind) }, listener)
          const stop = (): void => watch.close()
          closing.signal.addEventListener('abort', stop, { once: true })
          return () => {
            closing.signal.removeEventListener('abort', stop)
            watch.close()
          }
        },
      }
    },
    async close() {
      if (closing.signal.aborted) return
      closing.abort()
      services.close()
      webhooks.stop()
      policies.stop()
      mutatingPolicies.stop()
      flow.stop()
      counts.close()
      traffic.close()
      await Promise.all([yaml.close(), background.stop(), aggregation.stop(), flowUpkeep.stop(), definitions?.stop(), policyStatus.stop(), serviceCidrs.stop(), apiServices?.stop()])
    },
  }
}

export { encodeJson, encodeEvent, storeCodec } from './encode.ts'
