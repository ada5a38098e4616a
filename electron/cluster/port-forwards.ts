/**
 * Ports of this machine that lead into pods, until they are stopped or the last page has been closed for a while. The API
 * server is asked for leave (create pods/portforward), and for where the pod is, each time a connection comes.
 */
import { randomUUID } from 'node:crypto'
import { createServer, type Server, type Socket } from 'node:net'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import type { ApiServer, UserInfo } from '../apiserver/types.ts'
import type { KubeList, KubeObject, Status } from '../../shared/api/meta.ts'
import { pathOf, Pods, Services } from '../../shared/api/resources.ts'
import type { Pod, Service } from '../../shared/api/types.ts'
import type { Clock, Timer } from '../../shared/clock.ts'
import { badRequest, conflict, failure, forbidden, StatusError, tooManyRequests } from '../../shared/errors.ts'
import type { PortForward } from '../../shared/ipc.ts'
import { logger } from '../../shared/log.ts'
import { optionalText, text, whole } from './checks.ts'
import { readBody } from './read-body.ts'

const log = logger('dashboard')
const MOST_FORWARDS = 32
const MOST_CONNECTIONS = 128
/** A page that is loaded again is back within this. */
export const GRACE_MS = 30_000

export type Dial = (node: string, pod: { namespace: string; name: string; uid: string }, port: number) => Promise<Duplex>
interface Parts {
  api: () => ApiServer
  user: UserInfo
  dial: () => Dial
  clock: Clock
}
interface Forward {
  entry: PortForward
  server: Server
  sockets: Set<Socket>
}
export interface PortForwards {
  start(request: unknown): Promise<PortForward>
  stop(request: unknown): Promise<void>
  /** Calls back at once and on each change. Returns its end; after the last one's, and a while, every forward is stopped. */
  subscribe(listener: (all: PortForward[]) => void): () => void
  close(): void
}

const isReady = (p: Pod): boolean => p.status?.conditions?.some((c) => c.type === 'Ready' && c.status === 'True') ?? false

/** The container port behind a service's port, by number or by the pod's own name for it. */
export function targetPort(s: Service, port: number, pod: Pod): number {
  const entry = s.spec.ports?.find((p) => p.port === port)
  if (!entry) throw badRequest(`service ${s.metadata.name} has no port ${port}`)
  const target = (entry.targetPort ?? entry.port) as unknown as number | string
  if (typeof target === 'number') return target
  const named = pod.spec.containers.flatMap((c) => c.ports ?? []).find((p) => p.name === target)
  if (!named) throw badRequest(`pod ${pod.metadata.name} has no port named ${JSON.stringify(target)}`)
  return named.containerPort
}

