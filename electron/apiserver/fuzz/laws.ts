/**
 * What holds whatever is sent: every request is answered, by a well-formed Status where it is refused; what was refused has
 * changed nothing; what was accepted is whole: it can be read back in every form, and the server takes it as it stands. A
 * connection ends when its client has gone, and with it what was begun for it.
 */
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import fc from 'fast-check'
import { expect } from 'vitest'
import type { KubeObject, Status } from '../../../shared/api/meta.ts'
import type { StoreEvent } from '../../etcd/types.ts'
import { createOpenApi } from '../openapi/index.ts'
import { apiVersion, keyOf } from '../registry/env.ts'
import type { KindDefinition } from '../resources/kind.ts'
import { withOwnSchemas } from '../schema/inline.ts'
import { loadSchemas } from '../schema/load.ts'
import { ADMIN, startWorld, type World } from '../testing.ts'
import { requestInfo } from '../request-info.ts'
import type { ApiRequest, ApiResponse } from '../types.ts'
import { converse, createMachine, SERVED, type Machine } from './connections.ts'
import { requests, type Sent, type Subject } from './requests.ts'
import { seedOf, WIDGETS } from './seeds.ts'

/** For what never comes, a request that hangs: in turns of a millisecond or more, for the machine itself may stand still for minutes. */
const NEVER_TURNS = 60_000
/** A world grows with what is sent; a new one begins after so many requests. */
const WORLD = 2000
/** Kinds that the server itself writes, in its own time. */
const BACKGROUND = /^\/registry\/(apiextensions\.k8s\.io\/customresourcedefinitions|core\/namespaces|rbac\.authorization\.k8s\.io\/clusterroles|networking\.k8s\.io\/(servicecidrs|ipaddresses)|admissionregistration\.k8s\.io\/validatingadmissionpolicies|flowcontrol\.apiserver\.k8s\.io\/|apiregistration\.k8s\.io\/apiservices|fuzz\.example\.com\/)/
const WITHOUT_REASON = /^(failed to create typed patch object \(|etcdserver: request is too large$)/
/** How many requests went how; connected: the answer was a connection, over which more was said. */
export interface Counts {
  refused: number
  accepted: number
  connected: number
}
interface Place {
  readonly world: World
  readonly machine: Machine
}

/** The server forgets events after an hour, which passes while a request waits. */
const isForgotten = ({ type, kv }: StoreEvent<KubeObject>): boolean => type === 'delete' && kv.key.startsWith('/registry/core/events/')
const FORMS = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf,application/json', 'application/json;as=Table;v=v1;g=meta.k8s.io', 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io'] as const

function asRequest({ method, path, headers, body }: Sent, signal: AbortSignal): ApiRequest {
  const mark = path.indexOf('?')
  return {
    method: method as 'GET', path: mark < 0 ? path : path.slice(0, mark), query: new URLSearchParams(mark < 0 ? '' : path.slice(mark + 1)), headers, user: ADMIN, signal,
    ...(body === undefined ? {} : { body: Buffer.from(body, 'latin1') }),
  }
}

async function send(world: World, sent: Sent, request = asRequest(sent, new AbortController().signal)): Promise<ApiResponse> {
  const work = world.server.handle(request)
  let answered = false
  const done = (): void => { answered = true }
  work.then(done, done)
  // What waits by the clock has its time; what waits for nothing is found by this machine's.
  for (let turns = 0; !answered; turns++) {
    if (turns > NEVER_TURNS) throw new Error('there is no answer')
    await (turns < 5 ? new Promise(setImmediate) : sleep(1))
    if (turns > 50) await world.clock.advance(1000)
  }
  return work
}

/** A watch, a stream or a connection that was opened ends when nobody wants it any more. */
async function end({ world: { clock }, machine }: Place, { body }: ApiResponse, request: ApiRequest, gone: AbortController, said: readonly string[] = []): Promise<void> {
  if (body.type === 'upgrade') await converse(body.handler, request, said.map((s) => Buffer.from(s, 'latin1')), clock)
  if (body.type === 'stream') {
    body.stream.on('error', () => undefined)
    body.stream.destroy()
  }
  gone.abort()
  for (let turns = 0; machine.open.size; turns++) {
    if (turns > NEVER_TURNS) throw new Error('what was begun for a client goes on without it')
    await sleep(1)
  }
  if (body.type !== 'watch') return
  body.stream.close()
  while ((await body.stream.next()) !== undefined);
}

