/** Paths that are no resources: discovery, OpenAPI, OpenID, version, health, metrics, and a snapshot of everything. */
import { Readable } from 'node:stream'
import { methodNotAllowed, notAcceptable, pathNotFound, serviceUnavailable } from '../../shared/errors.ts'
import type { OpenId } from './auth/issuer.ts'
import { dump, DUMP_PATHS } from './flowcontrol/dump.ts'
import type { FlowControl } from './flowcontrol/flow-control.ts'
import type { Discovery, Document } from './discovery/discovery.ts'
import { health, type HealthChecks } from './health.ts'
import type { Metrics } from './metrics.ts'
import { createSlis } from './slis.ts'
import { flagz, statusz } from './zpages.ts'
import { encodeFor } from './encode.ts'
import { ALL_MEDIA, negotiate, parseAccept, refusalOf, type Form } from './negotiate.ts'
import { isElsewhere, type AllDocuments } from './openapi/others.ts'
import { isPretty } from './pretty.ts'
import type { ApiRequest, ApiResponse } from './types.ts'

interface Ready {
  bytes(): Uint8Array | Promise<Uint8Array>
  readonly etag: string
}

export interface NonResourceWorld {
  readonly discovery: () => Discovery
  readonly openApi: AllDocuments | undefined
  readonly metrics: Metrics
  readonly flow: FlowControl
  /** Prometheus text of another component, by its path below /metrics; undefined: there is none. */
  readonly componentMetrics: (path: string) => Promise<string | undefined>
  /** Absent: tokens of this server can be checked by nobody else. */
  readonly openId?: OpenId | undefined
  readonly health: Pick<HealthChecks, 'of'>
  readonly version: { readonly gitVersion: string; readonly goVersion?: string }
  /** With what the server was started, for /flagz. */
  readonly flags: Readonly<Record<string, string>>
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Everything that is stored now, Secrets too, in pieces of a file: policy gives it to cluster administrators alone. */
  readonly snapshot: () => Promise<AsyncIterable<Uint8Array>>
}

const bytes = (content: Uint8Array, contentType: string, headers?: Record<string, string>, status = 200): ApiResponse => ({
  status, body: { type: 'bytes', bytes: content, contentType }, ...(headers ? { headers } : {}),
})

