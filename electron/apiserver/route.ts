/** From a request whose kind is known, and that is allowed, to who answers it: a review, another server, the kind itself, the registry, or a subresource. */
import { methodNotAllowed, pathNotFound } from '../../shared/errors.ts'
import { admitPart, connectionOptions } from './admission/part.ts'
import type { TokenIssuer } from './auth/service-account.ts'
import { authorize } from './authorize.ts'
import { decodeObject } from './body.ts'
import type { Reach } from './connect/reach.ts'
import type { KindRegistry } from './kind-registry.ts'
import { ALL_MEDIA, negotiate } from './negotiate.ts'
import { isDryRun } from './options.ts'
import type { Env } from './registry/env.ts'
import { withPrepared } from './registry/prepared.ts'
import type { KindDefinition } from './resources/kind.ts'
import { reviews, type ReviewHandler, type ReviewWorld } from './reviews/reviews.ts'
import { handleAttach, handleExec, handlePortForward } from './subresources/exec.ts'
import { handleFinalize } from './subresources/finalize.ts'
import { handlePodPart } from './subresources/pod-parts.ts'
import { handleLog } from './subresources/log.ts'
import { handleBinding, handleEviction } from './subresources/pod.ts'
import { handleNodeProxy } from './subresources/node-proxy.ts'
import { handleProxy } from './subresources/proxy.ts'
import { handleScale } from './subresources/scale.ts'
import { handleToken } from './subresources/token.ts'
import type { ApiResponse, KubeletDoor, UserInfo } from './types.ts'
import { handleResource, plain, refuseUnreadable, type Call } from './verbs.ts'

export interface RouteOptions extends Omit<ReviewWorld, 'user'> {
  readonly env: Env
  readonly registry: KindRegistry
  readonly reach: Reach
  /** Absent: no tokens are issued. */
  readonly tokenIssuer: TokenIssuer | undefined
  /** undefined: no kubelet is known yet. */
  door(): KubeletDoor | undefined
}
type Answer = Promise<ApiResponse> | ApiResponse
type Part = (options: RouteOptions, call: Call, user: UserInfo) => Answer

/** Opens a way into a pod or a node, once admission has seen what is wanted of it. */
const connection = (handle: (options: RouteOptions, call: Call) => Answer): Part => async (options, call) => {
  const wanted = connectionOptions(call)
  if (wanted) await admitPart(options.env, call, 'CONNECT', wanted)
  return handle(options, call)
}
/** Reading may not be enough to run commands: whoever opens a WebSocket with GET needs create too. */
const command = (handle: (env: Env, call: Call, door: KubeletDoor | undefined) => Promise<ApiResponse>): Part => {
  const open = connection(({ env, door }, call) => handle(env, call, door()))
  return (options, call, user) => {
    if (call.info.verb === 'get') authorize({ ...call.info, verb: 'create' }, user, options.authorizer)
    return open(options, call, user)
  }
}
const proxy = connection(({ env, reach }, call) => handleProxy(env, call, reach))

/** By group, resource and name. */
const PARTS: Readonly<Record<string, Part>> = {
  '/pods/binding': ({ env }, call) => handleBinding(env, call),
  '/pods/eviction': ({ env }, call) => handleEviction(env, call),
  '/pods/ephemeralcontainers': ({ env }, call) => handlePodPart(env, call),
  '/pods/resize': ({ env }, call) => handlePodPart(env, call),
  '/pods/log': ({ env, door }, call) => handleLog(env, call, door()),
  '/pods/exec': command(handleExec),
  '/pods/attach': command(handleAttach),
  '/pods/portforward': command(handlePortForward),
  '/pods/proxy': proxy,
  '/services/proxy': proxy,
  '/nodes/proxy': connection(({ env, door }, call) => handleNodeProxy(env, call, door())),
  '/namespaces/finalize': ({ env }, call) => handleFinalize(env, call),
  '/serviceaccounts/token': ({ env, tokenIssuer }, call) => handleToken(env, call, tokenIssuer),
}
const REVIEWS: ReadonlyMap<KindDefinition, ReviewHandler> = new Map(reviews.map((r) => [r.kind, r.handler]))

/** A question, which is answered and forgotten. */
async function review(handler: ReviewHandler, { env, ...world }: RouteOptions, { request, info, kind, warn }: Call, user: UserInfo): Promise<ApiResponse> {
  if (info.verb !== 'create' || info.name) throw methodNotAllowed()
  isDryRun(request.query, 'CreateOptions')
  // It is no object of the store: it has no rows and no metadata to show.
  negotiate(request.headers['accept'], ['object'], ALL_MEDIA)
  const body = decodeObject(request, kind, env.schemas, warn)
  const status = await handler(body, info.namespace, { ...world, user })
  const { name, ...metadata } = body.metadata
  return plain({ ...body, kind: kind.kind, apiVersion: `${kind.group}/${kind.version}`, metadata: { ...(name ? { name } : {}), ...metadata }, status }, 201)
}

/** Throws or rejects with StatusError. */
export function route(options: RouteOptions, call: Call, user: UserInfo): Answer {
  const { info, kind } = call
  const { env } = options
  const handler = REVIEWS.get(kind)
  if (handler) return review(handler, options, call, user)
  if (kind.forward) return kind.forward(call.request)
  if (kind.scope === 'Namespaced' && !kind.anyResource && !info.namespace && info.verb !== 'list' && info.verb !== 'watch') {
    // Across all namespaces one may look, and nothing else.
    throw info.verb === 'create' || info.verb === 'deletecollection' ? methodNotAllowed() : pathNotFound()
  }
  // A built-in kind has routes for these below its proxies alone; whoever looks at a custom one may do so with HEAD.
  const { method } = call.request
  if (info.subresource !== 'proxy' && (method === 'OPTIONS' || (method === 'HEAD' && !kind.decode))) throw methodNotAllowed()
  refuseUnreadable(call)
  if (kind.answer) return kind.answer(call, { env, registry: options.registry, authorizer: options.authorizer, user })
  switch (info.subresource) {
    case '':
      return handleResource(env, call)
    case 'status':
      if (!kind.status) throw pathNotFound()
      return handleResource(env, call)
    case 'scale':
      if (!kind.scale) throw pathNotFound()
      return kind.storage?.prepare ? withPrepared(env, kind, info.namespace, info.name, () => handleScale(env, call)) : handleScale(env, call)
  }
  if (kind.subresources?.some((s) => s.name === info.subresource && s.status)) return handleResource(env, call)
  const part = PARTS[`${kind.group}/${kind.resource}/${info.subresource}`]
  if (!part) throw pathNotFound()
  return part(options, call, user)
}
