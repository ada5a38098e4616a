/** pods/exec and pods/attach: who is asked, and what must hold before the connection is upgraded. Source: Kubernetes API, PodExecOptions and PodAttachOptions. */
import type { Pod } from '../../../shared/api/types.ts'
import { badRequest, methodNotAllowed, notFound, serviceUnavailable } from '../../../shared/errors.ts'
import { keyOf, type Env } from '../registry/env.ts'
import { isTrue } from '../request-info.ts'
import { upgradeToPorts, upgradeToSession } from '../streams/upgrade.ts'
import type { ApiResponse, KubeletDoor, PodReference, SessionOptions } from '../types.ts'
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

/** GET and POST pods/NAME/portforward. */
export async function handlePortForward(env: Env, call: Call, door: KubeletDoor | undefined): Promise<ApiResponse> {
  const { info, request } = call
  if (info.verb !== 'get' && info.verb !== 'create') throw methodNotAllowed()
  const { node, reference } = scheduledPod(env, call)
  const open = door?.portForward
  if (!open) throw serviceUnavailable('the kubelets of this cluster are not reachable yet')
  return upgradeToPorts(request, info.name, 'ports', (port) => open(node, reference, port))
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
  return upgradeToSession(call.request, options, await door.exec(node, reference, { ...options, command }))
}

/** GET and POST pods/NAME/attach. */
export async function handleAttach(env: Env, call: Call, door: KubeletDoor | undefined): Promise<ApiResponse> {
  const { info, request: { query } } = call
  if (info.verb !== 'get' && info.verb !== 'create') throw methodNotAllowed()
  const { pod, node, reference } = scheduledPod(env, call)
  const options = sessionOptions(query, containerOf(pod, query.get('container') ?? ''))
  if (!door?.attach) throw serviceUnavailable('the kubelets of this cluster are not reachable yet')
  return upgradeToSession(call.request, options, await door.attach(node, reference, options))
}
