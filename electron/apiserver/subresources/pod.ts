/** Subresources of a pod: binding (the scheduler's), eviction, log. */
import type { Readable } from 'node:stream'
import type { KubeObject } from '../../../shared/api/meta.ts'
import type { DeleteOptions, ObjectReference, Pod } from '../../../shared/api/types.ts'
import { rfc3339 } from '../../../shared/clock.ts'
import { badRequest, conflict, field, invalid, methodNotAllowed, notFound, serviceUnavailable } from '../../../shared/errors.ts'
import { nameErrors } from '../../../shared/labels.ts'
import { admitPart } from '../admission/part.ts'
import { decodeObject } from '../body.ts'
import { writeContext } from '../options.ts'
import { deleteObject, validateDeleteOptions } from '../registry/delete.ts'
import { keyOf, type Env, type Stored } from '../registry/env.ts'
import { updateObject } from '../registry/update.ts'
import { isTrue } from '../request-info.ts'
import { LOG_PROTOCOLS } from '../streams/framing.ts'
import { serveLog } from '../streams/log-socket.ts'
import { acceptWebSocket, chooseProtocol, wantsWebSocket } from '../streams/websocket.ts'
import type { ApiResponse, KubeletDoor } from '../types.ts'
import { plain, type Call } from '../verbs.ts'
import { announceEviction, spendBudget } from './eviction-budget.ts'

const BINDING = { group: '', version: 'v1', kind: 'Binding', schema: 'V1Binding' }
const EVICTION = { group: 'policy', version: 'v1', kind: 'Eviction', schema: 'V1Eviction' }
const success = (code = 201): ApiResponse => plain({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code }, code)

/** POST pods/NAME/binding, or POST bindings with the pod's name in metadata. */
export async function handleBinding(env: Env, call: Call): Promise<ApiResponse> {
  const { request, info, kind } = call
  if (info.verb !== 'create') throw methodNotAllowed()
  const body = decodeObject(request, BINDING, env.schemas, call.warn) as KubeObject & { target?: ObjectReference }
  const name = info.subresource === 'binding' ? info.name : body.metadata.name
  if (body.metadata.name && body.metadata.name !== name) throw badRequest(`name in URL does not match name in Binding object`)
  const node = body.target?.name
  const errors = []
  if (body.target?.kind && body.target.kind !== 'Node') errors.push(field.notSupported('target.kind', body.target.kind, ['Node', '<empty>']))
  if (!node) errors.push(field.required('target.name'))
  else for (const fault of nameErrors('subdomain', node)) errors.push(field.invalid('target.name', node, fault))
  if (errors.length) throw invalid(BINDING, name, errors)
  const make = (live: Stored): Stored => {
    const pod = live as Pod
    if (body.metadata.uid && body.metadata.uid !== pod.metadata.uid) throw conflict(kind, name, `Precondition failed: UID in precondition: ${body.metadata.uid}, UID in object meta: ${pod.metadata.uid ?? ''}`)
    if (pod.metadata.deletionTimestamp) throw conflict(kind, name, `pod ${name} is being deleted, cannot be assigned to a host`)
    if (pod.spec.nodeName) throw conflict(kind, name, `pod ${name} is already assigned to node ${JSON.stringify(pod.spec.nodeName)}`)
    if (pod.spec.schedulingGates?.length) throw conflict(kind, name, `pod ${name} has non-empty .spec.schedulingGates`)
    const { annotations, resourceVersion } = body.metadata
    const metadata = { ...pod.metadata, ...(annotations ? { annotations: { ...pod.metadata.annotations, ...annotations } } : {}), ...(resourceVersion ? { resourceVersion } : {}) }
    const others = (pod.status?.conditions ?? []).filter((c) => c.type !== 'PodScheduled')
    const status = { ...pod.status, conditions: [...others, { type: 'PodScheduled', status: 'True', lastTransitionTime: rfc3339(env.clock.now()) }] }
    // All the rest is the live pod's own: neither copied nor compared.
    return { ...pod, metadata, spec: { ...pod.spec, nodeName: node }, status } as Stored
  }
  const context = writeContext(call, 'CreateOptions')
  await admitPart(env, { ...call, info: { ...info, name, subresource: 'binding' } }, 'CREATE', body, context.dryRun)
  await updateObject(env, kind, info.namespace, name, { subresource: 'binding', make, raw: true, checked: true }, context)
  return success()
}