function isRefusal(response: ApiResponse): boolean {
  if (response.status < 400) return false
  // Somebody else's answer, passed on.
  if (response.body.type === 'stream') return true
  expect(response.body.type).toBe('object')
  const status = (response.body as { value: Status }).value
  expect(status).toMatchObject({ kind: 'Status', apiVersion: 'v1', status: 'Failure', code: response.status, message: expect.stringMatching(/\S/) })
  // Some of upstream's have none.
  if (!WITHOUT_REASON.test(status.message ?? '')) expect(status.reason).toMatch(/^[A-Z]/)
  // An internal error is a fault of the server's, whatever was sent; but this one, which upstream words so.
  if (status.reason === 'InternalError' && !/without impersonating a user/.test(status.message ?? '')) expect(status.message).toBe('')
  JSON.parse(JSON.stringify(status))
  return true
}

const groupPath = (kind: KindDefinition): string => (kind.group ? `/apis/${kind.group}/${kind.version}` : `/api/${kind.version}`)
const pathOf = (kind: KindDefinition, { metadata: { name, namespace } }: KubeObject): string =>
  `${groupPath(kind)}${kind.scope === 'Namespaced' ? `/namespaces/${namespace}` : ''}/${kind.resource}/${encodeURIComponent(name)}`

async function isWhole(world: World, object: KubeObject): Promise<void> {
  const kind = world.server.kinds.find((k) => k.kind === object.kind && object.apiVersion === apiVersion(k))
  const stored = kind && world.store.get(keyOf(kind, object.metadata.namespace ?? '', object.metadata.name))
  if (!kind || !stored || kind.memory) return
  expect(object.metadata).toMatchObject({ name: expect.stringMatching(/[^]/), uid: expect.stringMatching(/^[0-9a-f-]{36}$/), resourceVersion: expect.stringMatching(/^\d+$/), creationTimestamp: expect.stringMatching(/Z$/) })
  const headers = { 'content-type': 'application/json', accept: 'application/json' }
  const now = (): KubeObject | undefined => world.store.get(keyOf(kind, object.metadata.namespace ?? '', object.metadata.name))?.value
  // One that waits for its deletion goes when the server has done what it waits for.
  const isGone = (status: number): boolean => status === 404 && object.metadata.deletionTimestamp !== undefined && !now()
  for (;;) {
    const again = await send(world, { method: 'GET', path: pathOf(kind, object), headers, body: undefined })
    if (isGone(again.status)) return
    expect(again.status).toBe(200)
    if (kind.verbs && !kind.verbs.includes('update')) return
    const { value } = again.body as { value: KubeObject }
    const { status, body } = await send(world, { method: 'PUT', path: `${pathOf(kind, object)}?dryRun=All`, headers, body: Buffer.from(JSON.stringify(value)).toString('latin1') })
    // The server may have written to it between the two.
    if (status === 409 && now() !== value) continue
    if (isGone(status)) return
    if (status !== 200) expect((body as { value?: Status }).value?.message).toBe('')
    return
  }
}

async function readable(world: World): Promise<void> {
  for (const kind of world.server.kinds) {
    if (kind.forward || (kind.verbs && !kind.verbs.includes('list'))) continue
    for (const accept of FORMS) {
      const response = await send(world, { method: 'GET', path: `${groupPath(kind)}/${kind.resource}`, headers: { accept }, body: undefined })
      // One that a definition made may go while others are read.
      const isThere = world.server.kinds.some((k) => k.group === kind.group && k.version === kind.version && k.resource === kind.resource)
      if (response.status !== 200 && isThere) expect(`${kind.kind}, ${accept}: ${(response.body as { value?: Status }).value?.message}`).toBe('')
    }
  }
}

const subjectOf = (world: World): Subject => {
  const { kinds } = world.server
  const schemas = withOwnSchemas(loadSchemas(join(import.meta.dirname, '../../../resources')), kinds)
  return { kinds: kinds.filter((k) => !k.forward), schemas, schemaOf: (kind) => schemas[kind.schema] ?? {} }
}

