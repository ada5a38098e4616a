/** Every kind, as upstream's API server of release 1.35 has it: what it adds, shows, counts, keeps apart and does not let go of. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startWorld, type Answer, type World } from '../../testing.ts'
import { kinds } from '../index.ts'
import { change } from '../testing.ts'
import type { KindCase } from './case.ts'
import { core } from './core.ts'
import { extensions } from './extensions.ts'
import { REFUSED } from './refused.ts'
import { workloads } from './workloads.ts'

const CASES = [...workloads, ...core, ...extensions]
/** Ours, and described by tests of their own. */
const OURS = ['pilothouse.dev']
const MERGE = { 'content-type': 'application/merge-patch+json' }
const TABLE = { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' }
const SERVERS = ['uid', 'resourceVersion', 'creationTimestamp', 'managedFields', 'name', 'namespace', 'generation']

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.close())

type Json = Record<string, unknown>
const slashes = (path: string): string => path.replaceAll('.', '/')
const at = (object: unknown, path: string): unknown => path.split('.').reduce<unknown>((value, key) => (value as Json | undefined)?.[key], object)
const versioned = (k: { group: string; version: string }): string => (k.group ? `${k.group}/${k.version}` : k.version)
const definitionOf = ({ kind }: KindCase) => kinds.find((k) => `${versioned(k)} ${k.kind}` === kind)!
const collectionOf = (of: KindCase): string => {
  const { group, version, scope, resource } = definitionOf(of)
  return `/${group ? `apis/${group}` : 'api'}/${version}${scope === 'Namespaced' ? '/namespaces/default' : ''}/${resource}`
}
/** What somebody wished of an object, and what it is like: without what the server itself keeps. */
function content(body: Answer['body']): Json {
  const { apiVersion: _version, kind: _kind, metadata, ...rest } = structuredClone(body) as Json
  const kept = Object.fromEntries(Object.entries(metadata as Json).filter(([key]) => !SERVERS.includes(key)))
  return Object.keys(kept).length ? { metadata: kept, ...rest } : rest
}
const generationOf = (body: Answer['body']): unknown => (body['metadata'] as unknown as Json)['generation']
const specOf = (body: Answer['body']): Json => {
  const { status: _status, metadata: _metadata, ...rest } = body as Json
  return rest
}
/** The parts that nobody can foresee are taken from what was made, if they are there. */
function expected({ given, defaults = {} }: KindCase, made: Json): Json {
  let all: Json = structuredClone(given)
  for (const [path, value] of Object.entries(defaults)) all = change(all, slashes(path), value === '*' ? (at(made, path) ?? 'nothing') : value)
  return all
}
const causesOf = (answer: Answer): string[] => ((answer.body['details'] as unknown as { causes?: { field: string; message: string }[] })?.causes ?? []).map((c) => `${c.field}: ${c.message}`)
const isTold = (cause: string, wanted: string | RegExp | undefined): boolean => (wanted instanceof RegExp ? wanted.test(cause) : cause === wanted)

/** Of these a PUT says which version it replaces. */
const CONDITIONAL = new Set([
  'coordination.k8s.io/v1 Lease', 'policy/v1 PodDisruptionBudget', 'node.k8s.io/v1 RuntimeClass', 'apiextensions.k8s.io/v1 CustomResourceDefinition', 'apiregistration.k8s.io/v1 APIService',
  ...['CSIDriver', 'CSINode', 'CSIStorageCapacity', 'VolumeAttachment'].map((kind) => `storage.k8s.io/v1 ${kind}`),
  ...['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration', 'ValidatingAdmissionPolicy', 'ValidatingAdmissionPolicyBinding', 'MutatingAdmissionPolicy', 'MutatingAdmissionPolicyBinding'].map((kind) => `admissionregistration.k8s.io/v1 ${kind}`),
])
const MADE_BY_PUT = new Set([
  'v1 Service', 'v1 Endpoints', 'v1 Event', 'events.k8s.io/v1 Event', 'v1 LimitRange', 'coordination.k8s.io/v1 Lease',
  ...['Role', 'ClusterRole', 'RoleBinding', 'ClusterRoleBinding'].map((kind) => `rbac.authorization.k8s.io/v1 ${kind}`),
])

