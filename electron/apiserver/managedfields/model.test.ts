/** Server-side apply through the server, against a model of it: who owns what, and what is left, after any sequence of applies and updates. */
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import type { KubeObject } from '../../../shared/api/meta.ts'
import { startWorld, type World } from '../testing.ts'
import { memberPaths, type Fields } from './fields.ts'

const CRDS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'
const THINGS = '/apis/laws.example.com/v1/namespaces/default/things'
const APPLY = { 'content-type': 'application/apply-patch+yaml' }
const string = { type: 'string' }
const list = (type: string, items: object = string, more: object = {}): object => ({ type: 'array', 'x-kubernetes-list-type': type, items, ...more })

let world: World
beforeAll(async () => {
  world = await startWorld()
  const spec = { type: 'object', properties: { leaf: string, set: list('set'), atomic: list('atomic'), map: list('map', { type: 'object', required: ['name'], properties: { name: string, note: string } }, { 'x-kubernetes-list-map-keys': ['name'] }), labels: { type: 'object', additionalProperties: string } } }
  await world.ask('POST', CRDS, {
    metadata: { name: 'things.laws.example.com' },
    spec: { group: 'laws.example.com', scope: 'Namespaced', names: { plural: 'things', singular: 'thing', kind: 'Thing', listKind: 'ThingList' }, versions: [{ name: 'v1', served: true, storage: true, subresources: { status: {} }, schema: { openAPIV3Schema: { type: 'object', properties: { spec, status: spec } } } }] },
  })
  await vi.waitFor(async () => { if ((await world.ask('GET', THINGS)).status !== 200) throw new Error('not served yet') }, { timeout: 60_000 })
})
afterAll(() => world.close())

interface Config { leaf?: string; set?: string[]; atomic?: string[]; map?: { name: string; note?: string }[]; labels?: Record<string, string> }
type Step = { readonly manager: string; readonly force: boolean; readonly config: Config } | { readonly leaf: string }
const small = fc.constantFrom('a', 'b', 'c')
const few = <T>(arbitrary: fc.Arbitrary<T>, selector: (item: T) => unknown): fc.Arbitrary<T[]> => fc.uniqueArray(arbitrary, { selector, minLength: 1, maxLength: 3 })
const config: fc.Arbitrary<Config> = fc.record(
  { leaf: small, set: few(small, (v) => v), atomic: few(small, (v) => v), map: few(fc.record({ name: small, note: small }, { requiredKeys: ['name'] }), (e) => e.name), labels: fc.dictionary(small, small, { minKeys: 1, maxKeys: 3 }) }, { requiredKeys: [] },
) as fc.Arbitrary<Config>
const steps: fc.Arbitrary<Step[]> = fc.array(fc.oneof({ weight: 6, arbitrary: fc.record({ manager: fc.constantFrom('one', 'two', 'three'), force: fc.boolean(), config }) }, { weight: 1, arbitrary: fc.record({ leaf: small }) }), { minLength: 1, maxLength: 7 })

/** What a configuration claims, by path, and the value at that path. */
function claimed(c: Config): Map<string, unknown> {
  const out = new Map<string, unknown>()
  if (c.leaf !== undefined) out.set('.leaf', c.leaf)
  if (c.atomic) out.set('.atomic', JSON.stringify(c.atomic))
  for (const value of c.set ?? []) out.set(`.set[="${value}"]`, true)
  for (const [key, value] of Object.entries(c.labels ?? {})) out.set(`.labels.${key}`, value)
  for (const { name, note } of c.map ?? []) {
    out.set(`.map[name="${name}"]`, true)
    out.set(`.map[name="${name}"].name`, name)
    if (note !== undefined) out.set(`.map[name="${name}"].note`, note)
  }
  return out
}

