/** nodes/proxy: what a kubelet answers over HTTP, for those who ask it through the server. Source: kubernetes pkg/kubelet/server. */
import type { Pod } from '../../../shared/api/types.ts'
import { methodNotAllowed, notFound } from '../../../shared/errors.ts'
import { keyOf, type Env } from '../registry/env.ts'
import type { ApiResponse, KubeletDoor } from '../types.ts'
import type { Call } from '../verbs.ts'
import { logOptions } from './log-options.ts'
import { containerOf } from './log.ts'
import { handleNodeCommand, isNodeCommand } from './node-commands.ts'
import { parseProxyName } from './proxy.ts'

const PODS = { group: '', resource: 'pods', scope: 'Namespaced' } as const

/** /containerLogs/NAMESPACE/POD/CONTAINER, with the query of pods/log. */
async function containerLogs(env: Env, { request }: Call, node: string, [namespace = '', name = '', container = '']: readonly string[], door: KubeletDoor): Promise<ApiResponse> {
  const options = logOptions(request.query, name, env.clock.now())
  const pod = env.store.get(keyOf(PODS, namespace, name))?.value as Pod | undefined
  if (pod?.spec.nodeName !== node) throw notFound(PODS, name)
  const stream = await door.containerLogs(node, { namespace, name, uid: pod.metadata.uid ?? '' }, { container: containerOf(pod, container), ...options }, request.signal)
  return { status: 200, body: { type: 'stream', stream, contentType: 'text/plain' } }
}

/** GET and HEAD of what it shows, and its commands. Its pods are known here already. */
export async function handleNodeProxy(env: Env, call: Call, door: KubeletDoor | undefined): Promise<ApiResponse> {
  const { info, kind, request } = call
  const { name } = parseProxyName(info.name, 'node')
  if (!env.store.get(keyOf(kind, '', name))) throw notFound(kind, name)
  const path = (info.rest ?? '').replace(/\/$/, '')
  const [first, ...rest] = path.split('/').slice(1)
  const nothing = (): Error => notFound({ group: '', resource: `nodes/${name}/proxy` }, info.rest ?? '')
  if (isNodeCommand(first)) {
    const answer = await handleNodeCommand(env, call, name, [first, ...rest], door)
    if (!answer) throw nothing()
    return answer
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') throw methodNotAllowed()
  if (path === '/pods' || path === '/runningpods') {
    const items = env.store.range('/registry/core/pods/').kvs.map((kv) => kv.value as Pod).filter((p) => p.spec.nodeName === name && (path === '/pods' || p.status?.phase === 'Running'))
    return { status: 200, body: { type: 'object', value: { kind: 'PodList', apiVersion: 'v1', metadata: {}, items } } }
  }
  if (first === 'containerLogs' && rest.length === 3 && door) return containerLogs(env, call, name, rest, door)
  const page = await door?.page?.(name, path)
  if (!page) throw nothing()
  const { status, contentType } = page
  return { status, body: 'stream' in page ? { type: 'stream', stream: page.stream, contentType } : { type: 'bytes', bytes: Buffer.from(page.text), contentType } }
}