export function createPortForwards({ api, user, dial, clock }: Parts): PortForwards {
  const forwards = new Map<string, Forward>()
  const listeners = new Set<(all: PortForward[]) => void>()
  let grace: Timer | undefined

  const tell = (): void => {
    const all = [...forwards.values()].map((f) => f.entry)
    for (const listener of listeners) listener(all)
  }
  async function ask<T>(method: 'GET' | 'POST', path: string, body?: object): Promise<T> {
    const at = path.indexOf('?')
    const response = await api().handle({
      method, path: at < 0 ? path : path.slice(0, at), query: new URLSearchParams(at < 0 ? '' : path.slice(at + 1)), headers: { accept: 'application/json' }, ...(body ? { body } : {}), signal: AbortSignal.timeout(10_000), user, inProcess: true, remote: 'dashboard',
    })
    const answer = (await readBody(response.body)) as object
    if (response.status >= 400) throw new StatusError(answer as Status)
    return answer as T
  }
  async function permitted(namespace: string, name: string): Promise<void> {
    const review = await ask<KubeObject & { status: { allowed: boolean; reason?: string } }>('POST', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', {
      apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', metadata: {}, spec: { resourceAttributes: { namespace, name, verb: 'create', resource: 'pods', subresource: 'portforward' } },
    })
    if (!review.status.allowed) throw forbidden(Pods, name, review.status.reason || `user ${JSON.stringify(user.name)} cannot create resource "pods/portforward" in namespace ${JSON.stringify(namespace)}`)
  }
  /** The pod to speak with now: the named one, or one that is ready behind the service. */
  async function target({ kind, namespace, name, port }: PortForward): Promise<{ pod: Pod; port: number }> {
    if (kind === 'Pod') return { pod: await ask<Pod>('GET', pathOf(Pods, namespace, name)), port }
    const service = await ask<Service>('GET', pathOf(Services, namespace, name))
    const selector = Object.entries(service.spec.selector ?? {}).map(([k, v]) => `${k}=${v}`).join(',')
    if (!selector) throw badRequest(`service ${name} has no selector, so no pod stands behind it`)
    const { items } = await ask<KubeList<Pod>>('GET', `${pathOf(Pods, namespace)}?labelSelector=${encodeURIComponent(selector)}`)
    const pod = items.find(isReady)
    if (!pod) throw failure(503, 'ServiceUnavailable', `no pod is ready behind service ${name}`)
    return { pod, port: targetPort(service, port, pod) }
  }
  async function connect(entry: PortForward): Promise<Duplex> {
    const { pod, port } = await target(entry)
    if (!pod.spec.nodeName) throw badRequest(`pod ${pod.metadata.name} does not have a host assigned`)
    await permitted(entry.namespace, pod.metadata.name)
    return dial()(pod.spec.nodeName, { namespace: entry.namespace, name: pod.metadata.name, uid: pod.metadata.uid ?? '' }, port)
  }
  const failed = (forward: Forward, e: unknown): void => {
    const error = e instanceof Error ? e.message : String(e)
    if (forward.entry.error === error || !forwards.has(forward.entry.id)) return
    forward.entry = { ...forward.entry, error }
    tell()
  }
  function accept(forward: Forward, near: Socket): void {
    if (forward.sockets.size >= MOST_CONNECTIONS) return void near.destroy()
    forward.sockets.add(near)
    near.on('error', (error) => log.debug('A forwarded connection failed', { error }))
    near.on('close', () => forward.sockets.delete(near))
    near.pause()
    connect(forward.entry).then((far) => {
      far.on('error', (e) => { failed(forward, e); near.destroy() })
      far.on('close', () => near.destroy())
      near.on('close', () => far.destroy())
      if (near.destroyed) return void far.destroy()
      if (forward.entry.error !== '') {
        forward.entry = { ...forward.entry, error: '' }
        tell()
      }
      near.pipe(far).pipe(near)
    }, (e: unknown) => {
      failed(forward, e)
      near.destroy()
    })
  }
  function end(forward: Forward): void {
    forwards.delete(forward.entry.id)
    for (const socket of forward.sockets) socket.destroy()
    forward.server.close()
  }
  const endAll = (): void => {
    for (const forward of forwards.values()) end(forward)
  }
  return {
    async start(request) {
      const kind = text(request, 'kind')
      if (kind !== 'Pod' && kind !== 'Service') throw badRequest('kind: Unsupported value: supported values: "Pod", "Service"')
      const wanted = { id: randomUUID(), kind, namespace: text(request, 'namespace'), name: text(request, 'name'), port: whole(request, 'port', 1, 65535), localPort: whole(request, 'localPort', 0, 65535), scheme: optionalText(request, 'scheme') === 'https' ? 'https' : 'http', error: '' } as const
      if (forwards.size >= MOST_FORWARDS) throw tooManyRequests(`too many ports are forwarded (${MOST_FORWARDS})`, 1)
      // What cannot work is said now, and not at the first connection.
      const { pod } = await target(wanted)
      await permitted(wanted.namespace, pod.metadata.name)
      const server = createServer((socket) => accept(forward, socket))
      const forward: Forward = { entry: wanted, server, sockets: new Set() }
      await new Promise<void>((resolve, reject) => {
        server.once('error', (e: NodeJS.ErrnoException) => reject(e.code === 'EADDRINUSE' ? conflict({ group: '', resource: 'ports' }, String(wanted.localPort), `port ${wanted.localPort} of this machine is in use`) : e))
        server.listen(wanted.localPort, '127.0.0.1', resolve)
      })
      forward.entry = { ...wanted, localPort: (server.address() as AddressInfo).port }
      server.on('error', (e) => failed(forward, e))
      forwards.set(wanted.id, forward)
      tell()
      return forward.entry
    },
    async stop(request) {
      const forward = forwards.get(text(request, 'id'))
      if (!forward) return
      end(forward)
      tell()
    },
    subscribe(listener) {
      grace?.cancel()
      grace = undefined
      listeners.add(listener)
      listener([...forwards.values()].map((f) => f.entry))
      return () => {
        if (listeners.delete(listener) && listeners.size === 0 && forwards.size > 0) grace = clock.after(GRACE_MS, endAll)
      }
    },
    close() {
      grace?.cancel()
      listeners.clear()
      endAll()
    },
  }
}
