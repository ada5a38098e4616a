/** The answers that upgrade a connection, to the streams of a process or to those of a pod's ports: by WebSocket or SPDY, whichever the client asks for. */
import type { Duplex } from 'node:stream'
import { createWebSocketStream } from 'ws'
import { badRequest, forbidden } from '../../../shared/errors.ts'
import type { ApiRequest, ApiResponse, ContainerSession, SessionOptions } from '../types.ts'
import { CHANNEL_PROTOCOLS } from './framing.ts'
import { PORT_CHANNELS, portsOf, servePorts } from './port-channels.ts'
import { PORT_FORWARD, PORT_FORWARD_TUNNEL, portForwarder } from './port-forward.ts'
import { serveRemoteCommand } from './remote-command.ts'
import { SpdyConnection } from './spdy.ts'
import { SPDY_COMMAND, spdyCommand } from './spdy-command.ts'
import { acceptSpdy, spdyProtocol, wantsSpdy } from './spdy-upgrade.ts'
import { acceptWebSocket, chooseProtocol } from './websocket.ts'

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

/** The answer that upgrades the connection, and then starts and serves a session. Throws StatusError. */
export function upgradeToSession(request: ApiRequest, options: SessionOptions, start: () => Promise<ContainerSession>): ApiResponse {
  if (wantsSpdy(request)) {
    const protocol = demandSpdy(request, SPDY_COMMAND)
    return {
      status: 101,
      body: { type: 'upgrade', handler: (_, socket, head) => {
        const connection: SpdyConnection = acceptSpdy(socket, head, protocol, spdyCommand(options, start, () => connection, protocol))
      } },
    }
  }
  const protocol = demandWebSocket(request, CHANNEL_PROTOCOLS)
  return {
    status: 101,
    body: { type: 'upgrade', handler: (asked, socket, head) => acceptWebSocket(asked, socket, head, protocol, (ws) => serveRemoteCommand(ws, start, protocol)) },
  }
}

/**
 * The answer that upgrades the connection, and then serves ports of a pod. Throws StatusError.
 * @param parameter of the query, that says which ports the channels of a WebSocket are for
 */
export function upgradeToPorts(request: ApiRequest, pod: string, parameter: 'port' | 'ports', open: (port: number) => Promise<Duplex>): ApiResponse {
  const streams = () => portForwarder(pod, open)
  if (wantsSpdy(request)) {
    const protocol = demandSpdy(request, [PORT_FORWARD])
    return { status: 101, body: { type: 'upgrade', handler: (_, socket, head) => void acceptSpdy(socket, head, protocol, streams()) } }
  }
  const protocol = demandWebSocket(request, [PORT_FORWARD_TUNNEL, ...PORT_CHANNELS])
  if (protocol !== PORT_FORWARD_TUNNEL) {
    const ports = portsOf(request.query, parameter)
    return { status: 101, body: { type: 'upgrade', handler: (asked, socket, head) => acceptWebSocket(asked, socket, head, protocol, (ws) => servePorts(ws, protocol, pod, ports, open)) } }
  }
  return { status: 101, body: { type: 'upgrade', handler: (asked, socket, head) => acceptWebSocket(asked, socket, head, protocol, (ws) => void new SpdyConnection(createWebSocketStream(ws), streams())) } }
}