async function begin(): Promise<Place> {
  const refused = () => Promise.reject(new Error('connect ECONNREFUSED'))
  const world = await startWorld({ dialEndpoint: refused, openApi: (kinds, schemas, told) => createOpenApi({ kinds, schemas, told, descriptions: () => ({}) }) })
  await world.ask('POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', WIDGETS)
  await world.ask('POST', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'a' } })
  for (const namespace of ['default', 'a', 'kube-system']) await world.ask('POST', `/api/v1/namespaces/${namespace}/serviceaccounts`, { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default' } })
  await expect.poll(() => world.server.kinds.some((k) => k.kind === 'Widget')).toBe(true)
  // So that there is something to get, to patch and to collide with.
  for (const kind of world.server.kinds) {
    const seed = seedOf(kind)
    if (!seed || kind.kind === 'CustomResourceDefinition') continue
    for (const name of ['a', 'b']) {
      const where = `${groupPath(kind)}${kind.scope === 'Namespaced' ? '/namespaces/default' : ''}/${kind.resource}`
      const { status, body } = await world.ask('POST', where, { apiVersion: apiVersion(kind), kind: kind.kind, metadata: { name }, ...seed })
      // Some are served in more than one version.
      if (status !== 201 && status !== 409) throw new Error(`the seed of ${kind.kind} is refused: ${body['message']}`)
    }
  }
  const machine = createMachine()
  world.server.setKubeletDoor(machine.door)
  // A pod that can be connected to, itself and through its Service.
  await world.ask('POST', '/api/v1/namespaces/default/pods/a/binding', { apiVersion: 'v1', kind: 'Binding', metadata: { name: 'a' }, target: { kind: 'Node', name: 'a' } })
  await world.ask('POST', '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices', { metadata: { name: 'of-a', labels: { 'kubernetes.io/service-name': 'a' } }, addressType: 'IPv4', ports: [{ name: 'http', port: 80 }], endpoints: [{ addresses: ['10.1.1.2'], targetRef: { kind: 'Pod', name: 'a', namespace: 'default' } }] })
  // A server of a group in that pod.
  await world.ask('POST', '/api/v1/namespaces/default/services', { metadata: { name: 'served' }, spec: { ports: [{ port: 443 }] } })
  await world.ask('POST', '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices', { metadata: { name: 'served', labels: { 'kubernetes.io/service-name': 'served' } }, addressType: 'IPv4', ports: [{ name: '', port: 8443 }], endpoints: [{ addresses: ['10.1.1.2'], targetRef: { kind: 'Pod', name: 'a', namespace: 'default' } }] })
  await world.ask('POST', '/apis/apiregistration.k8s.io/v1/apiservices', { metadata: { name: `v1.${SERVED}` }, spec: { group: SERVED, version: 'v1', groupPriorityMinimum: 100, versionPriority: 1, insecureSkipTLSVerify: true, service: { name: 'served', namespace: 'default' } } })
  await expect.poll(() => world.server.kinds.some((k) => k.group === SERVED && k.kind === 'Thing')).toBe(true)
  return { world, machine }
}

/** Whether a request is about many objects at once. */
function isCollection(request: ApiRequest): boolean {
  try {
    return requestInfo(request).verb === 'deletecollection'
  } catch {
    // A path that cannot be read is about nothing.
    return false
  }
}

/** Sends one, and looks at what holds. Answers what became of it. */
async function sendOne(place: Place, changed: string[], request: Sent): Promise<keyof Counts> {
  const { world } = place
  changed.length = 0
  const gone = new AbortController()
  const asked = asRequest(request, gone.signal)
  const response = await send(world, request, asked)
  await end(place, response, asked, gone, request.said)
  expect(Object.keys(Object.prototype)).toEqual([])
  const refused = isRefusal(response)
  const dry = /[?&]dryRun=All(&|$)/.test(request.path)
  // Of a collection some may be deleted and others not.
  if ((refused && !isCollection(asked)) || dry || request.method === 'GET') expect(changed.filter((key) => !BACKGROUND.test(key))).toEqual([])
  if (response.status < 300 && /^(POST|PUT|PATCH)$/.test(request.method) && !dry && response.body.type === 'object' && (response.body.value as KubeObject).metadata?.uid) await isWhole(world, response.body.value as KubeObject)
  return response.body.type === 'upgrade' ? 'connected' : refused ? 'refused' : 'accepted'
}

/**
 * @param seed the same one sends the same requests
 * @param progress told after each world how many have been sent
 */
export async function sendAll(count: number, seed: number, progress: (sent: number) => void = () => undefined): Promise<Counts> {
  const counts = { refused: 0, accepted: 0, connected: 0 }
  for (let sent = 0; sent < count; sent += WORLD) {
    const place = await begin()
    const { world, machine } = place
    const changed: string[] = []
    const watch = world.store.watch({ prefix: '/registry/' }, (events) => changed.push(...events.filter((e) => !isForgotten(e)).map((e) => e.kv.key)))
    try {
      await fc.assert(fc.asyncProperty(requests(subjectOf(world)), async (request) => {
        counts[await sendOne(place, changed, request)]++
      }), { numRuns: Math.min(WORLD, count - sent), seed: seed + sent, endOnFailure: true })
      await readable(world)
    } finally {
      watch.close()
      machine.close()
      await world.close()
    }
    progress(counts.refused + counts.accepted + counts.connected)
  }
  return counts
}
