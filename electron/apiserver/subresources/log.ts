/** pods/NAME/log, and which container is meant where a request may name one. */
import type { Readable } from 'node:stream'
import type { Pod } from '../../../shared/api/types.ts'
import { badRequest, methodNotAllowed, notFound, serviceUnavailable } from '../../../shared/errors.ts'
import { keyOf, type Env } from '../registry/env.ts'
import { LOG_PROTOCOLS } from '../streams/framing.ts'
import { serveLog } from '../streams/log-socket.ts'
import { acceptWebSocket, chooseProtocol, wantsWebSocket } from '../streams/websocket.ts'
import type { ApiResponse, KubeletDoor } from '../types.ts'
import type { Call } from '../verbs.ts'
import { logOptions } from './log-options.ts'

/** The container that is meant; the only one when none is named. Which one a pod's annotation means is the client's to know. @throws BadRequest */
export function containerOf(pod: Pod, asked: string): string {
  const { containers, initContainers = [], ephemeralContainers = [] } = pod.spec
  const { name } = pod.metadata
  const all = [...initContainers, ...containers, ...ephemeralContainers].map((c) => c.name)
  if (asked && !all.includes(asked)) throw badRequest(`container ${asked} is not valid for pod ${name}`)
  if (asked) return asked
  if (containers.length !== 1 || !containers[0]) throw badRequest(`a container name must be specified for pod ${name}, choose one of: [${all.join(' ')}]`)
  return containers[0].name
}

/** GET pods/NAME/log. */
export async function handleLog(env: Env, call: Call, door: KubeletDoor | undefined): Promise<ApiResponse> {
  const { request, info, kind } = call
  if (info.verb !== 'get') throw methodNotAllowed()
  const { query } = request
  const options = logOptions(query, info.name, env.clock.now())
  const pod = env.store.get(keyOf(kind, info.namespace, info.name))?.value as Pod | undefined
  if (!pod) throw notFound(kind, info.name)
  const container = containerOf(pod, query.get('container') ?? '')
  const contentType = 'text/plain'
  const protocol = wantsWebSocket(request.headers) ? chooseProtocol(request.headers, LOG_PROTOCOLS) : undefined
  if (wantsWebSocket(request.headers) && protocol === undefined) throw badRequest(`unable to upgrade: a log speaks ${LOG_PROTOCOLS.join(', ')}`)
  if (!pod.spec.nodeName) return { status: 200, body: { type: 'bytes', bytes: new Uint8Array(0), contentType } }
  if (!door) throw serviceUnavailable('the kubelets of this cluster are not reachable yet')
  const stream: Readable = await door.containerLogs(pod.spec.nodeName, { namespace: info.namespace, name: info.name, uid: pod.metadata.uid ?? '' }, { container, ...options }, request.signal)
  if (protocol !== undefined) return { status: 101, body: { type: 'upgrade', handler: (message, socket, head) => acceptWebSocket(message, socket, head, protocol, (ws) => serveLog(ws, stream, protocol)) } }
  return { status: 200, body: { type: 'stream', stream, contentType } }
}