/** POST pods/NAME/eviction: a deletion with grace, which budgets may refuse. */
export async function handleEviction(env: Env, call: Call): Promise<ApiResponse> {
  const { request, info, kind } = call
  if (info.verb !== 'create') throw methodNotAllowed()
  const body = decodeObject(request, EVICTION, env.schemas, call.warn) as KubeObject & { deleteOptions?: DeleteOptions }
  if (body.metadata.name && body.metadata.name !== info.name) throw badRequest(`name in URL does not match name in Eviction object: ${JSON.stringify(body.metadata.name)}`)
  const options = body.deleteOptions ?? {}
  validateDeleteOptions(options)
  const context = writeContext(call, 'CreateOptions')
  const dryRun = context.dryRun || options.dryRun?.length === 1
  await admitPart(env, call, 'CREATE', body as Stored, dryRun)
  await spendBudget(env, kind, info.namespace, info.name, { ...context, dryRun })
  await announceEviction(env, kind, info.namespace, info.name, options, { ...context, dryRun })
  await deleteObject(env, kind, info.namespace, info.name, options, { ...context, dryRun })
  return success()
}

function number(query: URLSearchParams, name: string, least: number): number | undefined {
  const text = query.get(name)
  if (text === null || text === '') return undefined
  if (!/^-?\d{1,15}$/.test(text)) throw badRequest(`invalid ${name}: ${JSON.stringify(text)} is not a number`)
  const value = Number(text)
  if (value < least) throw invalid({ group: '', kind: 'PodLogOptions' }, '', [field.invalid(name, value, `must be greater than or equal to ${least}`)])
  return value
}

/** The container that is meant; the only one when none is named. */
export function containerOf(pod: Pod, asked: string): string {
  const { containers, initContainers = [], ephemeralContainers = [] } = pod.spec
  const { name } = pod.metadata
  if (!asked) {
    if (containers.length === 1 && containers[0]) return containers[0].name
    const fallback = pod.metadata.annotations?.['kubectl.kubernetes.io/default-container']
    if (fallback && containers.some((c) => c.name === fallback)) return fallback
    const init = initContainers.length ? ` or one of the init containers: [${initContainers.map((c) => c.name).join(' ')}]` : ''
    throw badRequest(`a container name must be specified for pod ${name}, choose one of: [${containers.map((c) => c.name).join(' ')}]${init}`)
  }
  if (![...containers, ...initContainers, ...ephemeralContainers].some((c) => c.name === asked)) throw badRequest(`container ${asked} is not valid for pod ${name}`)
  return asked
}

/** GET pods/NAME/log. */
export async function handleLog(env: Env, call: Call, door: KubeletDoor | undefined): Promise<ApiResponse> {
  const { request, info, kind } = call
  if (info.verb !== 'get') throw methodNotAllowed()
  const pod = env.store.get(keyOf(kind, info.namespace, info.name))?.value as Pod | undefined
  if (!pod) throw notFound(kind, info.name)
  const { query } = request
  const sinceSeconds = number(query, 'sinceSeconds', 1)
  const sinceText = query.get('sinceTime')
  if (sinceSeconds !== undefined && sinceText) throw invalid({ group: '', kind: 'PodLogOptions' }, '', [field.forbidden('', 'at most one of `sinceTime` or `sinceSeconds` may be specified')])
  let sinceTime = sinceSeconds === undefined ? undefined : env.clock.now() - sinceSeconds * 1000
  if (sinceText) {
    sinceTime = Date.parse(sinceText)
    if (Number.isNaN(sinceTime)) throw badRequest(`invalid sinceTime: ${JSON.stringify(sinceText)} is not an RFC 3339 time`)
  }
  const tailLines = number(query, 'tailLines', 0)
  const limitBytes = number(query, 'limitBytes', 1)
  const container = containerOf(pod, query.get('container') ?? '')
  const contentType = 'text/plain'
  const protocol = wantsWebSocket(request.headers) ? chooseProtocol(request.headers, LOG_PROTOCOLS) : undefined
  if (wantsWebSocket(request.headers) && protocol === undefined) throw badRequest(`unable to upgrade: a log speaks ${LOG_PROTOCOLS.join(', ')}`)
  if (!pod.spec.nodeName) return { status: 200, body: { type: 'bytes', bytes: new Uint8Array(0), contentType } }
  if (!door) throw serviceUnavailable('the kubelets of this cluster are not reachable yet')
  const stream: Readable = await door.containerLogs(pod.spec.nodeName, { namespace: info.namespace, name: info.name, uid: pod.metadata.uid ?? '' }, {
    container, follow: isTrue(query.get('follow')), previous: isTrue(query.get('previous')), timestamps: isTrue(query.get('timestamps')),
    ...(sinceTime === undefined ? {} : { sinceTime }), ...(tailLines === undefined ? {} : { tailLines }), ...(limitBytes === undefined ? {} : { limitBytes }),
  }, request.signal)
  if (protocol !== undefined) return { status: 101, body: { type: 'upgrade', handler: (message, socket, head) => acceptWebSocket(message, socket, head, protocol, (ws) => serveLog(ws, stream, protocol)) } }
  return { status: 200, body: { type: 'stream', stream, contentType } }
}