class Model {
  readonly values = new Map<string, unknown>()
  readonly owners = new Map<string, Set<string>>()
  /** Whose fields another value would take. */
  conflicts(manager: string, wanted: Map<string, unknown>): string[] {
    return [...wanted].filter(([path, value]) => this.values.has(path) && this.values.get(path) !== value && [...(this.owners.get(path) ?? [])].some((o) => o !== manager)).map(([path]) => path)
  }
  apply(manager: string, wanted: Map<string, unknown>): void {
    for (const [path, owners] of this.owners) if (!wanted.has(path) && owners.delete(manager) && owners.size === 0) this.#drop(path)
    for (const [path, value] of wanted) this.#set(path, value, manager)
  }
  update(path: string, value: unknown): void {
    if (this.values.get(path) !== value) this.#set(path, value, 'updater')
  }
  #set(path: string, value: unknown, manager: string): void {
    if (this.values.get(path) !== value) this.owners.set(path, new Set())
    this.values.set(path, value)
    this.owners.get(path)?.add(manager)
  }
  #drop(path: string): void {
    this.owners.delete(path)
    this.values.delete(path)
  }
  ownedBy(manager: string): string[] {
    return [...this.owners].filter(([, owners]) => owners.has(manager)).map(([path]) => path).sort()
  }
}

function entriesOf(object: KubeObject, at: string): Record<string, string[]> {
  const own: Record<string, string[]> = {}
  for (const entry of object.metadata.managedFields ?? []) {
    const paths = memberPaths((entry.fieldsV1 as Fields)[`f:${at}`]).filter((p) => p !== '').sort()
    if (paths.length) own[entry.manager ?? ''] = paths
  }
  return own
}

/** Does a step, in the model too, and answers what the server said and what it had to say. */
async function updated(path: string, { leaf }: { leaf: string }, at: string, model: Model): Promise<[unknown, unknown]> {
  const { status } = await world.ask('PATCH', `${path}?fieldManager=updater`, { [at]: { leaf } }, { 'content-type': 'application/merge-patch+json' })
  model.update('.leaf', leaf)
  return [status, 200]
}
async function applied(path: string, step: Extract<Step, { manager: string }>, body: (config: Config) => object, at: string, model: Model): Promise<[unknown, unknown]> {
  const wanted = claimed(step.config)
  const conflicts = step.force ? [] : model.conflicts(step.manager, wanted)
  const answer = await world.ask('PATCH', `${path}?fieldManager=${step.manager}&force=${step.force}`, body(step.config), APPLY)
  if (conflicts.length) {
    const { details } = answer.body as unknown as { details?: { causes: { field: string }[] } }
    return [[answer.status, [...new Set(details?.causes.map((c) => c.field))].sort()], [409, conflicts.map((p) => `.${at}${p}`).sort()]]
  }
  model.apply(step.manager, wanted)
  // Once more: nothing changes, not even the revision.
  const again = await world.ask('PATCH', `${path}?fieldManager=${step.manager}`, body(step.config), APPLY)
  return [[answer.status, again.body['metadata']], [200, answer.body['metadata']]]
}

let count = 0
const runs = { numRuns: 60, interruptAfterTimeLimit: 60_000 }

it.each([['the object', '', 'spec'], ['its status', '/status', 'status']])('after any applies to %s the server holds what the model holds', async (_name, subresource, at) => {
  await fc.assert(fc.asyncProperty(steps, async (all) => {
    const name = `t${count++}`
    const path = `${THINGS}/${name}${subresource}`
    const body = (content: object): object => ({ apiVersion: 'laws.example.com/v1', kind: 'Thing', metadata: { name }, [at]: content })
    // Somebody made it, with a field of their own: of one without any no account is kept.
    await world.ask('POST', `${THINGS}?fieldManager=maker`, { apiVersion: 'laws.example.com/v1', kind: 'Thing', metadata: { name, labels: { made: 'yes' } } })
    const model = new Model()
    for (const step of all) {
      const [actual, expected] = 'leaf' in step ? await updated(path, step, at, model) : await applied(path, step, body, at, model)
      expect(actual).toEqual(expected)
      const { body: live } = await world.ask('GET', `${THINGS}/${name}`)
      const object = live as unknown as KubeObject & Record<string, Config | undefined>
      expect(claimed(object[at] ?? {})).toEqual(new Map([...model.values].sort()))
      const own = entriesOf(object, at)
      for (const manager of ['one', 'two', 'three', 'updater']) expect(own[manager] ?? []).toEqual(model.ownedBy(manager))
    }
  }), runs)
})