it('no kind is left out', () => {
  expect(CASES.map((c) => c.kind).sort()).toEqual(kinds.filter((k) => !OURS.includes(k.group)).map((k) => `${versioned(k)} ${k.kind}`).sort())
})

/** Of these upstream checks nothing but their metadata, or what nobody can write. */
const UNCHECKED = ['v1 Namespace', 'v1 ServiceAccount']
it('of every kind it is known what is refused', () => {
  expect([...Object.keys(REFUSED), ...UNCHECKED].sort()).toEqual(CASES.map((c) => c.kind).sort())
})

describe.each(CASES.map((c) => [c.kind, c] as const))('%s', (_kind, of) => {
  const name = of.name ?? 'x'
  const one = (): string => `${collectionOf(of)}/${name}`
  const read = async (): Promise<Answer> => world.ask('GET', one())
  /** Over what is there now: some statuses are written by the server itself, in its own time. */
  async function put(object: Json, path = one()): Promise<Answer> {
    for (let attempt = 1; ; attempt++) {
      const answer = await world.ask('PUT', path, change(object, 'metadata/resourceVersion', at((await read()).body, 'metadata.resourceVersion')))
      if (answer.status !== 409 || attempt === 10) return answer
    }
  }

  it('gets its defaults; generation begins; status is not the creator\'s', async () => {
    const { group, version, kind } = definitionOf(of)
    const ownStatus = of.status && kind !== 'Node' ? { status: of.status } : {}
    const answer = await world.ask('POST', collectionOf(of), { apiVersion: versioned({ group, version }), kind, ...of.given, ...ownStatus, metadata: { name } })
    expect([answer.status, causesOf(answer)]).toEqual([201, []])
    const { status = {}, ...made } = content(answer.body)
    const { status: wanted = {}, ...rest } = expected(of, content(answer.body))
    expect(made).toEqual(rest)
    expect(status).toEqual(wanted)
    expect(generationOf(answer.body)).toBe(of.generation ? 1 : undefined)
  })
  it.each(REFUSED[of.kind] ?? [])('refuses %s: %j', async (path, value, causes) => {
    const answer = await world.ask('POST', collectionOf(of), change({ ...of.given, metadata: { name } }, slashes(path), value))
    expect([answer.status, answer.body['reason']]).toEqual([422, 'Invalid'])
    const told = causesOf(answer)
    expect(told.map((cause, i) => (isTold(cause, causes[i]) ? causes[i] : cause))).toEqual(causes)
  })
  it('prints its columns', async () => {
    const { body } = await world.ask('GET', one(), undefined, TABLE)
    expect((body['columnDefinitions'] as unknown as { name: string; priority: number }[]).map((c) => (c.priority ? '+' : '') + c.name).join('|')).toBe(of.columns)
  })
  it.each(['v1', 'v1beta1'])('is shown as a table and by its metadata alone, in meta.k8s.io/%s', async (version) => {
    const as = async (path: string, form: string): Promise<Answer['body']> => (await world.ask('GET', path, undefined, { accept: `application/json;as=${form};v=${version};g=meta.k8s.io` })).body
    const apiVersion = `meta.k8s.io/${version}`
    const alone = { kind: 'PartialObjectMetadata', apiVersion, metadata: { name } }
    for (const path of [one(), collectionOf(of)]) {
      const table = await as(path, 'Table')
      expect(table).toMatchObject({ kind: 'Table', apiVersion })
      const row = (table['rows'] as unknown as { object: Json; cells: unknown[] }[]).find((r) => (r.object['metadata'] as Json)['name'] === name)
      expect(row).toMatchObject({ object: alone })
      expect(row?.cells).toHaveLength(of.columns.split('|').length)
    }
    const partial = await as(one(), 'PartialObjectMetadata')
    expect(partial).toMatchObject(alone)
    expect(Object.keys(partial).toSorted()).toEqual(['apiVersion', 'kind', 'metadata'])
    const list = await as(collectionOf(of), 'PartialObjectMetadataList')
    expect(list).toMatchObject({ kind: 'PartialObjectMetadataList', apiVersion })
    expect((list['items'] as unknown as { metadata: Json }[]).map((i) => i.metadata['name'])).toContain(name)
  })
  it.each(of.frozen ?? [])('holds %s', async (path, value, causes) => {
    const before = (await read()).body
    const answer = await put(change(before as Json, slashes(path), value))
    expect([answer.status, answer.body['reason']]).toEqual([422, 'Invalid'])
    const told = causesOf(answer)
    expect(told.map((cause, i) => (isTold(cause, causes[i]) ? causes[i] : cause))).toEqual(causes)
    expect((await read()).body).toEqual(before)
  })
  it('counts what is wished, and nothing else', async () => {
    const counted = (old: Answer['body'], also: unknown): unknown => (also ? Number(generationOf(old)) + 1 : generationOf(old))
    const before = (await read()).body
    const labelled = await world.ask('PATCH', one(), { metadata: { labels: { mine: 'yes' } } }, MERGE)
    expect([labelled.status, generationOf(labelled.body)]).toEqual([200, counted(before, of.kind === 'discovery.k8s.io/v1 EndpointSlice')])
    const noted = await world.ask('PATCH', one(), { metadata: { annotations: { mine: 'yes' } } }, MERGE)
    expect([noted.status, generationOf(noted.body)]).toEqual([200, counted(labelled.body, of.kind === 'apps/v1 Deployment')])
    if (!of.change) return
    const [path, value] = of.change
    const changed = await put(change(noted.body as Json, slashes(path), value))
    expect([changed.status, causesOf(changed), at(changed.body, path)]).toEqual([200, [], value])
    expect(generationOf(changed.body)).toBe(of.generation ? Number(generationOf(noted.body)) + 1 : undefined)
  })
  it('is replaced without a word of its version, or not', async () => {
    const answer = await world.ask('PUT', one(), change((await read()).body as Json, 'metadata/resourceVersion', undefined))
    const { resource, group } = definitionOf(of)
    const refused = `${group ? `${resource}.${group}` : resource} ${JSON.stringify(name)} is invalid: metadata.resourceVersion: Invalid value: 0: must be specified for an update`
    expect([answer.status, answer.body['message']]).toEqual(CONDITIONAL.has(of.kind) ? [422, refused] : [200, undefined])
  })
  it('is made by a PUT, or not', async () => {
    const { group, version, kind } = definitionOf(of)
    const other = name.length === 1 ? `${name}-put` : name.replace(/^./, 'z')
    const { status, body } = await world.ask('PUT', `${collectionOf(of)}/${other}`, { apiVersion: versioned({ group, version }), kind, ...of.given, metadata: { name: other } })
    expect([status, causesOf({ body } as Answer)]).toEqual([MADE_BY_PUT.has(of.kind) ? 201 : 404, []])
  })
  it.each(of.status ? [of.status] : [])('keeps what is wished and how it is apart', async (ofStatus) => {
    const before = (await read()).body
    const plain = await put({ ...before, status: ofStatus } as Json)
    expect(plain.status).toBe(200)
    expect(plain.body['status']).not.toEqual(ofStatus)
    // What was changed above goes with it, as it was before.
    const path = of.change?.[0]
    const wished = path ? change(before as Json, slashes(path), at(of.given, path)) : (before as Json)
    const answer = await put({ ...wished, status: ofStatus }, `${one()}/status`)
    expect([answer.status, causesOf(answer)]).toEqual([200, []])
    expect(answer.body['status']).toMatchObject(ofStatus)
    expect(specOf(answer.body)).toEqual(specOf(before))
    expect(generationOf(answer.body)).toBe(generationOf(before))
  })
})

it('a DaemonSet counts how often its template has changed', async () => {
  const path = '/apis/apps/v1/namespaces/default/daemonsets/x'
  const count = async (patch: Json): Promise<unknown> => ((await world.ask('PATCH', path, patch, MERGE)).body['metadata'] as unknown as { annotations?: Json }).annotations?.['deprecated.daemonset.template.generation']
  expect(await count({ spec: { minReadySeconds: 3 } })).toBe('1')
  expect(await count({ spec: { template: { spec: { hostNetwork: true } } } })).toBe('2')
  expect(await count({ metadata: { annotations: null } })).toBe('2')
})
