/** pods/exec and pods/attach: who is asked, and what must hold before the connection is upgraded. Source: Kubernetes API, PodExecOptions and PodAttachOptions. */
import type { Pod } from '../../../shared/api/types.ts'
import { badRequest, methodNotAllowed, notFound, serviceUnavailable } from '../../../shared/errors.ts'
import { keyOf, type Env } from '../registry/env.ts'
import { isTrue } from '../request-info.ts'
import { CHANNEL_PROTOCOLS, serveRemoteCommand } from '../streams/remote-command.ts'
import { acceptWebSocket, chooseProtocol } from '../streams/websocket.ts'
import type { ApiRequest, ApiResponse, ContainerSession, KubeletDoor, PodReference, SessionOptions } from '../types.ts'
import type { Call } from '../verbs.ts'
import { containerOf } from './pod.ts'

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

/** Says to old clients what they can do; new ones fall back to SPDY only after their WebSocket was refused. */
function demandWebSocket({ method, headers }: ApiRequest, protocols: readonly string[]): string {
  const upgrade = headers['upgrade']?.toLowerCase() ?? ''
  if (upgrade.startsWith('spdy/')) throw badRequest('this server speaks WebSocket only, not SPDY/3.1: use kubectl 1.31 or later (kubectl 1.29 and 1.30 with KUBECTL_REMOTE_COMMAND_WEBSOCKETS=true), and no KUBECTL_REMOTE_COMMAND_WEBSOCKETS=false')
  if (upgrade !== 'websocket' || method !== 'GET') throw badRequest('Upgrade request required')
  const protocol = chooseProtocol(headers, protocols)
  if (!protocol) throw badRequest(`unable to upgrade: none of the subprotocols asked for is supported: ${JSON.stringify(headers['sec-websocket-protocol'] ?? '')}; supported are ${protocols.join(', ')}`)
  return protocol
}

/** The answer that upgrades the connection, and then starts and serves a session. */
function upgradeTo(call: Call, start: () => Promise<ContainerSession>): ApiResponse {
  const protocol = demandWebSocket(call.request, CHANNEL_PROTOCOLS)
  return {
    status: 101,
    body: { type: 'upgrade', handler: (request, socket, head) => acceptWebSocket(request, socket, head, protocol, (ws) => serveRemoteCommand(ws, start)) },
  }
}

/** GET and POST pods/NAME/exec. */
export async function handleExec(env: Env, call: Call, door: KubeletDoor | undefined): Promise<ApiResponse> {
  const { info, request: { query } } = call
  if (info.verb !== 'get' && info.verb !== 'create') throw methodNotAllowed()
  const { pod, node, reference } = scheduledPod(env, call)
  const options = sessionOptions(query, defaultContainer(pod, query.get('container') ?? ''))
  const command = query.getAll('command')
  if (!command.length) throw badRequest('you must specify a command for the container')
  if (!door?.exec) throw serviceUnavailable('the kubelets of this cluster are not reachable yet')
  return upgradeTo(call, await door.exec(node, reference, { ...options, command }))
}

/** GET and POST pods/NAME/attach. */
export async function handleAttach(env: Env, call: Call, door: KubeletDoor | undefined): Promise<ApiResponse> {
  const { info, request: { query } } = call
  if (info.verb !== 'get' && info.verb !== 'create') throw methodNotAllowed()
  const { pod, node, reference } = scheduledPod(env, call)
  const options = sessionOptions(query, defaultContainer(pod, query.get('container') ?? ''))
  if (!door?.attach) throw serviceUnavailable('the kubelets of this cluster are not reachable yet')
  return upgradeTo(call, await door.attach(node, reference, options))
}

/** As containerOf, but the annotation comes first. */
function defaultContainer(pod: Pod, asked: string): string {
  const annotated = pod.metadata.annotations?.['kubectl.kubernetes.io/default-container']
  return containerOf(pod, asked || (pod.spec.containers.some((c) => c.name === annotated) ? (annotated ?? '') : ''))
}