it.each<[string, object, object, object]>([
  ['a number', { replicas: 3 }, {}, { replicas: 1 }], ['a strategy', { strategy: { type: 'Recreate' } }, {}, { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } } }],
  ['a part of a strategy', { strategy: { rollingUpdate: { maxSurge: 3 } } }, {}, { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } } }], ['a limit', { revisionHistoryLimit: 2 }, {}, { revisionHistoryLimit: 10 }],
])('what is no longer applied has its default again: %s', async (_name, first, second, expected) => {
  const name = `d${count++}`
  const path = `/apis/apps/v1/namespaces/default/deployments/${name}?fieldManager=one`
  const deployment = (spec: object): object => ({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name }, spec: { selector: { matchLabels: { a: 'b' } }, template: { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i' }] } }, ...spec } })
  expect((await world.ask('PATCH', path, deployment(first), APPLY)).body['spec']).toMatchObject(first)
  expect((await world.ask('PATCH', path, deployment(second), APPLY)).body['spec']).toMatchObject(expected)
})

it('a number that a scale took over is kept when its first owner leaves it out', async () => {
  const path = '/apis/apps/v1/namespaces/default/deployments/scaled'
  const deployment = (spec: object): object => ({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'scaled' }, spec: { selector: { matchLabels: { a: 'b' } }, template: { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i' }] } }, ...spec } })
  await world.ask('PATCH', `${path}?fieldManager=one`, deployment({ replicas: 2 }), APPLY)
  const scale = { apiVersion: 'autoscaling/v1', kind: 'Scale', metadata: { name: 'scaled', namespace: 'default' }, spec: { replicas: 5 } }
  expect((await world.ask('PATCH', `${path}/scale?fieldManager=scaler`, scale, APPLY)).status).toBe(409)
  expect((await world.ask('PATCH', `${path}/scale?fieldManager=scaler&force=true`, scale, APPLY)).body['spec']).toEqual({ replicas: 5 })
  expect((await world.ask('PATCH', `${path}?fieldManager=one`, deployment({}), APPLY)).body['spec']).toMatchObject({ replicas: 5 })
  expect((await world.ask('PATCH', `${path}?fieldManager=one`, deployment({ replicas: 2 }), APPLY)).body).toMatchObject({ status: 'Failure', message: 'Apply failed with 1 conflict: conflict with "scaler" with subresource "scale": .spec.replicas' })
})

it('what nobody kept account of is of before the first apply', async () => {
  const path = '/api/v1/namespaces/default/configmaps/bare'
  const map = (data: object): object => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'bare' }, data })
  const merge = { 'content-type': 'application/merge-patch+json' }
  expect((await world.ask('POST', '/api/v1/namespaces/default/configmaps', { metadata: { name: 'bare' } })).body['metadata']).not.toHaveProperty('managedFields')
  expect((await world.ask('PATCH', `${path}?fieldManager=one`, { data: { a: '1', b: '1' } }, merge)).body['metadata']).not.toHaveProperty('managedFields')
  expect((await world.ask('PATCH', `${path}?fieldManager=two`, map({ a: '2' }), APPLY)).body).toMatchObject({ code: 409, message: expect.stringMatching(/conflict with "before-first-apply" using v1.*: \.data\.a/) })
  const { body } = await world.ask('PATCH', `${path}?fieldManager=two&force=true`, map({ a: '2' }), APPLY)
  const managed = (body as unknown as KubeObject).metadata.managedFields?.map((e) => [e.manager, e.operation, memberPaths(e.fieldsV1 as Fields)])
  expect(managed).toEqual([['two', 'Apply', ['.data.a']], ['before-first-apply', 'Update', ['.data', '.data.b']]])
  // Whoever empties the list is heard, and nobody is written down until the next apply.
  expect((await world.ask('PATCH', path, { metadata: { managedFields: [{}] } }, merge)).body['metadata']).not.toHaveProperty('managedFields')
  expect((await world.ask('PATCH', `${path}?fieldManager=one`, { data: { c: '1' } }, merge)).body['metadata']).not.toHaveProperty('managedFields')
})
