/** pods/exec and pods/attach: who is asked, and what must hold before the connection is upgraded. Source: Kubernetes API, PodExecOptions and PodAttachOptions. */
import type { Pod } from '../../../shared/api/types.ts'
import { createWebSocketStream } from 'ws'
import { badRequest, forbidden, methodNotAllowed, notFound, serviceUnavailable } from '../../../shared/errors.ts'
import { keyOf, type Env } from '../registry/env.ts'
import { isTrue } from '../request-info.ts'
import { CHANNEL_PROTOCOLS } from '../streams/framing.ts'
import { serveRemoteCommand } from '../streams/remote-command.ts'
import { PORT_CHANNELS, portsOf, servePorts } from '../streams/port-channels.ts'
import { PORT_FORWARD, PORT_FORWARD_TUNNEL, portForwarder } from '../streams/port-forward.ts'
import { SpdyConnection } from '../streams/spdy.ts'
import { SPDY_COMMAND, spdyCommand } from '../streams/spdy-command.ts'
import { acceptSpdy, spdyProtocol, wantsSpdy } from '../streams/spdy-upgrade.ts'
import { acceptWebSocket, chooseProtocol } from '../streams/websocket.ts'
import type { ApiRequest, ApiResponse, ContainerSession, KubeletDoor, PodReference, SessionOptions } from '../types.ts'
import type { Call } from '../verbs.ts'
import { containerOf } from './log.ts'

/** The streams asked for. Throws BadRequest when there is none. */
export function sessionOptions(query: URLSearchParams, container: string): SessionOptions {
  const [stdin, stdout, tty] = [isTrue(query.get('stdin')), isTrue(query.get('stdout')), isTrue(query.get('tty'))]
  // A terminal has one output.
  const stderr = isTrue(query.get('stderr')) && !tty
  if (!stdin && !stdout && !stderr) throw badRequest('you must specify at least 1 of stdin, stdout, stderr')
  return { container, stdin, stdout, stderr, tty }
}

/** The pod and its node, when it has one. Throws StatusError. */
function scheduledPod(env: Env, { info, kind }: Call): { pod: Pod; node: string; reference: PodReference } {
  const pod = env.store.get(keyOf(kind, info.namespace, info.name))?.value as Pod | undefined
  if (!pod) throw notFound(kind, info.name)
  const node = pod.spec.nodeName
  if (!node) throw badRequest(`pod ${info.name} does not have a host assigned`)
  return { pod, node, reference: { namespace: info.namespace, name: info.name, uid: pod.metadata.uid ?? '' } }
}

function demandWebSocket({ method, headers }: ApiRequest, protocols: readonly string[]): string {
  const upgrade = headers['upgrade']?.toLowerCase() ?? ''
  if (upgrade !== 'websocket' || method !== 'GET') throw badRequest('Upgrade request required')
  const protocol = chooseProtocol(headers, protocols)
  // Without any named the oldest is meant, where there is one.
  if (protocol === undefined || (protocol === '' && !protocols.includes('channel.k8s.io'))) throw badRequest(`unable to upgrade: none of the subprotocols asked for is supported: ${JSON.stringify(headers['sec-websocket-protocol'] ?? '')}; supported are ${protocols.join(', ')}`)
  return protocol
}

function demandSpdy(request: ApiRequest, protocols: readonly string[]): string {
  if (!request.headers['x-stream-protocol-version']?.trim()) throw badRequest('unable to upgrade: X-Stream-Protocol-Version is required')
  const protocol = spdyProtocol(request, protocols)
  if (!protocol) throw forbidden({ group: '', resource: 'pods' }, '', `unable to upgrade: unable to negotiate protocol: client supports ${JSON.stringify(request.headers['x-stream-protocol-version'] ?? '')}, server accepts ${protocols.join(', ')}`)
  return protocol
}

/** GET and POST pods/NAME/portforward. */
export async function handlePortForward(env: Env, call: Call, door: KubeletDoor | undefined): Promise<ApiResponse> {
  const { info, request } = call
  if (info.verb !== 'get' && info.verb !== 'create') throw methodNotAllowed()
  const { node, reference } = scheduledPod(env, call)
  const open = door?.portForward
  if (!open) throw serviceUnavailable('the kubelets of this cluster are not reachable yet')
  const streams = () => portForwarder(info.name, (port) => open(node, reference, port))
  if (wantsSpdy(request)) {
    const protocol = demandSpdy(request, [PORT_FORWARD])
    return { status: 101, body: { type: 'upgrade', handler: (_, socket, head) => void acceptSpdy(socket, head, protocol, streams()) } }
  }
  const protocol = demandWebSocket(request, [PORT_FORWARD_TUNNEL, ...PORT_CHANNELS])
  if (protocol !== PORT_FORWARD_TUNNEL) {
    const ports = portsOf(request.query)
    return { status: 101, body: { type: 'upgrade', handler: (asked, socket, head) => acceptWebSocket(asked, socket, head, protocol, (ws) => servePorts(ws, protocol, info.name, ports, (port) => open(node, reference, port))) } }
  }
  return { status: 101, body: { type: 'upgrade', handler: (asked, socket, head) => acceptWebSocket(asked, socket, head, protocol, (ws) => void new SpdyConnection(createWebSocketStream(ws), streams())) } }
}

/** The answer that upgrades the connection, and then starts and serves a session. */
function upgradeTo(call: Call, options: SessionOptions, start: () => Promise<ContainerSession>): ApiResponse {
  if (wantsSpdy(call.request)) {
    const protocol = demandSpdy(call.request, SPDY_COMMAND)
    return {
      status: 101,
      body: { type: 'upgrade', handler: (_, socket, head) => {
        const connection: SpdyConnection = acceptSpdy(socket, head, protocol, spdyCommand(options, start, () => connection, protocol))
      } },
    }
  }
  const protocol = demandWebSocket(call.request, CHANNEL_PROTOCOLS)
  return {
    status: 101,
    body: { type: 'upgrade', handler: (request, socket, head) => acceptWebSocket(request, socket, head, protocol, (ws) => serveRemoteCommand(ws, start, protocol)) },
  }
}

/** GET and POST pods/NAME/exec. */
export async function handleExec(env: Env, call: Call, door: KubeletDoor | undefined): Promise<ApiResponse> {
  const { info, request: { query } } = call
  if (info.verb !== 'get' && info.verb !== 'create') throw methodNotAllowed()
  const { pod, node, reference } = scheduledPod(env, call)
  const options = sessionOptions(query, containerOf(pod, query.get('container') ?? ''))
  const command = query.getAll('command')
  if (!command.length) throw badRequest('you must specify a command for the container')
  if (!door?.exec) throw serviceUnavailable('the kubelets of this cluster are not reachable yet')
  return upgradeTo(call, options, await door.exec(node, reference, { ...options, command }))
}

/** GET and POST pods/NAME/attach. */
export async function handleAttach(env: Env, call: Call, door: KubeletDoor | undefined): Promise<ApiResponse> {
  const { info, request: { query } } = call
  if (info.verb !== 'get' && info.verb !== 'create') throw methodNotAllowed()
  const { pod, node, reference } = scheduledPod(env, call)
  const options = sessionOptions(query, containerOf(pod, query.get('container') ?? ''))
  if (!door?.attach) throw serviceUnavailable('the kubelets of this cluster are not reachable yet')
  return upgradeTo(call, options, await door.attach(node, reference, options))
}