/** Whether one of the tags in an If-None-Match is this one; weak ones are as good. Source: RFC 9110, 13.1.2. */
function has(header: string | undefined, tag: string): boolean {
  return header !== undefined && (header.trim() === '*' || header.split(',').some((t) => t.trim().replace(/^W\//, '') === tag))
}

/** 304 when the caller has this version already. */
async function cached(request: ApiRequest, document: Ready, contentType: string, more?: Record<string, string>): Promise<ApiResponse> {
  const etag = document.etag.startsWith('"') ? document.etag : `"${document.etag}"`
  const headers = { etag, vary: 'Accept', ...more }
  if (has(request.headers['if-none-match'], etag)) return { status: 304, headers, body: { type: 'empty' } }
  // Only now: some are put together when they are read.
  return bytes(await document.bytes(), contentType, headers)
}

/** Of a document that is asked for by its hash: it will never be another. */
const FOREVER_MS = 365 * 86_400_000

/**
 * A document of version 3. Its address in the index has its hash; by an older one it is found at the new address. Source:
 * Kubernetes documentation, "The Kubernetes API: OpenAPI v3".
 */
async function openApiV3(request: ApiRequest, openApi: AllDocuments, rest: readonly string[], now: number): Promise<ApiResponse> {
  if (!parseAccept(request.headers['accept'] || '*/*').some(({ type }) => JSON_TYPES.has(type))) throw notAcceptable('application/json')
  if (!rest.length) return cached(request, await openApi.v3Index(), 'application/json')
  const found = await openApi.v3(rest.join('/'))
  if (!found) throw pathNotFound()
  if (isElsewhere(found)) return found.forward(request)
  const hash = request.query.get('hash')
  if (hash !== null && hash !== found.etag) return { status: 301, headers: { location: `${request.path}?hash=${found.etag}` }, body: { type: 'empty' } }
  return cached(request, found, 'application/json', hash === null ? undefined : { 'cache-control': 'public, immutable', expires: new Date(now + FOREVER_MS).toUTCString() })
}

/** Discovery's are there. */
const document = ({ bytes: known, etag }: Document): Ready => ({ bytes: () => known, etag })

/** A page of discovery for who likes it in another form than the one that is kept. */
function reshaped({ bytes: known, etag }: Document, { media }: Form, pretty: boolean, accept: string | undefined): { page: Ready; contentType: string } | undefined {
  if (media === 'json' && !pretty) return undefined
  // APIVersions names no version of its own, though it has one.
  const value = { apiVersion: 'v1', ...(JSON.parse(Buffer.from(known).toString()) as object) }
  if (media === 'json') return { page: { bytes: () => indented(JSON.parse(Buffer.from(known).toString()) as object), etag }, contentType: 'application/json' }
  const { bytes: content, contentType } = encodeFor(accept, value)
  return { page: { bytes: () => content, etag: `${etag.replaceAll('"', '')}-${media}` }, contentType }
}

/** Of a version that another server has. */
export const UNABLE = 'the server is currently unable to handle the request'

const indented = (value: object): Buffer => Buffer.from(JSON.stringify(value, undefined, 2))

/** What can be asked besides the groups. */
const PATHS = ['/.well-known/openid-configuration', '/apis/', ...DUMP_PATHS, '/flagz', '/metrics', '/metrics/slis', '/openapi/v2', '/openapi/v3', '/openid/v1/jwks', '/snapshot', '/statusz', '/version']
const ENDPOINTS = ['healthz', 'livez', 'readyz'] as const
/** They have routes, for GET alone; the others answer whatever is asked of them. */
const ROUTED: ReadonlySet<string> = new Set(['api', 'apis', 'version'])

const V2_PROTOBUF = new Set(['application/com.github.proto-openapi.spec.v2@v1.0+protobuf', 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf'])
const JSON_TYPES = new Set(['application/json', 'application/*', '*/*'])

/** JSON or protobuf, whichever the caller likes better. */
async function openApiV2(request: ApiRequest, openApi: AllDocuments): Promise<ApiResponse> {
  for (const { type } of parseAccept(request.headers['accept'] || '*/*')) {
    if (JSON_TYPES.has(type)) return cached(request, await openApi.v2(), 'application/json')
    // The name that is asked for holds a character which a content type may not have.
    if (V2_PROTOBUF.has(type)) return cached(request, await openApi.v2Protobuf(), 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf')
  }
  throw notAcceptable(['application/json', ...V2_PROTOBUF].join(', '))
}

export function createNonResource(world: NonResourceWorld): (request: ApiRequest) => Promise<ApiResponse> {
  const version = indented(world.version)
  const started = world.now()
  const slis = createSlis((endpoint) => world.health.of(endpoint))
  const paths = (): string[] => [...PATHS, ...ENDPOINTS.flatMap((e) => [`/${e}`, ...[...world.health.of(e).keys()].map((name) => `/${e}/${name}`)]), ...world.discovery().paths].sort()

  function discover(request: ApiRequest, path: string): Promise<ApiResponse> {
    const accept = request.headers['accept']
    const root = path === '/api' || path === '/apis' ? path : undefined
    // All groups at once are JSON.
    const form = negotiate(accept, root ? ['object', 'discovery'] : ['object'], ALL_MEDIA, refusalOf(accept, false, 'get'))
    const pretty = isPretty(request.query.toString(), request.headers['user-agent'])
    if (form.as === 'discovery' && root) {
      const found = world.discovery().aggregated(root, form.version)
      return cached(request, (pretty ? reshaped(found, { ...form, media: 'json' }, true, accept)?.page : undefined) ?? document(found), `application/json;g=apidiscovery.k8s.io;v=${form.version};as=APIGroupDiscoveryList`)
    }
    if (world.discovery().isStale(path)) throw serviceUnavailable(UNABLE)
    const found: Document | undefined = world.discovery().legacy(path)
    if (!found) throw pathNotFound()
    const other = reshaped(found, form, pretty, accept)
    return cached(request, other?.page ?? document(found), other?.contentType ?? 'application/json')
  }

  return async (request) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') throw methodNotAllowed()
    const path = request.path.length > 1 && request.path.endsWith('/') ? request.path.slice(0, -1) : request.path
    const [, first = '', second = '', ...rest] = path.split('/')
    if (request.method === 'HEAD' && ROUTED.has(first)) throw methodNotAllowed()
    switch (first) {
      case '':
        if (path !== '/') throw pathNotFound()
        return bytes(indented({ paths: paths() }), 'application/json')
      case 'api':
      case 'apis':
        return discover(request, path)
      case 'version':
        return bytes(version, 'application/json')
      case 'snapshot':
        if (second) throw pathNotFound()
        if (request.method === 'HEAD') return { status: 200, body: { type: 'empty' } }
        return { status: 200, body: { type: 'stream', stream: Readable.from(await world.snapshot(), { objectMode: false }), contentType: 'application/octet-stream' } }
      case 'healthz':
      case 'livez':
      case 'readyz':
        return health(request, first, [second, ...rest].join('/'), world.health.of(first))
      case 'statusz':
        if (second) throw pathNotFound()
        return statusz(request, { at: started, now: world.now(), goVersion: world.version.goVersion ?? '', gitVersion: world.version.gitVersion, paths: paths() })
      case 'flagz':
        if (second) throw pathNotFound()
        return flagz(request, world.flags)
      case 'metrics':
        if (second === 'slis' && !rest.length) return bytes(Buffer.from(await slis()), world.metrics.contentType)
        if (second) {
          const found = await world.componentMetrics([second, ...rest].join('/'))
          if (found === undefined) throw pathNotFound()
          return bytes(Buffer.from(found), world.metrics.contentType)
        }
        return bytes(Buffer.from(await world.metrics.text(request.query.getAll('name[]'))), world.metrics.contentType)
      case 'debug': {
        const text = second === 'api_priority_and_fairness' && rest.length === 1 ? dump(world.flow, rest[0] as string) : undefined
        if (text === undefined) throw pathNotFound()
        return bytes(Buffer.from(text), 'text/plain; charset=utf-8', { 'x-content-type-options': 'nosniff' })
      }
      case '.well-known':
        if (path !== '/.well-known/openid-configuration' || !world.openId) throw pathNotFound()
        return bytes(Buffer.from(JSON.stringify(world.openId.configuration)), 'application/json', { 'cache-control': 'public, max-age=3600' })
      case 'openid':
        if (path !== '/openid/v1/jwks' || !world.openId) throw pathNotFound()
        return bytes(Buffer.from(JSON.stringify(world.openId.keys)), 'application/jwk-set+json', { 'cache-control': 'public, max-age=3600' })
      case 'openapi': {
        const { openApi } = world
        if (!openApi) throw pathNotFound()
        if (second === 'v3') return openApiV3(request, openApi, rest, world.now())
        if (second !== 'v2') throw pathNotFound()
        return openApiV2(request, openApi)
      }
      default:
        throw pathNotFound()
    }
  }
}
