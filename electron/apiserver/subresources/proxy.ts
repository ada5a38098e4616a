/**
 * pods/proxy, services/proxy: HTTP to a pod through the server. A name may say the scheme and the port: `NAME`,
 * `NAME:PORT`, `https:NAME:PORT`. Source: Kubernetes documentation, "Access Services Running on Clusters: discovering builtin services".
 */
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Pod } from '../../../shared/api/types.ts'
import { badRequest, internalError, notFound, serviceUnavailable, StatusError } from '../../../shared/errors.ts'
import { answerHead, sendOnward } from '../connect/forward.ts'
import type { Reach } from '../connect/reach.ts'
import { upgradeOnward } from '../connect/upgrade-onward.ts'
import { keyOf, type Env } from '../registry/env.ts'
import type { ApiResponse } from '../types.ts'
import type { Call } from '../verbs.ts'
import { isPage, rewriteLocation, rewritePage } from './proxy-links.ts'

const HTML_LIMIT = 4 * 1024 * 1024

export interface ProxyName {
  readonly scheme: 'http' | 'https'
  readonly name: string
  readonly port: string
}

/** @param what is named: `pod`. Throws BadRequest. */
export function parseProxyName(text: string, what = 'service'): ProxyName {
  const parts = text.split(':')
  const [scheme = '', name = '', port = ''] = parts.length === 3 ? parts : ['', ...parts]
  if (parts.length > 3 || name === '' || !['http', 'https', ''].includes(scheme)) throw badRequest(`invalid ${what} request ${JSON.stringify(text)}`)
  return { scheme: scheme === 'https' ? 'https' : 'http', name, port }
}

/** The port of a pod that is meant: by number or name, else its first. */
export function podPort(pod: Pod, port: string): number {
  if (/^\d+$/.test(port)) return Number(port)
  const ports = pod.spec.containers.flatMap((c) => c.ports ?? [])
  const found = port ? ports.find((p) => p.name === port) : ports[0]
  if (!found && port) throw badRequest(`pod ${JSON.stringify(pod.metadata.name)} has no port ${JSON.stringify(port)}`)
  return found?.containerPort ?? 80
}

async function open(env: Env, { info, kind }: Call, to: ProxyName, reach: Reach): Promise<Duplex> {
  if (kind.resource === 'services') return reach.service(info.namespace, to.name, to.port)
  const pod = env.store.get(keyOf(kind, info.namespace, to.name))?.value as Pod | undefined
  if (!pod) throw notFound(kind, to.name)
  return reach.pod(info.namespace, to.name, podPort(pod, to.port))
}

async function readAll(answer: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > HTML_LIMIT) throw new StatusError({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', reason: 'InternalError', code: 502, message: 'the page is too large to be passed on' } as StatusError['status'])
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

export async function handleProxy(env: Env, call: Call, reach: Reach): Promise<ApiResponse> {
  const { request, info, kind } = call
  const rest = info.rest ?? ''
  const base = `${info.path.slice(0, info.path.length - rest.length)}`
  if (rest === '' && (request.method === 'GET' || request.method === 'HEAD')) {
    const query = request.query.size ? `?${request.query.toString()}` : ''
    return { status: 301, headers: { location: `${base}/${query}` }, body: { type: 'empty' } }
  }
  const to = parseProxyName(info.name, kind.resource.slice(0, -1))
  const path = `${rest || '/'}${request.query.size ? `?${request.query.toString()}` : ''}`
  const socket = await open(env, call, to, reach).catch((error: unknown) => {
    throw error instanceof StatusError && error.message.startsWith('dial tcp ') ? serviceUnavailable(`error trying to reach service: ${error.message}`) : error
  })
  const own = `${to.name}${to.port ? `:${to.port}` : ''}`
  // As upstream's: who is asked hears by which name the caller reached this server.
  const host = request.headers['host'] ?? own
  const tls = to.scheme === 'https' ? { tls: { servername: to.name, rejectUnauthorized: false } } : {}
  if (request.headers['upgrade']) return upgradeOnward(request, { socket, host, path, ...tls })
  const answer = await sendOnward(request, { socket, host, path, ...tls })
  const { status, headers, contentType } = answerHead(answer)
  // Whom a page of this server may be shown to is not for a pod to say.
  for (const name of ['credentials', 'headers', 'methods', 'origin']) delete headers[`access-control-allow-${name}`]
  const encoding = headers['content-encoding'] ?? ''
  if (headers['location'] !== undefined) headers['location'] = rewriteLocation(headers['location'], base, [host, own, to.name])
  else if (request.method !== 'HEAD' && isPage(contentType, encoding)) {
    for (const name of ['content-length', 'content-encoding']) delete headers[name]
    const bytes = await rewritePage(await readAll(answer), encoding, base, HTML_LIMIT).catch((error: unknown) => { throw error instanceof StatusError ? error : internalError(error) })
    return { status, headers, body: { type: 'bytes', bytes, contentType } }
  }
  return { status, headers, body: { type: 'stream', stream: answer, contentType } }
}
